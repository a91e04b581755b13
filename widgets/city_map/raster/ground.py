"""Communes and streets, drawn crisp at each scale into opaque tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PySide6.QtGui import QColor, QImage

from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.raster.tiles import TILE
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import BaseLayer, Float64s, LayerKind, Rows

_SUBPIXEL_BITS: Final = 4
_SUBPIXELS: Final = 1 << _SUBPIXEL_BITS
_STREET_WIDTH_M: Final = (5.0, 5.0, 8.0, 11.0, 15.0)
_FAR: Final = 1 << 24

Colour = tuple[int, int, int]
Line = np.ndarray[tuple[int, ...], np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Polylines in mercator metres with the boxes they fit in."""

    kind: LayerKind
    x: Float64s
    y: Float64s
    offsets: Rows
    weights: Rows
    box: tuple[Float64s, Float64s, Float64s, Float64s]


class Ground:
    """Knows every line and draws any square of it."""

    def __init__(self) -> None:
        self._outlines: list[_Lines] = []
        self._streets: list[_Lines] = []

    def set_layers(self, layers: Sequence[BaseLayer]) -> None:
        """Take these lines instead of the former; labels are somebody else's."""
        lines = [_lines_of(layer) for layer in layers if layer.kind is not LayerKind.LABEL]
        self._outlines = [one for one in lines if one.kind is LayerKind.OUTLINE]
        self._streets = [one for one in lines if one.kind is LayerKind.STREET]

    def draw(self, column: int, line: int, scale: float, theme: MapTheme) -> QImage:
        """The tile at this place as an opaque picture that owns its pixels."""
        field = theme.field if self._outlines else theme.land
        pixels = np.empty((TILE, TILE, 4), np.uint8)
        pixels[:] = (*_bgr(field), 255)
        for lines in self._outlines:
            self._fill(pixels, lines, column, line, scale, theme)
        for lines in self._streets:
            self._draw_streets(pixels, lines, column, line, scale, theme)
        for lines in self._outlines:
            shapes = _within(lines, column, line, scale, 4)
            rings = [points for _, points in shapes]
            if not rings:
                continue
            cv2.polylines(pixels, rings, True, (*_bgr(theme.outline), 255), 1, cv2.LINE_AA, _SUBPIXEL_BITS)
        return QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_RGB32).copy()

    def _fill(self, pixels: np.ndarray, lines: _Lines, column: int, line: int, scale: float, theme: MapTheme) -> None:
        for _, points in _within(lines, column, line, scale, 4):
            cv2.fillPoly(pixels, [points], (*_bgr(theme.land), 255), cv2.LINE_AA, _SUBPIXEL_BITS)

    def _draw_streets(
        self, pixels: np.ndarray, lines: _Lines, column: int, line: int, scale: float, theme: MapTheme
    ) -> None:
        shapes = _within(lines, column, line, scale, 24)
        by_weight: list[list[Line]] = [[] for _ in _STREET_WIDTH_M]
        for weight, points in shapes:
            by_weight[weight].append(points)
        widths = [round(metres * scale) for metres in _STREET_WIDTH_M]
        for wanted, width in zip(by_weight, widths, strict=True):
            if wanted and width >= 4:
                cv2.polylines(
                    pixels, wanted, False, (*_bgr(theme.street_casing), 255), width + 2, cv2.LINE_AA, _SUBPIXEL_BITS
                )
        for weight, wanted in enumerate(by_weight):
            if wanted:
                metres = _STREET_WIDTH_M[weight]
                strong = theme.street_major if weight >= 2 else theme.street_minor
                # A street narrower than a pixel covers only a share of it.
                share = min(1.0, max(metres * scale, 0.16 * weight))
                colour = (*_mixed(_bgr(theme.land), _bgr(strong), share), 255)
                cv2.polylines(pixels, wanted, False, colour, max(widths[weight], 1), cv2.LINE_AA, _SUBPIXEL_BITS)


def _lines_of(layer: BaseLayer) -> _Lines:
    size = min(layer.lon.size, layer.lat.size)
    valid = is_on_map(layer.lon[:size], layer.lat[:size])
    x, y = project(np.where(valid, layer.lon[:size], 0.0), np.where(valid, layer.lat[:size], 0.0))
    offsets = np.clip(layer.offsets.astype(np.int64), 0, size)
    # A line with a position off the earth would run across the whole map: it is left out.
    strays = np.concatenate(([0], np.cumsum(~valid)))
    filled = np.flatnonzero((np.diff(offsets) > 1) & (np.diff(strays[offsets]) == 0))
    starts, ends = offsets[filled], offsets[filled + 1]
    count = max(layer.offsets.size - 1, 0)
    weights = np.ones(count) if layer.weights is None else np.nan_to_num(layer.weights)
    weights = np.resize(weights, count) if weights.size else np.ones(count)
    boxes = [
        np.array([reduce(values[a:b]) for a, b in zip(starts, ends, strict=True)], np.float64)
        for values, reduce in ((x, np.min), (y, np.min), (x, np.max), (y, np.max))
    ]
    return _Lines(
        kind=layer.kind,
        x=x,
        y=y,
        offsets=np.stack((starts, ends), axis=1).astype(np.int64).reshape(-1, 2),
        weights=np.clip(weights[filled], 1, len(_STREET_WIDTH_M) - 1).astype(np.int64),
        box=(boxes[0], boxes[1], boxes[2], boxes[3]),
    )


def _within(lines: _Lines, column: int, line: int, scale: float, margin_px: int) -> list[tuple[int, Line]]:
    left, top = column * TILE, line * TILE
    x0, y0, x1, y1 = lines.box
    hit = np.flatnonzero(
        (x1 * scale >= left - margin_px)
        & (x0 * scale <= left + TILE + margin_px)
        & (y1 * scale >= top - margin_px)
        & (y0 * scale <= top + TILE + margin_px)
    )
    found: list[tuple[int, Line]] = []
    for row in hit.tolist():
        a, b = lines.offsets[row]
        points = np.empty((int(b - a), 1, 2), np.float64)
        points[:, 0, 0] = (lines.x[a:b] * scale - left) * _SUBPIXELS
        points[:, 0, 1] = (lines.y[a:b] * scale - top) * _SUBPIXELS
        found.append((int(lines.weights[row]), np.clip(points, -_FAR, _FAR).astype(np.int32)))
    return found


def _bgr(name: str) -> Colour:
    colour = QColor(name)
    return colour.blue(), colour.green(), colour.red()


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    b, g, r = (round(p + (q - p) * share) for p, q in zip(one, other, strict=True))
    return b, g, r
