"""Alarm figures of the sample city, without a wire: a calm week with one flood and a flickering door."""

import datetime as dt
import math

from contract.alarm_health import (
    WINDOW_S,
    AnswerTime,
    BackTest,
    BadActor,
    BadActors,
    HealthAnswer,
    HealthDay,
    HealthFigures,
    HealthSeat,
    HealthSeats,
    HealthWindow,
    Proposal,
    Proposals,
    RemediesApplied,
    Remedy,
    RemedyApplied,
    RemedyRequest,
    RemedySetting,
    SetAside,
)

_COUNTS = (430, 96, 61, 44, 31, 22, 19, 14, 11, 9)
_KINDS = ("cabinetDoorOpen", "supplyLoss")


class SampleHealth:
    """console.kit.health_ports.HealthCalls; keeps what was applied."""

    def __init__(self, now: dt.datetime) -> None:
        self._health_now = now
        self.remedies_applied: list[RemedyApplied] = []
        self.is_quiet = False
        self.health_progress = 1.0

    async def health_seats(self) -> HealthSeats:
        names = (("", 9, False), ("operator", 6, True), ("supervisor", 3, False))
        items = tuple(HealthSeat(name=name, people=people, is_own=own) for name, people, own in names)
        return HealthSeats(items=items, total=3)

    async def alarm_health(self, seat: str, since: dt.date, until: dt.date) -> HealthAnswer:
        begin = dt.datetime.combine(since, dt.time(), dt.UTC)
        end = max(begin, min(dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.UTC), self._health_now))
        if self.is_quiet:
            return HealthAnswer(figures=_quiet(seat, begin, end), trend=(), days=())
        trend = tuple(_windows(begin, end))
        days = tuple(
            _day(since + dt.timedelta(days=n), trend) for n in range((min(until, end.date()) - since).days + 1)
        )
        return HealthAnswer(
            figures=_figures(seat, begin, end, trend), trend=trend, days=days, progress=self.health_progress
        )

    async def bad_actors(self, seat: str, since: dt.date, until: dt.date) -> BadActors:
        del seat, since, until
        if self.is_quiet:
            return BadActors(items=(), share=0.0)
        items = tuple(
            BadActor(
                alarm_id=1000 + place,
                asset_id=place + 1,
                asset_code=f"ARM-{213 + place * 7:04d}",
                asset_name="",
                class_="lighting_cabinet",
                kind=_KINDS[place % len(_KINDS)],
                count=count,
                share=count / 1_064,
                chatter_episodes=38 if place == 0 else 2 if place == 3 else 0,
                fleeting=412 if place == 0 else 5 * (place % 3),
                priority=(3, 4, 4, 2)[place % 4],
                never_waits=place == 9,
            )
            for place, count in enumerate(_COUNTS)
        )
        return BadActors(items=items, share=0.69)

    async def remedy_proposals(self, alarm_id: int, since: dt.date, until: dt.date) -> Proposals:
        begin, end = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (since, until))
        test = BackTest(since=begin, until=end, came=430, removed=412, hidden=0, mattered=18, delayed_s=10.0)
        off = BackTest(since=begin, until=end, came=430, removed=377, hidden=0, mattered=18)
        count = BackTest(since=begin, until=end, came=430, removed=421, hidden=6, mattered=18, delayed_s=612.0)
        lower = BackTest(since=begin, until=end, came=430, removed=0, hidden=0, mattered=18, lowered=430)
        return Proposals(
            alarm_id=alarm_id,
            items=(
                Proposal(setting=RemedySetting(remedy=Remedy.ON_DELAY, value=10.0), test=test, was=0.0, is_best=True),
                Proposal(setting=RemedySetting(remedy=Remedy.OFF_DELAY, value=60.0), test=off, was=0.0),
                Proposal(setting=RemedySetting(remedy=Remedy.PRIORITY, value=4.0), test=lower, was=3.0),
                Proposal(setting=RemedySetting(remedy=Remedy.COUNT, value=3.0, window_s=600.0), test=count, was=1.0),
            ),
        )

    async def apply_remedy(self, request: RemedyRequest) -> RemedyApplied:
        done = RemedyApplied(
            at=self._health_now,
            alarm_id=request.alarm_id,
            asset_id=1,
            asset_code="ARM-0213",
            kind="cabinetDoorOpen",
            setting=request.setting,
            by="c.moreau",
            approved_by="l.petit",
            reason=request.reason,
            test=(await self.remedy_proposals(request.alarm_id, dt.date(2026, 11, 1), dt.date(2026, 11, 23)))
            .items[0]
            .test,
        )
        self.remedies_applied.append(done)
        return done

    async def remedies(self, cursor: str | None = None) -> RemediesApplied:
        del cursor
        return RemediesApplied(items=tuple(self.remedies_applied), total=len(self.remedies_applied))


