"""Looks whether what should be destroyed is: the backend does not take the recorder's word for it."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Final

from backend.devkit.clock import Clock
from backend.services.footage.facts import FootageFacts
from backend.services.footage.plan_book import PlanBook
from backend.services.footage.timeline import Timeline
from contract.footage import LONGEST_DAYS
from contract.points import Value

log = logging.getLogger(__name__)
GRACE: Final = dt.timedelta(hours=2)  # a purge works file by file
_FIRST_LOOK_S: Final = 600.0  # a recorder that was away purges first
_LOOK_EVERY_S: Final = 1_800.0
_NEAR: Final = dt.timedelta(minutes=1)


class RetentionWatch:
    """Every half hour asks for the oldest recording of each camera."""

    def __init__(
        self,
        plans: PlanBook,
        timeline: Timeline,
        facts: FootageFacts,
        clock: Clock,
        tell: Callable[[Mapping[str, Value]], None],
    ) -> None:
        self._plans = plans
        self._timeline = timeline
        self._facts = facts
        self._clock = clock
        self._tell = tell
        self._overdue: set[int] = set()

    async def run(self) -> None:
        """Look for ever."""
        await asyncio.sleep(_FIRST_LOOK_S)
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Look once. A camera of which nothing can be learned stays as it was."""
        for camera_id, kept in tuple(self._plans.all().items()):
            now = self._clock.now()
            listed = await self._timeline.listed(camera_id, now - _NEAR, now)
            if listed.trouble:
                continue
            days = min(kept.plan.kept_days, LONGEST_DAYS)
            is_overdue = listed.oldest is not None and listed.oldest < now - dt.timedelta(days=days) - GRACE
            if is_overdue and camera_id not in self._overdue and listed.oldest is not None:
                log.error("camera %s has recordings older than its %d days", camera_id, days)
                payload: dict[str, object] = {"oldest": listed.oldest.isoformat(), "kept_days": days}
                self._facts.add("retention_overdue", payload, camera_id=camera_id)
            if is_overdue:
                self._overdue.add(camera_id)
            else:
                self._overdue.discard(camera_id)
        if self._plans.all():
            self._tell({"retention_overdue": bool(self._overdue)})
