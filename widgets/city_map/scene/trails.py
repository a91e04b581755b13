"""Where vehicles came from: the last positions seen of each, for as long as wanted."""

from __future__ import annotations

from collections import deque
from typing import Final

from widgets.city_map.values import Float64s, UInt32s

_POINTS_AT_MOST: Final = 120
_APART_M: Final = 4.0
_VEHICLES_AT_MOST: Final = 6_000

Trail = deque[tuple[float, float, float]]


class Trails:
    """Per asset id the times and places (mercator metres), oldest first."""

    def __init__(self, keep_s: float = 60.0) -> None:
        self.keep_s = keep_s
        self.version = 0
        """Grows when a trail grew."""
        self._trails: dict[int, Trail] = {}

    def set_length(self, keep_s: float) -> None:
        """Keep this many seconds; 0 keeps none."""
        self.keep_s = max(keep_s, 0.0)
        self.version += 1
        if not self.keep_s:
            self._trails.clear()

    def note(self, ids: UInt32s, x: Float64s, y: Float64s, now: float) -> None:
        """These were seen here."""
        if not self.keep_s:
            return
        self.version += 1
        for asset_id, px, py in zip(ids.tolist(), x.tolist(), y.tolist(), strict=True):
            trail = self._trails.get(asset_id)
            if trail is None:
                if len(self._trails) >= _VEHICLES_AT_MOST:
                    continue
                trail = self._trails[asset_id] = deque(maxlen=_POINTS_AT_MOST)
            if not trail or abs(trail[-1][1] - px) + abs(trail[-1][2] - py) >= _APART_M:
                trail.append((now, px, py))

    def forget(self, ids: UInt32s) -> None:
        """Their ways do not lead to where they are now."""
        self.version += 1
        for asset_id in ids.tolist():
            self._trails.pop(asset_id, None)

    def keep_only(self, ids: UInt32s) -> None:
        """Forget the trails of all others."""
        kept = set(ids.tolist())
        for asset_id in [one for one in self._trails if one not in kept]:
            del self._trails[asset_id]

    def of(self, asset_id: int, now: float) -> list[tuple[float, float, float]]:
        """Age as a share of the length kept, and place; oldest first."""
        trail = self._trails.get(asset_id)
        if trail is None:
            return []
        while trail and now - trail[0][0] > self.keep_s:
            trail.popleft()
        return [((now - at) / self.keep_s, x, y) for at, x, y in trail]
