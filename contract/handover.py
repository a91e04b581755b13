"""The handover of a shift: a report that the backend draws, and the signatures of two persons under it."""

import datetime as dt
import enum

import msgspec

from contract.alarm_work import AlarmComment
from contract.alarms import Alarm, Priority
from contract.claims import Claim

MOST_LINES = 500  # of each part of a report; `total` says how many there were
LONGEST_REMARKS = 4_000
GOOD_FOR_MINUTES = 30  # a report is signed while it is true


class HandoverState(enum.StrEnum):
    """Drawn, then signed by the one who leaves, then by the one who comes: from then on it never changes."""

    DRAWN = "drawn"
    LEFT = "left"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class HandoverRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /handovers: draw the report of what the asker may see. `id` is the client's UUID."""

    id: str
    seat: str
    incoming: str = ""  # who is to sign; "" whoever comes
    communes: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    remarks: str = ""
    passes_alarms: bool = True  # what the outgoing takes care of goes to the incoming as he signs


class SignRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /handovers/{id}/sign. `hash` is of the report that one has read. Empty `user`: the asker signs.

    Else another one signs at the asker's seat with his own name and password.
    """

    hash: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"SignRequest(user={self.user!r})"


class HandoverAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as it stood, with what was written about it."""

    alarm: Alarm
    comments: tuple[AlarmComment, ...] = ()


class SuppressedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms that one rule, or one cause, explains."""

    rule: str
    count: int
    root: Alarm | None = None


class OverrideInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that somebody placed and nobody released."""

    claim: Claim
    asset_code: str
    asset_name: str


class ShiftNote(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the logbook."""

    at: dt.datetime
    author: str
    text: str


class CameAndWent(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of which something happened, and how it stands by now."""

    alarm: Alarm
    raised_count: int
    last_at: dt.datetime


class SinceYouLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What happened since somebody left: counts, and the alarms by priority, the worst first."""

    user: str
    since: dt.datetime
    raised: dict[Priority, int]
    acknowledged: int
    shelved: int
    acts_refused: int
    alarms: tuple[CameAndWent, ...]
    alarm_total: int
    is_complete: bool = True  # False: more happened than was read; counts are of the latest


class HandoverReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed over. Each part holds MOST_LINES at most, the worst or newest first; its total says how many."""

    id: str
    seat: str
    outgoing: str
    outgoing_name: str
    incoming: str
    drawn_at: dt.datetime
    communes: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    remarks: str
    passes_alarms: bool
    open: tuple[HandoverAlarm, ...]
    open_total: int
    shelved: tuple[HandoverAlarm, ...]
    shelved_total: int
    suppressed: tuple[SuppressedGroup, ...]
    suppressed_total: int
    out_of_service: tuple[HandoverAlarm, ...]
    out_of_service_total: int
    overrides: tuple[OverrideInForce, ...]
    overrides_total: int
    notes: tuple[ShiftNote, ...]
    shift: SinceYouLeft  # of the outgoing: since his shift began
    since_you_left: SinceYouLeft | None  # of the incoming, when he is named


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed and when. `person` is the human being; `by_password`: at another one's seat."""

    user: str
    person: str
    display_name: str
    at: dt.datetime
    by_password: bool = False


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """A report and its signatures. `hash` is SHA-256 of the report's JSON; the journal has it with each signature."""

    report: HandoverReport
    hash: str
    state: HandoverState
    outgoing: Signature | None = None
    incoming: Signature | None = None
    is_intact: bool = True  # False: what is kept is not what was signed
    is_for_you: bool = False  # it waits for the asker's signature


class HandoverLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of the list."""

    id: str
    seat: str
    state: HandoverState
    drawn_at: dt.datetime
    outgoing: str
    outgoing_name: str
    incoming: str
    incoming_name: str
    signed_at: dt.datetime | None
    open_total: int
    is_for_you: bool = False


class HandoverList(msgspec.Struct, frozen=True, kw_only=True):
    """Handovers, newest first."""

    items: tuple[HandoverLine, ...]
    next: str | None
    total: int
