"""Whatever order and pace a device speaks in: delays, counts, speeds and stuck values keep their word."""

import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.alarms.trying import Episode, Sample, would_have, would_have_told
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, Label

WORDS = Label("mot", "word")
GAPS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=40)


def a_rule(when: AlarmWhen = AlarmWhen.IS_TRUE, **fields: object) -> AlarmRule:
    rule = AlarmRule(kind="k", when=when, priority=Priority.P3, label=WORDS, guidance=WORDS)
    return msgspec.structs.replace(rule, **fields)


def yes_no(gaps: list[tuple[int, bool]]) -> list[Sample]:
    at = 0.0
    samples: list[Sample] = []
    for gap, value in gaps:
        at += gap
        samples.append(Sample(at, value))
    return samples


def stretches(samples: list[Sample], until: float) -> list[tuple[float, float]]:
    """When it was true without a break."""
    found: list[tuple[float, float]] = []
    since: float | None = None
    for sample in samples:
        if sample.value is True and since is None:
            since = sample.at
        elif sample.value is not True and since is not None:
            found.append((since, sample.at))
            since = None
    return found if since is None else [*found, (since, until)]


@given(GAPS, st.integers(0, 60))
def test_a_delayed_raise_is_told_only_when_it_held_for_its_delay(gaps: list[tuple[int, bool]], hold: int) -> None:
    samples = yes_no(gaps)
    told = would_have(a_rule(hold_s=float(hold), clear_hold_s=0.0), samples, until=5000.0)
    held = stretches(samples, 5000.0)
    for onset in told.onsets:
        assert any(since + hold == onset.came_at and (hold == 0 or onset.came_at < end) for since, end in held)


@given(GAPS, st.integers(0, 60), st.integers(0, 60))
def test_raise_and_clear_alternate(gaps: list[tuple[int, bool]], hold: int, clear: int) -> None:
    onsets = would_have(a_rule(hold_s=float(hold), clear_hold_s=float(clear)), yes_no(gaps), until=5000.0).onsets
    for one, later in itertools.pairwise(onsets):
        assert one.went_at is not None
        assert one.came_at <= one.went_at <= later.came_at


@given(GAPS, st.integers(2, 5), st.integers(1, 200))
def test_a_count_tells_never_before_it_came_that_often(gaps: list[tuple[int, bool]], count: int, window: int) -> None:
    samples = yes_no(gaps)
    told = would_have(a_rule(count=count, count_window_s=float(window)), samples, until=5000.0)
    begins = [since for since, _ in stretches(samples, 5000.0)]
    for onset in told.onsets:
        assert sum(onset.came_at - window < begin <= onset.came_at for begin in begins) >= count


@given(GAPS)
def test_what_never_waits_is_told_at_once_whatever_its_rule_says(gaps: list[tuple[int, bool]]) -> None:
    samples = yes_no(gaps)
    rule = a_rule(hold_s=30.0, count=3, count_window_s=100.0, never_waits=True)
    first = next((sample.at for sample in samples if sample.value is True), None)
    onsets = would_have(rule, samples, until=5000.0).onsets
    assert (onsets[0].came_at if onsets else None) == first


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 100)), max_size=40), st.integers(0, 20))
def test_a_dead_band_never_tells_more_often(gaps: list[tuple[int, int]], band: int) -> None:
    at = 0.0
    samples: list[Sample] = []
    for gap, value in gaps:
        at += gap
        samples.append(Sample(at, float(value)))
    plain = would_have(a_rule(AlarmWhen.ABOVE, limit=50.0), samples, until=at)
    banded = would_have(a_rule(AlarmWhen.ABOVE, limit=50.0, dead_band=float(band)), samples, until=at)
    assert len(banded.onsets) <= len(plain.onsets)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 100)), min_size=1, max_size=40), st.integers(1, 60))
def test_a_rise_within_the_span_is_told_as_an_independent_count_has_it(gaps: list[tuple[int, int]], over: int) -> None:
    at = 0.0
    samples: list[Sample] = []
    for gap, value in gaps:
        at += gap
        samples.append(Sample(at, float(value)))
    told = would_have(a_rule(AlarmWhen.RISES_FASTER, limit=30.0, over_s=float(over)), samples, until=at)
    first = next((now.at for index, now in enumerate(samples) if _rise(samples[: index + 1], over) > 30.0), None)
    assert (told.onsets[0].came_at if told.onsets else None) == first


def _rise(samples: list[Sample], over: int) -> float:
    """The last value less the lowest that still held within the span, by looking at every one."""
    now = samples[-1]
    held = [one.value for one, later in itertools.pairwise(samples) if later.at + over > now.at]
    return float(now.value or 0) - min([float(value or 0) for value in held], default=float(now.value or 0))


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.integers(1, 60))
def test_a_value_is_stuck_when_it_did_not_move_for_the_span(gaps: list[int], over: int) -> None:
    at = 0.0
    samples: list[Sample] = []
    for index, gap in enumerate(gaps):
        at += gap
        samples.append(Sample(at, float(index)))
    told = would_have(a_rule(AlarmWhen.STUCK, over_s=float(over)), samples, until=at + 1000)
    ends = [sample.at for sample in samples[1:]] + [at + 1000]
    expected = [one.at + over for one, end in zip(samples, ends, strict=True) if one.at + over < end]
    assert [onset.came_at for onset in told.onsets] == expected or set(expected) >= {
        onset.came_at for onset in told.onsets
    }


def test_what_is_not_known_raises_nothing_and_is_told_as_unknown() -> None:
    samples = [Sample(10.0, True, is_enabled=None), Sample(50.0, True, is_enabled=True), Sample(60.0, False)]
    told = would_have(a_rule(), samples, since=0.0, until=100.0)
    assert [onset.came_at for onset in told.onsets] == [50.0]
    assert [(stretch.since, stretch.until) for stretch in told.unknown] == [(0.0, 50.0)]


def test_an_alarm_that_is_not_enabled_any_more_clears() -> None:
    samples = [Sample(10.0, True), Sample(20.0, True, is_enabled=False), Sample(30.0, True)]
    told = would_have(a_rule(), samples, until=40.0)
    assert told.onsets == (Episode(10.0, 20.0), Episode(30.0, None))


def test_episodes_of_the_journal_are_tried_without_adding_the_old_delay_to_the_new() -> None:
    was, proposed = a_rule(hold_s=3.0), a_rule(hold_s=10.0)
    told = would_have_told(proposed, [Episode(103.0, 108.0), Episode(203.0, 300.0)], was=was, until=1000.0)
    assert [onset.came_at for onset in told.onsets] == [210.0]
