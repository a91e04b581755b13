"""Privacy masks as pixels: polygons merged at a picture's size, and burnt into its planes."""

import math
from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from contract.masks import Mask

Plane = NDArray[Any]
Geometry = tuple[tuple[tuple[float, float], ...], ...]

FILL: Final = (46, 128, 128)
"""Y, U, V of what hides: a dark grey that no camera's black is taken for."""

MARGIN_PX: Final = 3
"""Hidden beyond the polygon: half-covered pixels, and what the camera's coder smeared over the edge."""

_FARTHEST: Final = 50.0  # shares of the picture: beyond it a corner is no drawing but an attack
_FRACTION_BITS: Final = 4
_RIM_PX: Final = 32  # wider than any margin


def geometry(masks: Sequence[Mask]) -> Geometry:
    """What of the masks shows in pictures: two sets that hide the same have the same, whatever their names."""
    return tuple(sorted(mask.corners for mask in masks))


def merged_mask(masks: Geometry, width: int, height: int) -> NDArray[np.uint8]:
    """255 where anything hides, else 0. A polygon that cannot be drawn hides everything; one that crosses itself
    hides what it encloses too."""
    hidden = np.zeros((height, width), np.uint8)
    for corners in masks:
        if not _is_drawable(corners):
            hidden[:] = 255
            return hidden
        hidden |= _filled(corners, width, height)
    if hidden.any():
        margin = max(MARGIN_PX, round(height / 360))
        hidden = np.asarray(cv2.dilate(hidden, np.ones((2 * margin + 1,) * 2, np.uint8)), np.uint8)
    return hidden


class MaskBurner:
    """Burns one set of masks into I420 planes; the merged mask is drawn once a size."""

    def __init__(self, masks: Geometry) -> None:
        self._masks = masks
        self._size = (0, 0)
        self._kept: tuple[Plane, Plane] = (_nothing(), _nothing())
        self._filled: tuple[Plane, Plane, Plane] = (_nothing(), _nothing(), _nothing())

    def burn(self, source: Sequence[Plane], target: Sequence[Plane]) -> None:
        """Y, U and V of one picture into the target's, all of its even size; source and target may be the same."""
        height, width = source[0].shape
        if self._size != (width, height):
            self._prepare(width, height)
        for index in range(3):
            cv2.bitwise_and(source[index], self._kept[min(index, 1)], dst=target[index])
            cv2.bitwise_or(target[index], self._filled[index], dst=target[index])

    def _prepare(self, width: int, height: int) -> None:
        luma = merged_mask(self._masks, width, height)
        # A colour sample serves four pixels: it is hidden when any of them is.
        chroma = luma.reshape(height // 2, 2, width // 2, 2).max(axis=(1, 3))
        self._kept = (cv2.bitwise_not(luma), cv2.bitwise_not(chroma))
        self._filled = (luma & FILL[0], chroma & FILL[1], chroma & FILL[2])
        self._size = (width, height)


def _is_drawable(corners: Sequence[tuple[float, float]]) -> bool:
    return len(corners) >= 3 and all(
        math.isfinite(x) and math.isfinite(y) and abs(x) <= _FARTHEST and abs(y) <= _FARTHEST for x, y in corners
    )


def _filled(corners: Sequence[tuple[float, float]], width: int, height: int) -> NDArray[np.uint8]:
    # OpenCV loses pixels of polygons that reach beyond what it draws on: they are cut a little outside the picture,
    # and drawn on a canvas that is larger by so much.
    points = [(x * width + _RIM_PX, y * height + _RIM_PX) for x, y in corners]
    rim_width, rim_height = width + 2 * _RIM_PX, height + 2 * _RIM_PX
    for axis, limit, sign in ((0, 1, 1), (0, rim_width - 1, -1), (1, 1, 1), (1, rim_height - 1, -1)):
        points = _cut(points, axis, limit, sign)
    drawn = np.zeros((rim_height, rim_width), np.uint8)
    if points:
        # OpenCV's whole numbers are the middles of pixels.
        fixed = np.rint((np.array(points) - 0.5) * (1 << _FRACTION_BITS)).astype(np.int32)
        cv2.fillPoly(drawn, [fixed], (255,), shift=_FRACTION_BITS)
        # Where a polygon crosses itself the rule of even and odd leaves holes.
        outlines, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(drawn, outlines, -1, (255,), cv2.FILLED)
    return drawn[_RIM_PX : _RIM_PX + height, _RIM_PX : _RIM_PX + width]


def _cut(points: list[tuple[float, float]], axis: int, limit: float, sign: int) -> list[tuple[float, float]]:
    """The part of a polygon on one side of a line (Sutherland and Hodgman)."""
    kept: list[tuple[float, float]] = []
    for here, there in zip(points, [*points[1:], *points[:1]], strict=True):
        is_in, will_be_in = sign * (here[axis] - limit) >= 0, sign * (there[axis] - limit) >= 0
        if is_in:
            kept.append(here)
        if is_in != will_be_in:
            share = (limit - here[axis]) / (there[axis] - here[axis])
            kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
    return kept


def _nothing() -> Plane:
    return np.zeros((0, 0), np.uint8)
