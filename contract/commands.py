"""Commands: momentary acts, and what claims drive to devices."""

import datetime as dt
import enum

import msgspec

from contract.points import Value


class CommandState(enum.StrEnum):
    """The life of a command. After SENT it is never re-sent by itself: a crash gives UNKNOWN and a read-back."""

    REQUESTED = "REQUESTED"
    AUTHORISED = "AUTHORISED"
    SENT = "SENT"
    DEVICE_ACK = "DEVICE_ACK"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command. `id` is the requester's UUID: the same id with the same payload gives the same result."""

    id: str
    asset_id: int
    action: str  # "set" for a claim's property, else the act: "ptz_move", "ptz_stop", "ptz_preset", "snapshot"
    arguments: dict[str, Value]
    actor: str
    requested_at: dt.datetime
    deadline: dt.datetime
    state: CommandState
    changed_at: dt.datetime
    reason: str = ""
    detail: str = ""  # in words, why it is in this state
    detail_code: str = ""  # the same for machines: one or more codes joined by "+"; "" where only words say it
    detail_args: dict[str, str] = {}
    claim_id: str | None = None
    is_late: bool = False  # the device answered after the deadline
