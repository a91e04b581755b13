"""What other alarm systems got wrong, each by its name, and the mistake of our own first draft."""

import datetime as dt

import pytest

from backend.domain.alarms import life
from backend.domain.alarms.events import (
    Acknowledge,
    Clear,
    Effect,
    Raise,
    ReAlarm,
    Reconfigure,
    Refusal,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unshelve,
)
from backend.domain.alarms.life import LONGEST_SHELVING, AlarmState, Reject, Step, shown, step
from contract.alarms import Annunciation, Priority, ShownState
from tests.backend.domain.alarms.alarm_states import LATER, NOW, done, standing

UNACK, ACKED, RTNUN = Annunciation.UNACK, Annunciation.ACKED, Annunciation.RTNUN
P2, P3 = Priority.P2, Priority.P3


def test_alerta_a_suppressed_alarm_stays_suppressed_when_it_repeats() -> None:
    alarm = done(standing(UNACK), Suppress(by="rule"))
    result = step(alarm, Raise(priority=P3), NOW)
    assert isinstance(result, Step)
    assert shown(result.state) is ShownState.F_DSUPR
    assert result.effects == ()


def test_alerta_out_of_service_stays_when_it_repeats() -> None:
    alarm = done(standing(UNACK), TakeOutOfService(), Clear(), Raise(priority=Priority.P1))
    assert shown(alarm) is ShownState.G_OOSRV


def test_alerta_out_of_service_is_not_lost_to_shelving() -> None:
    alarm = done(standing(UNACK), TakeOutOfService())
    assert step(alarm, Shelve(until=LATER), NOW) == Reject(Refusal.IS_OUT_OF_SERVICE)
    alarm = done(standing(UNACK), Shelve(until=LATER), TakeOutOfService(), Unshelve())
    assert shown(alarm) is ShownState.G_OOSRV


def test_alerta_a_priority_that_rises_while_unacknowledged_sounds_again() -> None:
    result = step(standing(UNACK), Raise(priority=P2), NOW)
    assert isinstance(result, Step)
    assert result.effects == (Effect.ANNUNCIATE,)
    assert result.state.occurrence == 4


def test_alerta_an_acknowledged_alarm_whose_priority_rises_must_be_seen_again() -> None:
    assert done(standing(ACKED), Raise(priority=P2)).annunciation is UNACK


def test_alerta_returned_and_shelved_does_not_vanish() -> None:
    alarm = done(standing(RTNUN), Shelve(until=LATER), Unshelve())
    assert alarm.annunciation is RTNUN


def test_phoebus_acknowledging_the_minor_does_not_acknowledge_the_major_that_just_came() -> None:
    alarm = done(AlarmState(), Raise(priority=P3))
    seen = alarm.occurrence
    alarm = done(alarm, Raise(priority=P2))
    assert step(alarm, Acknowledge(occurrence=seen, by="leila"), NOW) == Reject(Refusal.STALE_OCCURRENCE)
    assert alarm.annunciation is UNACK


def test_icinga_what_is_set_aside_comes_back() -> None:
    for until in (NOW, NOW - dt.timedelta(seconds=1), NOW + LONGEST_SHELVING + dt.timedelta(seconds=1)):
        assert step(standing(UNACK), Shelve(until=until), NOW) == Reject(Refusal.SHELF_TIME)


def test_fuxa_and_scada_lts_no_sound_on_return_to_normal() -> None:
    for state in (UNACK, ACKED):
        result = step(standing(state), Clear(), NOW)
        assert isinstance(result, Step)
        assert result.effects == ()


def test_scada_lts_an_acknowledged_alarm_that_stays_is_recalled() -> None:
    result = step(standing(ACKED), ReAlarm(), NOW)
    assert isinstance(result, Step)
    assert result.effects == (Effect.ANNUNCIATE,)


def test_one_shot_shelving_ends_when_it_clears() -> None:
    alarm = done(standing(UNACK), Shelve(until=LATER, is_one_shot=True), Clear())
    assert not alarm.is_shelved
    assert alarm.annunciation is RTNUN


def test_an_edited_rule_drops_nothing_that_waits() -> None:
    edit = Reconfigure(is_latching=False, needs_acknowledgement=False)
    assert done(standing(RTNUN), edit).annunciation is RTNUN
    assert done(standing(Annunciation.LTCH_A, is_latching=True), edit).annunciation is Annunciation.LTCH_A
    again = done(standing(RTNUN), edit, Raise(priority=P3))
    assert again.annunciation is UNACK, "an occurrence that nobody saw is not swallowed by a new one"


def test_without_acknowledgement_it_comes_and_goes_by_itself() -> None:
    quiet = AlarmState(needs_acknowledgement=False, is_latching=True)
    result = step(quiet, Raise(priority=P3), NOW)
    assert isinstance(result, Step)
    assert (result.state.annunciation, result.effects) == (ACKED, ())
    assert done(result.state, Clear()).is_at_rest


@pytest.mark.parametrize("flag", ["out of service", "shelve"])
def test_the_first_draft_forgot_what_was_owed(flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def story() -> Annunciation:
        alarm = done(AlarmState(), Raise(priority=P3), Clear())
        if flag == "shelve":
            return done(alarm, Shelve(until=LATER), Unshelve()).annunciation
        return done(alarm, TakeOutOfService(), ReturnToService()).annunciation

    assert story() is RTNUN
    monkeypatch.setattr(life, "owed_of", _first_draft_owed_of)
    assert story() is Annunciation.NORM, "the mutant must differ, or this test proves nothing"


def _first_draft_owed_of(annunciation: Annunciation) -> Annunciation | None:
    return None
