"""What an operator hears: until acknowledged, never on return, never hidden by an old silence."""

from collections.abc import Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.store.annunciation import LEAST_GAP_S, LONGEST_SILENCE_S, REPEATS_EVERY_S, Bell
from contract.alarms import Annunciation, Priority
from tests.console.store.alarm_making import alarm

P1, P2, P3, P4 = Priority
RTNUN, ACKED, NORM = Annunciation.RTNUN, Annunciation.ACKED, Annunciation.NORM


def _heard(bell: Bell, since: float, until: float) -> Sequence[tuple[float, Priority]]:
    """What is played at the console's ten ticks a second."""
    found: list[tuple[float, Priority]] = []
    for tick in range(round(since * 10), round(until * 10)):
        sound = bell.due(tick / 10)
        if sound is not None:
            found.append((tick / 10, sound))
    return found


@pytest.mark.parametrize("priority", Priority)
def test_an_alarm_sounds_at_once_and_again_until_it_is_acknowledged(priority: Priority) -> None:
    bell = Bell()
    bell.take(alarm(1, priority))
    every = REPEATS_EVERY_S[priority]
    assert [at for at, _ in _heard(bell, 0, 3 * every)] == [0, every, 2 * every]
    bell.take(alarm(1, priority, ACKED))
    assert _heard(bell, 3 * every, 10 * every) == []


def test_return_to_normal_makes_no_sound_of_its_own() -> None:
    """FUXA and Scada-LTS sound again when the alarm goes away."""
    bell = Bell()
    bell.take(alarm(1, P3))
    assert _heard(bell, 0, 5) == [(0, P3)]
    bell.take(alarm(1, P3, RTNUN))
    assert _heard(bell, 5, 9.9) == []  # nothing before its own next repeat
    bell.take(alarm(1, P3, ACKED, occurrence=2))
    bell.take(alarm(1, P3, NORM, occurrence=2))
    assert _heard(bell, 10, 60) == []


def test_what_came_and_went_unseen_is_not_forgotten_after_one_sound() -> None:
    """Scada-LTS sounds once; ours goes on until somebody says that they know."""
    bell = Bell()
    bell.take(alarm(1, P2))
    bell.take(alarm(1, P2, RTNUN))
    assert [at for at, _ in _heard(bell, 0, 16)] == [0, 5, 10, 15]


def test_an_alarm_that_was_over_before_the_first_tick_is_heard_all_the_same() -> None:
    bell = Bell()
    bell.take(alarm(1, P2, RTNUN, occurrence=7))
    assert bell.due(0) is P2


def test_coming_back_from_the_shelf_after_it_returned_makes_no_sound() -> None:
    bell = Bell()
    bell.take(alarm(1, P1))
    bell.take(alarm(1, P1, is_shelved=True))
    assert _heard(bell, 0, 10) == []
    bell.take(alarm(1, P1, RTNUN))
    assert _heard(bell, 10, 30) == []
    bell.take(alarm(1, P1, occurrence=2))
    assert bell.due(30) is P1


def test_the_worst_alarm_is_heard_and_a_worse_one_need_not_wait() -> None:
    bell = Bell()
    bell.take(alarm(1, P4))
    assert bell.due(0) is P4
    bell.take(alarm(2, P1))
    assert bell.due(0.1) is P1
    bell.take(alarm(3, P3))
    assert _heard(bell, 0.2, 4.2) == [(2.1, P1), (4.1, P1)]


def test_a_hundred_alarms_in_a_second_are_one_sound() -> None:
    bell = Bell()
    found: list[float] = []
    for tick in range(40):
        bell.take(alarm(tick, P2))
        if bell.due(tick / 10) is not None:
            found.append(tick / 10)
    assert found == pytest.approx([0, LEAST_GAP_S, 2 * LEAST_GAP_S, 3 * LEAST_GAP_S])


