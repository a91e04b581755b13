"""Phones lie, repeat themselves, come late and leap: the vehicle stands where it can be believed to be."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.devkit.device_token import device_token
from backend.integrations.osmand_vehicles.fleet import Fleet, FleetRules
from backend.integrations.osmand_vehicles.listener import NotAllowed, TooMuch
from backend.integrations.osmand_vehicles.protocol import Fix, Report
from backend.integrations.osmand_vehicles.track import Area, parse_area
from contract.devices import Binding
from contract.points import Quality, Value
from tests.conformance.recording_sink import RecordingSink

SECRET = "a secret of the fleet 7731"
VEHICLE = 7
DIJON = Area(4.8, 47.2, 5.3, 47.5)


class Street:
    """A fleet of one vehicle that was seen once, at (5.04, 47.32)."""

    def __init__(self, rules: FleetRules | None = None) -> None:
        self.clock = ManualClock()
        self.sink = RecordingSink()
        bindings = [Binding(asset_id=VEHICLE, address="VEH-7")]
        self.fleet = Fleet("fleet", bindings, SECRET, self.sink, self.clock, rules or FleetRules(area=DIJON))

    def says(
        self,
        lon: float | None,
        lat: float | None,
        *,
        after_s: float = 10.0,
        at: dt.datetime | None = None,
        told: Fix | None = None,
    ) -> None:
        """A report after some time; `told`: what else it says."""
        self.clock.pass_time(after_s)
        fix = msgspec.structs.replace(told or Fix(), lon=lon, lat=lat, at=at or self.clock.now())
        self.fleet.take_fixes("VEH-7", (fix,))

    @property
    def place(self) -> tuple[Value, Value]:
        return self.sink.value(VEHICLE, "lon"), self.sink.value(VEHICLE, "lat")

    @property
    def quality(self) -> Quality:
        reading = self.sink.last(VEHICLE, "lon")
        assert reading is not None
        return reading.quality


@pytest.fixture
def street() -> Street:
    one = Street()
    one.says(5.04, 47.32)
    assert one.place == (5.04, 47.32)
    return one


@pytest.mark.parametrize("lat", [float("nan"), float("inf"), 1e308, 91.0])
def test_an_impossible_place_fails_and_is_counted(street: Street, lat: float) -> None:
    street.says(5.04, lat)
    assert (street.place, street.quality) == ((None, None), Quality.FAILED)
    assert street.fleet.lies["impossible"] == 1
    street.says(5.0401, 47.32)
    assert (street.place, street.quality) == ((5.0401, 47.32), Quality.GOOD)


def test_swapped_coordinates_are_never_guessed_right(street: Street) -> None:
    street.says(47.3201, 5.0401)
    assert street.quality is Quality.FAILED
    assert street.fleet.lies["swapped"] == 1


def test_a_stamp_from_the_future_is_not_believed_but_the_place_is(street: Street) -> None:
    street.says(5.0405, 47.32, at=street.clock.now() + dt.timedelta(days=900))
    reading = street.sink.last(VEHICLE, "lon")
    assert reading is not None
    assert (reading.value, reading.device_time) == (5.0405, None)
    assert street.fleet.lies["future stamp"] == 1


def test_what_comes_late_moves_nobody(street: Street) -> None:
    before = street.clock.now()
    street.says(5.0402, 47.32)
    street.says(5.0301, 47.32, at=before - dt.timedelta(seconds=30))
    street.says(5.0402, 47.32, at=street.clock.now() - dt.timedelta(seconds=10))
    assert street.place == (5.0402, 47.32)
    assert (street.fleet.lies["late"], street.fleet.lies["repeated"]) == (1, 1)


def test_a_clock_that_stands_is_found_out(street: Street) -> None:
    stuck = street.clock.now()
    for step in range(1, 10):
        street.says(5.04 + step / 1000, 47.32, at=stuck)
    assert street.place == (5.049, 47.32)
    reading = street.sink.last(VEHICLE, "lon")
    assert reading is not None
    assert reading.device_time is None


def test_a_clock_that_was_set_back_is_lived_with(street: Street) -> None:
    for minute in range(1, 13):
        street.says(5.04 + minute / 1000, 47.32, after_s=60, at=street.clock.now() - dt.timedelta(hours=3))
    assert street.place[0] != 5.04, "a vehicle is not lost for ever because its clock was wrong once"


def test_one_leap_is_an_error_and_three_that_agree_are_a_place(street: Street) -> None:
    street.says(5.24, 47.42)
    assert street.place == (5.04, 47.32)
    street.says(5.0405, 47.32)
    assert street.place == (5.0405, 47.32)
    for step in range(3):
        street.says(5.24 + step / 10_000, 47.42)
    assert street.place == (5.24 + 2 / 10_000, 47.42)
    assert street.fleet.lies["jump"] == 3


def test_after_a_tunnel_the_vehicle_is_where_it_says(street: Street) -> None:
    street.says(5.06, 47.33, after_s=300)
    assert street.place == (5.06, 47.33)


def test_no_fix_moves_nobody_and_the_vehicle_is_heard(street: Street) -> None:
    charged = Fix(battery_percent=50.0)
    street.says(0.0, 0.0, told=charged)
    street.says(5.05, 47.33, told=Fix(is_valid=False))
    street.says(None, None, told=charged)
    street.says(5.05, 47.33, told=Fix(accuracy_m=900.0))
    assert street.place == (5.04, 47.32)
    assert street.sink.value(VEHICLE, "battery_percent") == 50


def test_speed_that_is_not_told_follows_from_the_way(street: Street) -> None:
    street.says(5.0413, 47.32, after_s=10)
    speed = street.sink.value(VEHICLE, "speed_kmh")
    assert isinstance(speed, float)
    assert 30 < speed < 40
    street.says(5.0413, 47.32, told=Fix(speed_kmh=1e9))
    failed = street.sink.last(VEHICLE, "speed_kmh")
    assert failed is not None
    assert failed.quality is Quality.FAILED


def test_what_a_phone_kept_without_signal_comes_in_order(street: Street) -> None:
    street.clock.pass_time(120)
    now = street.clock.now()
    kept = [Fix(lon=5.04 + n / 5000, lat=47.32, at=now - dt.timedelta(seconds=100 - 10 * n)) for n in range(10)]
    street.fleet.take_fixes("VEH-7", kept)
    stamps = [r.device_time for r in street.sink.readings if r.point == "lon"][-10:]
    assert stamps == [fix.at for fix in kept]


# --- who may speak


def shown(device: str, token: str) -> Report:
    return Report(device=device, token=token, fixes=(Fix(lon=5.041, lat=47.32),))


def test_only_its_own_token_lets_a_device_speak(street: Street) -> None:
    for device, token in (
        ("VEH-7", ""),
        ("VEH-7", "x"),
        ("VEH-7", device_token(SECRET, "VEH-8")),
        ("VEH-8", device_token(SECRET, "VEH-8")),
        ("VEH-7", "é" * 32),
        ("VEH-7", device_token(SECRET, "VEH-7#2")),
    ):
        with pytest.raises(NotAllowed):
            street.fleet.take(shown(device, token), "192.0.2.1")
    street.fleet.take(shown("VEH-7", device_token(SECRET, "VEH-7")), "192.0.2.1")


def test_a_lost_phone_is_shut_out_by_a_new_number() -> None:
    sink, clock = RecordingSink(), ManualClock()
    fleet = Fleet("f", [Binding(asset_id=1, address="VEH-7#2")], SECRET, sink, clock, FleetRules())
    with pytest.raises(NotAllowed):
        fleet.take(shown("VEH-7", device_token(SECRET, "VEH-7")), "x")
    fleet.take(shown("VEH-7", device_token(SECRET, "VEH-7#2")), "x")
    assert sink.value(1, "lon") == 5.041


def test_who_tries_tokens_is_shut_out_for_a_minute_and_crews_behind_the_same_address_are_not(street: Street) -> None:
    """Phones share the address of their carrier; a stranger there must not silence the fleet."""
    right = device_token(SECRET, "VEH-7")
    for number in range(21):
        with pytest.raises(NotAllowed):
            street.fleet.take(shown("VEH-7", str(number)), "192.0.2.66")
    for _ in range(100):
        with pytest.raises(TooMuch):
            street.fleet.take(shown("VEH-7", "another"), "192.0.2.66")
    street.fleet.take(shown("VEH-7", right), "192.0.2.66")
    with pytest.raises(NotAllowed):
        street.fleet.take(shown("VEH-7", "another"), "192.0.2.67")
    street.clock.pass_time(61)
    with pytest.raises(NotAllowed):
        street.fleet.take(shown("VEH-7", "another"), "192.0.2.66")


def test_one_device_cannot_drown_the_others() -> None:
    sink, clock = RecordingSink(), ManualClock()
    bindings = [Binding(asset_id=n, address=f"VEH-{n}") for n in (1, 2)]
    fleet = Fleet("f", bindings, SECRET, sink, clock, FleetRules(rate_per_s=1.0, rate_burst=5.0))
    for _ in range(5):
        fleet.take_fixes("VEH-1", (Fix(lon=5.0, lat=47.0),))
    with pytest.raises(TooMuch):
        fleet.take_fixes("VEH-1", (Fix(lon=5.0, lat=47.0),))
    fleet.take_fixes("VEH-2", (Fix(lon=5.0, lat=47.0),))
    clock.pass_time(2)
    fleet.take_fixes("VEH-1", (Fix(lon=5.0, lat=47.0),))
    assert fleet.lies["too much"] == 1


_NUMBER = st.none() | st.floats()


@given(
    st.lists(
        st.builds(
            Fix, lon=_NUMBER, lat=_NUMBER, at=st.none() | st.datetimes(timezones=st.just(dt.UTC)), speed_kmh=_NUMBER,
            heading_deg=_NUMBER, accuracy_m=_NUMBER, battery_percent=_NUMBER,
        ),
        max_size=8,
    )
)  # fmt: skip
def test_whatever_is_said_only_places_are_good(fixes: list[Fix]) -> None:
    street = Street(FleetRules())
    street.fleet.take_fixes("VEH-7", fixes)
    for reading in street.sink.readings:
        if reading.point in {"lon", "lat"} and reading.quality is Quality.GOOD:
            assert isinstance(reading.value, float)
            assert abs(reading.value) <= 180
        assert reading.device_time is None or reading.device_time <= street.clock.now() + dt.timedelta(minutes=2)


@pytest.mark.parametrize("text", ["1,2,3", "a,b,c,d", "5,47,4,48", "4,48,5,47", "nan,1,2,3"])
def test_an_area_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="area is"):
        parse_area(text)
