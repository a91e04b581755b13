"""One clock for all cameras; moments as they are typed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.panels.footage.moment_words import moment_of, moment_words
from console.panels.footage.transport import SPEEDS, Transport, faster, slower, speed_text

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=PARIS)


@given(st.sampled_from(SPEEDS), st.floats(0, 1e4), st.floats(0, 1e4))
def test_time_runs_at_its_speed_and_stands_when_paused(speed: float, played_s: float, stood_s: float) -> None:
    begun = Transport(1000.0, 50.0).sped(speed, 50.0).played(50.0)
    paused = begun.paused(50.0 + played_s)
    assert paused.position(50.0 + played_s + stood_s) == pytest.approx(1000.0 + speed * played_s)


def test_another_speed_goes_on_from_where_it_stands() -> None:
    quick = Transport(1000.0, 0.0).played(0.0).sped(4.0, 10.0)
    assert quick.position(10.0) == pytest.approx(1010.0)
    assert quick.position(11.0) == pytest.approx(1014.0)


def test_speeds_go_up_and_down_and_stop_at_their_ends() -> None:
    assert [speed_text(speed) for speed in SPEEDS] == ["1/8×", "1/4×", "1/2×", "1×", "2×", "4×", "8×", "16×"]
    assert (faster(1.0), faster(16.0), slower(1.0), slower(0.125)) == (2.0, 16.0, 0.5, 0.125)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11:05", "2026-11-23 11:05:00"),
        ("11h05", "2026-11-23 11:05:00"),
        ("11h", "2026-11-23 11:00:00"),
        ("23:10:30", "2026-11-22 23:10:30"),
        ("22/11 23:10", "2026-11-22 23:10:00"),
        ("24/12 08:00", "2025-12-24 08:00:00"),
        ("1/7/2026 8:00", "2026-07-01 08:00:00"),
        ("-30 s", "2026-11-23 11:59:30"),
        ("-5 min", "2026-11-23 11:55:00"),
        ("-2h", "2026-11-23 10:00:00"),
        ("-1 j", "2026-11-22 12:00:00"),
    ],
)
def test_a_moment_is_understood_as_operators_write_it(typed: str, meant: str) -> None:
    at = moment_of(typed, NOON, PARIS)
    assert at is not None
    assert dt.datetime.fromtimestamp(at, PARIS).strftime("%Y-%m-%d %H:%M:%S") == meant


@pytest.mark.parametrize("typed", ["", "noon", "25:00", "31/02 10:00", "12:61", "-", "1/13 10:00"])
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert moment_of(typed, NOON, PARIS) is None


@given(st.integers(1_767_225_600, 1_792_000_000))
def test_what_is_shown_can_be_typed(at: int) -> None:
    words = moment_words(at, PARIS)
    again = moment_of(words, NOON, PARIS)
    assert again is not None
    assert moment_words(again, PARIS) == words
