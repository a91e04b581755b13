"""Say where something stands: one point, by a click or by keys; from where it stood so far, when it stood somewhere."""

from __future__ import annotations

from widgets.city_map.mercator import project_point, unproject_point
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.geodesy import distance_m
from widgets.city_map.tools.pointer_tool import Outcome, Point, Sketch, SketchWords
from widgets.city_map.tools.values import LonLat, MapTool, PlacedPoint
from widgets.city_map.tools.wording import length_words


class Placing:
    """A PointerTool. Dragging sets the point where the button goes up."""

    def __init__(self, origin: LonLat | None = None) -> None:
        self._origin = None if origin is None else project_point(*origin)
        self._pointer: Point | None = None
        self._outcome: PlacedPoint | None = None

    @property
    def kind(self) -> MapTool:
        return MapTool.PLACE

    @property
    def is_begun(self) -> bool:
        """Never: Escape gives the whole thing up at once."""
        return False

    def put(self, at: Point) -> None:
        self._pointer = at
        self._outcome = PlacedPoint(*unproject_point(*at))

    def hover(self, at: Point) -> None:
        self._pointer = at

    def drag_from(self, at: Point) -> None:
        self._pointer = at

    def drag_to(self, at: Point) -> None:
        self._pointer = at

    def drop(self, at: Point) -> None:
        self.put(at)

    def take_back(self) -> None:
        self._pointer = None

    def cancel(self) -> None:
        self._pointer = None

    def finish(self) -> bool:
        return False

    def take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome

    def sketch(self, texts: MapTexts) -> Sketch:
        origin, pointer = self._origin, self._pointer
        if pointer is None:
            return Sketch(knots=() if origin is None else (origin,))
        if origin is None:
            return Sketch(knots=(pointer,))
        moved = distance_m(*unproject_point(*origin), *unproject_point(*pointer))
        words = (SketchWords(pointer, length_words(moved, texts), True),)
        return Sketch((origin, pointer), False, (origin, pointer), words)
