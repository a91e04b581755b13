"""The console's 10 Hz tick: stores gather what the wire brings and tell it once a tick."""

from collections.abc import Callable
from typing import Protocol

from widgets.frame_clock import FrameClock, Ticking

TICK_HZ = 10


class Flushable(Protocol):
    """Something that gathers changes between two ticks."""

    def flush(self) -> None:
        """Tell what has changed since the last tick."""
        ...


class Ticker:
    """Flushes stores in the order they were added: selection last, so that it sees what the others hold."""

    def __init__(self, clock: FrameClock) -> None:
        self._clock = clock
        self._stores: list[Flushable] = []
        self._ticking: Ticking | None = None

    @property
    def frame_clock(self) -> FrameClock:
        """The clock of everything that paints."""
        return self._clock

    def add(self, store: Flushable) -> None:
        """Flush `store` at each tick."""
        self._stores.append(store)

    def start(self) -> None:
        """Begin ticking."""
        if self._ticking is None:
            self._ticking = self._clock.subscribe(TICK_HZ, lambda _now: self.tick())

    def tick(self) -> None:
        """One tick, now."""
        for store in self._stores:
            store.flush()

    def every_second(self, action: Callable[[], None]) -> Ticking:
        """Call `action` each second until the answer is stopped: ages, clocks."""
        return self._clock.subscribe(1, lambda _now: action())

    def stop(self) -> None:
        """No more ticks."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
