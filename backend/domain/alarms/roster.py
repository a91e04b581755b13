"""Who is on call when: shifts on the city's wall clocks, exceptions over them, and the gaps between."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from contract.alarm_routing import Roster, Shift

MINUTES_A_DAY: Final = 24 * 60
_WEEK: Final = 7


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call from then until then, the first to be told first; nobody is a gap."""

    since: dt.datetime
    until: dt.datetime
    contacts: tuple[str, ...]
    is_exception: bool = False


def on_call(roster: Roster, at: dt.datetime) -> Duty:
    """Who is on call now, and between which changes (within two days)."""
    day = dt.timedelta(days=1)
    return next(duty for duty in duties(roster, at - day, at + day) if duty.since <= at < duty.until)


def gaps(roster: Roster, since: dt.datetime, until: dt.datetime) -> Sequence[Duty]:
    """When nobody is on call."""
    return [duty for duty in duties(roster, since, until) if not duty.contacts]


def duties(roster: Roster, since: dt.datetime, until: dt.datetime) -> Sequence[Duty]:
    """The whole of the time asked for, in order and without a hole; an exception stands over the shifts.

    Where shifts overlap all of theirs are on call, in the order of the shifts.
    """
    shifts = _shift_spans(roster, since, until)
    exceptions = [item for item in roster.exceptions if item.since < until and item.until > since]
    edges = {since, until}
    for start, end, _ in shifts:
        edges |= {start, end}
    for item in exceptions:
        edges |= {item.since.astimezone(dt.UTC), item.until.astimezone(dt.UTC)}
    inside = sorted(edge for edge in edges if since <= edge <= until)
    made: list[Duty] = []
    for start, end in itertools.pairwise(inside):
        # Of exceptions that overlap, the one entered last stands.
        over = next((item for item in reversed(exceptions) if item.since <= start < item.until), None)
        if over is not None:
            people = _once(over.contacts)
        else:
            people = _once(name for first, last, shift in shifts if first <= start < last for name in shift.contacts)
        made.append(Duty(since=start, until=end, contacts=people, is_exception=over is not None))
    return _merged(made)


def local_time(zone: ZoneInfo, day: dt.date, minute: int) -> dt.datetime:
    """When the city's clocks show this minute of this day.

    Of a minute that autumn repeats, the first; one that spring leaves out is as long after the change as it would be.
    Two shifts that meet at such a minute meet at the same moment.
    """
    day += dt.timedelta(days=minute // MINUTES_A_DAY)
    hours, minutes = divmod(minute % MINUTES_A_DAY, 60)
    return dt.datetime.combine(day, dt.time(hours, minutes), zone).astimezone(dt.UTC)


def _shift_spans(
    roster: Roster, since: dt.datetime, until: dt.datetime
) -> Sequence[tuple[dt.datetime, dt.datetime, Shift]]:
    zone = ZoneInfo(roster.time_zone)
    day = since.astimezone(zone).date() - dt.timedelta(days=2)
    last = until.astimezone(zone).date() + dt.timedelta(days=1)
    spans: list[tuple[int, dt.datetime, dt.datetime, Shift]] = []
    while day <= last:
        week = (day - roster.first_monday).days // _WEEK
        for place, shift in enumerate(roster.shifts):
            if day.weekday() not in shift.weekdays or week % shift.every_weeks != shift.week % shift.every_weeks:
                continue
            length = (shift.to_minute - shift.from_minute) % MINUTES_A_DAY or MINUTES_A_DAY
            start = local_time(zone, day, shift.from_minute)
            end = local_time(zone, day, shift.from_minute + length)
            if start < end and start < until and end > since:
                spans.append((place, start, end, shift))
        day += dt.timedelta(days=1)
    return [(start, end, shift) for _, start, end, shift in sorted(spans, key=lambda span: span[0])]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _merged(duties: Sequence[Duty]) -> Sequence[Duty]:
    merged: list[Duty] = []
    for duty in duties:
        before = merged[-1] if merged else None
        if before and (before.contacts, before.is_exception) == (duty.contacts, duty.is_exception):
            merged[-1] = msgspec.structs.replace(before, until=duty.until)
        else:
            merged.append(duty)
    return merged
