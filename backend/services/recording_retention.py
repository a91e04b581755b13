"""The map's past is kept for some days only: where a vehicle was is personal data."""

import asyncio
import datetime as dt
import logging
from typing import Final

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.ports import Storage, StorageError, Unit
from backend.services.map_recorder import Recording
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)

KEPT_HOURS: Final = 72
LONGEST_KEPT_HOURS: Final = 31 * 24
_LOOK_EVERY_S: Final = 1_800.0
_LONGEST_STEP: Final = dt.timedelta(hours=2)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class RecordingRetention:
    """Forgets what is too old, and says so in the journal. A clock that leaps ahead forgets nothing on its word."""

    def __init__(self, recording: Recording, storage: Storage, clock: Clock, kept_hours: int = KEPT_HOURS) -> None:
        self._recording = recording
        self._storage = storage
        self._clock = clock
        self._kept = dt.timedelta(hours=kept_hours)
        self._threads = Threads("recording retention")
        self._seen: tuple[dt.datetime, float] | None = None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S if self._seen else 60.0)  # not at once: a start has better to do
            await self.look()

    def close(self) -> None:
        """End its thread; may be called twice."""
        self._threads.close()

    async def look(self) -> None:
        """Forget what is over."""
        now, passed = self._clock.now(), self._clock.monotonic()
        before, self._seen = self._seen, (now, passed)
        if before is not None and abs((now - before[0]) - dt.timedelta(seconds=passed - before[1])) > _LONGEST_STEP:
            log.warning("the clock was set by hours: nothing of the map's past is forgotten on its word")
            return
        first_kept = now - self._kept
        at_ms = (first_kept - _EPOCH) // dt.timedelta(milliseconds=1)
        count = await self._threads.run(lambda: self._recording.forget_before(at_ms))
        if not count:
            return
        payload: dict[str, object] = {"event": "map_past_forgotten", "before": first_kept.isoformat(), "files": count}
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        except StorageError as error:
            log.warning("that %d files of the map's past were forgotten could not be written: %s", count, error)
