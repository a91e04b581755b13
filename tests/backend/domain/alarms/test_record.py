"""What an alarm remembers beside its state: since when, who, why, how urgent; and why an event was refused."""

import datetime as dt

import pytest
from msgspec.structs import replace

from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Clear,
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
from backend.domain.alarms.life import LONGEST_SHELVING, AlarmState, Reject, Step, owed_of, step
from contract.alarms import Annunciation, Priority
from tests.backend.domain.alarms.alarm_states import NOW, flagged, standing

MUCH_LATER = NOW + dt.timedelta(hours=1)
END = MUCH_LATER + dt.timedelta(minutes=30)
RAISE, WORSE = Raise(priority=Priority.P3), Raise(priority=Priority.P2)
UNACK, ACKED, RTNUN, NORM = Annunciation.UNACK, Annunciation.ACKED, Annunciation.RTNUN, Annunciation.NORM
LTCH_A, LTCH_U = Annunciation.LTCH_A, Annunciation.LTCH_U


def after(state: AlarmState, *events: AlarmEvent, at: dt.datetime = MUCH_LATER) -> AlarmState:
    for event in events:
        result = step(state, event, at)
        assert isinstance(result, Step), result
        state = result.state
    return state


def told(state: AlarmState, *fields: str) -> dict[str, object]:
    return {field: getattr(state, field) for field in fields}


@pytest.mark.parametrize("annunciation", [NORM, RTNUN, LTCH_U, LTCH_A])
def test_a_raise_after_it_was_normal_begins_a_new_time(annunciation: Annunciation) -> None:
    alarm = after(replace(standing(annunciation), acknowledged_at=NOW), WORSE)
    assert told(alarm, "is_active", "priority", "raised_at", "changed_at", "acknowledged_by", "acknowledged_at") == {
        "is_active": True,
        "priority": Priority.P2,
        "raised_at": MUCH_LATER,
        "changed_at": MUCH_LATER,
        "acknowledged_by": "",
        "acknowledged_at": None,
    }


@pytest.mark.parametrize("annunciation", [UNACK, ACKED])
def test_a_worse_one_stands_since_its_beginning(annunciation: Annunciation) -> None:
    alarm = after(standing(annunciation), WORSE)
    assert told(alarm, "priority", "raised_at", "acknowledged_by") == {
        "priority": Priority.P2,
        "raised_at": NOW,
        "acknowledged_by": "",
    }


def test_a_fresh_alarm_without_a_time_takes_that_of_its_annunciation() -> None:
    assert after(replace(standing(ACKED), raised_at=None), ReAlarm()).raised_at == MUCH_LATER
    assert after(replace(standing(ACKED), raised_at=None), Unacknowledge()).raised_at == MUCH_LATER


def test_the_same_raise_again_leaves_no_trace() -> None:
    for annunciation in (UNACK, ACKED):
        alarm = standing(annunciation)
        assert after(alarm, RAISE) is alarm


def test_behind_a_flag_the_process_keeps_its_own_time_and_priority() -> None:
    standing_shelved = flagged(standing(UNACK), ("shelved",))
    assert after(standing_shelved, RAISE) is standing_shelved
    worse = after(standing_shelved, WORSE)
    assert told(worse, "priority", "raised_at", "is_active") == {
        "priority": Priority.P2,
        "raised_at": NOW,
        "is_active": True,
    }
    came_again = after(after(standing_shelved, Clear()), WORSE)
    assert told(came_again, "priority", "raised_at", "is_active") == {
        "priority": Priority.P2,
        "raised_at": MUCH_LATER,
        "is_active": True,
    }


def test_an_acknowledgement_says_who_and_when() -> None:
    alarm = after(standing(UNACK), Acknowledge(occurrence=3, by="marc"))
    assert told(alarm, "acknowledged_by", "acknowledged_at") == {
        "acknowledged_by": "marc",
        "acknowledged_at": MUCH_LATER,
    }
    seen_again = after(alarm, Unacknowledge())
    assert told(seen_again, "acknowledged_by", "acknowledged_at", "occurrence") == {
        "acknowledged_by": "",
        "acknowledged_at": None,
        "occurrence": 4,
    }


def test_an_alarm_that_needs_nobody_takes_its_new_priority_silently() -> None:
    alarm = replace(standing(ACKED), needs_acknowledgement=False)
    assert (after(alarm, WORSE).priority, after(alarm, WORSE).occurrence) == (Priority.P2, 3)
    waiting = replace(standing(UNACK), needs_acknowledgement=False)
    assert after(waiting, WORSE).occurrence == 4


def test_shelving_says_until_when_by_whom_and_why_and_leaves_nothing_behind() -> None:
    shelved = after(standing(UNACK), Shelve(until=END, is_one_shot=True, by="leila", reason="painters"))
    fields = ("is_shelved", "shelved_until", "is_one_shot", "set_aside_by", "set_aside_reason")
    assert tuple(told(shelved, *fields).values()) == (True, END, True, "leila", "painters")
    assert tuple(told(after(shelved, Unshelve()), *fields).values()) == (False, None, False, "", "")
    assert tuple(told(after(shelved, Clear()), *fields).values()) == (False, None, False, "", "")
    longest = after(standing(UNACK), Shelve(until=MUCH_LATER + LONGEST_SHELVING))
    assert longest.shelved_until == MUCH_LATER + LONGEST_SHELVING


