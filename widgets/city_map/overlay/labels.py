"""Names of communes and streets, placed so that none covers another. No painting here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import shortened
from widgets.city_map.values import BaseLayer, Float64s, LayerKind, Rows
from widgets.city_map.view.viewport import Viewport

STREET_NAMES_MPP: Final = 3.2
_MAX_LABELS: Final = 90
_SAME_NAME_PX: Final = 420.0
_BESIDE_PX: Final = 4.0
"""A name stands at most this far beside its street: further off it seems to belong to another."""
_ASIDE_LINES: Final = (0.0, -1.3, 1.3, -2.2, 2.2, -3.1, 3.1, -4.0, 4.0)

Measure = Callable[[str, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that is not written over: its middle in mercator metres, its size in pixels."""

    x: float
    y: float
    width: float = 26.0
    height: float = 26.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place (mercator metres), turned clockwise."""

    text: str
    x: float
    y: float
    angle_deg: float
    pixels: float
    is_place: bool


@dataclass(frozen=True, slots=True)
class _Named:
    text: str
    weight: float
    x: Float64s
    y: Float64s


_LETTERS_AT_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class _Places:
    """Names of points as parallel columns: a file may hold a million of them."""

    names: list[str]
    x: Float64s
    y: Float64s
    weights: Float64s

    def at(self, index: int) -> tuple[str, float, float, float]:
        """Name, place and weight of one."""
        name = shortened(self.names[index], _LETTERS_AT_MOST)
        return name, float(self.x[index]), float(self.y[index]), float(self.weights[index])


_PLACES_TRIED: Final = 1_500
"""Of a layer with ever so many names, the weightiest in view are tried; more would not fit on a screen."""


class LabelPlacer:
    """Chooses which names are shown for a view; the greater the street, the sooner it is named."""

    def __init__(self) -> None:
        self._places = _Places([], np.empty(0), np.empty(0), np.empty(0))
        self._communes: list[tuple[str, float, float, float]] = []
        self._streets: list[_Named] = []
        self._boxes: Float64s = np.empty((0, 4))
        self._weights: Float64s = np.empty(0)
        self._spans: dict[tuple[int, int], tuple[float, float, float, float]] = {}

    def set_layers(self, layers: Sequence[BaseLayer]) -> None:
        """Take the names of these layers instead of the former."""
        self._places = _weightiest_first([_places_of(one) for one in layers if one.kind is LayerKind.LABEL])
        self._streets = [named for one in layers if one.kind is LayerKind.STREET for named in _named_of(one)]
        boxes = [(s.x.min(), s.y.min(), s.x.max(), s.y.max()) for s in self._streets]
        self._boxes = np.array(boxes, np.float64).reshape(-1, 4)
        self._weights = np.array([s.weight for s in self._streets], np.float64)
        self._spans.clear()

    def set_communes(self, names: Sequence[str], centroids: Sequence[tuple[float, float]]) -> None:
        """Commune names at their centres (mercator metres)."""
        pairs = zip(names, centroids, strict=False)
        self._communes = [(shortened(name, _LETTERS_AT_MOST), x, y, 2.0) for name, (x, y) in pairs]

    def place(
        self,
        view: Viewport,
        measure: Measure,
        obstacles: Sequence[Obstacle] = (),
        joined: Mapping[int, int] | None = None,
    ) -> list[Label]:
        """Labels for the view and half a screen around it, most important first.

        Names of places step aside for obstacles. A commune that shares the badge of another (its index ->
        the other's) is not named; the other's name says how many more it speaks for.
        """
        taken = _Taken()
        for one in obstacles:
            taken.mark(one.x / view.units, one.y / view.units, one.width, one.height)
        x0, y0, x1, y1 = view.bounds
        wide, high = (x1 - x0) / 2, (y1 - y0) / 2
        area = (x0 - wide, y0 - high, x1 + wide, y1 + high)
        labels = self._place_names(view, measure, area, taken, joined or {})
        if view.metres_per_pixel <= STREET_NAMES_MPP:
            labels += self._place_streets(view, measure, area, taken)
        return labels

    def _place_names(
        self,
        view: Viewport,
        measure: Measure,
        area: tuple[float, float, float, float],
        taken: _Taken,
        joined: Mapping[int, int],
    ) -> list[Label]:
        if view.metres_per_pixel < 1.2:
            return []
        labels: list[Label] = []
        others = Counter(joined.values())
        communes = [
            (f"{text} + {others[at]}" if others[at] else text, x, y, weight)
            for at, (text, x, y, weight) in enumerate(self._communes)
            if at not in joined and text
        ]
        px, py = self._places.x, self._places.y
        near: Rows = np.flatnonzero((px >= area[0]) & (px <= area[2]) & (py >= area[1]) & (py <= area[3]))
        places = [self._places.at(at) for at in near[:_PLACES_TRIED].tolist()]
        for text, x, y, weight in sorted(communes + places, key=lambda place: -place[3]):
            if not (area[0] <= x <= area[2] and area[1] <= y <= area[3]):
                continue
            pixels = 12.0 + weight
            width, height = measure(text, pixels)
            for aside in (lines * height for lines in _ASIDE_LINES):
                if taken.take(x / view.units, y / view.units + aside, width + 8, height + 2):
                    labels.append(Label(text, x, y + aside * view.units, 0.0, pixels, is_place=True))
                    break
            else:
                # A commune without a name is worse than a name under a marker.
                if taken.take(x / view.units, y / view.units, width + 8, height + 2, over_markers=True):
                    labels.append(Label(text, x, y, 0.0, pixels, is_place=True))
        return labels

    def _place_streets(
        self, view: Viewport, measure: Measure, area: tuple[float, float, float, float], taken: _Taken
    ) -> list[Label]:
        boxes = self._boxes
        if len(boxes) == 0:
            return []
        extent = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / view.units
        hit = np.flatnonzero(
            (boxes[:, 2] >= area[0])
            & (boxes[:, 0] <= area[2])
            & (boxes[:, 3] >= area[1])
            & (boxes[:, 1] <= area[3])
            & (extent > 40)
        )
        order: Rows = hit[np.lexsort((-extent[hit], -self._weights[hit]))]
        labels: list[Label] = []
        named: dict[str, list[tuple[float, float]]] = {}
        for row in (int(row) for row in order):
            street = self._streets[row]
            x, y, angle, length = self._span(row, view.units)
            px, py = x / view.units, y / view.units
            near = named.get(street.text, [])
            if any(math.hypot(px - a, py - b) < _SAME_NAME_PX for a, b in near):
                continue
            pixels = 10.5 + min(street.weight, 3.0) * 0.5
            width, height = measure(street.text, pixels)
            if length / view.units < width * 1.1:
                continue
            box_w, box_h = turned_size(width, height, angle)
            if taken.take(px, py, box_w, box_h):
                labels.append(Label(street.text, x, y, angle, pixels, is_place=False))
                named.setdefault(street.text, []).append((px, py))
                if len(labels) >= _MAX_LABELS:
                    break
        return labels

    def _span(self, row: int, units: float) -> tuple[float, float, float, float]:
        """Middle, readable angle and length of a stretch of a street that is straight at about this scale."""
        octave = math.floor(math.log2(units))
        found = self._spans.get((row, octave))
        if found is None:
            street = self._streets[row]
            found = self._spans[row, octave] = _straight_stretch(street.x, street.y, _BESIDE_PX * 2.0**octave)
        return found


class _Taken:
    """Boxes in pixels that are already used, by words or by markers."""

    def __init__(self) -> None:
        self._words = Occupancy()
        self._markers = Occupancy()

    def mark(self, x: float, y: float, width: float, height: float) -> None:
        """A marker stands here."""
        self._markers.mark(x, y, width, height)

    def take(self, x: float, y: float, width: float, height: float, *, over_markers: bool = False) -> bool:
        """Use a box for words if it is free."""
        if not over_markers and not self._markers.is_free(x, y, width, height):
            return False
        return self._words.take(x, y, width, height)


def turned_size(width: float, height: float, angle_deg: float) -> tuple[float, float]:
    """Width and height of the upright box around a turned one."""
    turn = math.radians(angle_deg)
    return (
        abs(width * math.cos(turn)) + abs(height * math.sin(turn)),
        abs(width * math.sin(turn)) + abs(height * math.cos(turn)),
    )


def _straight_stretch(x: Float64s, y: Float64s, beside: float) -> tuple[float, float, float, float]:
    """The longest about the middle from which the street strays no further than `beside`; else its longest leg."""
    steps = np.hypot(np.diff(x), np.diff(y))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    total = float(along[-1])
    for share in (1.0, 0.6, 0.35, 0.2):
        ends = np.array([0.5 - share / 2, 0.5 + share / 2]) * total
        ex, ey = np.interp(ends, along, x), np.interp(ends, along, y)
        over_x, over_y = float(ex[1] - ex[0]), float(ey[1] - ey[0])
        chord = math.hypot(over_x, over_y)
        within = (along > ends[0]) & (along < ends[1])
        strayed = np.abs((x[within] - ex[0]) * over_y - (y[within] - ey[0]) * over_x)
        if chord > 0.9 * share * total and strayed.max(initial=0.0) <= beside * chord:
            angle = math.degrees(math.atan2(over_y, over_x))
            return float(ex.mean()), float(ey.mean()), _readable(angle), chord
    at = int(steps.argmax())
    angle = math.degrees(math.atan2(y[at + 1] - y[at], x[at + 1] - x[at]))
    middle_x, middle_y = (x[at] + x[at + 1]) / 2, (y[at] + y[at + 1]) / 2
    return float(middle_x), float(middle_y), _readable(angle), float(steps[at])


def _readable(angle_deg: float) -> float:
    if angle_deg > 90:
        return angle_deg - 180
    return angle_deg + 180 if angle_deg < -90 else angle_deg


def _places_of(layer: BaseLayer) -> _Places:
    weights = np.ones(len(layer.names)) if layer.weights is None else _sound(layer.weights)
    count = min(len(layer.names), layer.lon.size, layer.lat.size, weights.size)
    has_name = np.fromiter((bool(name) for name in layer.names[:count]), np.bool_, count)
    rows = np.flatnonzero(is_on_map(layer.lon[:count], layer.lat[:count]) & has_name)
    x, y = project(layer.lon[rows], layer.lat[rows])
    return _Places([layer.names[row] for row in rows.tolist()], x, y, weights[rows])


def _weightiest_first(places: Sequence[_Places]) -> _Places:
    names = [name for one in places for name in one.names]
    x, y, weights = (
        np.concatenate([np.empty(0), *columns])
        for columns in ([one.x for one in places], [one.y for one in places], [one.weights for one in places])
    )
    order = np.argsort(-weights, kind="stable")
    return _Places([names[at] for at in order.tolist()], x[order], y[order], weights[order])


def _named_of(layer: BaseLayer) -> list[_Named]:
    valid = is_on_map(layer.lon, layer.lat)
    x, y = project(np.where(valid, layer.lon, 0.0), np.where(valid, layer.lat, 0.0))
    weights = np.empty(0) if layer.weights is None else _sound(layer.weights)
    named: list[_Named] = []
    for i in range(min(len(layer.names), layer.offsets.size - 1)):
        a, b = int(layer.offsets[i]), int(layer.offsets[i + 1])
        if layer.names[i] and 0 <= a < b - 1 < x.size and bool(valid[a:b].all()):
            weight = 1.0 if i >= weights.size else float(weights[i])
            named.append(_Named(shortened(layer.names[i], _LETTERS_AT_MOST), weight, x[a:b], y[a:b]))
    return named


def _sound(weights: Float64s) -> Float64s:
    """Weights as a file may hold them -> 1 to 4."""
    return np.clip(np.nan_to_num(weights, nan=1.0), 1.0, 4.0)
