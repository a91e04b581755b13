"""The journal's alarm transitions read as what operators lived through: what came, what was answered, what chattered.

Pure: what is still open is carried from one page of the journal to the next, so pages may be cut anywhere.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from contract.alarms import ShownState
from contract.journal import JournalEntry

CHATTER_COUNT: Final = 3  # annunciations of one alarm
CHATTER_MS: Final = 60_000  # in less than this
FLEETING_MS: Final = 60_000  # over in less than this, before anybody could answer
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_REST, _UNANSWERED = ShownState.A_NORM.value, ShownState.B_UNACK.value
_WAITS: Final = frozenset({_UNANSWERED, ShownState.D_RTNUN.value, ShownState.LTCH_U.value})
_STANDS: Final = frozenset({_UNANSWERED, ShownState.C_ACKED.value})
_BEGIN: Final = {"shelve": 0, "suppress": 1, "take_out_of_service": 2}
_END: Final = {"unshelve": 0, "unsuppress": 1, "return_to_service": 2}


class Transition(NamedTuple):
    """One accepted event of one alarm, as the journal has it. Letters are ISA's."""

    at_ms: int
    alarm: int
    asset_id: int
    kind: str
    event: str
    before: str
    after: str
    occurrence: int
    priority: int
    is_active: bool
    actor: str
    is_one_shot: bool = False


class What(enum.Enum):
    """What happened to those who watch."""

    CAME = "came"  # annunciated: it sounded and flashed
    ANSWERED = "answered"  # acknowledged
    FLEETING = "fleeting"  # back to normal within a minute, before anybody answered
    CHATTERED = "chattered"  # began to come three times a minute or more


class Happening(NamedTuple):
    """One of them. `took_ms`: how long it waited, of what was answered; `by`: who answered."""

    what: What
    at_ms: int
    alarm: int
    asset_id: int
    kind: str
    priority: int
    took_ms: int = 0
    by: str = ""


class OpenAlarm(msgspec.Struct, frozen=True, omit_defaults=True):
    """What must be known of an alarm when its next transition is read."""

    asset_id: int
    kind: str
    priority: int
    occurrence: int = 0
    came_ms: int | None = None  # its last annunciation
    waits_since_ms: int | None = None  # the first annunciation that nobody has answered yet
    waits_at: int = 0  # and its priority
    stands_since_ms: int | None = None  # shown in alarm, acknowledged or not, without a break
    set_aside: tuple[int | None, int | None, int | None] = (None, None, None)  # shelved, suppressed, out of service
    is_one_shot: bool = False
    recent: tuple[int, ...] = ()  # its last annunciations, for chattering
    is_chattering: bool = False

    @property
    def is_at_rest(self) -> bool:
        """Nothing of it stands or waits."""
        return self.stands_since_ms is None and self.waits_since_ms is None and self.set_aside == (None, None, None)


OpenAlarms = Mapping[int, OpenAlarm]


def transitions_of(entries: Iterable[JournalEntry]) -> list[Transition]:
    """The accepted transitions among journal entries; what cannot be read is left out."""
    found = (_transition(entry) for entry in entries if "refused" not in entry.payload)
    return [transition for transition in found if transition is not None]


def read_on(open_before: OpenAlarms, transitions: Sequence[Transition]) -> tuple[OpenAlarms, list[Happening]]:
    """What these transitions, in their order, mean; and what is open after them."""
    still_open = dict(open_before)
    happened: list[Happening] = []
    for item in transitions:
        known = still_open.get(item.alarm) or OpenAlarm(item.asset_id, item.kind, item.priority)
        still_open[item.alarm] = _take(known, item, happened)
    return still_open, happened


def without_rested(still_open: OpenAlarms, now_ms: int) -> OpenAlarms:
    """Without those at rest whose last annunciation is too long ago to count for chattering."""
    return {
        alarm: item
        for alarm, item in still_open.items()
        if not item.is_at_rest or (item.came_ms is not None and now_ms - item.came_ms < CHATTER_MS)
    }


