"""While memory is short nothing large is begun: what is under way, and above all alarms, keep what is left."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from backend.devkit.threads import Threads
from backend.ports import Storage, StorageError, Unit
from backend.services.administration.memory_room import Room, tightest_room
from contract.journal import EntryKind, NewEntry
from contract.points import Value

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 2.0
ENOUGH: Final = 256 * 2**20  # who has so much is not short, however large the machine
_SHORT_PERCENT: Final = 10.0
_EASED_PERCENT: Final = 15.0  # and it is over only here: a process that hovers is told once
_MB: Final = 1_000_000


class MemoryWatch:
    """Looks at the room that is left; `is_short` is asked before anything large is begun."""

    def __init__(
        self, storage: Storage, room: Callable[[], Room | None] = tightest_room, every_s: float = _LOOK_EVERY_S
    ) -> None:
        self._storage = storage
        self._room = room
        self._every_s = every_s
        self._threads = Threads("memory watch")
        self._is_told = False
        self.is_short = False
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
        room = await self._threads.run(self._room)
        if room is None:
            return
        below = _EASED_PERCENT if self.is_short else _SHORT_PERCENT
        self.is_short = room.free < ENOUGH and room.free_percent < below
        self.points = {"memory_short": self.is_short}
        self.trouble = (
            f"memory is short, {room.free // _MB} MB of {room.limit // _MB} MB are left: no large work is begun; "
            "give the backend more memory"
            if self.is_short
            else ""
        )
        if self.is_short != self._is_told:
            await self._tell(room)

    async def _tell(self, room: Room) -> None:
        if self.is_short:
            log.error("%s", self.trouble)
        else:
            log.info("there is memory again: %d MB are free", room.free // _MB)
        event = "memory_short" if self.is_short else "memory_eased"
        payload: dict[str, object] = {"event": event, "free_bytes": room.free, "limit_bytes": room.limit}
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        except StorageError:
            return
        self._is_told = self.is_short
