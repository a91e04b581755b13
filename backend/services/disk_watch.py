"""Tells in time that the disk of the data directory fills: in the journal, in the log and in the backend's health."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from backend.devkit.threads import Threads
from backend.ports import Storage, StorageError, Unit
from contract.journal import EntryKind, NewEntry
from contract.points import Value

log = logging.getLogger(__name__)

LEVELS_PERCENT: Final = (80, 90, 95)
_EASED_PERCENT: Final = 2  # below a level by this much: a disk that hovers is told once
_LOOK_EVERY_S: Final = 20.0


class Usage(Protocol):
    """How full a disk is, in bytes."""

    @property
    def used(self) -> int:
        """Taken."""
        ...

    @property
    def free(self) -> int:
        """Still to be had by us."""
        ...


class DiskWatch:
    """Looks at one disk. A level is told once as it is reached, and once as it is left."""

    def __init__(
        self,
        storage: Storage,
        folder: Path,
        usage: Callable[[Path], Usage] = shutil.disk_usage,
        every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._storage = storage
        self._folder = folder
        self._usage = usage
        self._every_s = every_s
        self._threads = Threads("disk watch")
        self._told = 0
        self.trouble = ""  # what is wrong and what to do, in words; empty while there is room
        self.points: Mapping[str, Value] = {}  # of the server: what it was at the last look

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    def close(self) -> None:
        """End its thread; may be called twice."""
        self._threads.close()

    async def look(self) -> None:
        """Look once; what the journal would not take is told again at the next look."""
        try:
            usage = await self._threads.run(lambda: self._usage(self._folder))
        except OSError as error:
            self.trouble = f"the disk of {self._folder} cannot be read: {error.strerror}"
            return
        # What is kept back for root counts as taken: we cannot have it.
        taken_percent = 100 * usage.used / max(1, usage.used + usage.free)
        self.points = {"disk_percent": round(taken_percent, 1)}
        percent = int(taken_percent)
        level = max((step for step in LEVELS_PERCENT if percent >= step), default=0)
        if level < self._told <= percent + _EASED_PERCENT:
            level = self._told
        self.trouble = f"the data disk is {percent} % full: free space on it, or give it more" if level else ""
        if level != self._told:
            await self._tell(level, percent, usage.free)

    async def _tell(self, level: int, percent: int, free_bytes: int) -> None:
        if level > self._told:
            log.error("the data disk is %d %% full, %d MB are left: free space on it", percent, free_bytes // 1_000_000)
        else:
            log.info("the data disk has room again: it is %d %% full", percent)
        event = "disk_fills" if level > self._told else "disk_eased"
        payload: dict[str, object] = {
            "event": event,
            "level_percent": level,
            "used_percent": percent,
            "free_bytes": free_bytes,
        }
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        except StorageError:
            return
        self._told = level
