"""Alarms that stand too close to be told apart: one badge with their exact numbers and the worst of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.state import FIRST_ALARM, UNACKNOWLEDGED, AssetVisual
from widgets.city_map.values import Bytes, Float64s, Mask, Rows

CELL_PX: Final = 96
"""Squares of the ground that share a badge are at least this wide."""
COMMUNE_MPP: Final = 16.0
"""Metres per pixel above which badges stand for communes, where communes are known."""
_LINE: Final = 4_294_967_296


@dataclass(frozen=True, slots=True)
class Badge:
    """One marker on the map: a single alarm or several; asset_id is the worst of them."""

    x: float
    y: float
    count: int
    worst: AssetVisual
    unacknowledged: int
    asset_id: int
    box: tuple[float, float, float, float]
    """x0, y0, x1, y1 of its alarms in mercator metres."""
    by_priority: tuple[int, int, int, int]
    """How many of P1, P2, P3, P4; together they are `count`."""


@dataclass(frozen=True, slots=True)
class BadgeColumns:
    """Badges as parallel columns, in no order."""

    x: Float64s
    y: Float64s
    count: Rows
    worst: Bytes
    unacknowledged: Rows
    asset_ids: Rows
    box: Float64s
    """Shape (n, 4)."""
    by_priority: Rows
    """Shape (n, 4): P1 first."""
    group: Rows
    """The number of the square, or of the commune."""
    cell: float = 0.0
    """Side of the squares in metres; 0 where badges stand for communes."""

    @property
    def size(self) -> int:
        return int(self.count.size)

    def at(self, index: int) -> Badge:
        """One of them as a value."""
        x0, y0, x1, y1 = self.box[index].tolist()
        p1, p2, p3, p4 = self.by_priority[index].tolist()
        return Badge(
            float(self.x[index]),
            float(self.y[index]),
            int(self.count[index]),
            AssetVisual(int(self.worst[index])),
            int(self.unacknowledged[index]),
            int(self.asset_ids[index]),
            (x0, y0, x1, y1),
            (p1, p2, p3, p4),
        )

    def drawing_order(self) -> Rows:
        """The worst last; of equals those that flash, then the more numerous."""
        return np.lexsort((self.count, self.unacknowledged > 0, self.worst))

    def squares(self) -> tuple[Rows, Rows]:
        """Column and line of each square."""
        column = (self.group + _LINE // 2) // _LINE
        return column, self.group - column * _LINE


def cell_size(units: float, zoom: float = 1.0) -> float:
    """Side of the squares in metres. Powers of two: zooming splits a badge in four, panning moves none."""
    return 2.0 ** math.ceil(math.log2(CELL_PX * units * zoom))


def badges_by_cell(
    store: AssetStore, units: float, area: tuple[float, float, float, float] | None = None, zoom: float = 1.0
) -> BadgeColumns:
    """One badge for each square of the ground that holds alarms; the squares do not move with the view.

    With an area only the squares that touch it, each of them counted whole.
    """
    rows = store.alarm_rows()
    cell = cell_size(units, zoom)
    if area is not None:
        x, y = store.x[rows], store.y[rows]
        x0, y0, x1, y1 = area
        inside = (
            (x >= math.floor(x0 / cell) * cell)
            & (x < (math.floor(x1 / cell) + 1) * cell)
            & (y >= math.floor(y0 / cell) * cell)
            & (y < (math.floor(y1 / cell) + 1) * cell)
        )
        rows = rows[inside]
    column = np.floor(store.x[rows] / cell).astype(np.int64)
    line = np.floor(store.y[rows] / cell).astype(np.int64)
    return _grouped(store, rows, column * _LINE + line, cell)


def badges_by_commune(store: AssetStore, centres: Float64s, group_of: Rows) -> BadgeColumns:
    """One badge for each commune that holds alarms, at its centre (mercator metres, shape (n, 2)).

    `group_of` says which communes share one because they stand too close: the number of the commune at
    whose centre it stands. Alarms of no known commune keep one where they stand; so does an alarm alone.
    """
    rows = store.alarm_rows()
    communes = store.commune_index[rows].astype(np.int64)
    is_known = communes < len(centres)
    groups = np.full(rows.size, -1, np.int64)
    groups[is_known] = group_of[communes[is_known]]
    found = _grouped(store, rows, groups, 0.0)
    is_placed = (found.count > 1) & (found.group >= 0)
    found.x[is_placed] = centres[found.group[is_placed], 0]
    found.y[is_placed] = centres[found.group[is_placed], 1]
    return found


def _grouped(store: AssetStore, rows: Rows, groups: Rows, cell: float) -> BadgeColumns:
    visual = store.visual[rows]
    order = np.lexsort((store.ids[rows], -visual.astype(np.int64), groups))
    rows, groups, visual = rows[order], groups[order], visual[order]
    is_first: Mask = np.ones(rows.size, np.bool_)
    is_first[1:] = groups[1:] != groups[:-1]
    starts = np.flatnonzero(is_first)
    if rows.size == 0:
        nothing, none = np.empty(0), np.empty(0, np.int64)
        four = np.empty((0, 4))
        return BadgeColumns(
            nothing, nothing, none, np.empty(0, np.uint8), none, none, four, four.astype(np.int64), none, cell
        )
    counts = np.diff(np.append(starts, rows.size))
    x, y = store.x[rows], store.y[rows]
    member = np.cumsum(is_first) - 1
    split = np.bincount(member * 4 + (int(AssetVisual.ALARM_P1) - visual.astype(np.int64)), minlength=starts.size * 4)
    first = rows[starts]
    edges = (
        np.minimum.reduceat(x, starts),
        np.minimum.reduceat(y, starts),
        np.maximum.reduceat(x, starts),
        np.maximum.reduceat(y, starts),
    )
    return BadgeColumns(
        x=np.add.reduceat(x, starts) / counts,
        y=np.add.reduceat(y, starts) / counts,
        count=counts,
        worst=np.maximum(visual[starts], np.uint8(FIRST_ALARM)),
        unacknowledged=np.add.reduceat(((store.state[rows] & UNACKNOWLEDGED) != 0).astype(np.int64), starts),
        asset_ids=store.ids[first].astype(np.int64),
        box=np.stack(edges, axis=1),
        by_priority=split.reshape(-1, 4),
        group=groups[starts],
        cell=cell,
    )
