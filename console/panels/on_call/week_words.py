"""Who is on call, in words, and the week as blocks. No Qt of its own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from contract.alarm_routing import OnCall, OnCallPeriod
from widgets.duty_rows import DutyBlock, DutyRow
from widgets.texts import Texts


@dataclass(frozen=True)
class NowLine:
    """One roster: its name, who is on call, until when and who is next."""

    texts: tuple[str, str, str]
    is_gap: bool


class WeekWords:
    """Times are those of this console's clock."""

    def __init__(self, tr: Texts) -> None:
        self._tr = tr

    def monday(self, now: dt.datetime, offset: int) -> dt.datetime:
        """When a week begins: this one, or so many later."""
        local = now.astimezone()
        day = local.date() - dt.timedelta(days=local.weekday()) + dt.timedelta(weeks=offset)
        return dt.datetime(day.year, day.month, day.day).astimezone()

    def days(self, monday: dt.datetime) -> Sequence[tuple[dt.datetime, str]]:
        """Each day's beginning, and its name."""
        made: list[tuple[dt.datetime, str]] = []
        for number in range(7):
            day = monday.date() + dt.timedelta(days=number)
            start = dt.datetime(day.year, day.month, day.day).astimezone()
            made.append((start, f"{self._tr(f'on_call.day.{number}')} {day:%d/%m}"))
        return made

    def title(self, monday: dt.datetime, until: dt.datetime) -> str:
        """Which week."""
        last = until - dt.timedelta(hours=1)
        return self._tr(
            "on_call.week_of", number=monday.isocalendar().week, first=f"{monday:%d/%m}", last=f"{last:%d/%m}"
        )

    def rows(self, found: OnCall) -> Sequence[DutyRow]:
        """A row a roster."""
        return [
            DutyRow(roster.name, tuple(self._block(roster.name, period) for period in roster.periods))
            for roster in found.items
        ]

    def now_and_next(self, found: OnCall, now: dt.datetime) -> Sequence[NowLine]:
        """A line a roster."""
        lines: list[NowLine] = []
        for roster in found.items:
            present = next((one for one in roster.periods if one.since <= now < one.until), None)
            if present is None:
                continue
            later = next((one for one in roster.periods if one.since >= present.until), None)
            then = "" if later is None else self._tr(
                "on_call.then", time=self._time(present.until), who=self._who(later)
            )  # fmt: skip
            who = self._who(present)
            if present.is_exception:
                who = f"{who} ({self._tr('on_call.exception')})"
            lines.append(NowLine((roster.name, who, then), not present.contacts))
        return lines

    def gaps(self, found: OnCall) -> Sequence[str]:
        """Where nobody is on call."""
        return [
            self._tr("on_call.gap", roster=roster.name, since=self._time(one.since), until=self._time(one.until))
            for roster in found.items
            for one in roster.periods
            if not one.contacts
        ]

    def _block(self, roster: str, period: OnCallPeriod) -> DutyBlock:
        who = self._who(period)
        words = self._tr(
            "on_call.block", roster=roster, who=who, since=self._time(period.since), until=self._time(period.until)
        )
        if period.is_exception:
            words = f"{words} ({self._tr('on_call.exception')})"
        return DutyBlock(
            since=period.since,
            until=period.until,
            names=who,
            words=words,
            is_gap=not period.contacts,
            is_exception=period.is_exception,
        )

    def _who(self, period: OnCallPeriod) -> str:
        return ", ".join(period.names) or self._tr("on_call.nobody")

    def _time(self, at: dt.datetime) -> str:
        local = at.astimezone()
        return f"{self._tr(f'on_call.day.{local.weekday()}')} {local:%d/%m %H:%M}"
