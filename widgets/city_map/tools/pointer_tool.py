"""What a pointer tool is: it is told what hands do, in mercator metres, and says what it draws and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.values import AreaKind, LonLat, MapTool, Measurement, PlacedPoint

Point = tuple[float, float]
"""x, y in mercator metres, y growing southwards."""


@dataclass(frozen=True, slots=True)
class SketchWords:
    """Words at a point of a sketch; strong: the result."""

    at: Point
    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a tool draws: a line or a ring, the points set so far, words beside it."""

    line: tuple[Point, ...] = ()
    is_ring: bool = False
    knots: tuple[Point, ...] = ()
    words: tuple[SketchWords, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area as it was drawn on the map: its edge is straight on the map."""

    kind: AreaKind
    ring: tuple[Point, ...]
    centre: LonLat | None = None
    radius_m: float | None = None


Outcome = Measurement | DrawnArea | PlacedPoint


class PointerTool(Protocol):
    """One tool in the hand. A click is `put`; a drag is `drag_from`, `drag_to` some times, `drop`."""

    @property
    def kind(self) -> MapTool: ...

    @property
    def is_begun(self) -> bool:
        """True while there is something to take back or to cancel."""
        ...

    def put(self, at: Point) -> None:
        """Set a point."""
        ...

    def hover(self, at: Point) -> None:
        """The pointer is here, no button down."""
        ...

    def drag_from(self, at: Point) -> None: ...

    def drag_to(self, at: Point) -> None: ...

    def drop(self, at: Point) -> None: ...

    def take_back(self) -> None:
        """The last point was a mistake."""
        ...

    def cancel(self) -> None:
        """Forget all that was drawn."""
        ...

    def finish(self) -> bool:
        """No more points; False when there are too few."""
        ...

    def take_outcome(self) -> Outcome | None:
        """What has come out since the last time asked."""
        ...

    def sketch(self, texts: MapTexts) -> Sketch:
        """What is to be drawn now."""
        ...
