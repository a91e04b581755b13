"""Topics, events and frames: what is read, what is refused, and that nothing else is ever raised."""

import base64
import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devkit.errors import ProtocolError
from backend.integrations.chirpstack_mqtt.decoders import choose, parse_decoders, read_decoders
from backend.integrations.chirpstack_mqtt.protocol import (
    EVENTS,
    EventTopic,
    Uplink,
    dev_eui,
    parse_event,
    parse_topic,
)

EUI = "70b3d57ed0000001"
UP = EventTopic("app", EUI, "up")
DECODERS = read_decoders()


def frame(port: int, *content: int) -> Uplink:
    return Uplink(f_port=port, data=base64.b64encode(bytes(content)).decode())


def test_a_topic_names_application_device_and_event() -> None:
    assert parse_topic(f"application/a1/device/{EUI.upper()}/event/up") == EventTopic("a1", EUI, "up")
    assert parse_topic(f"metz/application/a1/device/{EUI}/event/join", "metz/").event == "join"


@pytest.mark.parametrize(
    "topic", ["", "application/a/device/zz/event/up", f"application/a/device/{EUI}/command/down", "a/b/c/d/e/f"]
)
def test_another_topic_is_refused(topic: str) -> None:
    with pytest.raises(ProtocolError):
        parse_topic(topic)


def test_an_eui_is_taken_as_people_write_it() -> None:
    assert dev_eui("70-B3-D5-7E-D0-00-00-01") == dev_eui("70:b3:d5:7e:d0:00:00:01") == EUI


def test_an_uplink_says_when_how_loud_and_what() -> None:
    event = parse_event(
        UP,
        b'{"time":"2026-07-18T09:34:15.775023242+02:00","fPort":2,"fCnt":7,"data":"Af8=",'
        b'"rxInfo":[{"rssi":-110,"snr":-3},{"rssi":-71,"snr":9.5},{}],"unknown":{"x":1}}',
    )
    assert isinstance(event, Uplink)
    assert event.at == dt.datetime(2026, 7, 18, 7, 34, 15, 775023, tzinfo=dt.UTC)
    assert event.frame() == b"\x01\xff"
    best = event.best()
    assert best is not None
    assert (best.rssi, best.snr) == (-71, 9.5)


@pytest.mark.parametrize("time", ["", "yesterday", "2026-07-18T09:34:15", "9" * 400, "0000-00-00T00:00:00Z"])
def test_a_time_that_is_none_leaves_the_event_without_one(time: str) -> None:
    assert Uplink(time=time).at is None


def test_kinds_that_tell_us_nothing_are_left_alone() -> None:
    assert parse_event(EventTopic("app", EUI, "location"), b"whatever") is None


def test_an_event_of_another_device_than_its_topic_is_refused() -> None:
    with pytest.raises(ProtocolError, match="another device"):
        parse_event(UP, b'{"deviceInfo":{"devEui":"0000000000000000"}}')


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x00\xff{]", b'{"rxInfo":[[[', b"[]", b'{"fPort":"x"}', b"[" * 60_000, b"{" + b" " * 70_000 + b"}"],
)
def test_garbage_is_refused_in_words(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_event(UP, payload)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EVENTS), st.binary(max_size=200))
def test_no_payload_raises_anything_else(event: str, payload: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        parse_event(EventTopic("app", EUI, event), payload)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(DECODERS)), st.integers(0, 255), st.binary(max_size=255))
def test_no_frame_raises_anything_else(name: str, port: int, content: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        DECODERS[name].points(frame(port, *content))


def test_a_frame_longer_than_lorawan_knows_is_refused() -> None:
    with pytest.raises(ProtocolError, match="256 bytes"):
        frame(1, *([1] * 256)).frame()
    with pytest.raises(ProtocolError, match="base64"):
        Uplink(data="%%%").frame()


# The examples that the makers themselves published beside their decoders (TheThingsNetwork/lorawan-devices).
@pytest.mark.parametrize(
    ("name", "uplink", "told"),
    [
        ("bosch_tps110", frame(1, 1), {"occupied": True}),
        ("bosch_tps110", frame(2, 1, 255), {"occupied": True, "temperature_c": -1}),
        ("bosch_tps110", frame(3, 0x24, 3, 0, 0, 0x75, 3, 0, 0, 0, 0, 0, 0, 0, 29, 2, 3, 1), {"occupied": True}),
        (
            "milesight_environment",
            frame(85, 1, 0x75, 0x5C, 3, 0x67, 0x34, 1, 4, 0x68, 0x65, 5, 0x7D, 0x67, 4, 6, 0x73, 0x68, 0x27),
            {
                "battery_percent": 92,
                "temperature_c": 30.8,
                "humidity_percent": 50.5,
                "co2_ppm": 1127,
                "pressure_hpa": 1008.8,
            },
        ),
        (
            "milesight_environment",
            frame(1, 1, 0x75, 0x32, 3, 0x67, 0xC8, 0, 4, 0x68, 0x3C),
            {"battery_percent": 50, "temperature_c": 20.0, "humidity_percent": 30.0},
        ),
    ],
)
def test_the_makers_own_examples_are_read(name: str, uplink: Uplink, told: dict[str, object]) -> None:
    assert DECODERS[name].points(uplink) == told


def test_what_comes_after_an_unknown_record_is_not_guessed() -> None:
    assert DECODERS["milesight_environment"].points(frame(85, 1, 0x75, 50, 0xEE, 0xEE, 3, 0x67, 1, 1)) == {
        "battery_percent": 50
    }
    with pytest.raises(ProtocolError, match="does not know"):
        DECODERS["milesight_environment"].points(frame(85, 0xEE, 1))
    with pytest.raises(ProtocolError, match="middle of a record"):
        DECODERS["milesight_environment"].points(frame(85, 3, 0x67, 1))


def test_what_chirpstacks_codec_decoded_is_taken_by_name() -> None:
    decoded = Uplink(decoded={"parking_status": "Vacant", "temperature": 21.04, "battery": 81, "nested": {"a": 1}})
    assert DECODERS["decoded"].points(decoded) == {"occupied": False, "temperature_c": 21.04, "battery_percent": 81}


def test_a_device_type_is_found_by_the_longest_word_of_its_profile() -> None:
    found = choose(DECODERS, "Milesight EM500-CO2 EU868", ("", ""))
    assert found is not None
    assert found.name == "milesight_environment"
    assert choose(DECODERS, "Something else", ("", "")) is None
    named = choose(DECODERS, "Milesight EM500", ("cayenne_lpp",))
    assert named is not None
    assert named.name == "cayenne_lpp"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[decoder]]\nnme = 1", "not a table of decoders"),
        ("[[decoder]", "not a table of decoders"),
        ('[[decoder]]\nname = "a"\nrecords = [{ key = "0g" }]', "hexadecimal"),
        ('[[decoder]]\nname = "a"\nrecords = [{ key = "" }]', "empty"),
        ('[[decoder]]\nname = "a"\nrecords = [{ key = "01", type = "u32le", size = 2, point = "p" }]', "shorter"),
    ],
)
def test_a_wrong_decoder_of_the_site_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        parse_decoders(text, "site.toml")
    assert "site.toml" in str(refused.value)
