"""Names written on the ground: streets along their course, communes in their middle; none over another."""

import math
from typing import Final, NamedTuple

import numpy as np

from exported_maps.ground import Floats, on_earth
from exported_maps.limits import is_place
from exported_maps.plain_text import plain
from exported_maps.values import Area, Bounds, ExportedLines, LineKind

MAP_PX: Final = 1_000.0  # about as wide as the map stands on a screen or a sheet
MOST_STREETS: Final = 70
_LETTER_PX: Final = 6.4
_STRAIGHT: Final = 0.975
_COMMUNES_FROM_METRES: Final = 2_500.0


class GroundName(NamedTuple):
    """A name at a place; `angle_deg` clockwise as SVG turns."""

    text: str
    lon: float
    lat: float
    angle_deg: float


def street_names(streets: list[tuple[Floats, int, str]], view: Bounds) -> list[GroundName]:
    """Names that fit along their street at the scale of `view`, large streets first, each name once."""
    wide_metres = (view.east - view.west) * 111_320 * math.cos(math.radians((view.north + view.south) / 2))
    degrees_a_px = (view.east - view.west) / MAP_PX
    if wide_metres > 12_000:
        return []
    candidates: list[tuple[int, float, GroundName]] = []
    for line, weight, name in streets:
        found = _along(line, name, view, degrees_a_px)
        if found is not None:
            candidates.append((-weight, -found[0], found[1]))
    candidates.sort(key=lambda item: item[:2])
    taken = _Taken(degrees_a_px)
    written: set[str] = set()
    names: list[GroundName] = []
    for _weight, _length, street in candidates:
        if street.text not in written and taken.take(street) and len(names) < MOST_STREETS:
            written.add(street.text)
            names.append(street)
    return names


def commune_names(layers: tuple[ExportedLines, ...], view: Bounds) -> list[GroundName]:
    """Names of communes whose middle is in view, where the view is wide enough to hold some."""
    if (view.east - view.west) * 111_320 < _COMMUNES_FROM_METRES:
        return []
    names: dict[str, GroundName] = {}
    for layer in layers:
        if layer.kind is not LineKind.OUTLINE or not layer.names:
            continue
        lon, lat = np.frombuffer(layer.lon, "<f8"), np.frombuffer(layer.lat, "<f8")
        offsets = np.frombuffer(layer.offsets, "<i8")
        for start, end, name in zip(offsets[:-1], offsets[1:], layer.names, strict=True):
            middle = _middle(np.column_stack((lon[start:end], lat[start:end])))
            if middle is not None and name and _is_in(middle, view):
                names.setdefault(name, GroundName(plain(name, 60), *middle, 0.0))
    return list(names.values())


def area_middle(area: Area) -> tuple[float, float] | None:
    """Where an area's figure stands: the middle of its largest ring."""
    rings = [on_earth(np.array(ring, np.float64).reshape(-1, 2)) for ring in area.rings if len(ring) > 2]
    largest = max(rings, key=lambda ring: abs(_double_area(ring)), default=None)
    return None if largest is None else _middle(largest)


def _along(line: Floats, name: str, view: Bounds, degrees_a_px: float) -> tuple[float, GroundName] | None:
    line = on_earth(line)
    if len(line) < 2:
        return None
    squash = math.cos(math.radians((view.north + view.south) / 2))
    flat = np.column_stack((line[:, 0], line[:, 1] / squash)) / degrees_a_px
    steps = np.hypot(*np.diff(flat, axis=0).T)
    length = float(steps.sum())
    chord = flat[-1] - flat[0]
    needed = len(name) * _LETTER_PX
    if length < needed or float(np.hypot(*chord)) < length * _STRAIGHT:
        return None
    middle = (float(line[0, 0] + line[-1, 0]) / 2, float(line[0, 1] + line[-1, 1]) / 2)
    if not _is_in(middle, view):
        return None
    angle = -math.degrees(math.atan2(chord[1], chord[0]))
    upright = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    return length, GroundName(name, *middle, round(upright, 1))


class _Taken:
    """Cells of the map, 16 px wide, over which a name stands already."""

    def __init__(self, degrees_a_px: float) -> None:
        self._cell = degrees_a_px * 16
        self._cells: set[tuple[int, int]] = set()

    def take(self, name: GroundName) -> bool:
        half = len(name.text) * _LETTER_PX / 32  # in cells
        turn = math.radians(name.angle_deg)
        reach = max(1, math.ceil(half))
        cells = {
            (
                round(name.lon / self._cell + math.cos(turn) * half * step / reach),
                round(name.lat / self._cell * 1.4 - math.sin(turn) * half * step / reach),
            )
            for step in range(-reach, reach + 1)
        }
        if any((x + dx, y + dy) in self._cells for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            return False
        self._cells |= cells
        return True


def _is_in(place: tuple[float, float], view: Bounds) -> bool:
    return is_place(*place) and view.west <= place[0] <= view.east and view.south <= place[1] <= view.north


def _double_area(ring: Floats) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _middle(ring: Floats) -> tuple[float, float] | None:
    sound = on_earth(ring)
    if len(sound) < 3:
        return None
    origin = sound[0]
    moved = sound - origin
    x, y = moved[:, 0], moved[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = float(cross.sum())
    if abs(area) < 1e-14:
        return float(sound[:, 0].mean()), float(sound[:, 1].mean())
    lon = float(((x + np.roll(x, -1)) * cross).sum() / (3 * area)) + float(origin[0])
    lat = float(((y + np.roll(y, -1)) * cross).sum() / (3 * area)) + float(origin[1])
    return lon, lat
