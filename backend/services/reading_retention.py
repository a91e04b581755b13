"""Readings are kept for a set time: a file a day, unlinked whole when its day is over."""

import asyncio
import datetime as dt
import logging
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.ports import Storage, StorageError, Unit
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)

KEPT_DAYS: Final = 400  # a year, and the month that is compared with it
_LOOK_EVERY_S: Final = 6 * 3_600.0
_LONGEST_STEP: Final = dt.timedelta(days=7)


class ReadingFiles(Protocol):
    """Readings by day."""

    def forget_readings_before(self, day: dt.date) -> int:
        """Unlink the files of earlier days; says how many."""
        ...


class ReadingRetention:
    """Forgets what is too old, and says so in the journal as `event`. A clock that leaps ahead forgets nothing."""

    def __init__(
        self,
        files: ReadingFiles,
        storage: Storage,
        clock: Clock,
        kept_days: int = KEPT_DAYS,
        *,
        event: str = "readings_forgotten",
    ) -> None:
        self._files = files
        self._storage = storage
        self._clock = clock
        self._event = event
        self._kept = dt.timedelta(days=kept_days)
        self._seen: tuple[dt.datetime, float] | None = None

    async def run(self) -> None:
        """Look for ever, the first time at once."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Forget the days that are over, unless the wall clock and time itself disagree since the last look."""
        now, passed = self._clock.now(), self._clock.monotonic()
        before, self._seen = self._seen, (now, passed)
        if before is not None and abs((now - before[0]) - dt.timedelta(seconds=passed - before[1])) > _LONGEST_STEP:
            log.warning("the clock was set by more than a week: no readings are forgotten on its word")
            return
        first_kept = (now - self._kept).date()
        count = self._files.forget_readings_before(first_kept)
        if not count:
            return
        payload: dict[str, object] = {"event": self._event, "before": first_kept.isoformat(), "days": count}
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        except StorageError as error:
            log.warning("that %d days of readings were forgotten could not be written: %s", count, error)
