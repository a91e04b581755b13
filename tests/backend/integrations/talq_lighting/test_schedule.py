"""Calendars and programs: which level a lamp takes at which hour, as its maintenance manager wrote it."""

import datetime as dt
import math
from zoneinfo import ZoneInfo

import pytest

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.protocol.programs import (
    ActivePeriod,
    Calendar,
    CalendarRule,
    Condition,
    ControlProgram,
    DateSpan,
    DaySpan,
    FixedTimeControl,
)
from backend.integrations.talq_lighting.protocol.values import CommandBase
from backend.integrations.talq_lighting.schedule import Place, course_of, program_of_day
from backend.integrations.talq_lighting.simulator.announced import every_night, light, night_program
from backend.integrations.talq_lighting.sun import sun_times

_DIJON = Place(lon=5.04, lat=47.32)
_PARIS = ZoneInfo("Europe/Paris")


def _level(local: str, calendar: Calendar, *programs: ControlProgram) -> int | None:
    moment = dt.datetime.fromisoformat(local).replace(tzinfo=_PARIS)
    in_force = course_of(calendar, {program.id: program for program in programs}, moment, _DIJON).at(moment)
    return in_force[0].level if in_force is not None else None


@pytest.mark.parametrize(
    ("local", "level"),
    [
        ("2026-01-15T12:00", 0),  # broad day
        ("2026-01-15T18:30", 100),  # after sunset
        ("2026-01-15T23:30", 60),
        ("2026-01-16T04:59", 60),
        ("2026-01-16T05:01", 100),
        ("2026-01-16T09:00", 0),  # after sunrise
        ("2026-06-21T21:00", 0),  # the sun sets at 21:39
        ("2026-06-21T22:00", 100),
        ("2026-06-22T04:00", 60),
        ("2026-06-22T06:00", 0),  # the sun rose at 5:43
        ("2026-03-29T04:00", 60),  # the night that loses an hour
        ("2026-10-25T04:59", 60),  # the night that wins one
        ("2026-10-25T05:01", 100),
    ],
)
def test_the_night_program_follows_sun_and_clock(local: str, level: int) -> None:
    assert _level(local, every_night("x"), night_program("x")) == level


@pytest.mark.parametrize(
    ("day", "declination_deg"),
    [(dt.date(2026, 6, 21), 23.44), (dt.date(2026, 12, 21), -23.44), (dt.date(2026, 3, 20), 0.0)],
)
def test_days_are_as_long_as_the_suns_height_says(day: dt.date, declination_deg: float) -> None:
    times = sun_times(day, 5.04, 47.32)
    assert times is not None
    latitude, declination, horizon = (math.radians(angle) for angle in (47.32, declination_deg, -0.833))
    cosine = (math.sin(horizon) - math.sin(latitude) * math.sin(declination)) / (
        math.cos(latitude) * math.cos(declination)
    )
    hours = 2 * math.degrees(math.acos(cosine)) / 15
    assert abs((times[1] - times[0]).total_seconds() / 3600 - hours) < 0.05
    noon = times[0] + (times[1] - times[0]) / 2
    mean_noon = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC) - dt.timedelta(minutes=4 * 5.04)
    assert abs(noon - mean_noon) < dt.timedelta(minutes=8), "the equation of time is small on these days"


def test_where_the_sun_does_not_set_there_is_no_sunset() -> None:
    assert sun_times(dt.date(2026, 6, 21), 20.0, 75.0) is None


def _flat(name: str, level: int) -> ControlProgram:
    step = FixedTimeControl(start_time="00:00:00", command=CommandBase(state=light(level)))
    return ControlProgram(
        type="ControlProgramOne", id=name, owner_cms="x", active_periods=(), fixed_time_controls=(step,)
    )


_CHRISTMAS = CalendarRule(
    program="feast", condition=Condition(type="ccDate", dates=(DateSpan(start="--12-24", end="--01-01"),))
)
_LAST_FRIDAY = CalendarRule(
    program="market", condition=Condition(type="ccDay", days=(DaySpan(start=5),), occurrences=("L",))
)
_WEEKEND = CalendarRule(
    program="weekend", condition=Condition(type="ccDay", days=(DaySpan(start=6, end=7),)), start_date="2026-05-01",
    end_date="2026-09-30",
)  # fmt: skip
_CALENDAR = Calendar(id="c", owner_cms="x", rules=(_CHRISTMAS, _LAST_FRIDAY, _WEEKEND), default_program="plain")


@pytest.mark.parametrize(
    ("day", "program"),
    [
        ("2026-12-25", "feast"),
        ("2027-01-01", "feast"),
        ("2027-01-02", "plain"),
        ("2026-10-30", "market"),
        ("2026-10-23", "plain"),
        ("2026-07-04", "weekend"),
        ("2026-10-03", "plain"),
    ],
)
def test_the_first_rule_that_fits_the_day_wins(day: str, program: str) -> None:
    assert program_of_day(_CALENDAR, dt.date.fromisoformat(day)) == program


def test_a_program_outside_its_hours_is_dark() -> None:
    flat = _flat("p", 80)
    period = ActivePeriod(name="AbsoluteActivePeriod", start_time="20:00:00", end_time="02:00:00")
    program = ControlProgram(
        type=flat.type, id="p", owner_cms="x", active_periods=(period,), fixed_time_controls=flat.fixed_time_controls
    )
    calendar = Calendar(id="c", owner_cms="x", default_program="p")
    assert _level("2026-01-15T21:00", calendar, program) == 80
    assert _level("2026-01-16T01:00", calendar, program) == 80
    assert _level("2026-01-16T03:00", calendar, program) == 0


@pytest.mark.parametrize("time", ["25:00:00", "noon", "", "9" * 50])
def test_an_impossible_program_is_refused(time: str) -> None:
    step = FixedTimeControl(start_time=time, command=CommandBase(state=light(10)))
    program = ControlProgram(
        type="ControlProgramOne", id="p", owner_cms="x", active_periods=(), fixed_time_controls=(step,)
    )
    with pytest.raises(ProtocolError):
        _level("2026-01-15T21:00", Calendar(id="c", owner_cms="x", default_program="p"), program)
