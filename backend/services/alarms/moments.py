"""When alarms came, read from the journal: for the scrubber's density and its jumps."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from backend.devkit.clock import Clock
from backend.domain.map_history import UInt32s
from backend.ports import JournalQuery, Storage
from contract.alarms import ShownState
from contract.journal import EntryKind, JournalEntry
from contract.replay import AlarmMinute, ReplayAlarm

MOST_MOMENTS: Final = 200_000
_PAGE: Final = 250  # entries decoded between two turns of the event loop
_MINUTE_MS: Final = 60_000
_STANDING: Final = frozenset({ShownState.B_UNACK.value, ShownState.C_ACKED.value})
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Moment(NamedTuple):
    """An alarm that came."""

    at_ms: int
    asset_id: int
    priority: int


class AlarmMoments:
    """Reads what the journal has gained since it was last asked; remembers as long as the map's past is kept."""

    def __init__(self, storage: Storage, clock: Clock, kept_hours: int) -> None:
        self._storage = storage
        self._clock = clock
        self._kept = dt.timedelta(hours=kept_hours)
        self._reading = asyncio.Lock()
        self._last_seq = 0
        self._columns = _columns(())

    async def minutes(self, allowed: UInt32s) -> Sequence[AlarmMinute]:
        """How many alarms of these assets came in each minute that had any."""
        at_ms, _ids, priorities = await self._of(allowed)
        if not len(at_ms):
            return ()
        minutes, rows = np.unique(at_ms // _MINUTE_MS, return_inverse=True)
        counts = np.zeros((len(minutes), 4), np.int64)
        np.add.at(counts, (rows, priorities.astype(np.int64) - 1), 1)
        return [
            AlarmMinute(minute * _MINUTE_MS, (p1, p2, p3, p4))
            for minute, (p1, p2, p3, p4) in zip(minutes.tolist(), counts.tolist(), strict=True)
        ]

    async def next_after(self, at_ms: int, allowed: UInt32s) -> ReplayAlarm | None:
        """The first alarm after a moment."""
        times, ids, priorities = await self._of(allowed)
        row = int(np.searchsorted(times, at_ms, side="right"))
        return None if row == len(times) else _alarm(times, ids, priorities, row)

    async def last_before(self, at_ms: int, allowed: UInt32s) -> ReplayAlarm | None:
        """The last alarm before a moment."""
        times, ids, priorities = await self._of(allowed)
        row = int(np.searchsorted(times, at_ms, side="left"))
        return None if row == 0 else _alarm(times, ids, priorities, row - 1)

    async def _of(self, allowed: UInt32s) -> tuple[npt.NDArray[np.int64], UInt32s, npt.NDArray[np.uint8]]:
        async with self._reading:
            await self._read_on()
        at_ms, ids, priorities = self._columns
        is_among = np.isin(ids, allowed)
        return at_ms[is_among], ids[is_among], priorities[is_among]

    async def _read_on(self) -> None:
        since = self._clock.now() - self._kept
        gained: list[Moment] = []
        newest, before = self._last_seq, None
        while len(gained) < MOST_MOMENTS:
            query = JournalQuery(since=since, kinds=(EntryKind.ALARM,), before=before, limit=_PAGE)
            page = await self._storage.journal(query)
            fresh = [entry for entry in page if entry.seq > self._last_seq]
            gained.extend(_moments(fresh))
            newest = max([newest, *(entry.seq for entry in fresh)])
            if len(fresh) < _PAGE:
                break
            before = fresh[-1].seq
            await asyncio.sleep(0)
        self._last_seq = newest
        oldest_ms = (since - _EPOCH) // dt.timedelta(milliseconds=1)
        if not gained and (not len(self._columns[0]) or self._columns[0][0] >= oldest_ms):
            return
        more = _columns(gained)
        at_ms = np.concatenate([self._columns[0], more[0]])
        ids = np.concatenate([self._columns[1], more[1]])
        priorities = np.concatenate([self._columns[2], more[2]])
        order = np.argsort(at_ms, kind="stable")[-MOST_MOMENTS:]
        order = order[at_ms[order] >= oldest_ms]
        self._columns = (at_ms[order], ids[order], priorities[order])


def _moments(entries: Sequence[JournalEntry]) -> Iterator[Moment]:
    """Alarms that came to stand before an operator: raised, or no longer set aside."""
    for entry in entries:
        payload = entry.payload
        priority = payload.get("priority")
        came = payload.get("to") in _STANDING and payload.get("from") not in _STANDING
        if came and payload.get("is_active") is True and entry.asset_id is not None and priority in {1, 2, 3, 4}:
            at_ms = (entry.at - _EPOCH) // dt.timedelta(milliseconds=1)
            yield Moment(at_ms, entry.asset_id, int(str(priority)))


def _columns(
    moments: Sequence[Moment],
) -> tuple[npt.NDArray[np.int64], UInt32s, npt.NDArray[np.uint8]]:
    return (
        np.array([moment.at_ms for moment in moments], np.int64),
        np.array([moment.asset_id for moment in moments], np.uint32),
        np.array([moment.priority for moment in moments], np.uint8),
    )


def _alarm(times: npt.NDArray[np.int64], ids: UInt32s, priorities: npt.NDArray[np.uint8], row: int) -> ReplayAlarm:
    return ReplayAlarm(at_ms=int(times[row]), asset_id=int(ids[row]), priority=int(priorities[row]))
