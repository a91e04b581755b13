"""How times, ages and values are written for people. Pure functions."""

import datetime as dt
from typing import Final

from contract.assets import PointSpec
from contract.points import PointValue, Quality, Value
from widgets.texts import Texts

UNKNOWN_VALUE = "—"
_DAY_FORMS: Final = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y")


def clock_time(at: dt.datetime | None, zone: dt.tzinfo | None = None) -> str:
    """Local hh:mm:ss, or a dash."""
    return UNKNOWN_VALUE if at is None else at.astimezone(zone).strftime("%H:%M:%S")


def day_text(day: dt.date | None, none: str = "") -> str:
    """A day with its year, as it is shown and written in both languages; `none` where there is no day."""
    return none if day is None else day.strftime("%d/%m/%Y")


def read_day(text: str) -> dt.date | None:
    """A day as somebody wrote it: 31/05/2024, and 2024-05-31 as files have it. None when it is none."""
    for form in _DAY_FORMS:
        try:
            return dt.datetime.strptime(text.strip(), form).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    return None


def moment_with_year(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Local day with its year, and hh:mm:ss."""
    return at.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S")


def day_and_time(at: dt.datetime | None, now: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """hh:mm:ss today, the day and hh:mm before."""
    if at is None:
        return UNKNOWN_VALUE
    local, today = at.astimezone(zone), now.astimezone(zone)
    return local.strftime("%H:%M:%S") if local.date() == today.date() else local.strftime("%d/%m %H:%M")


def zone_name(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Name of the local zone, such as CET."""
    return at.astimezone(zone).tzname() or ""


def age(seconds: float, tr: Texts) -> str:
    """How long ago, in the largest unit that says enough."""
    whole = max(0, int(seconds))
    if whole < 60:
        return tr("age.seconds", count=whole)
    if whole < 3600:
        return tr("age.minutes", count=whole // 60)
    if whole < 86400:
        return tr("age.hours", hours=whole // 3600, minutes=f"{whole % 3600 // 60:02d}")
    return tr("age.days", count=whole // 86400)


def remaining(seconds: float, tr: Texts) -> str:
    """How long is left."""
    whole = max(0, int(seconds))
    if whole < 120:
        return tr("left.seconds", count=whole)
    if whole < 7200:
        return tr("left.minutes", count=whole // 60)
    return tr("left.hours", count=whole // 3600)


def value_text(value: Value, spec: PointSpec | None, tr: Texts) -> str:
    """A value with its unit; unknown is a dash, never a number."""
    if value is None:
        return UNKNOWN_VALUE
    if isinstance(value, bool):
        return tr("value.yes") if value else tr("value.no")
    if isinstance(value, str):
        key = "" if spec is None else f"value.{spec.name}.{value}"
        return tr(key) if key and tr.has(key) else value
    unit = "" if spec is None or not spec.unit else f"\u202f{spec.unit}"
    return f"{number_text(value, tr.language)}{unit}"


def number_text(value: float, language: str) -> str:
    """A number as a reader of the language writes it, with the digits that matter."""
    if isinstance(value, int) or float(value).is_integer():
        text = f"{int(value):,}"
    elif abs(value) >= 100:
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"
    return text.replace(",", "\u202f").replace(".", ",") if language == "fr" else text


def distance_text(metres: float, tr: Texts) -> str:
    """As people say how far it is: 340 m, 2.4 km, 24 km."""
    if metres < 995:
        return f"{round(metres, -1 if metres >= 100 else 0):.0f}\u202fm"
    kilometres = metres / 1000
    text = f"{kilometres:.1f}" if kilometres < 10 else f"{kilometres:.0f}"
    return f"{text.replace('.', ',') if tr.language == 'fr' else text}\u202fkm"


def age_of(point: PointValue, now: dt.datetime) -> float | None:
    """Seconds since the value was received, None when it never was."""
    return None if point.received_time is None else (now - point.received_time).total_seconds()


def quality_key(quality: Quality) -> str:
    """The text key that names a quality."""
    return f"quality.{quality.name.lower()}"
