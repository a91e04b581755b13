"""TALQ calendars and control programs as values: which level a lamp takes at which hour of which day."""

from typing import Any

import msgspec

from backend.integrations.talq_lighting.protocol.values import CommandBase, Talq


class DateSpan(Talq, frozen=True, kw_only=True):
    """Days of the year ("--12-24") or of the month ("---01"); one day when `end` is absent."""

    start: str
    end: str | None = None


class DaySpan(Talq, frozen=True, kw_only=True):
    """Days of the week, Monday is 1; one day when `end` is absent."""

    start: int
    end: int | None = None


class Condition(Talq, frozen=True, kw_only=True):
    """On which days a rule applies: type "ccDate" with dates, or "ccDay" with days and occurrences in the month."""

    type: str
    dates: tuple[DateSpan, ...] | None = None
    days: tuple[DaySpan, ...] | None = None
    occurrences: tuple[str, ...] | None = None


class CalendarRule(Talq, frozen=True, kw_only=True):
    """Run `program` on the days from `start_date` to `end_date` that fit the condition."""

    program: str
    start_date: str | None = None
    end_date: str | None = None
    condition: Condition | None = None


class Calendar(Talq, frozen=True, kw_only=True):
    """Which program runs on which day: the first rule that fits wins, else the default program."""

    id: str
    owner_cms: str = msgspec.field(name="ownerCMS")
    rules: tuple[CalendarRule, ...] | None = None
    default_program: str | None = None


class FixedTimeControl(Talq, frozen=True, kw_only=True):
    """From `start_time` (local, hh:mm:ss) on, this command."""

    start_time: str
    command: CommandBase


class AstroClockTimeControl(Talq, frozen=True, kw_only=True):
    """From sunset or sunrise (with an offset in minutes) on, this command combined with the fixed one."""

    offset: int
    solar_event_type: str
    operation: str
    command: CommandBase


class ActivePeriod(Talq, frozen=True, kw_only=True):
    """When a program runs within a day."""

    name: str
    start_time: str | None = None
    end_time: str | None = None
    sunset_offset: int | None = None
    sunrise_offset: int | None = None


class ControlProgram(Talq, frozen=True, kw_only=True):
    """One day's course of light (type "ControlProgramOne"; others are carried and not understood)."""

    type: str
    id: str
    owner_cms: str = msgspec.field(name="ownerCMS")
    active_periods: tuple[ActivePeriod, ...] | None = None
    fixed_time_controls: tuple[FixedTimeControl, ...] | None = None
    astro_clock_time_controls: tuple[AstroClockTimeControl, ...] | None = None
    dynamic_controls: tuple[dict[str, Any], ...] | None = None