def _windows(begin: dt.datetime, end: dt.datetime) -> list[HealthWindow]:
    found: list[HealthWindow] = []
    at = begin
    while at < end:
        number = int(at.timestamp()) // WINDOW_S
        wave = 0.5 + 0.5 * math.sin(number / 23) * math.cos(number / 5)
        count = int(2.6 * wave * wave)
        is_flood = at.day % 9 == 5 and at.hour == 6 and at.minute <= 20
        if is_flood:
            count = (34, 17, 8)[at.minute // 10]
        if count:
            found.append(
                HealthWindow(
                    number * WINDOW_S, int(number % 211 == 0), int(number % 13 == 0), count // 5, count, is_flood
                )
            )
        at += dt.timedelta(seconds=WINDOW_S)
    return found


def _figures(seat: str, begin: dt.datetime, end: dt.datetime, trend: tuple[HealthWindow, ...]) -> HealthFigures:
    counts = [window.p1 + window.p2 + window.p3 + window.p4 for window in trend]
    span = max(1, math.ceil((end - begin).total_seconds() / WINDOW_S))
    over = sum(1 for count in counts if count > 10)
    peak = max(counts, default=0)
    at_s = next((window.at_s for window, count in zip(trend, counts, strict=True) if count == peak), None)
    priorities = (
        sum(window.p1 for window in trend),
        sum(window.p2 for window in trend),
        sum(window.p3 for window in trend),
        sum(window.p4 for window in trend),
    )
    times = ((4.0, 19.0), (12.0, 58.0), (41.0, 320.0), (95.0, 2400.0))
    return HealthFigures(
        seat=seat, since=begin, until=end, windows=span, annunciated=sum(counts), per_window=sum(counts) / span,
        peak=peak, peak_at=None if at_s is None else dt.datetime.fromtimestamp(at_s, dt.UTC), over_windows=over,
        over_share=over / span, floods=over // 2, flood_windows=sum(1 for window in trend if window.is_flood),
        top_share=0.69, sources=143, chattering=2, chatter_episodes=40, fleeting=431, priorities=priorities,
        answers=tuple(
            AnswerTime(priority=p, count=priorities[p - 1], p50_s=half if priorities[p - 1] else None,
                       p95_s=most if priorities[p - 1] else None)
            for p, (half, most) in enumerate(times, 1)
        ),
        answered_elsewhere=3, stale=4, last_window=2,
        set_aside=(
            SetAside(how="shelved", count=5, oldest_since=end - dt.timedelta(hours=7)),
            SetAside(how="suppressed", count=212, oldest_since=end - dt.timedelta(hours=2)),
            SetAside(how="out_of_service", count=3, oldest_since=end - dt.timedelta(days=6), over_a_day=2),
        ),
    )  # fmt: skip


def _quiet(seat: str, begin: dt.datetime, end: dt.datetime) -> HealthFigures:
    return HealthFigures(
        seat=seat, since=begin, until=end, windows=1, annunciated=0, per_window=0.0, peak=0, peak_at=None,
        over_windows=0, over_share=0.0, floods=0, flood_windows=0, top_share=0.0, sources=0, chattering=0,
        chatter_episodes=0, fleeting=0, priorities=(0, 0, 0, 0),
        answers=tuple(AnswerTime(priority=p, count=0) for p in (1, 2, 3, 4)), answered_elsewhere=0, stale=0,
    )  # fmt: skip


def _day(day: dt.date, trend: tuple[HealthWindow, ...]) -> HealthDay:
    mine = [window for window in trend if dt.datetime.fromtimestamp(window.at_s, dt.UTC).date() == day]
    counts = [window.p1 + window.p2 + window.p3 + window.p4 for window in mine]
    return HealthDay(
        day=day, annunciated=sum(counts), per_window=sum(counts) / 144, peak=max(counts, default=0),
        over_share=sum(1 for count in counts if count > 10) / 144,
        flood_windows=sum(1 for window in mine if window.is_flood), top_share=0.6, chattering=2, fleeting=40,
        stale=4, p95_s=310.0,
    )  # fmt: skip
