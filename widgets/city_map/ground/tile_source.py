"""Where the tiles of a base map come from. The widget asks and paints; loading is the source's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage

TileKey = tuple[int, int, int]
"""z, x, y: Web Mercator, x counted from the west and y from the north, 2**z by 2**z for the world."""


@dataclass(frozen=True, slots=True)
class GroundBox:
    """A box on the ground in degrees; west <= east, south <= north."""

    west: float
    south: float
    east: float
    north: float


class TileSource(Protocol):
    """One base map made of picture tiles.

    Zoom 0 is the whole world in one tile, whatever `tile_px` is. Above `max_zoom` the map enlarges tiles of that level.
    """

    @property
    def id(self) -> str: ...

    @property
    def attribution(self) -> str: ...

    @property
    def min_zoom(self) -> int: ...

    @property
    def max_zoom(self) -> int: ...

    @property
    def tile_px(self) -> int: ...

    @property
    def bounds(self) -> GroundBox | None:
        """None: the whole world."""
        ...

    def image(self, z: int, x: int, y: int) -> QImage | None:
        """The tile if it is in memory, at once; None when it is not there (yet). Called while painting."""
        ...

    def is_missing(self, z: int, x: int, y: int) -> bool:
        """True when it is known that there is no such tile: it is not asked for again."""
        ...

    def request(self, keys: Sequence[TileKey]) -> None:
        """What the view wants and has not got, most wanted first; replaces all former wishes. Empty: nothing.

        Not to be answered by `CityMap.tiles_changed` before it returns.
        """
        ...


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """A source and how it is shown. All shares run from 0 to 1."""

    source: TileSource
    opacity: float = 1.0
    desaturate: float = 0.0
    """1: grey."""
    dim: float = 0.0
    """1: nothing but the colour of the map's field."""
    is_for_dark: bool = False
    """True for a map that is dark as it comes; any other is darkened in a dark theme."""
