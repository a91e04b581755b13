"""From pixel positions and codes to a picture of discs: worst wins, stamp or dilate, look up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from widgets.city_map.raster.disc_codes import CORE, FAULT_CODE, TIER, TIERS
from widgets.city_map.values import Bytes

Pixels = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_STAMPED_AT_MOST: Final = 300
"""Up to this many discs, stamping each costs less than dilating the whole picture."""
_GLOW: Final = (1.7, 2.3, 3.0, 3.7, 4.4, 5.2)
_RINGS_FROM: Final = 1.6
"""A heart this wide has room for a ring, and rings of glow around it."""
_ARM: Final = 2.0
_SHINE: Final = (0.5, 1.0, 1.5, 2.3, 3.2)
"""Around a lamp seen from so far that it is one pixel: no edge, but glow. Together they light up their quarter."""


@dataclass(frozen=True, slots=True)
class DiscSize:
    """Radii in device pixels, growing: heart, soft edge, then rings of glow; one tier each."""

    radii: tuple[float, ...]
    arm: int = 0
    """Where discs are mere dots a fault is a cross with arms of so many pixels: it is told by its shape, too."""

    @property
    def reach(self) -> int:
        """How far from its centre a disc may touch a pixel."""
        return max(int(self.radii[-1]), self.arm)

    @property
    def has_rings(self) -> bool:
        """Whether a heart can be hollow and still be seen."""
        return self.radii[0] >= _RINGS_FROM


def disc_size(spacing_px: float, pixel_ratio: float, *, shines: bool = False) -> DiscSize:
    """Discs that shrink with density, so that a full city does not become one blot; by night even dots shine."""
    heart = min(max(0.085 * spacing_px, 0.0), 3.4 * pixel_ratio)
    arm = round(_ARM * pixel_ratio)
    if shines and heart < 0.8:
        return DiscSize((0.5, *(pixel_ratio * radius for radius in _SHINE)), arm)
    if heart < 0.35:
        return DiscSize((0.5,), arm)
    if heart < 0.8:
        return DiscSize((0.5, 1.0), arm)
    edge = heart + max(0.9, 0.3 * heart)
    if heart >= _RINGS_FROM:
        return DiscSize((heart, edge, *(heart * ring for ring in _GLOW)))
    return DiscSize((heart, edge, *(heart * ring for ring in _GLOW[:2])), max(arm, round(edge) + 1))


def paint_codes(x: Pixels, y: Pixels, codes: Bytes, width: int, height: int, size: DiscSize) -> Bytes:
    """Discs around these pixels on an empty field; positions outside of it count as far as they reach in."""
    reach = size.reach
    column, line = x + reach, y + reach
    wide, high = width + 2 * reach, height + 2 * reach
    inside = (column >= 0) & (column < wide) & (line >= 0) & (line < high)
    column, line, codes = column[inside], line[inside], codes[inside]
    if column.size <= _STAMPED_AT_MOST:
        painted = _stamped(column, line, codes, wide, high, size)
    else:
        painted = _dilated(column, line, codes, wide, high, size)
    if size.arm:
        faults = codes == FAULT_CODE
        _cross(painted, column[faults], line[faults], size.arm)
    return painted[reach : reach + height, reach : reach + width]


def _stamped(column: Pixels, line: Pixels, codes: Bytes, wide: int, high: int, size: DiscSize) -> Bytes:
    reach = size.reach
    painted = np.zeros((high + 2 * reach, wide + 2 * reach), np.uint8)
    side = 2 * reach + 1
    for x, y, code in zip(column.tolist(), line.tolist(), codes.tolist(), strict=True):
        spot = painted[y : y + side, x : x + side]
        np.maximum(spot, _stamp(size, code), out=spot)
    return painted[reach : reach + high, reach : reach + wide]


def _dilated(column: Pixels, line: Pixels, codes: Bytes, wide: int, high: int, size: DiscSize) -> Bytes:
    seeds = np.zeros((high, wide), np.uint8)
    np.maximum.at(seeds.reshape(-1), line * wide + column, codes + np.uint8(CORE))
    painted = np.zeros_like(seeds)
    for step, radius in enumerate(size.radii):
        disc = cv2.dilate(seeds, _disc(radius), borderType=cv2.BORDER_CONSTANT, borderValue=0.0)
        lower = np.uint8(step * TIER)
        # Nothing stays nothing: whatever was seen is above what its tier lies lower.
        np.maximum(painted, np.maximum(cast("Bytes", disc), lower) - lower, out=painted)
    return painted


def _cross(painted: Bytes, column: Pixels, line: Pixels, arm: int) -> None:
    """A saltire over each place; what is worse stays over it."""
    high, wide = painted.shape
    for step in range(-arm, arm + 1):
        for x, y in ((column + step, line + step), (column + step, line - step)):
            inside = (x >= 0) & (x < wide) & (y >= 0) & (y < high)
            at = y[inside], x[inside]
            painted[at] = np.maximum(painted[at], np.uint8(CORE + FAULT_CODE))


@cache
def _disc(radius: float) -> Bytes:
    reach = int(radius)
    across = np.arange(-reach, reach + 1)
    return ((across[:, None] ** 2 + across[None, :] ** 2) <= radius * radius).astype(np.uint8)


@cache
def _stamp(size: DiscSize, code: int) -> Bytes:
    across = np.arange(-size.reach, size.reach + 1)
    squared = across[:, None] ** 2 + across[None, :] ** 2
    stamp = np.zeros(squared.shape, np.uint8)
    for step, radius in reversed(list(enumerate(size.radii))):
        stamp[squared <= radius * radius] = (TIERS - 1 - step) * TIER + code
    return stamp
