"""Follows the journal's alarms and keeps a small tally of each day and seat; a restart reads only what is new."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.health import Tally, kept_small, merged, stale_count, tally_of
from backend.domain.alarms.health_days import begin_of, day_of
from backend.domain.alarms.health_log import (
    OpenAlarm,
    OpenAlarms,
    Transition,
    read_on,
    transitions_of,
    without_rested,
)
from backend.ports import JournalQuery, KeptRecord, Storage, Unit
from backend.services.alarms.health.seats import CITY, Seating
from contract.alarm_health import MOST_DAYS
from contract.journal import EntryKind, JournalEntry

log = logging.getLogger(__name__)
DAY_KIND: Final = "alarm_health_day"
PLACE_KIND: Final = "alarm_health_place"
FIRST_DAYS: Final = 62  # that are read of a journal which nobody has counted yet
KEPT_SOURCES: Final = 200  # of each day and seat
_MERGED_TOGETHER: Final = 16  # pages: adding up costs by what there is already
_PAGE: Final = 125  # entries decoded between two turns of the event loop
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS: Final = dt.timedelta(milliseconds=1)


class Place(msgspec.Struct, frozen=True):
    """How far the journal was read when a day was closed, and what was open then."""

    seq: int
    day: dt.date
    still_open: dict[int, OpenAlarm] = {}


class Reached(NamedTuple):
    """What has been counted so far, and how much of the journal that is."""

    progress: float
    still_open: OpenAlarms


Days = dict[dt.date, dict[str, Tally]]


class HealthReading:
    """One reader: `read_on` is waited for by all who ask meanwhile. `seating` gives who sits where now."""

    def __init__(self, storage: Storage, clock: Clock, seating: Callable[[], Seating]) -> None:
        self._storage = storage
        self._clock = clock
        self._seating = seating
        self._reading = asyncio.Lock()
        self._days: Days = {}
        self._fresh: dict[str, list[Tally]] = {}  # of the present day, not added up yet
        self._still_open: OpenAlarms = {}
        self._seq: int | None = None  # None: where to begin has not been looked for
        self._day: dt.date | None = None
        self._progress = 0.0

    async def load(self) -> None:
        """The days that were closed, and where reading stopped."""
        for key, body in (await self._storage.records(DAY_KIND)).items():
            try:
                self._days[dt.date.fromisoformat(key)] = msgspec.msgpack.decode(body, type=dict[str, Tally])
            except (ValueError, msgspec.MsgspecError) as error:
                log.warning("the alarm figures of %s are not readable and left out: %s", key, error)
        for key, body in (await self._storage.records(PLACE_KIND)).items():
            try:
                place = msgspec.msgpack.decode(body, type=Place)
            except msgspec.MsgspecError as error:
                log.warning("where alarm figures stopped (%s) is not readable, they are counted anew: %s", key, error)
                self._days.clear()
                continue
            self._seq, self._day, self._still_open = place.seq, place.day, place.still_open

    def reached(self) -> Reached:
        """How far it is."""
        return Reached(self._progress, self._still_open)

    def days(self, since: dt.date, until: dt.date, seat: str) -> Iterator[tuple[dt.date, Tally]]:
        """The tallies of the days of a period that have any, in order."""
        for day in sorted(self._days):
            if since <= day <= until and (tally := self._days[day].get(seat)) is not None:
                yield day, tally

    def first_day(self) -> dt.date | None:
        """The first day that is kept; None when nothing was counted yet."""
        return min(self._days, default=self._day)

    def source(self, alarm_id: int) -> tuple[int, str] | None:
        """(asset id, kind) of an alarm that is among what was counted."""
        for day in sorted(self._days, reverse=True):
            source = self._days[day].get(CITY, _NOTHING).sources.get(alarm_id)
            if source is not None:
                return source.asset_id, source.kind
        return None

    async def read_on(self) -> None:
        """Count what the journal has gained. Raises StorageError; what was counted until then stands."""
        async with self._reading:
            seating = self._seating()
            if self._seq is None:
                self._seq = await self._beginning()
            newest = await self._storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), limit=1))
            head, start = (newest[0].seq if newest else self._seq), self._seq
            while True:
                page = await self._storage.journal(JournalQuery(kinds=(EntryKind.ALARM,), after=self._seq, limit=_PAGE))
                for day, entries in _by_day(page, self._day):
                    await self._enter(day)
                    self._count(day, transitions_of(entries), seating)
                    self._seq = entries[-1].seq
                self._progress = 1.0 if head <= start else min(1.0, (self._seq - start) / (head - start))
                if len(page) < _PAGE:
                    break
                await asyncio.sleep(0)
            self._merge()
            self._progress = 1.0
            today = day_of(self._clock.now())
            if self._day is None or today > self._day:
                await self._enter(today)

    def _count(self, day: dt.date, transitions: Sequence[Transition], seating: Seating) -> None:
        self._still_open, happened = read_on(self._still_open, transitions)
        tallies = self._days.setdefault(day, {})
        for seat in seating.names:
            fresh = self._fresh.setdefault(seat, [])
            fresh.append(tally_of(happened, *seating.of_seat(seat)))
            if len(fresh) >= _MERGED_TOGETHER:
                tallies[seat] = merged([tallies.get(seat, _NOTHING), *fresh])
                fresh.clear()

    def _merge(self) -> None:
        """What was counted on the present day stands in its tallies."""
        for seat, fresh in self._fresh.items():
            if self._day is not None and (total := merged(fresh)) != _NOTHING:
                tallies = self._days.setdefault(self._day, {})
                tallies[seat] = merged([tallies.get(seat, _NOTHING), total])
        self._fresh.clear()

    async def _enter(self, day: dt.date) -> None:
        """The days before this one are over: they are kept small, with the place from which reading goes on."""
        if self._day == day or self._seq is None:
            return
        self._merge()
        midnight_ms = (begin_of(day) - _EPOCH) // _MS
        self._still_open = without_rested(self._still_open, midnight_ms)
        records: list[KeptRecord] = []
        if self._day is not None:
            closed = self._closed(self._day, midnight_ms)
            self._days[self._day] = closed
            records.append(KeptRecord(DAY_KIND, self._day.isoformat(), msgspec.msgpack.encode(closed)))
        oldest = day - dt.timedelta(days=MOST_DAYS)
        for gone in [kept for kept in self._days if kept < oldest]:
            del self._days[gone]
            records.append(KeptRecord(DAY_KIND, gone.isoformat(), None))
        place = Place(self._seq, day, dict(self._still_open))
        records.append(KeptRecord(PLACE_KIND, "reached", msgspec.msgpack.encode(place)))
        await self._storage.commit(Unit(records=records))
        self._day = day

    def _closed(self, day: dt.date, midnight_ms: int) -> dict[str, Tally]:
        seating = self._seating()
        tallies = {CITY: _NOTHING, **self._days.get(day, {})}
        return {
            seat: msgspec.structs.replace(
                kept_small(tally, KEPT_SOURCES), stale=self.stale_at(seat, midnight_ms, seating, self._still_open)
            )
            for seat, tally in tallies.items()
        }

    def stale_at(self, seat: str, now_ms: int, seating: Seating, still_open: Mapping[int, OpenAlarm]) -> int:
        """How many stale alarms a seat has."""
        mine = (item for item in still_open.values() if seating.covers(seat, item.asset_id, now_ms))
        return stale_count(mine, now_ms)

    async def _beginning(self) -> int:
        since = begin_of(day_of(self._clock.now()) - dt.timedelta(days=FIRST_DAYS))
        before = await self._storage.journal(JournalQuery(until=since, kinds=(EntryKind.ALARM,), limit=1))
        return before[0].seq if before else 0


def _by_day(page: Sequence[JournalEntry], day: dt.date | None) -> Iterator[tuple[dt.date, list[JournalEntry]]]:
    """Entries in their order, cut where the day changes; a clock that was set back does not bring a day back."""
    run: list[JournalEntry] = []
    for entry in page:
        of_entry = day_of(entry.at)
        if day is not None and of_entry <= day:
            run.append(entry)
            continue
        if run and day is not None:
            yield day, run
        day, run = of_entry, [entry]
    if run and day is not None:
        yield day, run


_NOTHING: Final = Tally()
