"""Alarm health as it is asked for: figures, trend and bad actors of a seat over some days, live to the minute."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.alarms.health import TOP, Tally, day_of, figures, merged, set_aside, top_share, trend, worst
from backend.domain.alarms.health_days import begin_of
from backend.domain.alarms.health_days import day_of as city_day
from backend.ports import Storage, StorageError
from backend.services.alarms.health.reading import HealthReading
from backend.services.alarms.health.seats import Seating
from backend.services.identity import Identity
from backend.services.register import Register
from contract.alarm_health import WINDOW_S, BadActor, BadActors, HealthAnswer, HealthDay, HealthFigures, HealthSeat
from contract.assets import AlarmRule, Asset
from contract.rights import User

log = logging.getLogger(__name__)
LONGEST_PERIOD_DAYS: Final = 92
_READ_EVERY_S: Final = 30.0
_PATIENCE_S: Final = 1.0  # an answer waits this long for what is new, then tells how far reading is
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MS: Final = dt.timedelta(milliseconds=1)
_NOTHING: Final = Tally()


class AlarmHealth:
    """Figures for the API. `rule_of` gives the rule that holds for (asset, kind) now."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        identity: Identity,
        rule_of: Callable[[tuple[int, str]], AlarmRule | None],
    ) -> None:
        self._clock = clock
        self._register = register
        self._identity = identity
        self._rule_of = rule_of
        self._reading = HealthReading(storage, clock, self._seating)
        self._tasks = Tasks("alarm health")
        self._read: asyncio.Task[None] | None = None
        self._is_blind = False

    async def load(self) -> None:
        """What was counted before."""
        await self._reading.load()

    async def run(self) -> None:
        """Follow the journal, so that nobody who asks has to wait."""
        while True:
            await self._catch_up(_READ_EVERY_S)
            await asyncio.sleep(_READ_EVERY_S)

    async def close(self) -> None:
        """Stop reading; may be called twice."""
        await self._tasks.close()

    def seats(self, user: User) -> Sequence[HealthSeat]:
        """All seats there are; `is_own` is the one where this user works."""
        return self._seating().seats(user.role)

    def has_seat(self, seat: str) -> bool:
        """Whether there is such a seat."""
        return self._seating().has(seat)

    async def answer(self, seat: str, since: dt.date, until: dt.date) -> HealthAnswer:
        """The figures of a seat from one day to another, both included; of today as far as it goes."""
        await self._catch_up()
        now = self._clock.now()
        today = city_day(now)
        tallies = dict(self._reading.days(since, until, seat))
        tally = merged(tallies.values())
        end = min(begin_of(until + dt.timedelta(days=1)), max(now, begin_of(since)))
        found = figures(tally, seat, begin_of(since), end)
        if since <= today <= until:
            found = self._with_now(found, tally, seat, now)
        first = self._reading.first_day()
        days = [
            _line(day, tallies.get(day, _NOTHING), end)
            for day in _days(max(since, first) if first is not None else since, min(until, today))
        ]
        progress = self._reading.reached().progress
        return HealthAnswer(figures=found, trend=trend(tally), days=tuple(days), progress=progress)

    async def bad_actors(
        self, seat: str, since: dt.date, until: dt.date, may_see: Callable[[Asset], bool]
    ) -> BadActors:
        """The ten sources that came most; those that the asker may not see are only counted."""
        await self._catch_up()
        tally = merged(tally for _, tally in self._reading.days(since, until, seat))
        total = sum(sum(row) for row in tally.windows.values())
        items: list[BadActor] = []
        unseen = 0
        for alarm, source in worst(tally.sources, TOP):
            asset = self._register.get(source.asset_id)
            if not source.came:
                continue
            if asset is None or not may_see(asset):
                unseen += 1
                continue
            rule = self._rule_of((source.asset_id, source.kind))
            items.append(
                BadActor(
                    alarm_id=alarm,
                    asset_id=asset.id,
                    asset_code=asset.code,
                    asset_name=asset.name,
                    class_=asset.class_,
                    kind=source.kind,
                    count=source.came,
                    share=source.came / total if total else 0.0,
                    chatter_episodes=source.chattered,
                    fleeting=source.fleeting,
                    priority=source.priority if rule is None else int(rule.priority),
                    never_waits=rule is not None and rule.never_waits,
                )
            )
        progress = self._reading.reached().progress
        return BadActors(items=tuple(items), share=top_share(tally), unseen=unseen, progress=progress)

    async def source(self, alarm_id: int) -> tuple[int, str] | None:
        """(asset id, kind) of an alarm that was counted; None for one that never came."""
        await self._catch_up()
        return self._reading.source(alarm_id)

    def _with_now(self, found: HealthFigures, tally: Tally, seat: str, now: dt.datetime) -> HealthFigures:
        seating = self._seating()
        now_ms = (now - _EPOCH) // _MS
        still_open = self._reading.reached().still_open
        mine = [item for item in still_open.values() if seating.covers(seat, item.asset_id, now_ms)]
        window = now_ms // 1000 // WINDOW_S
        flooded = {item.at_s // WINDOW_S for item in trend(tally) if item.is_flood}
        return msgspec.structs.replace(
            found,
            stale=self._reading.stale_at(seat, now_ms, seating, still_open),
            set_aside=set_aside(mine, now_ms),
            last_window=sum(tally.windows.get(window, (0, 0, 0, 0))),
            # The window that runs has not had its time yet: a flood is over when a full one is quiet.
            is_flood=window in flooded or window - 1 in flooded,
        )

    def _seating(self) -> Seating:
        return Seating(self._register, self._identity.users())

    async def _catch_up(self, patience_s: float = _PATIENCE_S) -> None:
        if self._read is None or self._read.done():
            self._read = self._tasks.start(self._read_on(), name="reading")
        await asyncio.wait([self._read], timeout=patience_s)

    async def _read_on(self) -> None:
        try:
            await self._reading.read_on()
            self._is_blind = False
        except StorageError as error:
            if not self._is_blind:
                log.warning("alarm figures are not up to date: %s", error)
            self._is_blind = True


def _days(since: dt.date, until: dt.date) -> Sequence[dt.date]:
    return [since + dt.timedelta(days=number) for number in range((until - since).days + 1)]


def _line(day: dt.date, tally: Tally, end: dt.datetime) -> HealthDay:
    begin = begin_of(day)
    return day_of(tally, day, begin, min(begin_of(day + dt.timedelta(days=1)), max(end, begin)))
