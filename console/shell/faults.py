"""Faults of the console itself: logged, counted and shown; the console goes on."""

import asyncio
import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

log = logging.getLogger(__name__)


class FaultCounter:
    """Hears of every exception nobody caught: in slots, in the loop, in tasks."""

    def __init__(self, changed: Callable[[int, str], None]) -> None:
        self._changed = changed
        self._previous = sys.excepthook
        self.count = 0
        self.last = ""

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen where Python and asyncio tell what nobody caught."""
        self._previous = sys.excepthook
        sys.excepthook = self._slot_failed
        loop.set_exception_handler(self._loop_failed)

    def uninstall(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen no more."""
        sys.excepthook = self._previous
        loop.set_exception_handler(None)

    def note(self, where: str, error: BaseException) -> None:
        """A fault was already logged where it happened: count and show it."""
        self.count += 1
        self.last = f"{where}: {type(error).__name__}: {error}"
        self._changed(self.count, self.last)

    def _slot_failed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._previous(kind, error, trace)
            return
        log.error("a fault nobody caught", exc_info=(kind, error, trace))
        self.note("slot", error)

    def _loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        del loop
        error = context.get("exception")
        log.error("%s", context.get("message", "a fault in the loop"), exc_info=error)
        self.note("loop", error if isinstance(error, BaseException) else RuntimeError(str(context.get("message"))))
