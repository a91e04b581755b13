"""Notices when the console's loop stands still: what it was doing is written down while it still stands."""

import faulthandler
import logging
from collections.abc import Callable
from typing import TextIO

log = logging.getLogger(__name__)

STANDSTILL_S = 3.0


class Watchdog:
    """Must be petted each second; after 3 s without, every thread's stack goes to `output`.

    Python's faulthandler writes from a thread of its own that needs no interpreter lock, so that even a loop
    stuck in a library is seen. Nothing is acknowledged or repeated on its account: it only tells.
    """

    def __init__(self, output: TextIO, now: Callable[[], float]) -> None:
        """`output` is a real file, such as standard error: faulthandler writes to its descriptor."""
        self._output = output
        self._now = now
        self._petted: float | None = None
        self.standstill_count = 0

    def pet(self) -> None:
        """The loop goes round."""
        now = self._now()
        if self._petted is not None and now - self._petted > STANDSTILL_S:
            self.standstill_count += 1
            log.error("the console stood still for %.1f s; its stack is above", now - self._petted)
        self._petted = now
        faulthandler.dump_traceback_later(STANDSTILL_S, file=self._output)

    def stop(self) -> None:
        """Watch no more."""
        self._petted = None
        faulthandler.cancel_dump_traceback_later()
