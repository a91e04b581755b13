"""Times, ages and values as people read them."""

import datetime as dt

import pytest

from console.kit.formats import age, day_and_time, remaining, value_text
from console.kit.translations import Translations
from contract.assets import Label, PointSpec
from contract.points import PointKind, Value

FRENCH, ENGLISH = Translations("fr"), Translations("en")
POWER = PointSpec(name="power_w", label=Label("Puissance", "Power"), kind=PointKind.NUMBER, unit="W")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0, "0\u202fW"),
        (37.44, "37,4\u202fW"),
        (1496.0, "1\u202f496\u202fW"),
        (True, "oui"),
        ("auto", "auto"),
    ],
)
def test_unknown_is_a_dash_and_numbers_carry_their_unit(value: Value, shown: str) -> None:
    assert value_text(value, POWER, FRENCH) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-3, "0\u202fs"), (59, "59\u202fs"), (61, "1\u202fmin"), (3_725, "1\u202fh\u202f02"), (200_000, "2\u202fj")],
)
def test_an_age_is_told_in_the_largest_unit_that_says_enough(seconds: float, shown: str) -> None:
    assert age(seconds, FRENCH) == shown


def test_what_is_left_never_goes_below_nothing() -> None:
    assert remaining(-5, ENGLISH) == "0\u202fs left"


def test_another_day_is_named() -> None:
    now = dt.datetime(2026, 1, 15, 2, 0, tzinfo=dt.UTC)
    assert day_and_time(now - dt.timedelta(hours=5), now, dt.UTC) == "14/01 21:00"
    assert day_and_time(now - dt.timedelta(minutes=5), now, dt.UTC) == "01:55:00"


def test_what_stands_in_code_is_said_in_words_where_there_are_any() -> None:
    state = PointSpec(name="recording_state", label=Label("", ""), kind=PointKind.TEXT)
    assert value_text("recording", state, FRENCH) == "en cours"
    assert value_text("of a newer backend", state, ENGLISH) == "of a newer backend"
