"""Work that belongs to an owner: started here, ended with its owner, never forgotten."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
_CANCEL_AGAIN_S: Final = 10.0


class Tasks:
    """The tasks of one owner. A task that fails is logged once; `close` cancels and awaits them all.

    One that has not ended `cancel_again_s` after it was cancelled is cancelled again: libraries lose that now and then.
    """

    def __init__(self, owner: str, *, cancel_again_s: float = _CANCEL_AGAIN_S) -> None:
        self._owner = owner
        self._cancel_again_s = cancel_again_s
        self._running: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run `work` until it ends or the owner closes."""
        if self._is_closed:
            work.close()
            raise RuntimeError(f"{self._owner} is closed: {name} was not started")
        task = asyncio.get_running_loop().create_task(work, name=f"{self._owner}: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settle(self) -> None:
        """Wait until none runs any more."""
        while running := [task for task in self._running if task is not asyncio.current_task()]:
            await asyncio.wait(running)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        self._is_closed = True
        while self._running:
            running = [task for task in self._running if task is not asyncio.current_task()]
            if not running:
                return
            for task in running:
                task.cancel()
            ended, _ = await asyncio.wait(running, timeout=self._cancel_again_s)
            self._running.difference_update(ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)


async def repeat_for_ever(act: Callable[[], Awaitable[object]], every_s: float, told: str) -> None:
    """Act now and every so often. What fails is logged in the words of `told`, and done again."""
    while True:
        try:
            await act()
        except Exception:
            log.exception(told)
        await asyncio.sleep(every_s)


async def look_for_ever(look: Callable[[], None], wake: asyncio.Event, every_s: float, what: str) -> None:
    """Look now, whenever `wake` is set, and every so often. A look that fails is logged as `what` and made again."""
    while True:
        wake.clear()
        try:
            look()
        except Exception:
            log.exception("%s could not be looked after; they are again in a moment", what)
        try:
            async with asyncio.timeout(every_s):
                await wake.wait()
        except TimeoutError:
            pass