def _take(known: OpenAlarm, item: Transition, happened: list[Happening]) -> OpenAlarm:
    after = replace(known, priority=item.priority, occurrence=item.occurrence)
    after = _set_aside(after, item)
    if item.event == "acknowledge" and known.waits_since_ms is not None:
        took_ms = max(0, item.at_ms - known.waits_since_ms)
        happened.append(_happening(What.ANSWERED, item, took_ms=took_ms, by=item.actor))
    is_fleeting = (
        item.event == "clear"
        and item.before == _UNANSWERED
        and known.came_ms is not None
        and 0 <= item.at_ms - known.came_ms < FLEETING_MS
    )
    if is_fleeting:
        happened.append(_happening(What.FLEETING, item))
    if _has_come(known, item):
        after = _come(known, after, item, happened)
    elif item.after not in _WAITS:
        after = replace(after, waits_since_ms=None)
    elif after.waits_since_ms is None:  # owed while it was set aside: it waits anew from here
        after = replace(after, waits_since_ms=item.at_ms, waits_at=item.priority)
    if item.after not in _STANDS:
        return replace(after, stands_since_ms=None)
    return after if after.stands_since_ms is not None else replace(after, stands_since_ms=item.at_ms)


def _has_come(known: OpenAlarm, item: Transition) -> bool:
    if item.after != _UNANSWERED:
        return False
    return item.before != _UNANSWERED or (known.came_ms is not None and item.occurrence > known.occurrence)


def _come(known: OpenAlarm, after: OpenAlarm, item: Transition, happened: list[Happening]) -> OpenAlarm:
    happened.append(_happening(What.CAME, item))
    recent = (*(at for at in known.recent if 0 <= item.at_ms - at < CHATTER_MS), item.at_ms)[-CHATTER_COUNT:]
    is_chattering = len(recent) >= CHATTER_COUNT
    if is_chattering and not known.is_chattering:
        happened.append(_happening(What.CHATTERED, item))
    is_new_wait = known.waits_since_ms is None or item.priority < known.waits_at
    return replace(
        after,
        came_ms=item.at_ms,
        recent=recent,
        is_chattering=is_chattering,
        waits_since_ms=item.at_ms if is_new_wait else known.waits_since_ms,
        waits_at=item.priority if is_new_wait else known.waits_at,
    )


def _set_aside(known: OpenAlarm, item: Transition) -> OpenAlarm:
    since = list(known.set_aside)
    is_one_shot = known.is_one_shot
    if item.event in _BEGIN:
        since[_BEGIN[item.event]] = item.at_ms
        is_one_shot = item.is_one_shot if item.event == "shelve" else is_one_shot
    elif item.event in _END:
        since[_END[item.event]] = None
    elif item.event == "clear" and is_one_shot:
        since[0] = None
    if since[0] is None:
        is_one_shot = False
    return replace(known, set_aside=(since[0], since[1], since[2]), is_one_shot=is_one_shot)


def _happening(what: What, item: Transition, *, took_ms: int = 0, by: str = "") -> Happening:
    return Happening(what, item.at_ms, item.alarm, item.asset_id, item.kind, item.priority, took_ms, by)


class _Payload(msgspec.Struct):
    alarm: int
    alarm_kind: str
    event: dict[str, object]
    before: str = msgspec.field(name="from")
    after: str = msgspec.field(name="to")
    occurrence: int
    priority: int
    is_active: bool
    at: dt.datetime | None = None


def _transition(entry: JournalEntry) -> Transition | None:
    try:
        line = msgspec.convert(entry.payload, _Payload)
    except msgspec.ValidationError:
        return None
    if entry.asset_id is None or line.priority not in {1, 2, 3, 4}:
        return None
    at = line.at if line.at is not None and line.at.tzinfo is not None else entry.at
    return Transition(
        (at - _EPOCH) // dt.timedelta(milliseconds=1),
        line.alarm,
        entry.asset_id,
        line.alarm_kind,
        str(line.event.get("type", "")),
        line.before,
        line.after,
        line.occurrence,
        line.priority,
        line.is_active,
        entry.actor,
        line.event.get("is_one_shot") is True,
    )
