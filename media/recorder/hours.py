"""When a plan wants pictures: hours of the day in their own time zone, summer time included."""

import datetime as dt
from zoneinfo import ZoneInfo

from contract.footage import RecordingMode, RecordingPlan

_MINUTES_A_DAY = 1440


class UnknownZone(Exception):
    """The plan names a time zone that this machine does not know."""


def wants_pictures(plan: RecordingPlan, at: float) -> bool:
    """Whether a plan wants pictures at that time; one of mode "event" always does, for its pre-roll.

    Raises UnknownZone.
    """
    match plan.mode:
        case RecordingMode.OFF:
            return False
        case RecordingMode.CONTINUOUS | RecordingMode.EVENT:
            return True
        case RecordingMode.SCHEDULE:
            return _is_within(plan, at)


def _is_within(plan: RecordingPlan, at: float) -> bool:
    try:
        zone = ZoneInfo(plan.time_zone)
    except (OSError, ValueError, KeyError):
        raise UnknownZone(plan.time_zone[:60]) from None
    # The clock on the wall counts: the hour that summer time repeats is within both times, the one it skips never is.
    local = dt.datetime.fromtimestamp(at, zone)
    minute, weekday = local.hour * 60 + local.minute, local.weekday()
    for hours in plan.hours:
        if hours.from_minute < hours.to_minute:
            if weekday in hours.weekdays and hours.from_minute <= minute < hours.to_minute:
                return True
        elif hours.from_minute == hours.to_minute or minute >= hours.from_minute:
            if weekday in hours.weekdays:
                return True
        elif minute < hours.to_minute % _MINUTES_A_DAY and (weekday - 1) % 7 in hours.weekdays:
            return True
    return False
