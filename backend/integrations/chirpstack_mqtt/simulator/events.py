"""ChirpStack's JSON events as a simulated network server sends them."""

import base64
import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec


@dataclass(slots=True)
class SimulatedSensor:
    """One device of the network."""

    dev_eui: str
    name: str
    profile: str
    rssi_dbm: int = -97
    snr_db: float = 7.5
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    frames: int = 0


def common(sensor: SimulatedSensor, application: str, at: dt.datetime) -> dict[str, object]:
    """What every event carries."""
    return {
        "deduplicationId": str(uuid.uuid4()),
        "time": at.isoformat(),
        "deviceInfo": {
            "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            "tenantName": "Métropole",
            "applicationId": application,
            "applicationName": "Stationnement",
            "deviceProfileId": str(uuid.uuid5(uuid.NAMESPACE_OID, sensor.profile)),
            "deviceProfileName": sensor.profile,
            "deviceName": sensor.name,
            "devEui": sensor.dev_eui,
            "tags": dict(sensor.tags),
        },
    }


def uplink(sensor: SimulatedSensor, application: str, at: dt.datetime, port: int, frame: bytes) -> bytes:
    """The sensor spoke."""
    sensor.frames += 1
    reception = {
        "gatewayId": "0016c001f153a14c",
        "uplinkId": sensor.frames,
        "rssi": sensor.rssi_dbm,
        "snr": sensor.snr_db,
    }
    body = {
        **common(sensor, application, at),
        "devAddr": sensor.dev_eui[-8:],
        "adr": True,
        "dr": 5,
        "fCnt": sensor.frames,
        "fPort": port,
        "confirmed": False,
        "data": base64.b64encode(frame).decode(),
        "rxInfo": [{**reception, "context": "AAAAAA==", "metadata": {"region_common_name": "EU868"}}],
        "txInfo": {"frequency": 868_100_000, "modulation": {"lora": {"bandwidth": 125_000, "spreadingFactor": 7}}},
    }
    return msgspec.json.encode(body)


def join(sensor: SimulatedSensor, application: str, at: dt.datetime) -> bytes:
    """The sensor joined the network."""
    return msgspec.json.encode({**common(sensor, application, at), "devAddr": sensor.dev_eui[-8:]})


def status(sensor: SimulatedSensor, application: str, at: dt.datetime, battery_percent: float) -> bytes:
    """How the sensor's battery does."""
    said = {"margin": 10, "externalPowerSource": False, "batteryLevelUnavailable": False}
    return msgspec.json.encode({**common(sensor, application, at), **said, "batteryLevel": battery_percent})


def ack(sensor: SimulatedSensor, application: str, at: dt.datetime, item_id: str, *, is_confirmed: bool) -> bytes:
    """The sensor confirmed a downlink, or let its time pass."""
    said = {"queueItemId": item_id, "acknowledged": is_confirmed, "fCntDown": sensor.frames}
    return msgspec.json.encode({**common(sensor, application, at), **said})


def tx_ack(sensor: SimulatedSensor, application: str, at: dt.datetime, item_id: str) -> bytes:
    """A gateway sent a downlink."""
    said = {
        "downlinkId": sensor.frames,
        "queueItemId": item_id,
        "fCntDown": sensor.frames,
        "gatewayId": "0016c001f153a14c",
    }
    return msgspec.json.encode({**common(sensor, application, at), **said})
