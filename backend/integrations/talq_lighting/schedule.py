"""What a TALQ calendar wants at which moment: rules choose the day's program, the program gives the levels."""

import datetime as dt
import zoneinfo
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.protocol.programs import (
    Calendar,
    CalendarRule,
    Condition,
    ControlProgram,
)
from backend.integrations.talq_lighting.protocol.values import CommandBase
from backend.integrations.talq_lighting.sun import sun_times

_MOST_STEPS: Final = 500
_LAST_OF_MONTH: Final = "L"

_COMBINE: Final[Mapping[str, Callable[[int, int], int]]] = {
    "Set": lambda _, new: new,
    "Max": max,
    "Min": min,
    "Add": lambda old, new: min(old + new, 100),
    "Sub": lambda old, new: max(old - new, 0),
    "Mul": lambda old, new: old * new // 100,
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where and in which time zone a gateway stands."""

    lon: float
    lat: float
    zone: str = "Europe/Paris"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From `begins` on, `program` wants this level."""

    begins: dt.datetime
    level: int
    program: str


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """The steps round one moment, in order."""

    steps: tuple[Step, ...]

    def at(self, moment: dt.datetime) -> tuple[Step, dt.datetime | None] | None:
        """The step in force and when it ends (None: not known yet); None before the first step."""
        index = bisect_right(self.steps, moment, key=lambda step: step.begins) - 1
        if index < 0:
            return None
        following = self.steps[index + 1].begins if index + 1 < len(self.steps) else None
        return self.steps[index], following


def course_of(calendar: Calendar, programs: Mapping[str, ControlProgram], around: dt.datetime, place: Place) -> Course:
    """The calendar's steps from two days before to two days after; raises ProtocolError on an impossible program."""
    try:
        zone = zoneinfo.ZoneInfo(place.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ProtocolError(f"the time zone {place.zone[:60]!r} is not known here") from error
    today = around.astimezone(zone).date()
    changes: list[_Change] = []
    for offset in range(-2, 3):
        day = today + dt.timedelta(days=offset)
        program = programs.get(program_of_day(calendar, day) or "")
        if program is None:
            continue
        changes.extend(
            _Change(begins=_local(day, step.start_time, zone), fixed=_level(step.command), program=program.id)
            for step in program.fixed_time_controls or ()
        )
        changes.extend(_solar_changes(program, day, place))
        changes.extend(_limits(program, day, zone, place))
        if len(changes) > _MOST_STEPS:
            raise ProtocolError("the calendar's programs have too many steps")
    return Course(steps=tuple(_folded(sorted(changes, key=lambda change: change.begins))))


def program_of_day(calendar: Calendar, day: dt.date) -> str | None:
    """The program of the first rule that fits the day, else the default one."""
    for rule in calendar.rules or ():
        if _fits(rule, day):
            return rule.program
    return calendar.default_program


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes at a moment; what stays as it was is None."""

    begins: dt.datetime
    program: str
    fixed: int | None = None
    solar: int | None = None
    operation: str = ""
    is_active: bool | None = None


def _folded(changes: Sequence[_Change]) -> Iterator[Step]:
    """Walk the changes in order; a step comes out whenever the level or the program changes."""
    fixed, solar, operation = 0, None, ""
    is_active = all(change.is_active is None for change in changes)
    last: tuple[int, str] | None = None
    for index, change in enumerate(changes):
        fixed = fixed if change.fixed is None else change.fixed
        if change.solar is not None:
            solar, operation = change.solar, change.operation
        is_active = is_active if change.is_active is None else change.is_active
        if index + 1 < len(changes) and changes[index + 1].begins == change.begins:
            continue
        level = fixed if solar is None else _COMBINE[operation](fixed, solar)
        now = (level if is_active else 0, change.program)
        if now != last:
            last = now
            yield Step(begins=change.begins, level=now[0], program=now[1])


def _solar_changes(program: ControlProgram, day: dt.date, place: Place) -> Iterator[_Change]:
    times = sun_times(day, place.lon, place.lat)
    for control in program.astro_clock_time_controls or ():
        if control.operation not in _COMBINE or control.solar_event_type not in {"sunrise", "sunset"}:
            raise ProtocolError(f"program {program.id[:60]!r} has an operation or solar event that TALQ does not know")
        offset, level = _minutes(control.offset), _level(control.command)
        if times is not None:
            begins = times[0] if control.solar_event_type == "sunrise" else times[1]
            yield _Change(begins=begins + offset, program=program.id, solar=level, operation=control.operation)


def _limits(program: ControlProgram, day: dt.date, zone: dt.tzinfo, place: Place) -> Iterator[_Change]:
    for period in program.active_periods or ():
        if period.start_time is not None and period.end_time is not None:
            begins, ends = _local(day, period.start_time, zone), _local(day, period.end_time, zone)
            ends = ends if ends > begins else ends + dt.timedelta(days=1)
            yield _Change(begins=begins, program=program.id, is_active=True)
            yield _Change(begins=ends, program=program.id, is_active=False)
        elif period.sunset_offset is not None and period.sunrise_offset is not None:
            times = sun_times(day, place.lon, place.lat)
            if times is not None:
                dawn, dusk = times[0] + _minutes(period.sunrise_offset), times[1] + _minutes(period.sunset_offset)
                yield _Change(begins=dawn, program=program.id, is_active=False)
                yield _Change(begins=dusk, program=program.id, is_active=True)


def _fits(rule: CalendarRule, day: dt.date) -> bool:
    if rule.start_date is not None and not _order(day, rule.start_date) >= 0:
        return False
    if rule.end_date is not None and not _order(day, rule.end_date) <= 0:
        return False
    return rule.condition is None or _holds(rule.condition, day)


def _order(day: dt.date, text: str) -> int:
    """Below 0 when `day` is before the date, 0 on it, above 0 after. "--mm-dd" and "---dd" recur."""
    try:
        if text.startswith("---"):
            return day.day - int(text[3:])
        if text.startswith("--"):
            month, _, of_month = text[2:].partition("-")
            return (day.month - int(month)) * 100 + day.day - int(of_month)
        return (day - dt.date.fromisoformat(text)).days
    except ValueError as error:
        raise ProtocolError(f"{text[:40]!r} is no date") from error


def _holds(condition: Condition, day: dt.date) -> bool:
    for span in condition.dates or ():
        since, until = _order(day, span.start), _order(day, span.end or span.start)
        wraps = span.end is not None and since < until
        if (since >= 0 and until <= 0) or (wraps and (since >= 0 or until <= 0)):
            return True
    for days in condition.days or ():
        first, last = days.start, days.end if days.end is not None else days.start
        today = day.isoweekday()
        is_in = first <= today <= last or (last < first and (today >= first or today <= last))
        if is_in and _is_occurrence(condition.occurrences, day):
            return True
    return False


def _is_occurrence(occurrences: Sequence[str] | None, day: dt.date) -> bool:
    if not occurrences:
        return True
    is_last = (day + dt.timedelta(days=7)).month != day.month
    return str((day.day - 1) // 7 + 1) in occurrences or (is_last and _LAST_OF_MONTH in occurrences)


def _local(day: dt.date, time: str, zone: dt.tzinfo) -> dt.datetime:
    try:
        clock = dt.time.fromisoformat(time)
    except ValueError as error:
        raise ProtocolError(f"{time[:40]!r} is no time of day") from error
    return dt.datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone).astimezone(dt.UTC)


def _minutes(offset: int) -> dt.timedelta:
    if not -1440 <= offset <= 1440:
        raise ProtocolError(f"an offset of {offset} minutes leaves the day")
    return dt.timedelta(minutes=offset)


def _level(command: CommandBase) -> int:
    level = command.state.value
    if command.state.name != "LevelState" or isinstance(level, bool) or not isinstance(level, int):
        raise ProtocolError("a program's command is not a light level")
    if not 0 <= level <= 100:
        raise ProtocolError(f"a program's level of {level} is not between 0 and 100")
    return level
