"""Named walls come back as they were kept; what another console wrote badly is left out."""

import pytest

from console.kit.errors import RequestFailed, RequestRefused
from console.store.wall.contents import CameraTile, Scene
from console.store.wall.tours import TourStep, of_cameras
from console.store.wall_shelf import NamedWall, WallKind, WallShelf
from contract.named_content import NamedContent
from tests.console.conftest import Bench
from tests.ear import Ear
from widgets.wall_layout.layout import spotlight


async def test_a_layout_a_scene_and_a_tour_are_kept_and_read_again(bench: Bench) -> None:
    shelf = WallShelf()
    scene = Scene(spotlight(5), (CameraTile(3), None, CameraTile(4)))
    await shelf.keep(bench.client, NamedWall("nuit", scene, is_shared=True))
    await shelf.keep(bench.client, NamedWall("large", spotlight(7)))
    await shelf.keep(bench.client, NamedWall("ronde", of_cameras("ronde", (3, 4), 8)))
    again, heard = WallShelf(lambda: "operateur"), Ear()
    again.changed.connect(heard)
    await again.load(bench.client)
    assert len(heard.heard) == 1
    assert [wall.kind for wall in again.walls] == [WallKind.SCENE, WallKind.LAYOUT, WallKind.TOUR]
    night = again.named("nuit")
    assert night is not None
    assert night.value == scene
    assert night.is_shared
    assert night.is_mine
    tour = again.of_kind(WallKind.TOUR)[0].value
    assert tour == of_cameras("ronde", (3, 4), 8)
    assert TourStep(8, 3) in getattr(tour, "steps", ())


async def test_what_makes_no_sense_is_left_out_and_the_rest_is_read(bench: Bench) -> None:
    hostile = ("", "[]", "null", '{"kind": "layout"}', '{"kind": "tour", "steps": 4}', "[" * 3000, '{"kind": "scene"}')
    for number, content in enumerate(hostile):
        await bench.client.keep_wall_layout(NamedContent(name=f"bad {number}", content=content))
    shelf = WallShelf()
    await shelf.keep(bench.client, NamedWall("good", spotlight(3)))
    assert [wall.name for wall in shelf.walls] == ["good"]


async def test_a_refusal_changes_nothing_and_reaches_the_one_who_asked(bench: Bench) -> None:
    shelf = WallShelf()
    await shelf.keep(bench.client, NamedWall("good", spotlight(3)))
    bench.client.refusal = RequestRefused(400, "No", "100 walls are enough.")
    with pytest.raises(RequestFailed):
        await shelf.keep(bench.client, NamedWall("more", spotlight(3)))
    with pytest.raises(RequestFailed):
        await shelf.delete(bench.client, "good")
    assert [wall.name for wall in shelf.walls] == ["good"]
