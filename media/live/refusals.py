"""What is told of tickets that open nothing: each of the first few, then how many more there were.

Anybody who reaches a door may present made-up tickets as fast as he likes, and each refusal becomes an entry of the
journal, which is never thinned out.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from contract.media import MediaEvent, TicketRefused
from video.task_owner import TaskOwner

MOST_AT_ONCE: Final = 20
WINDOW_S: Final = 60.0


class Refusals:
    """Passes on what the doors report; of refusals no more than so many in a window, and one that sums up the rest."""

    def __init__(self, report: Callable[[MediaEvent], None], *, window_s: float = WINDOW_S) -> None:
        self._report = report
        self._window_s = window_s
        self._tasks = TaskOwner()
        self._told = 0
        self._untold = 0

    def report(self, event: MediaEvent) -> None:
        """Tell the backend, now or with others of its kind."""
        if not isinstance(event, TicketRefused):
            self._report(event)
            return
        if self._told == 0:
            self._tasks.start(self._end_window(), "refused tickets are summed up")
        if self._told < MOST_AT_ONCE:
            self._told += 1
            self._report(event)
        else:
            self._untold += 1

    async def close(self) -> None:
        """Say what was not said; a second call does nothing."""
        await self._tasks.close()
        self._sum_up()

    async def _end_window(self) -> None:
        await asyncio.sleep(self._window_s)
        self._sum_up()

    def _sum_up(self) -> None:
        untold, self._untold, self._told = self._untold, 0, 0
        if untold:
            reason = "more tickets that open nothing, one after the other"
            self._report(TicketRefused(camera_id=None, reason=reason, count=untold))
