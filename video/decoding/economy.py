"""How much a worker saves when it has more to decode than it can: a step at a time, and slowly back. Pure."""

from typing import Final

MOST: Final = 3
LATE_S: Final = 0.12
"""A worker whose loop comes round that late has more to do than it can; pictures would fall behind."""
_CALM_S: Final = 0.04
_WORSE_AFTER_S: Final = 2.0
_BETTER_AFTER_S: Final = 2.0
_LONGEST_S: Final = 30.0


class Economy:
    """Is told again and again how late the worker's loop is."""

    def __init__(self) -> None:
        self.level = 0
        self._late_since: float | None = None
        self._calm_since: float | None = None
        self._patience_s = _BETTER_AFTER_S

    def note(self, lag_s: float, now: float) -> int:
        """0 saves nothing, 1 the loop filter, 2 every other picture, 3 all but key pictures."""
        if lag_s > LATE_S:
            self._calm_since = None
            self._late_since = now if self._late_since is None else self._late_since
            if now - self._late_since >= _WORSE_AFTER_S and self.level < MOST:
                self.level += 1
                self._late_since = now
        else:
            self._late_since = None
        if lag_s < _CALM_S and self.level > 0:
            self._calm_since = now if self._calm_since is None else self._calm_since
            if now - self._calm_since >= self._patience_s:
                self.level -= 1
                self._calm_since = now
                # A tile must not flicker between two qualities: each way back is waited for longer.
                self._patience_s = min(self._patience_s * 2, _LONGEST_S)
        elif lag_s >= _CALM_S:
            self._calm_since = None
        return self.level
