"""Work that belongs to an owner: started here, ended with its owner, never forgotten."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class Tasks:
    """The tasks of one owner. A task that fails is logged once; `close` cancels and awaits them all."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
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
            await asyncio.gather(*running, return_exceptions=True)
            self._running.difference_update(running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed", task.get_name(), exc_info=error)
