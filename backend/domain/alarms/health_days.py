"""The days of alarm health: those of the city's own clock, 23 or 25 hours long twice a year."""

import datetime as dt

from backend.domain.rights import CITY_ZONE


def day_of(at: dt.datetime) -> dt.date:
    """The day on the city's clock."""
    return at.astimezone(CITY_ZONE).date()


def begin_of(day: dt.date) -> dt.datetime:
    """Midnight on the city's clock, in UTC."""
    return dt.datetime.combine(day, dt.time(), CITY_ZONE).astimezone(dt.UTC)
