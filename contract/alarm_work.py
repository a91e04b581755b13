"""What people do about alarms: one by one or many at once, comments, who takes care of one, silence, presence.

Five acts that are never one another, and the right each asks for on the asset:

| act | right | what it does |
|---|---|---|
| acknowledge | operate | this occurrence was seen; the next sounds and flashes anew |
| silence | operate | the sound of one seat stops for two minutes at most; nothing was seen |
| shelve | operate | set aside until a time, 24 h at most, with a reason |
| suppress by design | configure | a rule, never a click: see the rules of alarms |
| out of service | manage | somebody works on the equipment: work order or reason, until it is returned |
"""

import datetime as dt
import enum

import msgspec

from contract.alarms import Alarm, Priority

LONGEST_SILENCE_S = 120
MOST_PICKS = 40_000
LONGEST_COMMENT = 2_000
LONGEST_REASON = 500


class AlarmAct(enum.StrEnum):
    """What can be done to many alarms at once."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    RESET = "reset"
    SHELVE = "shelve"  # takes `until` and `reason`
    UNSHELVE = "unshelve"
    OUT_OF_SERVICE = "out_of_service"  # takes `work_order` or `reason`
    RETURN_TO_SERVICE = "return_to_service"
    COMMENT = "comment"  # takes `reason`: the text
    ASSIGN = "assign"  # takes `user`; "" gives it back to everybody
    TAKE_OVER = "take_over"


class Pick(msgspec.Struct, frozen=True, array_like=True):
    """One alarm as it was shown: an act on another occurrence is refused."""

    id: int
    occurrence: int


class BulkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/bulk: exactly what was shown. `id` is the client's UUID; asked again with it, nothing is done twice.

    The backend answers what it answered the first time; the same id with another request is a conflict (409).
    """

    id: str
    act: AlarmAct
    picks: tuple[Pick, ...]
    reason: str = ""  # for acknowledgements: a comment
    work_order: str = ""
    until: dt.datetime | None = None
    is_one_shot: bool = False
    user: str = ""


class PickRefused(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that was left as it is, and why: an English text, and code and arguments for other languages."""

    id: int
    asset_code: str
    said: str
    code: str = ""
    args: dict[str, str] = {}


class BulkOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """Every pick is in `done` or in `refused`, once, in the order asked for."""

    id: str
    done: tuple[int, ...]
    refused: tuple[PickRefused, ...]


class OutOfServiceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/{id}/out-of-service: a work order, or a reason."""

    reason: str = ""
    work_order: str = ""


class CommentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/{id}/comments. `id` is the client's UUID: sent twice, it is one comment."""

    id: str
    text: str


class AlarmComment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote about an alarm, and of which occurrence."""

    id: str
    alarm_id: int
    occurrence: int
    author: str
    at: dt.datetime
    text: str


class AlarmCommentList(msgspec.Struct, frozen=True, kw_only=True):
    """Comments on one alarm, newest first."""

    items: tuple[AlarmComment, ...]
    next: str | None
    total: int


class AssignRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/{id}/assign: to a user with the right to operate there, "" to nobody.

    Only what nobody, or oneself, takes care of can be given; what another one holds is taken over, which he is told.
    """

    user: str
    note: str = ""


class Assignee(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may take care of an alarm."""

    name: str
    display_name: str
    is_logged_in: bool
    is_available: bool  # logged in and not away
    seat: str = ""


class AssigneeList(msgspec.Struct, frozen=True, kw_only=True):
    """Those who may take care of an alarm: available ones first."""

    items: tuple[Assignee, ...]
    next: str | None
    total: int


class SilenceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /seats/silence: this seat's sound stops. A new P1 sounds all the same; other seats are not silenced."""

    seat: str
    seconds: int = LONGEST_SILENCE_S
    waiting: int = 0  # how many alarms waited for an acknowledgement on that seat's list, for the journal


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A seat is silent until a time."""

    seat: str
    by: str
    until: dt.datetime


class PresenceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /presence: where one sits, and whether one is there. Alarms are routed to those who are available."""

    seat: str = ""
    is_away: bool | None = None  # None: as it was said before
    note: str = ""  # "lunch", "in the field until 16:00"


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is logged in."""

    user: str
    display_name: str
    is_available: bool  # a console of his is connected, and he is not away
    is_away: bool = False  # as he said himself
    seats: tuple[str, ...] = ()
    note: str = ""
    since: dt.datetime | None = None  # when he came, or said that he is away or back


class PresenceList(msgspec.Struct, frozen=True, kw_only=True):
    """Those who are logged in, by name."""

    items: tuple[Presence, ...]
    next: str | None
    total: int


class AlarmHappening(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the alarms' history, as the journal has it. `event` is its tag: raise, clear, acknowledge, comment...

    `refused` says why an act was left undone; then `shown` is the letter that the alarm kept.
    """

    seq: int
    at: dt.datetime
    alarm_id: int
    asset_id: int
    asset_code: str
    asset_name: str
    commune: str
    class_: str = msgspec.field(name="class")
    kind: str
    event: str
    actor: str
    occurrence: int
    priority: Priority | None = None
    shown_before: str = ""
    shown: str = ""
    refused: str = ""
    note: str = ""


class AlarmHistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next` may be there although no item is: the page was looked through and more remains."""

    items: tuple[AlarmHappening, ...]
    next: str | None


class AlarmConflict(msgspec.Struct, frozen=True, tag="alarm_conflict", kw_only=True):
    """Two people wanted something of one alarm at once; this is told to the one whose act stands.

    Also told to whoever took care of an alarm that another one has taken over (`act` take_over).
    """

    alarm: Alarm
    act: AlarmAct
    actor: str  # who came second, or took it over
    at: dt.datetime
    count: int = 1  # of so many alarms at once, of which `alarm` is the first