def test_out_of_service_says_by_whom_and_why_until_the_last_such_flag_goes() -> None:
    out = after(standing(ACKED), TakeOutOfService(by="ines", reason="OT-4711"))
    assert (out.set_aside_by, out.set_aside_reason) == ("ines", "OT-4711")
    back = after(out, ReturnToService())
    assert (back.is_out_of_service, back.set_aside_by, back.set_aside_reason) == (False, "", "")
    both = after(standing(UNACK), Shelve(until=END, by="leila", reason="painters"), TakeOutOfService(by="ines"))
    assert after(both, Unshelve()).set_aside_by == "ines"
    assert after(both, ReturnToService()).set_aside_by == "ines"
    designed = after(out, Suppress(by="supply: ARM-1"))
    assert after(designed, Unsuppress()).set_aside_by == "ines"
    assert after(designed, ReturnToService()).set_aside_by == ""


def test_a_suppression_names_its_rule_while_it_lasts() -> None:
    designed = after(standing(UNACK), Suppress(by="supply: ARM-1"))
    assert designed.suppressed_by == "supply: ARM-1"
    again = after(designed, Unsuppress())
    assert (again.is_suppressed, again.suppressed_by, again.raised_at) == (False, "", NOW)


@pytest.mark.parametrize(
    ("setting", "clearing"),
    [
        (Shelve(until=END), Unshelve()),
        (Suppress(by="rule"), Unsuppress()),
        (TakeOutOfService(), ReturnToService()),
        (Shelve(until=END, is_one_shot=True), Clear()),
    ],
)
def test_what_comes_back_from_behind_a_flag_has_a_time(setting: AlarmEvent, clearing: AlarmEvent) -> None:
    alarm = after(replace(standing(UNACK), raised_at=None), setting)
    back = after(alarm, clearing)
    assert not back.is_flagged
    if back.is_active:
        assert back.raised_at == MUCH_LATER


def test_what_waits_is_owed_and_nothing_else() -> None:
    assert {one: owed_of(one) for one in Annunciation} == {
        NORM: None,
        UNACK: UNACK,
        ACKED: None,
        RTNUN: RTNUN,
        LTCH_U: LTCH_U,
        LTCH_A: LTCH_A,
    }


def test_another_rule_is_taken_whole_and_the_same_leaves_no_trace() -> None:
    alarm = standing(UNACK)
    assert after(alarm, Reconfigure(is_latching=False, needs_acknowledgement=True)) is alarm
    for latching, needs in ((True, True), (False, False), (True, False)):
        edited = after(alarm, Reconfigure(is_latching=latching, needs_acknowledgement=needs))
        assert (edited.is_latching, edited.needs_acknowledgement) == (latching, needs)
        assert edited.annunciation is UNACK


@pytest.mark.parametrize(
    ("state", "event", "reason"),
    [
        (standing(NORM), Unacknowledge(), Refusal.NOT_ACKNOWLEDGED),
        (standing(ACKED), Reset(), Refusal.NOT_LATCHED),
        (replace(standing(NORM), acknowledged_by=""), Acknowledge(occurrence=3, by="x"), Refusal.NOTHING_WAITS),
        (standing(ACKED), Acknowledge(occurrence=3, by="x"), Refusal.ALREADY_ACKNOWLEDGED),
        (standing(ACKED), Acknowledge(occurrence=2, by="x"), Refusal.ALREADY_ACKNOWLEDGED),
        (standing(ACKED), Acknowledge(occurrence=9, by="x"), Refusal.NOTHING_WAITS),
        (standing(UNACK), Acknowledge(occurrence=2, by="x"), Refusal.STALE_OCCURRENCE),
        (standing(UNACK), Unshelve(), Refusal.NOT_SHELVED),
        (standing(UNACK), Unsuppress(), Refusal.NOT_SUPPRESSED),
        (standing(UNACK), ReturnToService(), Refusal.NOT_OUT_OF_SERVICE),
        (standing(UNACK), Shelve(until=MUCH_LATER), Refusal.SHELF_TIME),
        (flagged(standing(UNACK), ("suppressed",)), Suppress(by="x"), Refusal.IS_SUPPRESSED),
        (flagged(standing(UNACK), ("out",)), TakeOutOfService(), Refusal.IS_OUT_OF_SERVICE),
        (flagged(standing(UNACK), ("shelved",)), Acknowledge(occurrence=3, by="x"), Refusal.IS_SHELVED),
        (flagged(standing(ACKED), ("suppressed",)), Unacknowledge(), Refusal.IS_SUPPRESSED),
        (flagged(standing(LTCH_A), ("out",)), Reset(), Refusal.IS_OUT_OF_SERVICE),
    ],
)
def test_a_refusal_says_why(state: AlarmState, event: AlarmEvent, reason: Refusal) -> None:
    assert step(state, event, MUCH_LATER) == Reject(reason)


def test_only_a_repeated_event_id_is_ignored() -> None:
    first = after(standing(NORM), Raise(priority=Priority.P3, id="a"))
    assert (first.occurrence, first.seen_events) == (4, ("a",))
    assert after(first, Clear(id="a")) is first
    cleared = after(first, Clear(id="b"))
    assert (cleared.annunciation, cleared.seen_events) == (RTNUN, ("a", "b"))
    assert after(cleared, Raise(priority=Priority.P3)).occurrence == 5


def test_the_last_sixteen_events_are_remembered() -> None:
    alarm = standing(NORM)
    for number in range(20):
        alarm = after(alarm, Raise(priority=Priority.P3, id=f"e{number}"))
    assert alarm.seen_events == tuple(f"e{number}" for number in range(4, 20))


def test_what_changes_nothing_has_no_time_of_change() -> None:
    assert after(standing(NORM), Clear()).changed_at is None
    assert after(standing(NORM), Clear(id="x")).changed_at is None
    assert after(standing(UNACK), Clear()).changed_at == MUCH_LATER
