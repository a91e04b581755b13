"""What holds for an alarm whatever happens to it, in any order."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Clear,
    Effect,
    Raise,
    ReAlarm,
    Reconfigure,
    Reset,
    ReturnToService,
    Shelve,
    Suppress,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
    Unsuppress,
)
from backend.domain.alarms.life import AlarmState, Reject, step
from contract.alarms import Annunciation, Priority
from tests.backend.domain.alarms.alarm_states import NOW, core

_WAITING = {Annunciation.UNACK, Annunciation.RTNUN, Annunciation.LTCH_U}
_PRIORITIES = st.sampled_from(list(Priority))


class AlarmLife(RuleBasedStateMachine):
    """Drives one alarm and keeps its own books beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.state = AlarmState()
        self.now = NOW
        self.told: list[tuple[AlarmEvent, dt.datetime]] = []
        self.owes = False  # an annunciated occurrence that nobody acknowledged
        self.number = 0
        self.last_id = ""

    def happens(self, event: AlarmEvent) -> None:
        before = self.state
        self.now += dt.timedelta(seconds=1)
        result = step(before, event, self.now)
        if isinstance(result, Reject):
            assert self.state is before  # I5: what is refused leaves no trace
            return
        self.told.append((event, self.now))
        self.state = result.state
        assert self.state.occurrence >= before.occurrence  # I3
        if Effect.ANNUNCIATE in result.effects:
            assert self.state.occurrence == before.occurrence + 1
            assert self.state.annunciation is Annunciation.UNACK
            self.owes = True
        if isinstance(event, Acknowledge):
            assert event.occurrence == before.occurrence  # I2
            self.owes = False

    def fresh_id(self) -> str:
        self.number += 1
        self.last_id = f"event-{self.number}"
        return self.last_id

    @rule(priority=_PRIORITIES)
    def rises(self, priority: Priority) -> None:
        self.happens(Raise(id=self.fresh_id(), priority=priority))

    @rule()
    def clears(self) -> None:
        self.happens(Clear(id=self.fresh_id()))

    @rule(back=st.integers(0, 2))
    def somebody_acknowledges(self, back: int) -> None:
        self.happens(Acknowledge(occurrence=self.state.occurrence - back, by="leila"))

    @rule(event=st.sampled_from([Unacknowledge(), Reset(), ReAlarm(), Unshelve(), Unsuppress(), ReturnToService()]))
    def somebody_acts(self, event: AlarmEvent) -> None:
        self.happens(event)

    @rule(event=st.sampled_from([Suppress(by="supply"), TakeOutOfService()]))
    def it_is_set_aside(self, event: AlarmEvent) -> None:
        self.happens(event)

    @rule(minutes=st.integers(-5, 2000), is_one_shot=st.booleans())
    def it_is_shelved(self, minutes: int, is_one_shot: bool) -> None:
        self.happens(Shelve(until=self.now + dt.timedelta(minutes=minutes), is_one_shot=is_one_shot))

    @rule(is_latching=st.booleans(), needs=st.sampled_from([True, True, False]))
    def its_rule_is_edited(self, is_latching: bool, needs: bool) -> None:
        self.happens(Reconfigure(is_latching=is_latching, needs_acknowledgement=needs))

    @rule(raises=st.booleans())
    def an_event_is_delivered_twice(self, raises: bool) -> None:
        if self.last_id not in self.state.seen_events:
            return
        event = Raise(id=self.last_id, priority=Priority.P1) if raises else Clear(id=self.last_id)
        result = step(self.state, event, self.now)
        assert not isinstance(result, Reject)
        assert (result.state, result.effects) == (self.state, ())  # I7

    @invariant()
    def nothing_annunciated_disappears(self) -> None:  # I1
        if self.owes:
            assert self.state.annunciation in _WAITING or self.state.owed in _WAITING

    @invariant()
    def what_is_active_is_seen(self) -> None:  # I4
        if self.state.is_active and not self.state.is_flagged:
            assert self.state.annunciation in {Annunciation.UNACK, Annunciation.ACKED}

    @invariant()
    def flags_hold_their_tongue(self) -> None:
        if self.state.is_flagged:
            assert self.state.annunciation is Annunciation.NORM
        else:
            assert self.state.owed is None

    def teardown(self) -> None:
        state = AlarmState()
        for event, at in self.told:
            result = step(state, event, at)
            assert not isinstance(result, Reject)
            state = result.state
        assert core(state) == core(self.state)  # I6: the journal replayed gives the same state


TestAlarmLife = AlarmLife.TestCase
TestAlarmLife.settings = settings(
    max_examples=80, stateful_step_count=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


class AlarmLifeInFull(AlarmLife):
    """The same, for as long as the norm's readers would want."""


TestAlarmLifeInFull = pytest.mark.proof(AlarmLifeInFull.TestCase)
TestAlarmLifeInFull.settings = settings(TestAlarmLife.settings, max_examples=500)