def test_silence_ends_after_two_minutes_whatever_was_asked() -> None:
    bell = Bell()
    bell.take(alarm(1, P1))
    bell.take(alarm(2, P3))
    assert bell.silence(0, 3600) == LONGEST_SILENCE_S
    assert _heard(bell, 0, 120) == []
    assert bell.due(120) is P1


def test_silence_never_covers_a_new_p1() -> None:
    bell = Bell()
    bell.take(alarm(1, P1))
    bell.silence(0)
    bell.take(alarm(2, P2))
    assert _heard(bell, 0, 20) == []
    bell.take(alarm(3, P1))
    assert _heard(bell, 20, 24.1) == [(20, P1), (22, P1), (24, P1)]
    bell.take(alarm(3, P1, ACKED))
    assert _heard(bell, 24.1, 120) == []  # the older ones are still silenced


def test_an_old_p1_that_is_annunciated_again_is_new() -> None:
    bell = Bell()
    bell.take(alarm(1, P1))
    bell.silence(0)
    bell.take(alarm(1, P1, RTNUN))
    assert bell.due(1) is None
    bell.take(alarm(1, P1, occurrence=2))
    assert bell.due(2) is P1


def test_a_silenced_p2_that_becomes_p1_is_heard() -> None:
    bell = Bell()
    bell.take(alarm(1, P2))
    bell.silence(0)
    bell.take(alarm(1, P1))
    assert bell.due(1) is P1


def test_what_came_through_a_silence_as_p1_and_is_none_any_more_is_covered() -> None:
    bell = Bell()
    bell.silence(0)
    bell.take(alarm(1, P1))
    bell.take(alarm(2, P1))
    bell.take(alarm(1, P2, occurrence=2))
    bell.take(alarm(2, P3))
    assert _heard(bell, 0, 60) == []


def test_a_second_ring_is_heard_through_a_silence() -> None:
    bell = Bell()
    bell.take(alarm(1, P3))
    bell.silence(0)
    bell.take(alarm(1, P3, rings=1))
    assert bell.due(1) is P3
    assert bell.first_heard == {1}
    bell.silence(2)
    bell.take(alarm(1, P3, rings=1))
    assert _heard(bell, 2, 60) == []


def test_a_p1_among_lesser_alarms_of_a_flood_is_heard_at_once() -> None:
    bell = Bell()
    bell.flood(is_on=True)
    bell.take(alarm(1, P3))
    assert bell.due(0.0) is P3
    bell.take(alarm(2, P3))
    assert bell.due(1.0) is None
    bell.take(alarm(3, P1))
    assert bell.due(1.1) is P1
    bell.take(alarm(4, P1))
    assert bell.due(5.0) is None
    assert bell.due(11.2) is P1


def test_a_flood_is_one_sound_in_ten_seconds() -> None:
    bell = Bell()
    bell.flood(is_on=True)
    found: list[float] = []
    for tick in range(401):
        bell.take(alarm(tick, P1 if tick % 3 else P3))
        if bell.due(tick / 10) is not None:
            found.append(tick / 10)
    assert found == [0, 0.1, 10.1, 20.1, 30.1]  # the first P1 does not wait for the pace


def test_a_backend_restored_from_a_copy_is_heard() -> None:
    """Its occurrence numbers are lower than those that were seen before."""
    bell = Bell()
    for number, annunciation in enumerate((Annunciation.UNACK, RTNUN)):
        bell.take(alarm(number, P2, ACKED, occurrence=9))
        bell.take(alarm(number, P2, annunciation, occurrence=3))
        assert bell.is_ringing(number)
    assert bell.due(0) is P2


def test_after_the_logout_nothing_rings_and_the_next_login_hears_what_waits() -> None:
    bell = Bell()
    bell.take(alarm(1, P1))
    bell.silence(0)
    bell.rest()
    assert _heard(bell, 0, 10) == []
    bell.take(alarm(1, P1))
    assert bell.due(10) is P1


