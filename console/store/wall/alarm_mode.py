"""The wall shows what is in alarm: which cameras come into which tiles, and what cannot be shown. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from contract.alarms import Priority

LOWEST_PRIORITY: Final = Priority.P3
CAMERAS_PER_ALARM: Final = 2
_MOST_TILES: Final = 4


class AlarmSight(NamedTuple):
    """An alarm that waits for somebody, and the cameras that see its place, best first."""

    alarm_id: int
    cameras: Sequence[int]


class AlarmPlace(NamedTuple):
    """A camera brought into a tile by an alarm."""

    alarm_id: int
    camera_id: int


class AlarmPlan(NamedTuple):
    """What comes over the wall: tile -> camera and alarm; what no tile was left for; what a hand kept out."""

    places: Mapping[int, AlarmPlace]
    waiting: Sequence[int] = ()
    kept_out: Sequence[int] = ()


def leading_tiles(size: int) -> Sequence[int]:
    """The tiles alarms come into: the first ones, never all of a wall that has several."""
    return range(1) if size < 4 else range(min(_MOST_TILES, size // 2))


def plan_alarms(
    alarms: Sequence[AlarmSight],
    tiles: Sequence[int],
    busy: Mapping[int, int | None],
    shown: Mapping[int, AlarmPlace],
) -> AlarmPlan:
    """Alarms in order of urgency into `tiles`; what is shown stays put.

    `busy` are the tiles somebody works with, and the cameras they show: none is taken away, and an alarm which that
    camera sees is told there. The most urgent alarm has two cameras where there is room for every alarm to have one.
    """
    free = [tile for tile in tiles if tile not in busy]
    seen = [alarm for alarm in alarms if alarm.cameras]
    places = _told_where_one_works(seen, busy, shown)
    worked = {place.alarm_id for place in places.values()}
    admitted = [alarm for alarm in seen if alarm.alarm_id not in worked][: len(free)]
    spare = len(free) - len(admitted)
    wanted: list[AlarmPlace] = []
    for alarm in admitted:
        cameras = list(alarm.cameras[:1])
        if spare > 0 and len(alarm.cameras) > 1:
            cameras = list(alarm.cameras[: min(CAMERAS_PER_ALARM, 1 + spare)])
            spare -= len(cameras) - 1
        for camera in cameras:
            if all(place.camera_id != camera for place in (*wanted, *places.values())):
                wanted.append(AlarmPlace(alarm.alarm_id, camera))
    for tile in free:
        held = shown.get(tile)
        if held is not None and held in wanted:
            places[tile] = held
            wanted.remove(held)
    for tile in free:
        if tile not in places and wanted:
            places[tile] = wanted.pop(0)
    placed = {place.alarm_id for place in places.values()}
    outside = [alarm.alarm_id for alarm in seen if alarm.alarm_id not in placed]
    busy_count = len(tiles) - len(free)
    return AlarmPlan(places, outside[busy_count:], outside[:busy_count])


def _told_where_one_works(
    alarms: Sequence[AlarmSight], busy: Mapping[int, int | None], shown: Mapping[int, AlarmPlace]
) -> dict[int, AlarmPlace]:
    places: dict[int, AlarmPlace] = {}
    for tile, camera in busy.items():
        seeing = [alarm.alarm_id for alarm in alarms if camera in alarm.cameras[:CAMERAS_PER_ALARM]]
        held = shown.get(tile)
        if camera is not None and seeing:
            is_same = held is not None and held.camera_id == camera and held.alarm_id in seeing
            places[tile] = held if is_same and held is not None else AlarmPlace(seeing[0], camera)
    return places
