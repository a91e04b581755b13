"""From pixel positions and codes to a picture of discs: worst wins, dilate, look up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np

from widgets.city_map.disc_codes import CORE, Palette
from widgets.city_map.values import Bytes, Rows

_ONE_TIER: Final = np.uint8(64)


@dataclass(frozen=True, slots=True)
class DiscSize:
    """Radii in device pixels: heart of the disc, then what edge, ring and glow add."""

    core: int
    edge: int
    ring: int
    glow: int

    @property
    def reach(self) -> int:
        """How far from its centre a disc may touch a pixel."""
        return self.core + self.edge + self.ring + self.glow


def disc_size(spacing_px: float, pixel_ratio: float) -> DiscSize:
    """Discs that shrink with density, so that a full city does not become one blot."""
    wanted = min(max(0.11 * spacing_px, 0.0), 3.0 * pixel_ratio)
    core = int(wanted)
    wide = spacing_px > 10 * pixel_ratio
    return DiscSize(
        core=core,
        edge=1 if wanted >= 0.35 else 0,
        ring=(2 if wide else 1) if wanted >= 0.8 else 0,
        glow=min(round(core * 1.2), 4) if wide else 0,
    )


def paint_codes(x: Rows, y: Rows, codes: Bytes, width: int, height: int, size: DiscSize) -> Bytes:
    """Discs around these pixels on an empty field; positions outside of it count as far as they reach in."""
    reach = size.reach
    seeds = np.zeros((height + 2 * reach, width + 2 * reach), np.uint8)
    column, line = x + reach, y + reach
    inside = (column >= 0) & (column < seeds.shape[1]) & (line >= 0) & (line < seeds.shape[0])
    flat = line[inside] * seeds.shape[1] + column[inside]
    np.maximum.at(seeds.reshape(-1), flat, codes[inside] + np.uint8(CORE))
    tier = _dilated(seeds, size.core)
    painted = tier
    for ring in (size.edge, size.ring, size.glow):
        if ring == 0:
            break
        tier = np.maximum(_dilated(tier, ring), _ONE_TIER) - _ONE_TIER
        painted = np.maximum(painted, tier)
    return painted[reach : reach + height, reach : reach + width]


def coloured(codes: Bytes, palette: Palette, into: Palette) -> None:
    """Look the colour of each pixel up."""
    into[...] = palette[codes]


def _dilated(image: Bytes, radius: int) -> Bytes:
    if radius == 0:
        return image
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return cast("Bytes", cv2.dilate(image, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0.0))
