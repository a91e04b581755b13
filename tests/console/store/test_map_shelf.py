"""Named places and looks: kept on the backend, read again, hostile contents left out."""

import msgspec
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent
from console.store.bookmarks import Bookmark, NamedLook
from console.store.map_look import MapLook, ViewKind
from console.store.map_shelf import SHELF_NAME, MapShelf
from contract.api import Workspace
from tests.console.conftest import Bench
from tools.screenshots.sample_client import SampleClient

STATION = Bookmark(
    id="b1", name="Gare", lon=5.027, lat=47.323, metres_per_pixel=0.8, look=MapLook(view=ViewKind.LIGHTING_NIGHT)
)


async def test_a_place_kept_here_is_there_at_the_next_login(bench: Bench, qtbot: QtBot) -> None:
    shelf = MapShelf()
    shelf.keep_with(bench.client, bench.context.tasks)
    shelf.set_bookmarks([STATION])
    shelf.set_looks([NamedLook("La nuit", MapLook(has_cones=False))])
    await bench.work_done()
    next_seat = MapShelf()
    await next_seat.load(bench.client)
    assert next_seat.bookmarks == (STATION,)
    assert next_seat.looks == (NamedLook("La nuit", MapLook(has_cones=False)),)


async def test_hostile_contents_are_left_out_one_by_one(bench: Bench, qtbot: QtBot) -> None:
    good = {"id": "b2", "name": "Place", "lon": 5.0, "lat": 47.0, "metres_per_pixel": 2.0, "look": 7}
    content = msgspec.json.encode(
        {"bookmarks": [{**good, "id": "x", "lat": 900}, {"id": 3}, good, good], "looks": [{"name": ""}, {"look": {}}]}
    ).decode()
    await bench.client.keep_workspace(Workspace(name=SHELF_NAME, content=content))
    shelf = MapShelf()
    await shelf.load(bench.client)
    assert [item.name for item in shelf.bookmarks] == ["Place"]
    assert shelf.looks == ()
    await bench.client.keep_workspace(Workspace(name=SHELF_NAME, content="[" * 5000))
    await shelf.load(bench.client)
    assert [item.name for item in shelf.bookmarks] == ["Place"]


async def test_a_silent_backend_is_said_and_the_next_change_brings_all(bench: Bench, qtbot: QtBot) -> None:
    class Silent(SampleClient):
        is_silent = True

        async def keep_workspace(self, workspace: Workspace) -> None:
            if self.is_silent:
                raise BackendSilent("gone")
            await super().keep_workspace(workspace)

    client = Silent()
    shelf = MapShelf()
    said: list[str] = []
    shelf.not_kept = lambda: said.append("not kept")
    shelf.keep_with(client, bench.context.tasks)
    shelf.set_bookmarks([STATION])
    await bench.work_done()
    assert said == ["not kept"]
    client.is_silent = False
    shelf.set_looks([NamedLook("La nuit", MapLook())])
    await bench.work_done()
    again = MapShelf()
    await again.load(client)
    assert again.bookmarks == (STATION,)
