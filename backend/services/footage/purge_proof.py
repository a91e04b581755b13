"""The proof that recordings were destroyed: gathered, kept as it comes, entered in the journal once an hour.

A recorder of 300 cameras destroys some files every second: an entry for each would bury the journal.
"""

import asyncio
import datetime as dt
import logging
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.footage.facts import footage_entry
from contract.media import Purged

log = logging.getLogger(__name__)
KIND: Final = "purge_proof"
KEY: Final = "gathered"
ENTER_EVERY_S: Final = 3_600.0
_KEEP_EVERY_S: Final = 2.0


class Destroyed(msgspec.Struct, frozen=True):
    """What was destroyed of one camera for one reason. `until`: nothing older than that remains."""

    camera_id: int
    reason: str
    until: dt.datetime
    files: int
    bytes: int


class _Gathered(msgspec.Struct, frozen=True):
    since: dt.datetime
    destroyed: tuple[Destroyed, ...]


class PurgeProof:
    """What is gathered survives a kill, but for the last two seconds."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._since: dt.datetime | None = None
        self._destroyed: dict[tuple[int, str], Destroyed] = {}
        self._is_kept = True
        self._enter_at = 0.0

    async def load(self) -> None:
        """Take up what was gathered before."""
        body = (await self._storage.records(KIND)).get(KEY)
        if body is None:
            return
        try:
            gathered = msgspec.json.decode(body, type=_Gathered)
        except msgspec.MsgspecError:
            log.error("what was gathered as proof of destroyed recordings cannot be read")
            return
        self._since = gathered.since
        self._destroyed = {(item.camera_id, item.reason): item for item in gathered.destroyed}

    def add(self, event: Purged) -> None:
        """Files were destroyed, and none of them is left."""
        if self._since is None:
            self._since = self._clock.now()
            self._enter_at = self._clock.monotonic() + ENTER_EVERY_S
        key = (event.camera_id, event.reason)
        before = self._destroyed.get(key)
        self._destroyed[key] = Destroyed(
            event.camera_id,
            event.reason,
            event.until if before is None else max(event.until, before.until),
            event.files + (0 if before is None else before.files),
            event.bytes + (0 if before is None else before.bytes),
        )
        self._is_kept = False

    async def run(self) -> None:
        """Keep and enter, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(_KEEP_EVERY_S)

    async def look(self) -> None:
        """Keep what is new; enter what is due. What storage does not take stays gathered."""
        try:
            if self._since is not None and self._clock.monotonic() >= self._enter_at:
                await self._enter(self._since)
            else:
                await self.keep()
        except StorageError as error:
            log.error("the proof of destroyed recordings waits to be kept: %s", error)

    async def keep(self) -> None:
        """Make what was gathered survive us. Raises StorageError."""
        if self._since is None or self._is_kept:
            return
        self._is_kept = True
        body = msgspec.json.encode(_Gathered(self._since, tuple(self._destroyed.values())))
        try:
            await self._storage.commit(Unit(records=[KeptRecord(KIND, KEY, body)]))
        except StorageError:
            self._is_kept = False
            raise

    async def _enter(self, since: dt.datetime) -> None:
        destroyed = self._destroyed
        self._destroyed, self._since, self._is_kept = {}, None, True
        payload: dict[str, object] = {
            "since": since.isoformat(),
            "files": sum(item.files for item in destroyed.values()),
            "bytes": sum(item.bytes for item in destroyed.values()),
            "left": 0,
            "cameras": [msgspec.to_builtins(item) for item in destroyed.values()],
        }
        entry = footage_entry("purged", payload, by="system")
        try:
            await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(KIND, KEY, None)]))
        except StorageError:
            self._take_back(since, destroyed)
            raise

    def _take_back(self, since: dt.datetime, destroyed: dict[tuple[int, str], Destroyed]) -> None:
        newer, self._destroyed, self._since = self._destroyed, dict(destroyed), since
        for item in newer.values():
            self.add(
                Purged(
                    camera_id=item.camera_id,
                    reason=item.reason,
                    until=item.until,
                    files=item.files,
                    bytes=item.bytes,
                )
            )
        self._is_kept = False
