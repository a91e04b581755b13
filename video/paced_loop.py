"""An event loop that looks at its sockets at a steady pace: what comes close together is handled together.

A wall is hundreds of pictures a second, each worth some 50 us of work. Woken for each of them, a process finds the
processor's caches taken by others, and works two to three times as long (measured).
"""

import asyncio
import selectors
import sys
import time
from collections.abc import Callable
from typing import Final

PACE_S: Final = 0.024


class _PacedSelector(selectors.DefaultSelector):
    def __init__(self, pace_s: float) -> None:
        super().__init__()
        self._pace_s = pace_s
        self._looked_at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As ever, but not sooner than a pace after the last time; a loop with work in hand is not held up."""
        if timeout is None or timeout > 0:
            wait = self._looked_at + self._pace_s - time.monotonic()
            if timeout is not None:
                wait = min(wait, timeout)
                timeout -= max(wait, 0.0)
            if wait > 0:
                time.sleep(wait)
        found = super().select(timeout)
        self._looked_at = time.monotonic()
        return found


def paced(pace_s: float = PACE_S) -> Callable[[], asyncio.AbstractEventLoop]:
    """A loop factory for asyncio.Runner."""
    if sys.platform == "win32":  # its selector loop starts no child processes
        return asyncio.new_event_loop
    return lambda: asyncio.SelectorEventLoop(_PacedSelector(pace_s))
