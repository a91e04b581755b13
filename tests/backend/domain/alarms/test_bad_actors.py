"""What is proposed against an alarm that comes too often, and what it would have done to the alarm's own past."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.domain.alarms.bad_actors import Occurrence, Past, back_test, changed, occurrences, proposals, was_before
from backend.domain.alarms.trying import Sample
from contract.alarm_health import Proposal, Remedy, RemedySetting
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, Label
from tests.backend.domain.alarms.health_logs import at_ms, read

WORDS: Final = Label("Débit", "Flow")
RULE: Final = AlarmRule(
    kind="flow", when=AlarmWhen.IS_TRUE, priority=Priority.P3, label=WORDS, guidance=WORDS, hold_s=0.0
)
WEEK_S: Final = 7 * 86_400.0


def stood(came_at: float, lasted_s: float, *, mattered: bool = False) -> Occurrence:
    return Occurrence(came_at, came_at + lasted_s, 3, True, mattered)


def flow(rule: AlarmRule = RULE, *, mattered_short: bool = False) -> Past:
    """412 flickers of 8 s, a quarter of an hour apart; and 18 faults of half an hour that somebody went to."""
    flickers = [stood(900.0 * place, 8.0, mattered=mattered_short and place == 7) for place in range(412)]
    faults = [stood(500_000.0 + 5_000 * place, 1_800.0, mattered=True) for place in range(18)]
    return Past(rule, 0.0, WEEK_S, [*flickers, *faults])


def proposed(past: Past, remedy: Remedy) -> Proposal | None:
    return next((item for item in proposals(past) if item.setting.remedy is remedy), None)


def test_a_longer_delay_removes_412_of_430_and_hides_nothing_that_mattered() -> None:
    best = proposals(flow())[0]
    assert best.is_best
    assert best.setting == RemedySetting(remedy=Remedy.ON_DELAY, value=10.0)  # the mildest that removes them all
    assert (best.test.came, best.test.removed, best.test.hidden, best.test.mattered) == (430, 412, 0, 18)
    assert best.test.delayed_s == 10.0
    assert best.was == 0.0


def test_what_would_have_hidden_something_that_mattered_says_so_and_is_not_the_best() -> None:
    test = back_test(flow(mattered_short=True), RemedySetting(remedy=Remedy.ON_DELAY, value=10.0))
    assert (test.removed, test.hidden) == (412, 1)
    found = proposed(flow(mattered_short=True), Remedy.ON_DELAY)
    assert found is None or not (found.is_best and found.test.hidden)


def test_a_delay_that_runs_already_is_not_added_to_the_new_one() -> None:
    delayed = replace(RULE, hold_s=5.0)
    test = back_test(flow(delayed), RemedySetting(remedy=Remedy.ON_DELAY, value=10.0))
    # Told after 5 s they lasted 13 s at the device: a delay of 10 s would have told them all, 5 s later.
    assert (test.removed, test.delayed_s) == (0, 5.0)


def test_a_longer_off_delay_joins_what_flickers_into_one_that_stands() -> None:
    flickers = [stood(20.0 * place, 5.0, mattered=True) for place in range(30)]
    found = proposed(Past(RULE, 0.0, 3_600.0, flickers), Remedy.OFF_DELAY)
    assert found is not None
    assert found.test.came == 30
    assert found.test.removed >= 28
    assert found.test.hidden == 0  # the one that stands is seen all the time


def test_lower_priority_hides_nothing() -> None:
    found = proposed(flow(), Remedy.PRIORITY)
    assert found is not None
    assert (found.setting.value, found.test.lowered, found.test.removed, found.test.hidden) == (4.0, 430, 0, 0)
    assert proposed(flow(replace(RULE, priority=Priority.P4)), Remedy.PRIORITY) is None


def test_shelving_hides_what_would_have_mattered_on_the_shelf() -> None:
    past = Past(RULE, 0.0, 100_000.0, [stood(1_000, 8), stood(90_000, 8), stood(95_000, 600, mattered=True)])
    test = back_test(past, RemedySetting(remedy=Remedy.SHELVE, value=8.0))
    assert (test.came, test.removed, test.hidden) == (3, 2, 1)


def test_a_wider_dead_band_is_tried_on_the_values_themselves() -> None:
    rule = replace(RULE, when=AlarmWhen.ABOVE, limit=100.0, dead_band=0.0)
    samples = [Sample(60.0 * place, 100.5 if place % 2 else 99.5) for place in range(100)]
    # Rises above 100 at each odd minute and is below it a minute later: fifty alarms, or one with a band of 1.
    past = Past(rule, 0.0, 6_000.0, [stood(60.0 * place, 60.0) for place in range(1, 100, 2)], samples)
    found = proposed(past, Remedy.DEAD_BAND)
    assert found is not None
    assert (found.setting.value, found.test.came, found.test.removed) == (1.0, 50, 49)
    assert found.test.is_from_samples
    assert proposed(past._replace(samples=()), Remedy.DEAD_BAND) is None


def test_where_the_values_are_not_known_nothing_is_claimed() -> None:
    rule = replace(RULE, when=AlarmWhen.ABOVE, limit=100.0)
    past = Past(rule, 0.0, 6_000.0, [stood(1_000.0, 10.0)], [Sample(0.0, None)])
    assert back_test(past, RemedySetting(remedy=Remedy.DEAD_BAND, value=5.0)).removed == 0


def test_nothing_is_proposed_that_would_hold_back_an_intrusion() -> None:
    assert proposals(flow(replace(RULE, never_waits=True))) == []


def test_the_highest_priority_is_neither_counted_first_nor_shelved() -> None:
    remedies = {item.setting.remedy for item in proposals(flow(replace(RULE, priority=Priority.P1)))}
    assert remedies <= {Remedy.ON_DELAY, Remedy.OFF_DELAY}


def test_what_mattered() -> None:
    log = read(
        """
        01:00:00 a#1 P4 raise A>B 1 device       // nobody does a thing: a flicker
        01:00:09 a#1 P4 clear B>D 1 device
        02:00:00 a#1 P4 raise D>B 2 device       // a command to the asset four minutes later
        02:00:09 a#1 P4 clear B>D 2 device
        03:00:00 a#1 P4 raise D>B 3 device       // it stands for six minutes
        03:06:00 a#1 P4 clear B>D 3 device
        04:00:00 a#1 P4 raise D>B 4 device       // it grows worse
        04:00:05 a#1 P2 raise B>B 5 device
        04:00:09 a#1 P2 clear B>D 5 device
        05:00:00 a#1 P4 raise D>B 6 device       // acknowledged without anything done: it is still a flicker
        05:00:05 a#1 P4 acknowledge B>C 6 anne
        05:00:09 a#1 P4 clear C>A 6 device
        06:00:00 a#1 P4 raise A>B 7 device       // taken out of service for it
        06:00:05 a#1 P4 take_out_of_service B>G 7 anne
        06:00:09 a#1 P4 clear G>G 7 device
        07:00:00 a#1 P4 raise G>G 7 device       // nobody was told of it
        07:00:09 a#1 P4 clear G>G 7 device
        """
    )
    found = occurrences(log, [at_ms("02:04:00") / 1000], at_ms("08:00:00") / 1000)
    assert [item.has_mattered for item in found] == [False, True, True, True, False, True, False]
    assert [item.was_annunciated for item in found] == [True] * 6 + [False]
    [open_one] = occurrences(log[:1], [], at_ms("01:00:20") / 1000)
    assert open_one.went_at is None


@given(
    st.lists(st.tuples(st.integers(1, 4_000), st.integers(1, 2_000), st.booleans()), max_size=25),
    st.sampled_from([5.0, 10.0, 60.0, 300.0, 600.0]),
    st.sampled_from([Remedy.ON_DELAY, Remedy.OFF_DELAY]),
)
def test_a_back_test_adds_up(gaps: list[tuple[int, int, bool]], delay_s: float, remedy: Remedy) -> None:
    found: list[Occurrence] = []
    at = 0.0
    for gap, lasted, mattered in gaps:
        found.append(stood(at + gap, lasted, mattered=mattered))
        at += gap + lasted
    past = Past(RULE, 0.0, at + 10_000, found)
    test = back_test(past, RemedySetting(remedy=remedy, value=delay_s))
    assert 0 <= test.hidden <= test.removed <= test.came == len(found)
    assert test.hidden <= test.mattered
    assert was_before(changed(RULE, RemedySetting(remedy=remedy, value=delay_s)), remedy) == delay_s
