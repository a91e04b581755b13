"""Which tiles of a source a picture needs, and where they lie in it. No painting here."""

from __future__ import annotations

import math
from typing import Final

from widgets.city_map.ground.tile_source import GroundBox, TileKey, TileSource
from widgets.city_map.mercator import EARTH_RADIUS_M, project_point

HALF_WORLD_M: Final = math.pi * EARTH_RADIUS_M
WORLD_M: Final = 2 * HALF_WORLD_M
_DEEPEST: Final = 30
LEVELS_ENLARGED: Final = 6
"""A tile is enlarged over this many levels; beyond that it would be one flat colour."""
_LEVELS_REDUCED: Final = 1
_KEYS_AT_MOST: Final = 600

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in mercator metres, y growing southwards."""


def zoom_for(source: TileSource, scale: float) -> int | None:
    """The level whose pixels are nearest to those of the screen (device pixels per metre); None: nothing to show."""
    tile_px = min(max(source.tile_px, 64), 4096)
    exact = math.log2(max(WORLD_M * scale / tile_px, 1e-9))
    lowest, highest = max(source.min_zoom, 0), min(source.max_zoom, _DEEPEST)
    wanted = math.floor(exact + 0.5)
    if highest < lowest or wanted < lowest - _LEVELS_REDUCED or wanted > highest + LEVELS_ENLARGED:
        return None
    return min(max(wanted, lowest), highest)


def keys_touching(source: TileSource, zoom: int, box: Box, ring: int = 0) -> list[TileKey]:
    """Tiles of a level that a box touches, within the bounds of the source; a ring of neighbours around them."""
    side = WORLD_M / 2**zoom
    x0, y0, x1, y1 = box
    left, top = math.floor((x0 + HALF_WORLD_M) / side) - ring, math.floor((y0 + HALF_WORLD_M) / side) - ring
    right = math.ceil((x1 + HALF_WORLD_M) / side) - 1 + ring
    bottom = math.ceil((y1 + HALF_WORLD_M) / side) - 1 + ring
    if source.bounds is not None:
        west, north, east, south = _box_of(source.bounds)
        left, top = (
            max(left, math.floor((west + HALF_WORLD_M) / side)),
            max(top, math.floor((north + HALF_WORLD_M) / side)),
        )
        right = min(right, math.floor((east + HALF_WORLD_M) / side))
        bottom = min(bottom, math.floor((south + HALF_WORLD_M) / side))
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, 2**zoom - 1), min(bottom, 2**zoom - 1)
    if right < left or bottom < top or (right - left + 1) * (bottom - top + 1) > _KEYS_AT_MOST:
        return []
    return [(zoom, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)]


def edges(key: TileKey, scale: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in global device pixels: whole, so that neighbours meet without a seam."""
    zoom, x, y = key
    side = WORLD_M / 2**zoom
    left, right = x * side - HALF_WORLD_M, (x + 1) * side - HALF_WORLD_M
    top, bottom = y * side - HALF_WORLD_M, (y + 1) * side - HALF_WORLD_M
    return round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)


def by_distance(keys: list[TileKey], x: float, y: float) -> list[TileKey]:
    """The same tiles, the nearest to a place in mercator metres first."""

    def away(key: TileKey) -> float:
        side = WORLD_M / 2 ** key[0]
        return math.hypot((key[1] + 0.5) * side - HALF_WORLD_M - x, (key[2] + 0.5) * side - HALF_WORLD_M - y)

    return sorted(keys, key=away)


def _box_of(bounds: GroundBox) -> Box:
    west, north = project_point(min(max(bounds.west, -180.0), 180.0), bounds.north)
    east, south = project_point(min(max(bounds.east, -180.0), 180.0), bounds.south)
    return west, north, east, south
