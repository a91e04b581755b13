"""Alarms in each state, and events by the names of the table."""

import datetime as dt

from msgspec.structs import replace

from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Clear,
    Raise,
    ReAlarm,
    Reset,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
    Unsuppress,
)
from backend.domain.alarms.life import AlarmState, Reject, Step, step
from contract.alarms import Annunciation, Priority

NOW = dt.datetime(2026, 3, 1, 22, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=10)
FLAG_SETS = (
    (),
    ("shelved",),
    ("suppressed",),
    ("out",),
    ("shelved", "suppressed"),
    ("shelved", "out"),
    ("suppressed", "out"),
    ("shelved", "suppressed", "out"),
)
EVENTS = (
    "raise same",
    "raise higher",
    "raise lower",
    "clear",
    "ack",
    "ack stale",
    "unack",
    "reset",
    "re-alarm",
    "shelve",
    "unshelve",
    "suppress",
    "unsuppress",
    "out of service",
    "return to service",
)


def standing(annunciation: Annunciation, *, is_latching: bool = False) -> AlarmState:
    """An alarm of priority P3 that came three times, in this state."""
    return AlarmState(
        is_active=annunciation in {Annunciation.UNACK, Annunciation.ACKED},
        priority=Priority.P3,
        annunciation=annunciation,
        occurrence=3,
        is_latching=is_latching,
        raised_at=NOW,
        acknowledged_by="" if annunciation is Annunciation.UNACK else "leila",
    )


def event_named(name: str, state: AlarmState) -> AlarmEvent:
    """The event behind a column of the table."""
    match name:
        case "raise same":
            return Raise(priority=state.priority)
        case "raise higher":
            return Raise(priority=Priority(state.priority - 1))
        case "raise lower":
            return Raise(priority=Priority(state.priority + 1))
        case "clear":
            return Clear()
        case "ack":
            return Acknowledge(occurrence=state.occurrence, by="marc")
        case "ack stale":
            return Acknowledge(occurrence=state.occurrence - 1, by="marc")
        case "unack":
            return Unacknowledge()
        case "reset":
            return Reset()
        case "re-alarm":
            return ReAlarm()
        case "shelve":
            return Shelve(until=LATER)
        case "unshelve":
            return Unshelve()
        case "suppress":
            return Suppress(by="supply: lighting_cabinet ARM-12")
        case "unsuppress":
            return Unsuppress()
        case "out of service":
            return TakeOutOfService()
        case "return to service":
            return ReturnToService()
        case _:
            raise KeyError(name)


def flags_of(state: AlarmState) -> tuple[str, ...]:
    """Which flags are set, in the table's words."""
    names = (("shelved", state.is_shelved), ("suppressed", state.is_suppressed), ("out", state.is_out_of_service))
    return tuple(name for name, is_set in names if is_set)


def flagged(state: AlarmState, flags: tuple[str, ...]) -> AlarmState:
    """The alarm after these flags were set."""
    setters = {"shelved": "shelve", "suppressed": "suppress", "out": "out of service"}
    for flag in flags:
        state = done(state, event_named(setters[flag], state))
    return state


def done(state: AlarmState, *events: AlarmEvent) -> AlarmState:
    """The alarm after these events, none of which may be refused."""
    for event in events:
        result = step(state, event, NOW)
        assert isinstance(result, Step), f"{event} was refused: {result}"
        state = result.state
    return state


def core(state: AlarmState) -> AlarmState:
    """The state without what only remembers."""
    return replace(state, seen_events=(), changed_at=None)


def outcome(state: AlarmState, event: AlarmEvent) -> tuple[str, AlarmState]:
    """What a step did, as the table writes it, and the state after it."""
    result = step(state, event, NOW)
    if isinstance(result, Reject):
        return "x", state
    after = result.state
    star = "*" if result.effects else ""
    if core(after) == core(state):
        return "=", after
    if star or after.annunciation is not state.annunciation:
        return after.annunciation.value + star, after
    if flags_of(after) != flags_of(state):
        return " ".join(flags_of(after)) or "none", after
    if core(replace(after, priority=state.priority)) == core(state):
        return "~P", after
    return "process", after
