"""Work done one after the other, that a caller who goes away does not tear apart."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from backend.devkit.tasks import Tasks
from backend.ports import StorageError
from backend.services.refusals import Refused

T = TypeVar("T")


class Serial:
    """A caller's cancellation (a console that hangs up) never stops work between its commit and its memory."""

    def __init__(self, tasks: Tasks, name: str) -> None:
        self._tasks = tasks
        self._name = name
        self._lock = asyncio.Lock()

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work` after what came before it. Raises what it raises."""
        outcome = await asyncio.shield(self._tasks.start(self._in_turn(work), name=self._name))
        if isinstance(outcome, _Failed):
            raise outcome.error
        return outcome

    async def _in_turn(self, work: Callable[[], Awaitable[T]]) -> "T | _Failed":
        async with self._lock:
            try:
                return await work()
            except (Refused, StorageError) as error:
                return _Failed(error)


class _Failed:
    def __init__(self, error: Exception) -> None:
        self.error = error
