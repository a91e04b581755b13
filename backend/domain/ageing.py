"""When a reading may be believed: type, range, stamp, age."""

import datetime as dt
import math

from contract.assets import PointSpec
from contract.points import PointKind, Quality, Reading, Value

_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(minutes=2)  # clocks of healthy devices drift by seconds
LONGEST_TEXT = 500


def checked_value(spec: PointSpec, reading: Reading) -> tuple[Value, Quality]:
    """The value and its quality. What a device cannot mean (NaN, out of range, wrong type) is FAILED."""
    if reading.quality is not Quality.GOOD:
        return (_typed(spec, reading.value), reading.quality)
    value = _typed(spec, reading.value)
    return (value, Quality.GOOD) if value is not None else (None, Quality.FAILED)


def trusted_stamp(stamp: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """A device's own time, or None when it gave none or an absurd one."""
    if stamp is None or stamp.tzinfo is None or not _EARLIEST <= stamp <= now + _AHEAD:
        return None
    return stamp


def _typed(spec: PointSpec, value: Value) -> Value:
    match spec.kind:
        case PointKind.BOOLEAN:
            return value if isinstance(value, bool) else None
        case PointKind.TEXT:
            return value[:LONGEST_TEXT] if isinstance(value, str) else None
        case PointKind.NUMBER:
            return _number(spec, value)


def _number(spec: PointSpec, value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number) or abs(number) > 1e15:
        return None
    if spec.minimum is not None and number < spec.minimum:
        return None
    if spec.maximum is not None and number > spec.maximum:
        return None
    return number
