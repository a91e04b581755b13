"""What a plan may say, when a seal may end, what counts as motion: for all values."""

import datetime as dt
import itertools

import hypothesis.strategies as st
from hypothesis import given

from backend.domain.footage_rules import (
    LONGEST_AWAY_S,
    Anchor,
    believed_now,
    clipped,
    clipped_gaps,
    cut_by,
    disk_percent,
    first_anchor,
    plan_fault,
    spans_of,
)
from contract.footage import LONGEST_DAYS, FootageGap, FootageSpan, Hours, RecordingMode, RecordingPlan

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
LATEST = START + dt.timedelta(seconds=200_000)


def _moment(second: int) -> dt.datetime:
    return START + dt.timedelta(seconds=second)


def _span(since: dt.datetime, length_s: int) -> FootageSpan:
    return FootageSpan(since=since, until=since + dt.timedelta(seconds=length_s))


moments = st.integers(0, 100_000).map(_moment)
seconds = st.floats(-1e9, 1e9, allow_nan=False)
spans = st.builds(_span, moments, st.integers(1, 5000))
plans = st.builds(
    RecordingPlan,
    mode=st.sampled_from(RecordingMode),
    stream=st.sampled_from(["sub", "main", "third", ""]),
    hours=st.lists(
        st.builds(
            Hours,
            from_minute=st.integers(-10, 1500),
            to_minute=st.integers(-10, 1500),
            weekdays=st.lists(st.integers(-1, 7), max_size=8).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    time_zone=st.sampled_from(["Europe/Paris", "UTC", "/etc/passwd", "Europe/../Paris", ""]),
    pre_roll_s=st.integers(-1, 100),
    post_roll_s=st.integers(-1, 1000),
    kept_days=st.integers(-1, 400),
    quota_bytes=st.sampled_from([0, -1, 1, 10**9, 10**18]),
)


@given(plans)
def test_no_plan_that_passes_breaks_the_law_or_the_recorder(plan: RecordingPlan) -> None:
    if plan_fault(plan) is None:
        assert 1 <= plan.kept_days <= LONGEST_DAYS == 30
        assert plan.stream in {"sub", "main"}
        assert plan.mode is not RecordingMode.SCHEDULE or plan.hours
        assert plan.time_zone in {"Europe/Paris", "UTC"}
        assert plan.pre_roll_s >= 0
        assert plan.post_roll_s >= 0
        assert all(hours.weekdays and 0 <= hours.from_minute < 1440 for hours in plan.hours)


def test_the_plans_people_make_pass() -> None:
    night = Hours(from_minute=22 * 60, to_minute=6 * 60, weekdays=(4, 5))
    for plan in (
        RecordingPlan(),
        RecordingPlan(mode=RecordingMode.CONTINUOUS, kept_days=15),
        RecordingPlan(mode=RecordingMode.SCHEDULE, hours=(night,)),
        RecordingPlan(mode=RecordingMode.EVENT, pre_roll_s=0, quota_bytes=10**10),
    ):
        assert plan_fault(plan) is None


@given(wall=seconds, passed=st.floats(0, 1e8), leap=seconds, started=seconds)
def test_no_clock_makes_time_pass_faster_than_it_does(wall: float, passed: float, leap: float, started: float) -> None:
    anchor = first_anchor(wall, started, None)
    believed = believed_now(anchor, wall + passed + leap, started + passed)
    assert believed <= wall + passed + leap + 1e-3
    assert believed <= wall + passed + 1e-3


@given(wall=seconds, last=seconds, passed=st.floats(0, 1e8))
def test_a_start_believes_no_clock_that_says_we_were_away_for_weeks(wall: float, last: float, passed: float) -> None:
    anchor = first_anchor(wall, 0.0, last)
    assert anchor.wall_s <= wall
    assert anchor.wall_s <= last + LONGEST_AWAY_S
    if wall <= last + LONGEST_AWAY_S:
        assert believed_now(anchor, wall + passed, passed) >= wall + passed - 1e-3, "a usual restart loses no time"


def test_a_monotonic_clock_that_is_younger_than_its_anchor_moves_nothing() -> None:
    assert believed_now(Anchor(100.0, 50.0), 1e9, 10.0) == 100.0


@given(st.lists(st.tuples(moments, st.booleans())).map(sorted))
def test_motion_is_in_order_apart_and_covers_every_yes(samples: list[tuple[dt.datetime, bool]]) -> None:
    found = spans_of(samples, LATEST)
    assert all(span.since < span.until for span in found)
    pairs = itertools.pairwise(found)
    assert all(later.since - earlier.until > dt.timedelta(seconds=5) for earlier, later in pairs)
    for at, is_on in samples:
        assert not is_on or any(span.since <= at <= span.until for span in found)


@given(st.lists(spans), moments, moments)
def test_what_is_shown_of_a_period_lies_in_it(items: list[FootageSpan], one: dt.datetime, other: dt.datetime) -> None:
    since, until = sorted((one, other))
    shown = clipped(items, since, until)
    assert all(since <= span.since < span.until <= until for span in shown)
    gaps = [FootageGap(since=span.since, until=span.until, reason="damaged", camera_id=1) for span in items]
    assert [(gap.since, gap.until) for gap in clipped_gaps(gaps, since, until)] == [
        (span.since, span.until) for span in shown
    ]


@given(st.lists(spans), st.lists(spans))
def test_what_lies_in_a_hole_is_not_shown_and_all_else_is(items: list[FootageSpan], holes: list[FootageSpan]) -> None:
    gaps = [FootageGap(since=hole.since, until=hole.until, reason="service_down") for hole in holes]
    left = cut_by(items, gaps)
    second = dt.timedelta(seconds=1)
    for moment in (edge + second / 2 for item in (*items, *holes) for edge in (item.since - second, item.since)):
        was = any(item.since <= moment < item.until for item in items)
        is_lost = any(gap.since <= moment < gap.until for gap in gaps)
        assert any(span.since <= moment < span.until for span in left) == (was and not is_lost)


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_disk_is_between_empty_and_full(used: int, free: int) -> None:
    assert 0 <= disk_percent(used, free) <= 100
    if free == 0 and used:
        assert disk_percent(used, free) == 100
