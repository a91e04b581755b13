"""What the operator sees of sensors: values, silence, repeats, lies, and strangers that stay strangers."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devkit.clock import ManualClock
from backend.devkit.mqtt.session import Heard
from backend.integrations.chirpstack_mqtt.decoders import read_decoders
from backend.integrations.chirpstack_mqtt.reports import Reports
from backend.integrations.chirpstack_mqtt.sensors import Sensors
from backend.integrations.chirpstack_mqtt.simulator import events
from backend.integrations.chirpstack_mqtt.simulator.events import SimulatedSensor
from backend.integrations.chirpstack_mqtt.simulator.frames import BOSCH_PROFILE, bay_frame, bay_heartbeat
from contract.devices import Binding
from contract.points import Quality
from tests.conformance.recording_sink import RecordingSink

BAY, STRANGER = "70b3d57ed0000001", "70b3d57ed00000ff"


class Network:
    """A network server's events, straight into the reports."""

    def __init__(self, silent_after_s: float | None = None) -> None:
        self.clock = ManualClock()
        self.sink = RecordingSink()
        self.bay = SimulatedSensor(BAY, "Place 12", BOSCH_PROFILE)
        self.sensors = Sensors(
            "LoRa", [Binding(asset_id=7, address=BAY.upper()), Binding(asset_id=8, address="bay 8")], self.clock
        )
        self.reports = Reports(self.sensors, read_decoders(), self.sink, self.clock, silent_after_s=silent_after_s)

    def say(self, payload: bytes, event: str = "up", eui: str = BAY, *, is_retained: bool = False) -> None:
        self.reports.take(Heard(f"application/app/device/{eui}/event/{event}", payload, is_retained))

    def uplink(self, *, is_occupied: bool, at: dt.datetime | None = None) -> bytes:
        return events.uplink(self.bay, "app", at or self.clock.now(), 1, bay_frame(is_occupied=is_occupied))


@pytest.fixture
def network() -> Network:
    return Network()


def test_what_was_not_asked_for_is_counted_and_its_topic_kept_out_of_the_log(
    network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    network.reports.take(Heard("owntracks/VEH-177/canary-token", b"{}", True))
    assert network.reports.counts["not asked for"] == 1
    assert not network.reports.counts["not understood"]
    assert "canary-token" not in caplog.text
    assert "WARNING" not in caplog.text


def test_a_bay_fills_and_empties(network: Network) -> None:
    network.say(network.uplink(is_occupied=True))
    assert network.sink.value(7, "occupied") is True
    assert network.sink.value(7, "rssi_dbm") == -97
    network.clock.pass_time(60)
    network.say(network.uplink(is_occupied=False))
    reading = network.sink.last(7, "occupied")
    assert reading is not None
    assert (reading.value, reading.device_time) == (False, network.clock.now())


def test_the_same_event_delivered_again_counts_once(network: Network) -> None:
    payload = network.uplink(is_occupied=True)
    network.say(payload)
    network.say(payload)
    assert network.sink.messages == [3]
    assert network.reports.counts["delivered again"] == 1


def test_an_older_event_that_comes_late_does_not_undo_a_newer_one(network: Network) -> None:
    older = network.uplink(is_occupied=True)
    network.clock.pass_time(30)
    network.say(network.uplink(is_occupied=False))
    network.say(older)
    assert network.sink.value(7, "occupied") is False
    assert network.reports.counts["out of order"] == 1


def test_a_battery_tells_its_charge_unless_there_is_none(network: Network) -> None:
    network.say(events.status(network.bay, "app", network.clock.now(), 11.5), "status")
    assert network.sink.value(7, "battery_percent") == 11.5
    network.say(b'{"externalPowerSource":true,"batteryLevel":0}', "status")
    assert network.sink.value(7, "battery_percent") == 11.5


def test_an_impossible_value_is_failed_and_not_shown_as_a_measure(network: Network) -> None:
    network.say(b'{"deviceInfo":{"tags":{"decoder":"decoded"}},"object":{"temperature":1e308}}')
    reading = network.sink.last(7, "temperature_c")
    assert reading is not None
    assert (reading.value, reading.quality) == (None, Quality.FAILED)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_hundreds_of_digits_is_failed_and_the_others_are_heard_on(network: Network, sign: str) -> None:
    said = f'{{"deviceInfo":{{"tags":{{"decoder":"decoded"}}}},"object":{{"temperature":{sign}1{"0" * 400}}}}}'
    network.say(said.encode())
    reading = network.sink.last(7, "temperature_c")
    assert reading is not None
    assert (reading.value, reading.quality) == (None, Quality.FAILED)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(10**400, 10**401) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_FIELDS = st.sampled_from(["temperature", "humidity", "battery", "status", "occupied", "co2"])


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_FIELDS, _JSON, max_size=6))
def test_whatever_a_codec_decoded_nothing_is_raised(decoded: dict[str, object]) -> None:
    network = Network()
    said = {"deviceInfo": {"tags": {"decoder": "decoded"}}, "object": decoded}
    network.say(json.dumps(said).encode())


