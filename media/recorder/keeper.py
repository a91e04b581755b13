"""Looks after the archive once a minute: is the clock credible, what is too old, what is too much."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import LONGEST_DAYS, RecordingPlan
from contract.media import FootageDisk, MediaEvent, Purged, PurgeHeld
from media.recorder.clock_watch import ClockReading, ClockRecord, look
from media.recorder.disk_writer import DiskRoom
from media.recorder.purge import Destroyed, future_segments, purge_by_age, purge_by_quota, used_bytes
from media.recorder.retention import DAY_S
from video.footage.places import utc

log = logging.getLogger(__name__)

EVERY_S: Final = 60.0
_RECORD_NAME: Final = "clock.json"
_FORGET_AFTER_S: Final = (LONGEST_DAYS + 2) * DAY_S
_DISK_TOLD_EVERY: Final = 1 / 200


class KeptClock(msgspec.Struct, frozen=True):
    """What is written down from one minute to the next."""

    record: ClockRecord
    from_the_future: dict[str, float] = {}


class Keeper:
    """`look` does one round. `plans` gives the plans of now, `spared` the files being written."""

    def __init__(
        self,
        folder: Path,
        report: Callable[[MediaEvent], None],
        *,
        quota_bytes: int,
        read_clock: Callable[[], ClockReading],
        plans: Callable[[], Mapping[int, RecordingPlan]],
        spared: Callable[[], frozenset[Path]],
    ) -> None:
        self._folder = folder
        self._report = report
        self._quota = quota_bytes
        self._read_clock = read_clock
        self._plans = plans
        self._spared = spared
        self._used: dict[int, int] | None = None
        self._lock = threading.Lock()
        self._held: str | None = None
        self._room: DiskRoom | None = None
        self._told_room: FootageDisk | None = None

    def grew(self, camera_id: int, size: int) -> None:
        """So much was written."""
        with self._lock:
            if self._used is not None:
                self._used[camera_id] = self._used.get(camera_id, 0) + size

    def take_room(self, room: DiskRoom) -> None:
        """How much room the disk has; the backend hears of it when it matters."""
        disk = FootageDisk(
            used_bytes=room.total - room.free,
            free_bytes=room.free,
            quota_bytes=self._quota,
            is_stopped=room.is_stopped,
        )
        told = self._told_room
        if (
            told is None
            or told.is_stopped is not disk.is_stopped
            or abs(told.free_bytes - disk.free_bytes) > room.total * _DISK_TOLD_EVERY
        ):
            self._told_room = disk
            self._report(disk)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """One round; an archive that cannot be read now is tried again in the next."""
        try:
            held, aged, crowded = await asyncio.to_thread(self._round)
        except OSError as error:
            held, aged, crowded = f"the archive cannot be read: {error.strerror}", [], []
        if held != self._held:
            if held or self._held:
                log.warning("purging %s", f"is held: {held}" if held else "goes on")
            self._held = held
            self._report(PurgeHeld(reason=held))
        for reason, done in (("retention", aged), ("quota", crowded)):
            for one in done:
                self._report(
                    Purged(
                        camera_id=one.camera_id,
                        reason=reason,
                        until=utc(one.until),
                        files=one.files,
                        bytes=one.size,
                        left=one.left,
                    )
                )

    def _round(self) -> tuple[str, list[Destroyed], list[Destroyed]]:
        now = self._read_clock()
        kept = self._read()
        record = look(None if kept is None else kept.record, now)
        known = {} if kept is None else dict(kept.from_the_future)
        if not record.is_credible:
            self._keep(KeptClock(record, known))
            return _why(record), [], []
        future = set(future_segments(self._folder, now.wall))
        young = {name for name, seen_at in known.items() if now.wall - seen_at <= _FORGET_AFTER_S}
        ages = {name: known.get(name, now.wall) for name in future | young}
        plans = self._plans()
        spared = self._spared()
        days = {camera_id: plan.kept_days for camera_id, plan in plans.items()}
        aged = purge_by_age(self._folder, now.wall, days, spared=spared, from_the_future=ages)
        self._keep(KeptClock(record, ages))
        crowded = self._purge_by_quota({camera_id: plan.quota_bytes for camera_id, plan in plans.items()}, spared, aged)
        return "", aged, crowded

    def _purge_by_quota(
        self, quotas: Mapping[int, int], spared: frozenset[Path], aged: list[Destroyed]
    ) -> list[Destroyed]:
        if not self._quota and not any(quotas.values()):
            return []
        if self._used is None:
            counted = used_bytes(self._folder)
            with self._lock:
                self._used = counted
        else:
            self._shrank(aged)
        crowded = purge_by_quota(self._folder, dict(self._used), quotas, self._quota, spared=spared)
        self._shrank(crowded)
        return crowded

    def _shrank(self, done: list[Destroyed]) -> None:
        with self._lock:
            for one in done:
                if self._used is not None:
                    self._used[one.camera_id] = max(self._used.get(one.camera_id, 0) - one.size, 0)

    def _read(self) -> KeptClock | None:
        try:
            return msgspec.json.decode((self._folder / _RECORD_NAME).read_bytes(), type=KeptClock)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            log.warning("the record of the clock is broken and begun anew")
            return None

    def _keep(self, kept: KeptClock) -> None:
        part = self._folder / f"{_RECORD_NAME}.part"
        # A full disk must not stop the purge that makes room.
        with contextlib.suppress(OSError):
            part.write_bytes(msgspec.json.encode(kept))
            part.replace(self._folder / _RECORD_NAME)


def _why(record: ClockRecord) -> str:
    side = "ahead of" if record.untrusted_s > 0 else "behind"
    return (
        f"the clock of this machine stands {abs(record.untrusted_s) / 3600:.1f} hours {side} where it should: "
        "set it right, or leave it and purging goes on by itself in 1 to 7 days"
    )
