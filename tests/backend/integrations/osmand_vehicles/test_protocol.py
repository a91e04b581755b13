"""What the apps send is read as they mean it; what is nonsense is told apart from silence."""

import datetime as dt
import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.devkit.errors import ProtocolError
from backend.integrations.osmand_vehicles.protocol import (
    Fix,
    owntracks_sender,
    parse_json,
    parse_owntracks,
    parse_query,
)
from backend.integrations.osmand_vehicles.saying import osmand_query, owntracks_json, traccar_json

NOON = dt.datetime(2026, 5, 4, 12, 0, 0, tzinfo=dt.UTC)


def only(query: str, unit: str = "kn") -> Fix:
    (fix,) = parse_query(query, speed_unit=unit).fixes
    return fix


def test_an_osmand_query_is_read() -> None:
    report = parse_query("id=VEH-7&lat=47.32&lon=5.04&timestamp=1777896000&speed=10&bearing=90&batt=81&token=t")
    assert (report.device, report.token) == ("VEH-7", "t")
    (fix,) = report.fixes
    assert (fix.lon, fix.lat, fix.at, fix.heading_deg, fix.battery_percent) == (5.04, 47.32, NOON, 90, 81)
    assert fix.speed_kmh == pytest.approx(18.52), "Traccar Client says knots"
    assert only("id=1&speed=10", "ms").speed_kmh == pytest.approx(36), "the OsmAnd app says metres a second"


@pytest.mark.parametrize(
    "stamp",
    ["1777896000", "1777896000000", "1777896000.0", "2026-05-04T12:00:00Z", "2026-05-04T14:00:00%2B02:00",
     "2026-05-04+12:00:00"],
)  # fmt: skip
def test_every_way_of_writing_a_time(stamp: str) -> None:
    assert only(f"id=1&timestamp={stamp}").at == NOON


@pytest.mark.parametrize("stamp", ["", "yesterday", "-5", "99999999999999999999", "{2}", "NaN"])
def test_a_time_that_is_none_is_not_told(stamp: str) -> None:
    assert only(f"id=1&lat=1&lon=1&timestamp={stamp}").at is None


def test_what_is_no_number_is_a_lie_and_what_is_missing_is_silence() -> None:
    lying, silent = only("id=1&lat=nan&lon=abc"), only("id=1&lat=-&lon=")
    assert lying.lat is not None
    assert lying.lon is not None
    assert math.isnan(lying.lat)
    assert math.isnan(lying.lon)
    assert (silent.lat, silent.lon) == (None, None)
    assert only("id=1&lat=1e308&lon=inf").lon == math.inf


def test_minus_one_is_not_known() -> None:
    fix = only("id=1&lat=-33.9&lon=-70.1&speed=-1&bearing=-1&batt=-1&accuracy=-1")
    assert (fix.lat, fix.lon) == (-33.9, -70.1), "south and west are places"
    assert (fix.speed_kmh, fix.heading_deg, fix.battery_percent, fix.accuracy_m) == (None, None, None, None)


@pytest.mark.parametrize("query", ["lat=1&lon=2", "id=&lat=1", f"id={'x' * 200}", "id=%ff", "id=a%0ab", "x=1&" * 200])
def test_a_report_of_nobody_is_refused(query: str) -> None:
    with pytest.raises(ProtocolError):
        parse_query(query)


def test_traccar_client_9_and_its_batches() -> None:
    fixes = [Fix(lon=5.0 + n / 100, lat=47.3, at=NOON, speed_kmh=36.0, battery_percent=50.0) for n in range(3)]
    report = parse_json(traccar_json("VEH-7", fixes))
    assert report.device == "VEH-7"
    assert [fix.lon for fix in report.fixes] == [5.0, 5.01, 5.02]
    assert report.fixes[0].speed_kmh == pytest.approx(36)
    assert report.fixes[0].battery_percent == 50
    assert report.fixes[0].heading_deg is None, "its -1 is not known"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"7",
        b'{"device_id":"1"}',
        b'{"location":[1],"device_id":"1"}',
        b'{"location":{},"device_id":[]}',
        b'{"location":{}}',
        b"[" * 100_000,
        b"\xff\xfe{}",
        b'{"location":[' + b"{}," * 1_001 + b'{}],"device_id":"1"}',
    ],
)
def test_json_that_is_no_report_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_json(body)


def test_owntracks_says_where_and_everything_else_is_left_alone() -> None:
    told = Fix(lon=5.04, lat=47.32, at=NOON, speed_kmh=61.0, heading_deg=271.0, accuracy_m=5.0, battery_percent=92.0)
    assert parse_owntracks(owntracks_json(told, "VEH-7")) == told
    assert parse_owntracks(b'{"_type":"lwt","tst":1}') is None
    assert parse_owntracks(b'{"_type":"card","name":"x"}') is None
    with pytest.raises(ProtocolError, match="encrypted"):
        parse_owntracks(b'{"_type":"encrypted","data":"x"}')
    for nonsense in (b"", b"[]", b'{"lat":1}', b'{"_type":[]}'):
        with pytest.raises(ProtocolError):
            parse_owntracks(nonsense)
    assert owntracks_sender("owntracks/VEH-7/tok", "owntracks") == ("VEH-7", "tok")
    for topic in ("owntracks/VEH-7/tok/event", "owntracks/VEH-7", "other/VEH-7/tok", "owntracks//x"):
        assert owntracks_sender(topic, "owntracks") is None


@given(st.text(max_size=200))
def test_no_query_breaks_the_reader(query: str) -> None:
    try:
        parse_query(query)
    except ProtocolError:
        return


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coords", "latitude", "speed", "battery", "level", "timestamp", "tst", "lat"]), inner
        )
    ),
    max_leaves=12,
)


@example({"coords": {"latitude": -(10**400)}, "timestamp": 10**400})
@example(10**400)
@given(_JSON)
def test_no_json_breaks_the_reader(value: object) -> None:
    for message in ({"location": value, "device_id": "1"}, {"_type": "location", "lat": value, "tst": value}):
        body = json.dumps(message).encode()
        for parse in (parse_json, parse_owntracks):
            try:
                parse(body)
            except ProtocolError:
                continue


def test_a_query_says_what_it_was_given() -> None:
    fix = Fix(lon=5.04, lat=47.32, at=NOON, speed_kmh=50.0, heading_deg=12.0, accuracy_m=4.0, status="free")
    query = "&".join(f"{name}={value}" for name, value in osmand_query("VEH-7", fix))
    again = only(query)
    assert again.speed_kmh == pytest.approx(50.0, abs=0.01)
    assert (again.lon, again.lat, again.at, again.heading_deg, again.status) == (5.04, 47.32, NOON, 12.0, "free")
