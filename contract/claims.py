"""Claims: nobody sets a device; a claim says what it should be, by whom, why and until when."""

import datetime as dt
import enum

import msgspec

from contract.points import Value


class Rank(enum.IntEnum):
    """Who wins. At the same rank the newest wins."""

    DEFAULT = 0
    CALENDAR = 10
    SENSOR = 20
    OPERATOR = 30
    INCIDENT_PLAN = 40
    TWO_PERSON_MANUAL = 50
    FAIL_SAFE = 60


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One claim on one controllable property. `is_read_only`: it lives in the field (a gateway's calendar)."""

    id: str
    asset_id: int
    property: str
    value: Value
    rank: Rank
    owner: str
    reason: str
    placed_at: dt.datetime
    expires_at: dt.datetime | None = None
    is_read_only: bool = False
    source: str = ""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a property is in its state: the stack of claims, winner first, and what the device says."""

    asset_id: int
    property: str
    claims: tuple[Claim, ...]
    wanted: Value
    reported: Value
    is_obeyed: bool | None  # None: not known
    note: str = ""
    detail_code: str = ""  # the note for machines: one or more codes joined by "+"; "" where only words say it
    detail_args: dict[str, str] = {}
