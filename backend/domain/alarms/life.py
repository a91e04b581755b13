"""The life of an alarm (ISA-18.2-2016 / IEC 62682) as one pure function of state, event and time."""

import datetime as dt

import msgspec
from msgspec.structs import replace

from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Clear,
    Effect,
    Raise,
    ReAlarm,
    Reconfigure,
    Refusal,
    Reset,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
    Unsuppress,
)
from contract.alarms import Annunciation, Priority, ShownState

LONGEST_SHELVING = dt.timedelta(hours=24)
_REMEMBERED_EVENTS = 16
_NORM, _UNACK, _ACKED = Annunciation.NORM, Annunciation.UNACK, Annunciation.ACKED
_RTNUN, _LTCH_U, _LTCH_A = Annunciation.RTNUN, Annunciation.LTCH_U, Annunciation.LTCH_A
_LETTERS = {
    _NORM: ShownState.A_NORM,
    _UNACK: ShownState.B_UNACK,
    _ACKED: ShownState.C_ACKED,
    _RTNUN: ShownState.D_RTNUN,
    _LTCH_U: ShownState.LTCH_U,
    _LTCH_A: ShownState.LTCH_A,
}


class AlarmState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two regions: annunciation, and suppression by three flags.

    While any flag is set the annunciation is NORM, and `owed` remembers what waited when the first was set:
    UNACK, RTNUN or LTCH_U (an operator still owes an acknowledgement), or LTCH_A (it was latched).
    """

    is_active: bool = False
    priority: Priority = Priority.P4
    annunciation: Annunciation = Annunciation.NORM
    is_shelved: bool = False
    is_suppressed: bool = False
    is_out_of_service: bool = False
    owed: Annunciation | None = None
    occurrence: int = 0
    is_latching: bool = False
    needs_acknowledgement: bool = True
    shelved_until: dt.datetime | None = None
    is_one_shot: bool = False
    suppressed_by: str = ""
    set_aside_by: str = ""  # who shelved it, or took it out of service
    set_aside_reason: str = ""
    raised_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: dt.datetime | None = None
    seen_events: tuple[str, ...] = ()

    @property
    def is_flagged(self) -> bool:
        """Some flag keeps it from being annunciated."""
        return self.is_shelved or self.is_suppressed or self.is_out_of_service

    @property
    def is_at_rest(self) -> bool:
        """Nothing of it stands: it may leave the list."""
        return not self.is_active and not self.is_flagged and self.annunciation is _NORM


class Step(msgspec.Struct, frozen=True):
    """The state after an event, and what to do about it."""

    state: AlarmState
    effects: tuple[Effect, ...] = ()


class Reject(msgspec.Struct, frozen=True):
    """The event was refused; the state is as it was."""

    reason: Refusal


def shown(state: AlarmState) -> ShownState:
    """The letter an operator sees."""
    if state.is_out_of_service:
        return ShownState.G_OOSRV
    if state.is_suppressed:
        return ShownState.F_DSUPR
    if state.is_shelved:
        return ShownState.E_SHLVD
    return _LETTERS[state.annunciation]


def step(state: AlarmState, event: AlarmEvent, at: dt.datetime) -> Step | Reject:
    """What one event makes of an alarm. An event whose id was seen changes nothing."""
    if event.id and event.id in state.seen_events:
        return Step(state)
    result = _judge(state, event, at)
    if isinstance(result, Reject):
        return result
    after = result.state
    if after is not state:
        after = replace(after, changed_at=at)
    if event.id:
        after = replace(after, seen_events=(*state.seen_events, event.id)[-_REMEMBERED_EVENTS:])
    return Step(after, result.effects)


def _judge(state: AlarmState, event: AlarmEvent, at: dt.datetime) -> Step | Reject:
    match event:
        case Raise():
            return _raise(state, event.priority, at)
        case Clear():
            return _clear(state, at)
        case Acknowledge():
            return _acknowledge(state, event, at)
        case Unacknowledge():
            if (flag := _flag(state)) is not None:
                return Reject(flag)
            if state.annunciation is not _ACKED or not state.needs_acknowledgement:
                return Reject(Refusal.NOT_ACKNOWLEDGED)
            return _annunciate(state, at)
        case Reset():
            if (flag := _flag(state)) is not None:
                return Reject(flag)
            if state.annunciation is not _LTCH_A:
                return Reject(Refusal.NOT_LATCHED)
            return Step(replace(state, annunciation=_NORM))
        case ReAlarm():
            if state.is_flagged or state.annunciation is not _ACKED or not state.needs_acknowledgement:
                return Step(state)
            return _annunciate(state, at)
        case Reconfigure():
            return _reconfigure(state, event)
        case _:
            return _change_flags(state, event, at)


def _raise(state: AlarmState, priority: Priority, at: dt.datetime) -> Step:
    if state.is_flagged:
        if state.is_active and state.priority == priority:
            return Step(state)
        raised_at = state.raised_at if state.is_active else at
        return Step(replace(state, is_active=True, priority=priority, raised_at=raised_at))
    if state.annunciation not in {_UNACK, _ACKED}:
        return _annunciate(replace(state, is_active=True, priority=priority, raised_at=at), at)
    if priority < state.priority:
        if state.annunciation is _ACKED and not state.needs_acknowledgement:
            return Step(replace(state, priority=priority))
        return _annunciate(replace(state, priority=priority), at)
    if priority > state.priority and state.annunciation is _UNACK:
        return Step(replace(state, priority=priority))
    return Step(state)


def _clear(state: AlarmState, at: dt.datetime) -> Step:
    if not state.is_active:
        return Step(state)
    normal = replace(state, is_active=False)
    if state.is_shelved and state.is_one_shot:
        return _settle(replace(normal, is_shelved=False, shelved_until=None, is_one_shot=False), at)
    match state.annunciation:
        case Annunciation.UNACK:
            return Step(replace(normal, annunciation=_LTCH_U if state.is_latching else _RTNUN))
        case Annunciation.ACKED:
            is_latched = state.is_latching and state.needs_acknowledgement
            return Step(replace(normal, annunciation=_LTCH_A if is_latched else _NORM))
        case _:
            return Step(normal)


def _acknowledge(state: AlarmState, event: Acknowledge, at: dt.datetime) -> Step | Reject:
    if (flag := _flag(state)) is not None:
        return Reject(flag)
    following = {_UNACK: _ACKED, _RTNUN: _NORM, _LTCH_U: _LTCH_A}.get(state.annunciation)
    if following is None:
        is_seen = state.acknowledged_by and event.occurrence <= state.occurrence
        return Reject(Refusal.ALREADY_ACKNOWLEDGED if is_seen else Refusal.NOTHING_WAITS)
    if event.occurrence != state.occurrence:
        return Reject(Refusal.STALE_OCCURRENCE)
    return Step(replace(state, annunciation=following, acknowledged_by=event.by, acknowledged_at=at))


def _reconfigure(state: AlarmState, event: Reconfigure) -> Step:
    if (event.is_latching, event.needs_acknowledgement) == (state.is_latching, state.needs_acknowledgement):
        return Step(state)
    return Step(replace(state, is_latching=event.is_latching, needs_acknowledgement=event.needs_acknowledgement))


def _change_flags(
    state: AlarmState,
    event: Shelve | Unshelve | Suppress | Unsuppress | TakeOutOfService | ReturnToService,
    at: dt.datetime,
) -> Step | Reject:
    match event:
        case Shelve():
            if (flag := _flag(state)) is not None:
                return Reject(flag)
            if not at < event.until <= at + LONGEST_SHELVING:
                return Reject(Refusal.SHELF_TIME)
            kept = replace(_remember(state), set_aside_by=event.by, set_aside_reason=event.reason)
            return Step(replace(kept, is_shelved=True, shelved_until=event.until, is_one_shot=event.is_one_shot))
        case Unshelve():
            if not state.is_shelved:
                return Reject(Refusal.NOT_SHELVED)
            return _settle(replace(state, is_shelved=False, shelved_until=None, is_one_shot=False), at)
        case Suppress():
            if state.is_suppressed:
                return Reject(Refusal.IS_SUPPRESSED)
            return Step(replace(_remember(state), is_suppressed=True, suppressed_by=event.by))
        case Unsuppress():
            if not state.is_suppressed:
                return Reject(Refusal.NOT_SUPPRESSED)
            return _settle(replace(state, is_suppressed=False, suppressed_by=""), at)
        case TakeOutOfService():
            if state.is_out_of_service:
                return Reject(Refusal.IS_OUT_OF_SERVICE)
            kept = replace(_remember(state), set_aside_by=event.by, set_aside_reason=event.reason)
            return Step(replace(kept, is_out_of_service=True))
        case ReturnToService():
            if not state.is_out_of_service:
                return Reject(Refusal.NOT_OUT_OF_SERVICE)
            return _settle(replace(state, is_out_of_service=False), at)


def owed_of(annunciation: Annunciation) -> Annunciation | None:
    """What must not be forgotten while an alarm is flagged."""
    return annunciation if annunciation in {_UNACK, _RTNUN, _LTCH_U, _LTCH_A} else None


def _remember(state: AlarmState) -> AlarmState:
    """Before the first flag: what waited is owed from now on."""
    if state.is_flagged:
        return state
    return replace(state, annunciation=_NORM, owed=owed_of(state.annunciation))


def _settle(state: AlarmState, at: dt.datetime) -> Step:
    """After a flag was cleared: when it was the last, what stands is annunciated and what is owed comes back."""
    if not state.is_shelved and not state.is_out_of_service:
        state = replace(state, set_aside_by="", set_aside_reason="")
    if state.is_flagged:
        return Step(state)
    if state.is_active:
        return _annunciate(state, at)
    match state.owed:
        case Annunciation.UNACK | Annunciation.RTNUN | Annunciation.LTCH_U:
            back = _LTCH_U if state.is_latching else _RTNUN
        case Annunciation.LTCH_A:
            back = _LTCH_A
        case _:
            back = _NORM
    return Step(replace(state, annunciation=back, owed=None))


def _annunciate(state: AlarmState, at: dt.datetime) -> Step:
    """A new occurrence. One that needs no acknowledgement comes silently, unless an older one is still owed."""
    waits = state.needs_acknowledgement or state.annunciation in {_UNACK, _RTNUN, _LTCH_U} or state.owed is not None
    after = replace(
        state,
        annunciation=_UNACK if waits else _ACKED,
        owed=None,
        occurrence=state.occurrence + 1,
        raised_at=state.raised_at or at,
        acknowledged_by="",
        acknowledged_at=None,
    )
    return Step(after, (Effect.ANNUNCIATE,) if waits else ())


def _flag(state: AlarmState) -> Refusal | None:
    if state.is_out_of_service:
        return Refusal.IS_OUT_OF_SERVICE
    if state.is_suppressed:
        return Refusal.IS_SUPPRESSED
    if state.is_shelved:
        return Refusal.IS_SHELVED
    return None
