"""How long is too long: hours, days, nights, tolerance, and the two nights a year when the clock jumps."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.parking import counted_minutes, over_minutes, wrong_with
from contract.parking import StayRule

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = StayRule(
    most_minutes=60, tolerance_minutes=10, from_minute=9 * 60, to_minute=19 * 60, days=(0, 1, 2, 3, 4, 5)
)


def local(day: int, hour: int, minute: int = 0, month: int = 6) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(dt.UTC)


def test_an_hour_is_allowed_and_ten_minutes_are_let_pass() -> None:
    assert over_minutes(WORKDAYS, local(1, 10), local(1, 11, 10), PARIS) is None
    assert over_minutes(WORKDAYS, local(1, 10), local(1, 11, 11), PARIS) == 11


def test_the_night_and_the_sunday_are_free() -> None:
    assert counted_minutes(WORKDAYS, local(6, 18, 30), local(8, 9, 20), PARIS) == 50  # Saturday evening to Monday
    assert over_minutes(WORKDAYS, local(7, 0), local(7, 23), PARIS) is None


def test_a_rule_round_the_clock_counts_every_minute() -> None:
    assert counted_minutes(StayRule(most_minutes=30), local(1, 22), local(2, 2), PARIS) == 240


def test_the_night_on_which_an_hour_is_repeated_has_it_twice() -> None:
    whole_day = StayRule(most_minutes=30)
    assert counted_minutes(whole_day, local(25, 0, month=10), local(26, 0, month=10), PARIS) == 25 * 60


def test_a_stay_that_has_not_begun_counts_nothing() -> None:
    assert counted_minutes(WORKDAYS, local(1, 11), local(1, 10), PARIS) == 0


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_longer_stay_never_counts_less(first: int, more: int) -> None:
    began = local(1, 8)
    shorter, longer = (began + dt.timedelta(minutes=minutes) for minutes in (first, first + more))
    assert counted_minutes(WORKDAYS, began, shorter, PARIS) <= counted_minutes(WORKDAYS, began, longer, PARIS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"most_minutes": 0}, "most_minutes"),
        ({"most_minutes": 10_081}, "most_minutes"),
        ({"tolerance_minutes": -1}, "tolerance_minutes"),
        ({"from_minute": 600, "to_minute": 600}, "hours"),
        ({"to_minute": 1441}, "hours"),
        ({"days": ()}, "days"),
        ({"days": (1, 1)}, "days"),
        ({"days": (7,)}, "days"),
        ({}, ""),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(changes: dict[str, object], field: str) -> None:
    assert wrong_with(msgspec.structs.replace(WORKDAYS, **changes)) == field
