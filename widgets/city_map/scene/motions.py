"""How vehicles get from one position to the next: smoothly, and never further than they were seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from widgets.city_map.values import Float64s, Mask, Rows, UInt32s

_SHORTEST_S: Final = 0.1
_LONGEST_S: Final = 2.0
_LEAP_M_PER_S: Final = 70.0
"""Faster than any crew drives: such a position is shown at once."""
_LEAP_SLACK_M: Final = 60.0
_COLUMNS: Final = ("_from_x", "_from_y", "_to_x", "_to_y", "_start", "_duration", "_last")

Places = tuple[Float64s, Float64s]


class Motions:
    """Columns sorted by asset id. Between two positions a vehicle takes as long as they lay apart in time."""

    def __init__(self) -> None:
        self.now: Callable[[], float] = lambda: 0.0
        """Set by who owns the clock."""
        self.ids: UInt32s = np.empty(0, np.uint32)
        self._from_x = self._from_y = self._to_x = self._to_y = np.empty(0)
        self._start = self._duration = self._last = np.empty(0)

    def note(self, ids: UInt32s, x: Float64s, y: Float64s) -> None:
        """These were seen here now (mercator metres). A first sighting is shown at once."""
        now = self.now()
        ids, last = np.unique(ids[::-1], return_index=True)
        x, y = x[::-1][last], y[::-1][last]
        self._make_room(ids, x, y, now)
        at = np.searchsorted(self.ids, ids)
        shown_x, shown_y = self._at(at, now)
        passed = now - self._last[at]
        far = np.hypot(x - shown_x, y - shown_y) > _LEAP_M_PER_S * passed + _LEAP_SLACK_M
        self._from_x[at] = np.where(far, x, shown_x)
        self._from_y[at] = np.where(far, y, shown_y)
        self._to_x[at], self._to_y[at] = x, y
        self._start[at] = self._last[at] = now
        self._duration[at] = np.clip(passed, _SHORTEST_S, _LONGEST_S)

    def halt(self, ids: UInt32s) -> None:
        """Nothing more is known of these: they stand where they were last seen."""
        at, _ = self._slots(ids)
        self._from_x[at], self._from_y[at] = self._to_x[at], self._to_y[at]

    def keep_only(self, is_there: Callable[[UInt32s], Mask]) -> None:
        """Forget vehicles that are no more on the map."""
        if self.ids.size:
            kept = is_there(self.ids)
            if not kept.all():
                self.ids = self.ids[kept]
                for name in _COLUMNS:
                    setattr(self, name, getattr(self, name)[kept])

    def moving(self) -> tuple[UInt32s, Float64s, Float64s]:
        """Ids that are under way now, and where they are shown."""
        now = self.now()
        at = np.flatnonzero(self._is_under_way(now))
        return self.ids[at], *self._at(at, now)

    def placed(self, ids: UInt32s, x: Float64s, y: Float64s) -> Places:
        """Where assets are shown: their own places, or on the way to them."""
        at, known = self._slots(ids)
        if at.size == 0:
            return x, y
        x, y = x.copy(), y.copy()
        x[known], y[known] = self._at(at, self.now())
        return x, y

    def nearest(self, x: float, y: float, radius: float) -> int:
        """The id of what is under way nearest to a place, 0 when none is within the radius."""
        ids, at_x, at_y = self.moving()
        squared = (at_x - x) ** 2 + (at_y - y) ** 2
        within = squared <= radius * radius
        return int(ids[within][np.argmin(squared[within])]) if within.any() else 0

    def _is_under_way(self, now: float) -> Mask:
        is_elsewhere: Mask = (self._from_x != self._to_x) | (self._from_y != self._to_y)
        return is_elsewhere & (self._start + self._duration > now)

    def _at(self, at: Rows, now: float) -> Places:
        share = np.clip((now - self._start[at]) / np.maximum(self._duration[at], 1e-9), 0.0, 1.0)
        # Weighted like this the end is met to the last bit, and nothing lies beyond either end.
        return (
            self._from_x[at] * (1 - share) + self._to_x[at] * share,
            self._from_y[at] * (1 - share) + self._to_y[at] * share,
        )

    def _slots(self, ids: UInt32s) -> tuple[Rows, Mask]:
        if self.ids.size == 0 or ids.size == 0:
            return np.empty(0, np.int64), np.zeros(ids.size, np.bool_)
        at = np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)
        known = self.ids[at] == ids
        return at[known], known

    def _make_room(self, ids: UInt32s, x: Float64s, y: Float64s, now: float) -> None:
        _, known = self._slots(ids)
        if known.all():
            return
        fresh = ~known
        count = int(fresh.sum())
        order = np.argsort(np.concatenate((self.ids, ids[fresh])), kind="stable")
        self.ids = np.concatenate((self.ids, ids[fresh]))[order]
        for name, values in (("_from_x", x), ("_from_y", y), ("_to_x", x), ("_to_y", y)):
            setattr(self, name, np.concatenate((getattr(self, name), values[fresh]))[order])
        for name, value in (("_start", now), ("_duration", 1.0), ("_last", now)):
            setattr(self, name, np.concatenate((getattr(self, name), np.full(count, value)))[order])
