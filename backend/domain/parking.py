"""How long a vehicle has stayed by the rule of its car park. Pure."""

import datetime as dt
from zoneinfo import ZoneInfo

from contract.parking import EVERY_DAY, MOST_MINUTES, StayRule

_LONGEST_LOOK = dt.timedelta(days=15)
_WHOLE_DAY = 1440


def counted_minutes(rule: StayRule, since: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> float:
    """Minutes of a stay that count: within the rule's hours, on its days, in local time."""
    since = max(since, until - _LONGEST_LOOK)
    if since >= until:
        return 0.0
    total = 0.0
    day = since.astimezone(zone).date()
    last = until.astimezone(zone).date()
    while day <= last:
        if day.weekday() in rule.days:
            begins, ends = _at(day, rule.from_minute, zone), _at(day, rule.to_minute, zone)
            total += max(0.0, (min(ends, until) - max(begins, since)).total_seconds() / 60)
        day += dt.timedelta(days=1)
    return total


def over_minutes(rule: StayRule, since: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> int | None:
    """By how many minutes the stay is longer than allowed; None while it is not, tolerance included."""
    over = counted_minutes(rule, since, until, zone) - rule.most_minutes
    return int(over) if over > rule.tolerance_minutes else None


def wrong_with(rule: StayRule) -> str:
    """The field that cannot be; empty when all is well."""
    if not 1 <= rule.most_minutes <= MOST_MINUTES:
        return "most_minutes"
    if not 0 <= rule.tolerance_minutes <= _WHOLE_DAY:
        return "tolerance_minutes"
    if not 0 <= rule.from_minute < rule.to_minute <= _WHOLE_DAY:
        return "hours"
    if not rule.days or len(set(rule.days)) != len(rule.days) or not set(rule.days) <= set(EVERY_DAY):
        return "days"
    return ""


def _at(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    """A minute of a local day in UTC; 1440 is the next midnight."""
    if minute >= _WHOLE_DAY:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), zone).astimezone(dt.UTC)
