"""A moment as operators read and type it. No Qt."""

import datetime as dt
import re
from typing import Final

_TYPED: Final = re.compile(
    r"\s*(?:(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?\s+)?"
    r"(?P<hour>\d{1,2})[:hH](?P<minute>\d{2})?(?:[:mM](?P<second>\d{2})?)?s?\s*"
)
_BACK: Final = re.compile(r"\s*-\s*(?P<count>\d{1,5})\s*(?P<unit>s|min|m|h|j|d)?\s*")
_UNITS: Final = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600, "j": 86_400, "d": 86_400}


def moment_words(at: float, zone: dt.tzinfo | None = None) -> str:
    """Day and time of the second, on the operator's clock."""
    return dt.datetime.fromtimestamp(at, dt.UTC).astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")


def moment_of(text: str, now: dt.datetime, zone: dt.tzinfo | None = None) -> float | None:
    """What was typed: "14:05", "14h05:30", "22/11 23:10", "22/11/2026 23:10:05", "-30 s", "-5 min"; None: no moment.

    A time without a day is the last one that has passed; a day without a year lies in the past too.
    """
    back = _BACK.fullmatch(text)
    if back is not None:
        return now.timestamp() - int(back["count"]) * _UNITS[back["unit"]]
    typed = _TYPED.fullmatch(text)
    if typed is None:
        return None
    local = now.astimezone(zone)
    try:
        at = local.replace(
            hour=int(typed["hour"]), minute=int(typed["minute"] or 0), second=int(typed["second"] or 0), microsecond=0
        )
        if typed["day"] is not None:
            at = at.replace(day=1, month=int(typed["month"]), year=int(typed["year"] or local.year))
            at = at.replace(day=int(typed["day"]))
            if typed["year"] is None and at > local:
                at = at.replace(year=at.year - 1)
        elif at > local:
            at -= dt.timedelta(days=1)
    except ValueError:
        return None
    # The offset of that day, not of today: summer and winter time.
    return at.replace(tzinfo=None).astimezone(zone).timestamp() if zone is None else _in_zone(at, zone)


def _in_zone(at: dt.datetime, zone: dt.tzinfo) -> float:
    return at.replace(tzinfo=zone).timestamp()
