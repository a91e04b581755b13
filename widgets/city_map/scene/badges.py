"""Alarms that stand too close to be told apart: one badge with their exact number and the worst of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.state import UNACKNOWLEDGED, AssetVisual
from widgets.city_map.values import Rows

CELL_PX: Final = 76
"""Badges stand about this far apart at least."""
COMMUNE_MPP: Final = 16.0
"""Metres per pixel above which badges stand for communes, where communes are known."""


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


def cell_size(units: float) -> float:
    """Side of the squares in metres. Powers of two: zooming splits a badge in four, panning moves none."""
    return 2.0 ** math.ceil(math.log2(CELL_PX * units))


def badges_by_cell(store: AssetStore, units: float) -> list[Badge]:
    """One badge for each square of the ground that holds alarms; the squares do not move with the view."""
    rows = store.alarm_rows()
    cell = cell_size(units)
    column = np.floor(store.x[rows] / cell).astype(np.int64)
    line = np.floor(store.y[rows] / cell).astype(np.int64)
    return _grouped(store, rows, column * 4_294_967_296 + line)


def badges_by_commune(store: AssetStore, centroids: Sequence[tuple[float, float]]) -> list[Badge]:
    """One badge for each commune that holds alarms, at its centre (mercator metres).

    Alarms of no known commune keep a badge of their own where they stand.
    """
    rows = store.alarm_rows()
    communes = store.commune_index[rows].astype(np.int64)
    communes[communes >= len(centroids)] = -1
    badges = _grouped(store, rows, communes)
    return [_placed(badge, store, centroids) for badge in badges]


def _placed(badge: Badge, store: AssetStore, centroids: Sequence[tuple[float, float]]) -> Badge:
    if badge.count == 1:
        return badge
    row = store.row_of(badge.asset_id)
    commune = int(store.commune_index[row]) if row is not None else len(centroids)
    x, y = centroids[commune] if commune < len(centroids) else (badge.x, badge.y)
    return Badge(x, y, badge.count, badge.worst, badge.unacknowledged, badge.asset_id, badge.box)


def _grouped(store: AssetStore, rows: Rows, groups: Rows) -> list[Badge]:
    if rows.size == 0:
        return []
    order = np.lexsort((store.ids[rows], -store.visual[rows].astype(np.int64), groups))
    rows, groups = rows[order], groups[order]
    starts = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    counts = np.diff(np.append(starts, rows.size))
    x, y = store.x[rows], store.y[rows]
    flashing = np.add.reduceat(((store.state[rows] & UNACKNOWLEDGED) != 0).astype(np.int64), starts)
    x0, x1 = np.minimum.reduceat(x, starts), np.maximum.reduceat(x, starts)
    y0, y1 = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    mean_x, mean_y = np.add.reduceat(x, starts) / counts, np.add.reduceat(y, starts) / counts
    first = rows[starts]
    return [
        Badge(
            x=float(mean_x[i]),
            y=float(mean_y[i]),
            count=int(counts[i]),
            worst=AssetVisual(int(store.visual[first[i]])),
            unacknowledged=int(flashing[i]),
            asset_id=int(store.ids[first[i]]),
            box=(float(x0[i]), float(y0[i]), float(x1[i]), float(y1[i])),
        )
        for i in range(starts.size)
    ]
