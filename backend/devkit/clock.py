"""Time as a dependency: wall time is UTC, spans are measured on the monotonic clock."""

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> dt.datetime:
        """UTC wall time, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> dt.datetime:
        """UTC wall time, aware."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()


class ManualClock:
    """A clock that tests move by hand."""

    def __init__(self, start: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> dt.datetime:
        """UTC wall time, aware."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._monotonic

    def pass_time(self, seconds: float) -> None:
        """Both clocks advance."""
        self._now += dt.timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Only wall time jumps, as when somebody sets the clock."""
        self._now += dt.timedelta(seconds=seconds)
