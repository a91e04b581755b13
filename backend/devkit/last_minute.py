"""What happened in the last minute: how often, and to whom most."""

from collections import Counter, deque
from typing import Final

from backend.devkit.clock import Clock

_MINUTE_S: Final = 60
_MOST_NAMES_A_SECOND: Final = 100  # whoever comes under ever new names takes no more room than this


class LastMinute:
    """Counts by the second; older seconds are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds: deque[tuple[int, Counter[str]]] = deque()

    def note(self, who: str = "", times: int = 1) -> None:
        """It happened, to him."""
        second = int(self._clock.monotonic())
        if not self._seconds or self._seconds[-1][0] != second:
            self._forget(second)
            self._seconds.append((second, Counter()))
        names = self._seconds[-1][1]
        names[who if who in names or len(names) < _MOST_NAMES_A_SECOND else ""] += times

    def count(self) -> int:
        """How often."""
        self._forget(int(self._clock.monotonic()))
        return sum(names.total() for _, names in self._seconds)

    def most(self) -> str:
        """To whom most often; empty when it happened to nobody in particular."""
        self._forget(int(self._clock.monotonic()))
        all_of_it: Counter[str] = sum((names for _, names in self._seconds), Counter[str]())
        return max(all_of_it, key=lambda who: (bool(who), all_of_it[who]), default="")

    def _forget(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - _MINUTE_S:
            self._seconds.popleft()