class Shift(RuleBasedStateMachine):
    """Any order of alarms, acknowledgements and silences."""

    def __init__(self) -> None:
        super().__init__()
        self.bell = Bell()
        self.now = 0.0
        self.state: dict[int, tuple[int, Priority, Annunciation]] = {}
        self.heard_at: dict[int, float] = {}
        self.owed_since: dict[int, float] = {}  # audible since then, by our own reckoning
        self.excused: set[int] = set()
        self.silent_until = -1.0

    @rule(alarm_id=st.integers(1, 4), priority=st.sampled_from(Priority))
    def raises(self, alarm_id: int, priority: Priority) -> None:
        occurrence = self.state.get(alarm_id, (0, P4, NORM))[0] + 1
        self._becomes(alarm_id, occurrence, priority, Annunciation.UNACK)
        self.owed_since[alarm_id] = self.now
        self.excused.discard(alarm_id)

    @rule(alarm_id=st.integers(1, 4))
    def returns(self, alarm_id: int) -> None:
        occurrence, priority, annunciation = self.state.get(alarm_id, (0, P4, NORM))
        if annunciation is Annunciation.UNACK:
            self._becomes(alarm_id, occurrence, priority, RTNUN)
        elif annunciation is ACKED:
            self._becomes(alarm_id, occurrence, priority, NORM)

    @rule(alarm_id=st.integers(1, 4))
    def acknowledged(self, alarm_id: int) -> None:
        occurrence, priority, annunciation = self.state.get(alarm_id, (0, P4, NORM))
        if annunciation in {Annunciation.UNACK, RTNUN}:
            self._becomes(alarm_id, occurrence, priority, ACKED if annunciation is Annunciation.UNACK else NORM)
            self.owed_since.pop(alarm_id, None)

    @rule(seconds=st.floats(0, 500))
    def silences(self, seconds: float) -> None:
        self.silent_until = self.now + self.bell.silence(self.now, seconds)
        self.excused = {alarm_id for alarm_id in self.owed_since if self.state[alarm_id][1] is P1}

    @rule(tenths=st.integers(1, 400))
    def time_passes(self, tenths: int) -> None:
        for _ in range(tenths):
            self.now = round(self.now + 0.1, 1)
            sound = self.bell.due(self.now)
            if self.now >= self.silent_until:
                audible = dict(self.owed_since)
            else:
                audible = {
                    key: at
                    for key, at in self.owed_since.items()
                    if self.state[key][1] is P1 and key not in self.excused
                }
            if sound is not None:
                assert audible, "a sound that nobody is owed: a return to normal, or under silence"
                assert sound is min(self.state[key][1] for key in audible), "not the worst"
                self.last_sound = self.now
            elif audible:
                worst = min(self.state[key][1] for key in audible)
                began = min(at for key, at in audible.items() if self.state[key][1] is worst)
                if not any(key in self.excused for key in audible):
                    began = max(began, self.silent_until)
                quiet = self.now - max(getattr(self, "last_sound", 0.0), 0.0)
                assert quiet <= REPEATS_EVERY_S[worst] + 0.1 or self.now - began < REPEATS_EVERY_S[worst] + 0.1

    @invariant()
    def silence_is_bounded(self) -> None:
        assert 0 <= self.bell.silent_for(self.now) <= LONGEST_SILENCE_S

    @invariant()
    def whatever_is_owed_rings(self) -> None:
        assert {key for key in range(1, 5) if self.bell.is_ringing(key)} == set(self.owed_since)
        assert self.bell.ringing_count == len(self.owed_since)

    def _becomes(self, alarm_id: int, occurrence: int, priority: Priority, annunciation: Annunciation) -> None:
        self.state[alarm_id] = (occurrence, priority, annunciation)
        self.bell.take(alarm(alarm_id, priority, annunciation, occurrence=occurrence))


TestShift = Shift.TestCase
TestShift.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
