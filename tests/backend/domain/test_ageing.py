"""Devices lie: what they cannot mean is not believed."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.ageing import checked_value, trusted_stamp
from contract.assets import Label, PointSpec
from contract.points import PointKind, Quality, Reading

NOW = dt.datetime(2026, 3, 1, 22, 0, tzinfo=dt.UTC)
WORDS = Label("mot", "word")
LEVEL = PointSpec(name="level_percent", label=WORDS, kind=PointKind.NUMBER, minimum=0, maximum=100)
DOOR = PointSpec(name="door_open", label=WORDS, kind=PointKind.BOOLEAN)
MODEL = PointSpec(name="model", label=WORDS, kind=PointKind.TEXT)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, -1, 101, 10**400, True, "50", None])
def test_a_level_that_cannot_be_is_failed_and_has_no_value(value: object) -> None:
    assert checked_value(LEVEL, Reading(1, "level_percent", value)) == (None, Quality.FAILED)  # type: ignore[arg-type] # hostile


@settings(max_examples=200, database=None, deadline=None)
@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text())
def test_whatever_comes_is_a_believable_value_or_none(value: bool | float | str | None) -> None:
    for spec in (LEVEL, DOOR, MODEL):
        checked, quality = checked_value(spec, Reading(1, spec.name, value))
        assert (checked is None) == (quality is Quality.FAILED)


@pytest.mark.parametrize(
    "stamp",
    [
        NOW + dt.timedelta(hours=1),
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2038, 1, 19, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 1, 22, 0),  # noqa: DTZ001 - a device that forgets its zone
    ],
)
def test_a_stamp_that_cannot_be_is_not_used(stamp: dt.datetime) -> None:
    assert trusted_stamp(stamp, NOW) is None


def test_a_clock_a_few_seconds_ahead_is_believed() -> None:
    stamp = NOW + dt.timedelta(seconds=20)
    assert trusted_stamp(stamp, NOW) == stamp
