"""Tile numbers of the Web Mercator square, y from the north."""

import math
from typing import Final

from contract.base_maps import Bounds

MOST_ZOOM: Final = 24
WHOLE_WORLD: Final = Bounds(-180.0, -85.051129, 180.0, 85.051129)


def is_tile(z: int, x: int, y: int) -> bool:
    """Whether there is such a tile at all."""
    return 0 <= z <= MOST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The column and row of the tile that holds a place."""
    side = 1 << z
    sine = math.sin(math.radians(max(-85.051129, min(85.051129, lat))))
    x = math.floor((lon + 180.0) / 360.0 * side)
    y = math.floor((0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side)
    return max(0, min(side - 1, x)), max(0, min(side - 1, y))


def touches(bounds: Bounds, z: int, x: int, y: int) -> bool:
    """Whether a tile shows anything of a box."""
    west, north = tile_at(bounds.west, bounds.north, z)
    east, south = tile_at(bounds.east, bounds.south, z)
    return west <= x <= east and north <= y <= south


def checked_bounds(west: float, south: float, east: float, north: float) -> Bounds | None:
    """The box within the world; None when it is none: not a number, turned round, empty or elsewhere."""
    if not all(math.isfinite(side) for side in (west, south, east, north)):
        return None
    box = Bounds(max(-180.0, west), max(-90.0, south), min(180.0, east), min(90.0, north))
    return box if box.west <= box.east and box.south <= box.north else None
