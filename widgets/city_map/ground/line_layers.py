"""Streets and outlines as polylines in mercator metres, thinned for each scale, found for each square. Pure."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.values import BaseLayer, Float64s, LayerKind, Mask, Rows

MAX_WEIGHT: Final = 4
_CHUNK: Final = 128
"""Open lines are cut in pieces of this many segments, so that a square looks at its own stretch of a long one."""
_THINNED_FROM: Final = 20_000
_NOT_SEEN_PX: Final = 0.45
_LEVELS_KEPT: Final = 4
_LONG: Final = 256
_FAR: Final = 1 << 26

Line = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
"""Points as OpenCV wants them: n x 1 x 2."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Line i has the points starts[i]:ends[i] and fits in box i (x0, y0, x1, y1)."""

    x: Float64s
    y: Float64s
    starts: Rows
    ends: Rows
    weights: Rows
    box: tuple[Float64s, Float64s, Float64s, Float64s]


class LineLayer:
    """One layer of lines, ready to be drawn at any scale."""

    def __init__(self, layer: BaseLayer) -> None:
        self.kind = layer.kind
        self._all = _lines_of(layer)
        self._levels: OrderedDict[int, Lines] = OrderedDict()

    def within(
        self, left: int, top: int, side: int, scale: float, margin_px: int, bits: int
    ) -> tuple[list[Line], Rows]:
        """Lines that touch a square of global device pixels, with their weights.

        Points are fixed-point pixels from its corner, with this many binary places.
        """
        lines = self._thinned(scale)
        x0, y0, x1, y1 = lines.box
        hit = np.flatnonzero(
            (x1 >= (left - margin_px) / scale)
            & (x0 <= (left + side + margin_px) / scale)
            & (y1 >= (top - margin_px) / scale)
            & (y0 <= (top + side + margin_px) / scale)
        )
        if hit.size == 0:
            return [], hit
        rows, lengths = _gathered(lines.starts[hit], lines.ends[hit])
        px, py = lines.x[rows] * scale - left, lines.y[rows] * scale - top
        if bool(np.any(lengths > _LONG)):
            kept = _seen(px, py, lengths, -margin_px, side + margin_px)
            lengths = np.add.reduceat(kept.astype(np.int64), _first_of(lengths))
            px, py = px[kept], py[kept]
        points = np.empty((px.size, 1, 2), np.int32)
        # OpenCV's whole numbers are the middles of pixels.
        points[:, 0, 0] = np.clip((px - 0.5) * (1 << bits), -_FAR, _FAR)
        points[:, 0, 1] = np.clip((py - 0.5) * (1 << bits), -_FAR, _FAR)
        return np.split(points, np.cumsum(lengths)[:-1]), lines.weights[hit]

    def _thinned(self, scale: float) -> Lines:
        if self._all.x.size < _THINNED_FROM:
            return self._all
        level = math.floor(math.log2(scale))
        found = self._levels.get(level)
        if found is None:
            found = self._levels[level] = _thin(self._all, _NOT_SEEN_PX / 2.0 ** (level + 1))
            if len(self._levels) > _LEVELS_KEPT:
                self._levels.popitem(last=False)
        self._levels.move_to_end(level)
        return found


def _lines_of(layer: BaseLayer) -> Lines:
    size = min(layer.lon.size, layer.lat.size)
    valid = is_on_map(layer.lon[:size], layer.lat[:size])
    x, y = project(np.where(valid, layer.lon[:size], 0.0), np.where(valid, layer.lat[:size], 0.0))
    offsets = np.clip(layer.offsets.astype(np.int64), 0, size)
    # A line with a position off the earth would run across the whole map: it is left out.
    strays = np.concatenate(([0], np.cumsum(~valid)))
    filled = np.flatnonzero((np.diff(offsets) > 1) & (np.diff(strays[offsets]) == 0))
    count = max(layer.offsets.size - 1, 0)
    given = np.ones(count) if layer.weights is None else np.nan_to_num(layer.weights, nan=1.0)
    given = np.resize(given, count) if given.size else np.ones(count)
    weights: Rows = np.clip(given[filled], 1, MAX_WEIGHT).astype(np.int64)
    starts, ends = offsets[filled], offsets[filled + 1]
    if layer.kind is LayerKind.STREET:
        starts, ends, weights = _chunked(starts, ends, weights)
    return Lines(x, y, starts, ends, weights, _boxes(x, y, starts, ends))


def _chunked(starts: Rows, ends: Rows, weights: Rows) -> tuple[Rows, Rows, Rows]:
    """Pieces that share their end points."""
    pieces = np.maximum(-(-(ends - starts - 1) // _CHUNK), 1)
    if bool(np.all(pieces == 1)):
        return starts, ends, weights
    line = np.repeat(np.arange(starts.size), pieces)
    number = np.arange(line.size) - np.repeat(_first_of(pieces), pieces)
    cut = starts[line] + number * _CHUNK
    return cut, np.minimum(cut + _CHUNK + 1, ends[line]), weights[line]


def _thin(lines: Lines, cell: float) -> Lines:
    """Without points that fall on the same spot as the one before, and without lines that are a spot themselves."""
    rows, lengths = _gathered(lines.starts, lines.ends)
    if rows.size == 0:
        return lines
    x, y = lines.x[rows], lines.y[rows]
    column, row = np.floor(x / cell), np.floor(y / cell)
    kept = np.ones(rows.size, np.bool_)
    kept[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    first = _first_of(lengths)
    kept[first] = True
    kept[first + lengths - 1] = True
    lengths = np.add.reduceat(kept.astype(np.int64), first)
    x, y = x[kept], y[kept]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    x0, y0, x1, y1 = _boxes(x, y, starts, ends)
    seen = (x1 - x0 >= cell) | (y1 - y0 >= cell)
    box = (x0[seen], y0[seen], x1[seen], y1[seen])
    return Lines(x, y, starts[seen], ends[seen], lines.weights[seen], box)


def _seen(px: Float64s, py: Float64s, lengths: Rows, low: float, high: float) -> Mask:
    """Without points that lie, like both their neighbours, beyond the same side of the square.

    What is drawn or filled within the square stays the same.
    """
    side = (px < low) * 1 | (px > high) * 2 | (py < low) * 4 | (py > high) * 8
    kept = np.ones(px.size, np.bool_)
    kept[1:-1] = (side[:-2] & side[1:-1] & side[2:]) == 0
    first = _first_of(lengths)
    kept[first] = True
    kept[first + lengths - 1] = True
    return kept


def _gathered(starts: Rows, ends: Rows) -> tuple[Rows, Rows]:
    """The rows of all points one after the other, and how many each line has."""
    lengths = ends - starts
    return np.arange(int(lengths.sum())) + np.repeat(starts - _first_of(lengths), lengths), lengths


def _first_of(lengths: Rows) -> Rows:
    return np.cumsum(lengths) - lengths


def _boxes(x: Float64s, y: Float64s, starts: Rows, ends: Rows) -> tuple[Float64s, Float64s, Float64s, Float64s]:
    if starts.size == 0:
        return np.empty(0), np.empty(0), np.empty(0), np.empty(0)
    # Pairs of start and end: every second stretch is a line, the others lie between lines.
    pairs = np.stack((starts, ends), axis=1).reshape(-1)
    x, y = np.append(x, x[-1]), np.append(y, y[-1])  # the last end may be one past the last point
    return (
        np.minimum.reduceat(x, pairs)[::2],
        np.minimum.reduceat(y, pairs)[::2],
        np.maximum.reduceat(x, pairs)[::2],
        np.maximum.reduceat(y, pairs)[::2],
    )
