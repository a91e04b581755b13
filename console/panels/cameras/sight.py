"""What the wall shows now: what the operator put there, a tour over it, alarms over both. No Qt."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.store.wall.alarm_mode import AlarmPlace
from console.store.wall.contents import CameraTile, Scene, TileContent
from console.store.wall.wall import Wall
from widgets.wall_layout.layout import Layout


class TourSight(NamedTuple):
    """What a tour shows: a whole scene, or a camera in one tile."""

    scene: Scene | None = None
    tile: int | None = None
    camera_id: int | None = None


class Sight(NamedTuple):
    """A wall as it is seen; `alarms` and `toured` say which tiles are not as the operator left them."""

    layout: Layout
    contents: Sequence[TileContent | None]
    alarms: Mapping[int, AlarmPlace]
    toured: frozenset[int]


def sight_of(wall: Wall, tour: TourSight | None, alarms: Mapping[int, AlarmPlace]) -> Sight:
    """Alarms come before the tour, the tour before what was put there. One camera stands in one tile."""
    layout = wall.layout
    contents: list[TileContent | None] = list(wall.contents[: wall.size])
    toured: set[int] = set()
    if tour is not None and tour.scene is not None:
        layout = tour.scene.layout
        contents = list((*tour.scene.contents, *([None] * layout.size))[: layout.size])
        toured = set(range(layout.size))
    elif tour is not None and tour.tile is not None and tour.camera_id is not None and tour.tile < layout.size:
        contents[tour.tile] = CameraTile(tour.camera_id)
        toured = {tour.tile}
    shown = {number: place for number, place in alarms.items() if number < layout.size}
    for number, place in shown.items():
        contents[number] = CameraTile(place.camera_id)
    _make_room(contents, wall.contents, {*shown, *toured})
    return Sight(layout, contents, shown, frozenset(toured - set(shown)))


def _make_room(contents: list[TileContent | None], own: Sequence[TileContent | None], over: set[int]) -> None:
    """A camera that came over a tile leaves its own to one that was covered: nothing disappears that need not."""
    brought = {contents[number] for number in over}
    left = [number for number, content in enumerate(contents) if number not in over and content in brought - {None}]
    for number in left:
        contents[number] = None
    covered = [own[number] for number in sorted(over) if number < len(own)]
    homeless = [content for content in dict.fromkeys(covered) if content is not None and content not in contents]
    for number, content in zip(left, homeless, strict=False):
        contents[number] = content
