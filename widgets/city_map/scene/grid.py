"""Where is what: a uniform grid over the columns for rectangles and the exact nearest."""

from __future__ import annotations

import math

import numpy as np

from widgets.city_map.values import Float64s, Mask, Rows

_PER_CELL = 12
_MAX_CELLS = 1_000_000
_LOOSE_LIMIT = 4_000
_NO_ROWS: Rows = np.empty(0, np.int64)


class GridIndex:
    """Rows sorted by cell. Rows that moved since are kept loose and looked at one by one."""

    def __init__(self) -> None:
        self._x: Float64s = np.empty(0)
        self._y: Float64s = np.empty(0)
        self._order: Rows = _NO_ROWS
        self._starts: Rows = np.zeros(2, np.int64)
        self._cell = 1.0
        self._x0 = self._y0 = 0.0
        self._across = self._down = 1
        self._is_loose: Mask = np.zeros(0, np.bool_)
        self._loose: Rows = _NO_ROWS
        self.version = 0
        """Grows when all rows were indexed anew; until then what is fixed only ever becomes loose."""

    @property
    def loose_count(self) -> int:
        """How many rows moved since, or came."""
        return int(self._loose.size)

    def rebuild(self, x: Float64s, y: Float64s) -> None:
        """Index these positions; the arrays are kept by reference."""
        self.version += 1
        self._x, self._y = x, y
        self._is_loose = np.zeros(x.size, np.bool_)
        self._loose = _NO_ROWS
        if x.size == 0:
            self._order, self._starts = _NO_ROWS, np.zeros(2, np.int64)
            self._across = self._down = 1
            return
        # One stray asset far away must not make all others share a cell: outliers fall in border cells.
        x0, x1 = np.quantile(x, (0.005, 0.995))
        y0, y1 = np.quantile(y, (0.005, 0.995))
        wide, high = max(float(x1 - x0), 1.0), max(float(y1 - y0), 1.0)
        cells = min(max(x.size / _PER_CELL, 1.0), _MAX_CELLS)
        self._cell = max(math.sqrt(wide * high / cells), 1e-3, wide / 4000, high / 4000)
        self._x0, self._y0 = float(x0), float(y0)
        self._across = int(wide / self._cell) + 1
        self._down = int(high / self._cell) + 1
        cell = self._columns(x) + self._lines(y) * self._across
        self._order = np.argsort(cell, kind="stable").astype(np.int64)
        counts = np.bincount(cell, minlength=self._across * self._down)
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    def moved(self, rows: Rows, x: Float64s, y: Float64s) -> None:
        """These rows have other positions now, or are new; the arrays hold all of them."""
        self._x, self._y = x, y
        if x.size > self._is_loose.size:
            grown = np.zeros(x.size, np.bool_)
            grown[: self._is_loose.size] = self._is_loose
            self._is_loose = grown
        fresh = rows[~self._is_loose[rows]]
        if fresh.size:
            self._is_loose[fresh] = True
            self._loose = np.concatenate((self._loose, np.unique(fresh)))
        if self._loose.size > _LOOSE_LIMIT + x.size // 50:
            self.rebuild(x, y)

    def spacing(self) -> float:
        """Typical distance in metres between neighbours where there are any."""
        counts = np.diff(self._starts)
        busy = counts[counts > 0]
        if busy.size == 0:
            return math.inf
        return self._cell / math.sqrt(float(np.quantile(busy, 0.75)))

    def in_rectangle(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Every row with x0 <= x < x1 and y0 <= y < y1, in no order."""
        return self._within(self._candidates(x0, y0, x1, y1), x0, y0, x1, y1)

    def fixed_in(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Those of `in_rectangle` that stand where they stood when they were indexed."""
        return self._within(self._fixed_candidates(x0, y0, x1, y1), x0, y0, x1, y1)

    def loose_in(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """The others of `in_rectangle`."""
        return self._within(self._loose, x0, y0, x1, y1)

    def is_fixed(self, rows: Rows) -> Mask:
        """True for rows that neither moved since nor came."""
        fixed: Mask = np.logical_not(self._is_loose[rows])
        return fixed

    def nearest(self, x: float, y: float, radius: float, allowed: Mask | None = None) -> int | None:
        """The row nearest to a point within the radius; of equals the lowest row."""
        rows = self._candidates(x - radius, y - radius, x + radius, y + radius)
        if allowed is not None:
            rows = rows[allowed[rows]]
        if rows.size == 0:
            return None
        squared = (self._x[rows] - x) ** 2 + (self._y[rows] - y) ** 2
        best = float(squared.min())
        if best > radius * radius:
            return None
        return int(rows[squared == best].min())

    def _columns(self, x: Float64s) -> Rows:
        return np.clip(np.floor((x - self._x0) / self._cell), 0, self._across - 1).astype(np.int64)

    def _lines(self, y: Float64s) -> Rows:
        return np.clip(np.floor((y - self._y0) / self._cell), 0, self._down - 1).astype(np.int64)

    def _within(self, rows: Rows, x0: float, y0: float, x1: float, y1: float) -> Rows:
        x, y = self._x[rows], self._y[rows]
        return rows[(x >= x0) & (x < x1) & (y >= y0) & (y < y1)]

    def _candidates(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        fixed = self._fixed_candidates(x0, y0, x1, y1)
        return np.concatenate((fixed, self._loose)) if self._loose.size else fixed

    def _fixed_candidates(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        left, right = self._columns(np.array([x0, x1]))
        top, bottom = self._lines(np.array([y0, y1]))
        lines: Rows = np.arange(int(top), int(bottom) + 1, dtype=np.int64) * self._across
        if right - left + 1 == self._across:
            found = self._order[self._starts[lines[0]] : self._starts[lines[-1] + self._across]]
        else:
            starts, ends = self._starts[lines + left], self._starts[lines + right + 1]
            pieces = [self._order[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if b > a]
            found = np.concatenate(pieces) if pieces else _NO_ROWS
        return found[~self._is_loose[found]] if self._loose.size else found
