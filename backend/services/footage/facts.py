"""What the recorder says happened to recordings: entered in the journal, and tried again until it is."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from backend.ports import Storage, StorageError, Unit
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)
MOST_WAITING: Final = 10_000
_AGAIN_S: Final = 2.0


class FootageFacts:
    """Takes facts without waiting. What storage does not take waits, in order; beyond a bound the oldest are lost."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: list[NewEntry] = []
        self._arrived = asyncio.Event()
        self.lost = 0

    def add(self, event: str, payload: Mapping[str, object], *, camera_id: int | None = None) -> None:
        """Something that happened by itself, of one camera or of the archive."""
        entry = footage_entry(event, payload, by="system", camera_id=camera_id)
        self._waiting.append(entry)
        if len(self._waiting) > MOST_WAITING:
            self.lost += 1
            del self._waiting[0]
        self._arrived.set()

    async def run(self) -> None:
        """Write what comes, for ever."""
        while True:
            await self._arrived.wait()
            if not await self.flush():
                await asyncio.sleep(_AGAIN_S)

    async def flush(self) -> bool:
        """Write what waits; whether storage took it."""
        waiting, self._waiting = self._waiting, []
        self._arrived.clear()
        if not waiting:
            return True
        try:
            await self._storage.commit(Unit(entries=waiting))
        except StorageError as error:
            log.error("%d facts about recordings wait to be written: %s", len(waiting), error)
            self._waiting = [*waiting, *self._waiting][-MOST_WAITING:]
            self._arrived.set()
            return False
        return True


def footage_entry(
    event: str,
    payload: Mapping[str, object],
    *,
    by: str,
    camera_id: int | None = None,
    kind: EntryKind = EntryKind.FOOTAGE,
) -> NewEntry:
    """An entry of the journal about recordings."""
    return NewEntry(kind=kind, actor=by, asset_id=camera_id, payload={"event": event, **payload})
