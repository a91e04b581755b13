"""Points of an asset: a value, how good it is, and when it was true."""

import datetime as dt
import enum
from typing import Annotated

import msgspec

WholeNumber = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What MessagePack and databases carry: JSON knows more digits, and nobody measures them."""
Value = bool | WholeNumber | float | str | None


class Quality(enum.IntEnum):
    """How far a value may be believed. UNKNOWN: never heard; STALE: heard once, too long ago."""

    GOOD = 0
    STALE = 1
    FAILED = 2
    UNKNOWN = 3


class PointKind(enum.StrEnum):
    """What a point measures: a yes/no, a number with a unit, or a text."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"


class PointValue(msgspec.Struct, frozen=True, array_like=True):
    """One reading: `device_time` is the device's own stamp, None when it gave none or an absurd one."""

    value: Value
    quality: Quality
    device_time: dt.datetime | None
    received_time: dt.datetime | None


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """A point's new value as a device reported it.

    `is_late`: told after the device fell silent, and said before: its last word, and no sign that it answers.
    """

    asset_id: int
    point: str
    value: Value
    device_time: dt.datetime | None = None
    quality: Quality = Quality.GOOD
    is_late: bool = False
