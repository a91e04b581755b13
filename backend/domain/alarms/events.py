"""What can happen to an alarm, as values. `id` makes a repeated delivery harmless; empty when it cannot repeat."""

import datetime as dt
import enum

import msgspec

from contract.alarms import Priority


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    id: str = ""


class Raise(_Event, frozen=True, kw_only=True, tag="raise"):
    """The process is in alarm, at this priority."""

    priority: Priority


class Clear(_Event, frozen=True, kw_only=True, tag="clear"):
    """The process is back to normal."""


class Acknowledge(_Event, frozen=True, kw_only=True, tag="acknowledge"):
    """Somebody has seen this occurrence, and all before it."""

    occurrence: int
    by: str


class Unacknowledge(_Event, frozen=True, kw_only=True, tag="unacknowledge"):
    """Somebody takes an acknowledgement back."""


class Reset(_Event, frozen=True, kw_only=True, tag="reset"):
    """Somebody lets go of a latched alarm."""


class ReAlarm(_Event, frozen=True, kw_only=True, tag="re_alarm"):
    """The time after which an acknowledged alarm that stays must be seen again is over."""


class Shelve(_Event, frozen=True, kw_only=True, tag="shelve"):
    """Somebody sets it aside until a time; one-shot: at most until it clears."""

    until: dt.datetime
    is_one_shot: bool = False
    by: str = ""
    reason: str = ""


class Unshelve(_Event, frozen=True, kw_only=True, tag="unshelve"):
    """Somebody, or its expiry, takes it from the shelf."""


class Suppress(_Event, frozen=True, kw_only=True, tag="suppress"):
    """Logic explains it by something else."""

    by: str


class Unsuppress(_Event, frozen=True, kw_only=True, tag="unsuppress"):
    """Nothing explains it any more."""


class TakeOutOfService(_Event, frozen=True, kw_only=True, tag="take_out_of_service"):
    """Somebody works on the equipment; the reason, or the work order."""

    by: str = ""
    reason: str = ""


class ReturnToService(_Event, frozen=True, kw_only=True, tag="return_to_service"):
    """The work is done."""


class Reconfigure(_Event, frozen=True, kw_only=True, tag="reconfigure"):
    """Its rule was edited. Nothing that waits for an operator is dropped."""

    is_latching: bool
    needs_acknowledgement: bool


AlarmEvent = (
    Raise
    | Clear
    | Acknowledge
    | Unacknowledge
    | Reset
    | ReAlarm
    | Shelve
    | Unshelve
    | Suppress
    | Unsuppress
    | TakeOutOfService
    | ReturnToService
    | Reconfigure
)


class Refusal(enum.StrEnum):
    """Why an event was refused."""

    NOTHING_WAITS = "nothing_waits"  # no occurrence waits for an acknowledgement
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    STALE_OCCURRENCE = "stale_occurrence"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_LATCHED = "not_latched"
    IS_SHELVED = "is_shelved"
    IS_SUPPRESSED = "is_suppressed"
    IS_OUT_OF_SERVICE = "is_out_of_service"
    NOT_SHELVED = "not_shelved"
    NOT_SUPPRESSED = "not_suppressed"
    NOT_OUT_OF_SERVICE = "not_out_of_service"
    SHELF_TIME = "shelf_time"  # in the past, or longer than may be


class Effect(enum.StrEnum):
    """What a step asks of those around."""

    ANNUNCIATE = "annunciate"  # a new occurrence: sound and flash
