"""Choose by area: rectangle, lasso, circle. By dragging, or point by point."""

from __future__ import annotations

import numpy as np

from widgets.city_map.mercator import project, unproject, unproject_point
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.geodesy import circle, distance_m, ring_area_m2
from widgets.city_map.tools.pointer_tool import DrawnArea, Outcome, Point, Sketch, SketchWords
from widgets.city_map.tools.values import AreaKind, MapTool
from widgets.city_map.tools.wording import area_words, length_words

_LASSO_POINTS_AT_MOST = 4_000
_LEAST_RADIUS_M = 0.5


class TwoPoints:
    """What rectangle and circle have in common: a first point, then a second. See PointerTool."""

    def __init__(self) -> None:
        self._first: Point | None = None
        self._pointer: Point | None = None
        self._outcome: DrawnArea | None = None

    @property
    def is_begun(self) -> bool:
        return self._first is not None

    def put(self, at: Point) -> None:
        if self._first is None:
            self._first, self._pointer = at, at
        else:
            self.drop(at)

    def hover(self, at: Point) -> None:
        self._pointer = at

    def drag_from(self, at: Point) -> None:
        if self._first is None:
            self._first = at
        self._pointer = at

    def drag_to(self, at: Point) -> None:
        self._pointer = at

    def drop(self, at: Point) -> None:
        first = self._first
        if first is None or at == first:
            return
        self._outcome = self._drawn(first, at)
        if self._outcome is not None:
            self.cancel()

    def take_back(self) -> None:
        self.cancel()

    def cancel(self) -> None:
        self._first = None

    def finish(self) -> bool:
        if self._first is None or self._pointer is None:
            return False
        self.drop(self._pointer)
        return not self.is_begun

    def take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome

    def _drawn(self, first: Point, second: Point) -> DrawnArea | None:
        raise NotImplementedError


class RectangleChoice(TwoPoints):
    """A PointerTool: corner to corner."""

    @property
    def kind(self) -> MapTool:
        return MapTool.SELECT_RECTANGLE

    def sketch(self, texts: MapTexts) -> Sketch:
        if self._first is None or self._pointer is None:
            return Sketch()
        (x0, y0), (x1, y1) = self._first, self._pointer
        ring = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        west, north = unproject_point(min(x0, x1), min(y0, y1))
        east, south = unproject_point(max(x0, x1), max(y0, y1))
        middle = (north + south) / 2
        wide = length_words(distance_m(west, middle, east, middle), texts)
        high = length_words(distance_m(west, north, west, south), texts)
        return Sketch(ring, True, (self._first,), (SketchWords((x1, y1), f"{wide} × {high}"),))

    def _drawn(self, first: Point, second: Point) -> DrawnArea | None:
        (x0, y0), (x1, y1) = first, second
        if x0 == x1 or y0 == y1:
            return None
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        return DrawnArea(AreaKind.RECTANGLE, ((left, top), (right, top), (right, bottom), (left, bottom)))


class RadiusChoice(TwoPoints):
    """A PointerTool: from the centre to the rim; a circle on the ground."""

    @property
    def kind(self) -> MapTool:
        return MapTool.SELECT_RADIUS

    def sketch(self, texts: MapTexts) -> Sketch:
        if self._first is None or self._pointer is None:
            return Sketch()
        radius = _between(self._first, self._pointer)
        rim = _circle(self._first, radius) if radius >= _LEAST_RADIUS_M else ()
        return Sketch(rim, True, (self._first,), (SketchWords(self._pointer, length_words(radius, texts), True),))

    def _drawn(self, first: Point, second: Point) -> DrawnArea | None:
        radius = _between(first, second)
        if radius < _LEAST_RADIUS_M:
            return None
        return DrawnArea(AreaKind.RADIUS, _circle(first, radius), unproject_point(*first), radius)


class LassoChoice:
    """A PointerTool: drawn by hand, or corner by corner."""

    def __init__(self) -> None:
        self._ring: list[Point] = []
        self._pointer: Point | None = None
        self._outcome: DrawnArea | None = None

    @property
    def kind(self) -> MapTool:
        return MapTool.SELECT_LASSO

    @property
    def is_begun(self) -> bool:
        return bool(self._ring)

    def put(self, at: Point) -> None:
        if not self._ring or self._ring[-1] != at:
            self._ring.append(at)
        self._pointer = None

    def hover(self, at: Point) -> None:
        self._pointer = at

    def drag_from(self, at: Point) -> None:
        self._pointer = None
        self.put(at)

    def drag_to(self, at: Point) -> None:
        self.put(at)
        if len(self._ring) > _LASSO_POINTS_AT_MOST:
            self._ring = self._ring[::2]

    def drop(self, at: Point) -> None:
        self.put(at)
        if not self.finish():
            self.cancel()

    def take_back(self) -> None:
        del self._ring[-1:]

    def cancel(self) -> None:
        self._ring.clear()

    def finish(self) -> bool:
        if len(self._ring) < 3:
            return False
        self._outcome = DrawnArea(AreaKind.LASSO, tuple(self._ring))
        self.cancel()
        return True

    def take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome

    def sketch(self, texts: MapTexts) -> Sketch:
        line = tuple(self._ring) if self._pointer is None or not self._ring else (*self._ring, self._pointer)
        if len(line) < 3:
            return Sketch(line, False, line[:1])
        area = ring_area_m2(*unproject(*np.array(line, np.float64).T))
        return Sketch(line, True, line[:1], (SketchWords(line[-1], area_words(area, texts)),))


def _between(one: Point, other: Point) -> float:
    return distance_m(*unproject_point(*one), *unproject_point(*other))


def _circle(centre: Point, radius: float) -> tuple[Point, ...]:
    x, y = project(*circle(*unproject_point(*centre), radius))
    return tuple(zip(x.tolist(), y.tolist(), strict=True))
