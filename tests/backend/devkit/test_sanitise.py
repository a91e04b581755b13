"""Whatever a device says, a reading is a value one can believe, or it says that it failed."""

import datetime as dt
import math

from hypothesis import given
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.devkit.sanitise import Sanitiser
from contract.points import Quality

_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(min_value=10**400, max_value=10**401),
    st.floats(), st.text(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
)  # fmt: skip
_STAMPS = st.one_of(
    st.none(),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=14))])),
    st.just(dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-14)))),
    st.just(dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=14)))),
)


@given(_VALUES, _STAMPS)
def test_no_lie_passes(value: object, stamp: dt.datetime | None) -> None:
    clock = ManualClock()
    reading = Sanitiser(clock).reading(7, "power_w", value, stamp, minimum=0, maximum=1e6)
    if reading.quality is Quality.GOOD:
        if isinstance(value, str):
            assert isinstance(reading.value, str)
            assert reading.value.isprintable()
            assert reading.value == value or not value.isprintable()
        else:
            assert reading.value == value
        if isinstance(reading.value, float):
            assert math.isfinite(reading.value)
    else:
        assert reading.value is None
    if reading.device_time is not None:
        assert reading.device_time <= clock.now() + dt.timedelta(minutes=2)
        assert reading.device_time.tzinfo is dt.UTC


def test_each_kind_of_lie_is_counted() -> None:
    clock = ManualClock()
    sanitiser = Sanitiser(clock)
    assert sanitiser.reading(1, "x", math.nan, None).quality is Quality.FAILED
    assert sanitiser.reading(1, "x", 1e308, None).quality is Quality.FAILED
    assert sanitiser.reading(1, "x", 5.0, clock.now() + dt.timedelta(hours=1)).device_time is None
    assert sanitiser.reading(1, "x", 5.0, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).device_time is None
    assert sanitiser.counts == {"not a number": 1, "out of range": 1, "future stamp": 1, "ancient stamp": 1}


def test_f44_a_text_is_one_line_that_steers_nothing() -> None:
    sanitiser = Sanitiser(ManualClock())
    reading = sanitiser.reading(1, "note", "Ligne 1\r\nERROR\x1b[2J\x00 \u202eevil\ud800", None)
    assert reading.value == "Ligne 1  ERROR [2J   evil"
    assert sanitiser.reading(1, "note", "Débordement · 12 °C", None).value == "Débordement · 12 °C"
    assert sanitiser.counts == {"not a line": 1}


def test_what_a_spool_held_back_keeps_its_own_time() -> None:
    clock = ManualClock()
    happened = clock.now() - dt.timedelta(minutes=10)
    assert Sanitiser(clock).reading(1, "x", True, happened).device_time == happened
