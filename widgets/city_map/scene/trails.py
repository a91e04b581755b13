"""Where vehicles came from: the last positions seen of each, for as long as wanted."""

from __future__ import annotations

from typing import Final

import numpy as np

from widgets.city_map.values import Float64s, Mask, Rows, UInt32s

_POINTS_AT_MOST: Final = 120
_APART_M: Final = 4.0
_VEHICLES_AT_MOST: Final = 6_000


class Trails:
    """A ring of times and places (mercator metres) for each asset id, the ids ascending."""

    def __init__(self, keep_s: float = 60.0) -> None:
        self.keep_s = keep_s
        self._ids: UInt32s = np.empty(0, np.uint32)
        self._written: Rows = np.empty(0, np.int64)
        """How many points each ring was given in all."""
        self._points = np.empty((0, _POINTS_AT_MOST, 3))

    def set_length(self, keep_s: float) -> None:
        """Keep this many seconds; 0 keeps none."""
        self.keep_s = max(keep_s, 0.0)
        if not self.keep_s:
            self._take(np.zeros(self._ids.size, np.bool_))

    def note(self, ids: UInt32s, x: Float64s, y: Float64s, now: float) -> None:
        """These were seen here; of an id given twice the last place counts."""
        if not self.keep_s:
            return
        ids, last = np.unique(ids[::-1], return_index=True)
        places = np.stack((np.full(ids.size, now), x[::-1][last], y[::-1][last]), axis=1)
        self._make_room(ids)
        at, known = self._slots(ids)
        places = places[known]
        newest = self._points[at, (self._written[at] - 1) % _POINTS_AT_MOST]
        away = np.abs(newest[:, 1] - places[:, 1]) + np.abs(newest[:, 2] - places[:, 2])
        is_first = (self._written[at] == 0) | (now - newest[:, 0] > self.keep_s)
        grows = is_first | (away >= _APART_M)
        at = at[grows]
        self._points[at, self._written[at] % _POINTS_AT_MOST] = places[grows]
        self._written[at] += 1

    def forget(self, ids: UInt32s) -> None:
        """Their ways do not lead to where they are now."""
        self._written[self._slots(ids)[0]] = 0

    def keep_only(self, ids: UInt32s) -> None:
        """Forget the trails of all others."""
        self._take(np.isin(self._ids, ids))

    def of(self, asset_id: int, now: float) -> list[tuple[float, float, float]]:
        """Age as a share of the length kept, and place; oldest first."""
        at, _ = self._slots(np.array([asset_id], np.uint32))
        if at.size == 0 or not self.keep_s:
            return []
        written = int(self._written[at[0]])
        ring = np.arange(max(written - _POINTS_AT_MOST, 0), written) % _POINTS_AT_MOST
        points = self._points[at[0], ring]
        points = points[now - points[:, 0] <= self.keep_s]
        ages = (now - points[:, 0]) / self.keep_s
        return list(zip(ages.tolist(), points[:, 1].tolist(), points[:, 2].tolist(), strict=True))

    def _slots(self, ids: UInt32s) -> tuple[Rows, Mask]:
        if self._ids.size == 0 or ids.size == 0:
            return np.empty(0, np.int64), np.zeros(ids.size, np.bool_)
        at = np.minimum(np.searchsorted(self._ids, ids), self._ids.size - 1)
        known = self._ids[at] == ids
        return at[known], known

    def _make_room(self, ids: UInt32s) -> None:
        fresh = ids[~self._slots(ids)[1]][: _VEHICLES_AT_MOST - self._ids.size]
        if fresh.size:
            every = np.concatenate((self._ids, fresh))
            order = np.argsort(every, kind="stable")
            self._ids = every[order]
            self._written = np.concatenate((self._written, np.zeros(fresh.size, np.int64)))[order]
            self._points = np.concatenate((self._points, np.zeros((fresh.size, _POINTS_AT_MOST, 3))))[order]

    def _take(self, kept: Mask) -> None:
        if not kept.all():
            self._ids, self._written, self._points = self._ids[kept], self._written[kept], self._points[kept]
