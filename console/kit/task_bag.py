"""Work started from a click belongs to its panel: closing cancels it and waits for its end."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class TaskBag:
    """The tasks of one owner. A task that fails is logged once and told to `failed`."""

    def __init__(self, owner: str, failed: Callable[[str, BaseException], None] | None = None) -> None:
        self._owner = owner
        self._failed = failed
        self._running: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether the owner is gone: nothing more is started."""
        return self._is_closed

    @property
    def running_count(self) -> int:
        """How many tasks still run."""
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T] | None:
        """Run `work` until it ends or the owner closes; None when the owner is closed already."""
        if self._is_closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=f"{self._owner}: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for it. May be called twice."""
        self._is_closed = True
        while running := [task for task in self._running if task is not asyncio.current_task()]:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            self._running.difference_update(running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("%s failed", task.get_name(), exc_info=error)
        if self._failed is not None:
            self._failed(task.get_name(), error)