def test_a_sensor_that_says_nothing_for_too_long_is_unreachable_until_it_speaks() -> None:
    network = Network(silent_after_s=600)
    network.say(network.uplink(is_occupied=True))
    network.clock.pass_time(599)
    assert not network.sensors.went_silent()
    network.clock.pass_time(2)
    assert [s.asset_id for sensors in network.sensors.went_silent().values() for s in sensors] == [7]
    assert not network.sensors.went_silent(), "told once"
    network.sink.unreachable[7] = "nothing heard"
    network.say(network.uplink(is_occupied=True))
    assert 7 not in network.sink.unreachable


def test_the_time_without_a_broker_is_not_the_sensors_silence() -> None:
    network = Network(silent_after_s=600)
    network.say(network.uplink(is_occupied=True))
    network.clock.pass_time(3_000)
    network.sensors.could_not_hear(2_900)
    assert not network.sensors.went_silent()


def test_an_event_that_waited_too_long_does_not_make_a_dead_sensor_live() -> None:
    network = Network(silent_after_s=600)
    network.say(network.uplink(is_occupied=True, at=network.clock.now() - dt.timedelta(hours=1)))
    assert network.sensors.went_silent()
    retained = Network(silent_after_s=600)
    old = retained.uplink(is_occupied=True, at=retained.clock.now() - dt.timedelta(hours=1))
    retained.say(old, is_retained=True)
    assert not retained.sink.readings


def test_a_device_that_nobody_has_bound_is_listed_and_makes_nothing(network: Network) -> None:
    stranger = SimulatedSensor(STRANGER, "Neuf", "Nedap SENSIT")
    for _ in range(3):
        network.say(events.uplink(stranger, "app", network.clock.now(), 1, b"\x01"), eui=STRANGER)
        network.clock.pass_time(60)
    (found,) = network.sensors.unknown()
    assert (found.address, found.name, found.kind, found.messages) == (STRANGER, "Neuf", "Nedap SENSIT", 3)
    assert found.last_heard - found.first_heard == dt.timedelta(minutes=2)
    assert not network.sink.readings


def test_a_crowd_of_strangers_is_bounded_and_the_last_ones_stay(network: Network) -> None:
    for number in range(700):
        network.say(b"{}", "join", eui=f"{number:016x}")
    unknown = network.sensors.unknown()
    assert len(unknown) == 500
    assert unknown[0].address == f"{699:016x}"


def test_a_binding_that_is_no_eui_is_named_and_the_others_work(network: Network) -> None:
    assert "no EUI" in network.sensors.misbound[8]
    network.say(network.uplink(is_occupied=True))
    assert network.sink.value(7, "occupied") is True


def test_what_the_network_server_finds_wrong_is_a_note_of_the_sensor(network: Network) -> None:
    network.say(b'{"level":"ERROR","code":"OTAA","description":"DevNonce has already been used"}', "log")
    assert network.sink.value(7, "network_note") == "OTAA: DevNonce has already been used"


def test_a_frame_that_its_decoder_cannot_read_still_shows_that_the_sensor_lives(network: Network) -> None:
    network.say(events.uplink(network.bay, "app", network.clock.now(), 1, b""))
    assert network.sink.value(7, "rssi_dbm") == -97
    assert network.sink.last(7, "occupied") is None
    network.say(
        events.uplink(network.bay, "app", network.clock.now(), 2, bay_heartbeat(is_occupied=True, temperature_c=-3))
    )
    assert network.sink.value(7, "temperature_c") == -3
