"""ChirpStack's own message definitions: its events are read as meant, our downlinks are its commands."""

import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backend.integrations.chirpstack_mqtt.decoders import read_decoders
from backend.integrations.chirpstack_mqtt.protocol import (
    Ack,
    Event,
    EventTopic,
    Join,
    Log,
    Status,
    TxAck,
    Uplink,
    downlink,
    parse_event,
)

pytestmark = pytest.mark.proof

EUI = "70b3d57ed0000001"
_ROOT = Path(__file__).parents[4]
_PYTHON = Path(os.environ.get("BEFFROI_CHIRPSTACK", _ROOT / "build" / "chirpstack" / "bin" / "python"))


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What chirpstack-api makes of events, and of our orders."""
    assert _PYTHON.exists(), f"{_PYTHON} is missing: make peers, or set BEFFROI_CHIRPSTACK"
    orders = [downlink(EUI, "5b6a0f9e-4a25-5a0b-9a0f-0f0e0d0c0b0a", 51, b"\x02\xff").decode()]
    story = Path(__file__).with_name("chirpstack_api_story.py")
    ran = subprocess.run(
        [_PYTHON, story], input=json.dumps(orders), capture_output=True, text=True, check=True, timeout=60
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def parsed(said: dict[str, Any], kind: str) -> Event:
    event = parse_event(EventTopic("app", EUI, kind.split(maxsplit=1)[0].replace("raw", "up")), said[kind].encode())
    assert event is not None
    return event


@pytest.mark.parametrize("kind", ["up", "up whole"])
def test_an_uplink_is_read_as_meant(said: dict[str, Any], kind: str) -> None:
    uplink = parsed(said, kind)
    assert isinstance(uplink, Uplink)
    assert (uplink.device_info.dev_eui, uplink.device_info.tags) == (EUI, {"quartier": "Darcy"})
    assert uplink.at == dt.datetime(2026, 7, 18, 9, 34, 15, 775023, tzinfo=dt.UTC)
    assert (uplink.f_port, uplink.f_cnt, uplink.frame()) == (2, 4, b"\x01\xff")
    best = uplink.best()
    assert best is not None
    assert (best.rssi, best.snr) == (-36, 10.5)
    assert read_decoders()["bosch_tps110"].points(uplink) == {"occupied": True, "temperature_c": -1}


@pytest.mark.parametrize("kind", ["raw", "raw whole"])
def test_an_uplink_without_a_codec_is_read_from_its_bytes(said: dict[str, Any], kind: str) -> None:
    uplink = parsed(said, kind)
    assert isinstance(uplink, Uplink)
    assert read_decoders()["bosch_tps110"].points(uplink) == {"occupied": True}


@pytest.mark.parametrize("whole", ["", " whole"])
def test_the_other_events_are_read_as_meant(said: dict[str, Any], whole: str) -> None:
    status, join, ack = parsed(said, f"status{whole}"), parsed(said, f"join{whole}"), parsed(said, f"ack{whole}")
    txack, log = parsed(said, f"txack{whole}"), parsed(said, f"log{whole}")
    assert isinstance(status, Status)
    assert (status.battery_level, status.external_power_source) == (11.5, False)
    assert isinstance(join, Join)
    assert isinstance(ack, Ack)
    assert (ack.queue_item_id, ack.acknowledged) == ("q1", True)
    assert isinstance(txack, TxAck)
    assert txack.queue_item_id == "q1"
    assert isinstance(log, Log)
    assert (log.level, log.code, log.description) == ("ERROR", "OTAA", "DevNonce")


def test_our_downlink_is_a_command_of_chirpstack(said: dict[str, Any]) -> None:
    assert said["orders"] == [
        {"id": "5b6a0f9e-4a25-5a0b-9a0f-0f0e0d0c0b0a", "devEui": EUI, "confirmed": True, "fPort": 51, "data": "02ff"}
    ]
