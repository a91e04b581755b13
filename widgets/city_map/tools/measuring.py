"""Measure on the ground: point by point, each stretch and the whole."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from widgets.city_map.mercator import unproject, unproject_point
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.geodesy import distance_m, ring_area_m2
from widgets.city_map.tools.pointer_tool import Outcome, Point, Sketch, SketchWords
from widgets.city_map.tools.values import MapTool, Measurement
from widgets.city_map.tools.wording import area_words, length_words

_POINTS_AT_MOST = 500


class Measuring:
    """A PointerTool. What is finished stays to be read until the next point or Escape."""

    def __init__(self, kind: MapTool) -> None:
        self._kind = kind
        self._points: list[Point] = []
        self._pointer: Point | None = None
        self._is_finished = False
        self._outcome: Measurement | None = None

    @property
    def kind(self) -> MapTool:
        return self._kind

    @property
    def is_begun(self) -> bool:
        return bool(self._points)

    def put(self, at: Point) -> None:
        if self._is_finished:
            self.cancel()
        if len(self._points) < _POINTS_AT_MOST and (not self._points or self._points[-1] != at):
            self._points.append(at)
        self._pointer = None

    def hover(self, at: Point) -> None:
        self._pointer = at

    def drag_from(self, at: Point) -> None:
        if not self._points or self._is_finished:
            self.put(at)

    def drag_to(self, at: Point) -> None:
        self._pointer = at

    def drop(self, at: Point) -> None:
        self.put(at)

    def take_back(self) -> None:
        self._is_finished = False
        del self._points[-1:]

    def cancel(self) -> None:
        self._points.clear()
        self._is_finished = False

    def finish(self) -> bool:
        if len(self._points) < (3 if self._is_area else 2):
            return False
        if not self._is_finished:
            self._is_finished, self._pointer = True, None
            points = tuple(unproject_point(*point) for point in self._points)
            self._outcome = Measurement(
                self._kind,
                points,
                tuple(_stretch(a, b) for a, b in self._pairs(self._points)),
                _area(self._points) if self._is_area else None,
            )
        return True

    def take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome

    def sketch(self, texts: MapTexts) -> Sketch:
        line = list(self._points)
        if self._pointer is not None and line and not self._is_finished:
            line.append(self._pointer)
        stretches = [(a, b, _stretch(a, b)) for a, b in self._pairs(line)]
        words = [
            SketchWords(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), length_words(metres, texts))
            for a, b, metres in stretches
        ]
        around = sum(metres for _, _, metres in stretches)
        if self._is_area and len(line) >= 3:
            middle = (sum(x for x, _ in line) / len(line), sum(y for _, y in line) / len(line))
            result = f"{area_words(_area(line), texts)}\n{texts.around.format(length=length_words(around, texts))}"
            words.append(SketchWords(middle, result, is_strong=True))
        elif not self._is_area and len(stretches) > 1:
            words.append(SketchWords(line[-1], texts.total.format(length=length_words(around, texts)), is_strong=True))
        return Sketch(tuple(line), self._is_area and len(line) >= 3, tuple(self._points), tuple(words))

    @property
    def _is_area(self) -> bool:
        return self._kind is MapTool.MEASURE_AREA

    def _pairs(self, line: list[Point]) -> list[tuple[Point, Point]]:
        pairs = list(pairwise(line))
        return [*pairs, (line[-1], line[0])] if self._is_area and len(line) >= 3 else pairs


@lru_cache(maxsize=2_000)
def _stretch(one: Point, other: Point) -> float:
    return distance_m(*unproject_point(*one), *unproject_point(*other))


def _area(ring: list[Point]) -> float:
    return ring_area_m2(*unproject(*np.array(ring, np.float64).T))
