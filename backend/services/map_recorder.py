"""Records what the map shows: what changed in each second, while the consoles are told of it."""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from backend.devkit.clock import Clock
from backend.devkit.tasks import repeat_for_ever
from backend.devkit.threads import Threads
from backend.domain.map_history import MapChange, Recorded, Stretch
from backend.ports import Storage, StorageError, Unit
from backend.services.live_state import LiveState
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from contract.replay import HEADING_UNKNOWN, HEADINGS_A_DEGREE, PLACES_A_DEGREE

log = logging.getLogger(__name__)
WINDOW_S: Final = 1.0
_MOST_A_TURN: Final = 5_000  # assets read between two turns of the event loop: some 2 ms
_CIRCLE: Final = 360 * HEADINGS_A_DEGREE
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND: Final = dt.timedelta(milliseconds=1)


class Recording(Protocol):
    """Where the map's past is kept. Every call blocks."""

    def open(self) -> Sequence[str]:
        """Find what was recorded before; gives in words what a fall tore off. Raises StorageError."""
        ...

    def close(self) -> None:
        """End the file that is being written; may be called twice."""
        ...

    def append(self, at_ms: int, change: MapChange) -> None:
        """Keep what changed up to a moment. Raises StorageError: a gap begins."""
        ...

    def stretches(self) -> Sequence[Stretch]:
        """The times of which everything is known, oldest first."""
        ...

    def read(self, since_ms: int, until_ms: int) -> Iterator[Recorded | Stretch]:
        """What is known from one moment to another; a Stretch is a gap. Raises StorageError."""
        ...

    def forget_before(self, at_ms: int) -> int:
        """Forget what ended before, as far as whole files are over; says how many."""
        ...


class MapRecorder:
    """Watches the feed. One write is under way at a time: a slow disk makes windows longer, never a queue."""

    def __init__(self, recording: Recording, storage: Storage, live: LiveState, clock: Clock) -> None:
        self._recording = recording
        self._storage = storage
        self._live = live
        self._clock = clock
        self._threads = Threads("map recorder")
        self._states: set[int] = set()
        self._moved: set[int] = set()
        self._is_open = False
        self.trouble = ""  # why nothing is recorded and what to do; empty while all is well

    # --- what the feed tells

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """The register is not recorded: what it does not know is not replayed."""

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """What the map shows of these assets changed."""
        self._states.update(asset_ids)

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Mobile assets are somewhere else than before."""
        self._moved.update(asset_ids)

    # --- recording

    async def run(self) -> None:
        """Record for ever."""
        await repeat_for_ever(self.record, WINDOW_S, "a second of the map was not recorded; the next is")

    async def record(self) -> None:
        """Keep what changed since the last time."""
        if not self._is_open and not await self._open():
            return
        change = await self._taken()
        at_ms = (self._clock.now() - _EPOCH) // _MILLISECOND
        try:
            await self._threads.run(lambda: self._recording.append(at_ms, change))
        except StorageError as error:
            self._troubled(str(error))
        else:
            if self.trouble:
                log.info("the map is recorded again")
            self.trouble = ""

    async def close(self) -> None:
        """Record what waits, and end; may be called twice."""
        if self._is_open:
            try:
                await self.record()
            except Exception:
                log.exception("the last second of the map was not recorded")
            self._is_open = False
            await self._threads.run(self._recording.close)
        self._threads.close()

    async def _open(self) -> bool:
        try:
            losses = await self._threads.run(self._recording.open)
        except StorageError as error:
            self._troubled(str(error))
            return False
        self._is_open = True
        for loss in losses:
            log.warning("the recording of the map: %s", loss)
        if losses:
            payload: dict[str, object] = {"event": "map_recording_torn", "losses": list(losses[:20])}
            entry = NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)
            try:
                await self._storage.commit(Unit(entries=[entry]))
            except StorageError as error:
                log.warning("that the recording of the map was torn could not be written: %s", error)
        return True

    async def _taken(self) -> MapChange:
        states, self._states = self._states, set()
        moved, self._moved = self._moved, set()
        ids = np.sort(np.fromiter(states, np.uint32, len(states)))
        visuals: list[bytes] = []
        levels: list[bytes] = []
        for start in range(0, len(ids), _MOST_A_TURN):
            seen, lit = self._live.visuals(ids[start : start + _MOST_A_TURN].tolist())
            visuals.append(seen)
            levels.append(lit)
            if start + _MOST_A_TURN < len(ids):
                await asyncio.sleep(0)
        places = self._live.places.columns(sorted(moved))
        known = np.nan_to_num(places.heading_deg.astype(np.float64), nan=0.0)
        heading = np.rint(known * HEADINGS_A_DEGREE).astype(np.int64) % _CIRCLE
        return MapChange(
            ids,
            np.frombuffer(b"".join(visuals), np.uint8),
            np.frombuffer(b"".join(levels), np.uint8),
            places.ids,
            np.rint(places.lon * PLACES_A_DEGREE).astype(np.int32),
            np.rint(places.lat * PLACES_A_DEGREE).astype(np.int32),
            np.where(np.isnan(places.heading_deg), HEADING_UNKNOWN, heading).astype(np.uint16),
        )

    def _troubled(self, words: str) -> None:
        if not self.trouble:
            log.error("%s", words)
        self.trouble = words
