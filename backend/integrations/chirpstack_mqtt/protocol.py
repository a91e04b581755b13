"""ChirpStack v4 on MQTT: topics and JSON events to values and back. No input, no output."""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeVar

import msgspec

from backend.devkit.errors import ProtocolError

MAX_EVENT_BYTES: Final = 64 * 1024  # an uplink heard by a dozen gateways takes some 6 kB
MAX_FRAME_BYTES: Final = 255
EVENTS: Final = ("up", "join", "status", "ack", "txack", "log")
_EUI: Final = re.compile(r"[0-9a-f]{16}\Z")
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")  # ChirpStack gives nanoseconds
_LONGEST_TIME: Final = 48

T = TypeVar("T")


class EventTopic(NamedTuple):
    """Of which device an event tells what."""

    application: str
    dev_eui: str
    event: str


class DeviceInfo(msgspec.Struct, frozen=True, rename="camel"):
    """What ChirpStack knows of a device."""

    dev_eui: str = ""
    device_name: str = ""
    device_profile_name: str = ""
    application_id: str = ""
    application_name: str = ""
    tags: dict[str, str] = {}


class Reception(msgspec.Struct, frozen=True, rename="camel"):
    """How one gateway heard it."""

    gateway_id: str = ""
    rssi: int | None = None
    snr: float | None = None


class _Event(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    deduplication_id: str = ""
    time: str = ""
    device_info: DeviceInfo = DeviceInfo()

    @property
    def at(self) -> dt.datetime | None:
        """When, as ChirpStack says; None when it says nothing that is a time."""
        return _moment(self.time)


class Uplink(_Event, frozen=True, rename="camel", kw_only=True):
    """A device spoke. `decoded`: what ChirpStack's own codec made of it, if it has one."""

    f_cnt: int = 0
    f_port: int = 0
    data: str = ""
    decoded: dict[str, object] | None = msgspec.field(default=None, name="object")
    rx_info: tuple[Reception, ...] = ()

    def frame(self) -> bytes:
        """The bytes the device sent. Raises ProtocolError."""
        try:
            frame = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ProtocolError("the frame is not base64") from error
        if len(frame) > MAX_FRAME_BYTES:
            raise ProtocolError(f"a frame of {len(frame)} bytes: LoRaWAN knows none over {MAX_FRAME_BYTES}")
        return frame

    def best(self) -> Reception | None:
        """As the gateway heard it that heard it best."""
        heard = [reception for reception in self.rx_info if reception.rssi is not None]
        return max(heard, key=lambda reception: reception.rssi or 0, default=None)


class Join(_Event, frozen=True, rename="camel", kw_only=True):
    """A device joined the network: it was switched on, or lost its session."""


class Status(_Event, frozen=True, rename="camel", kw_only=True):
    """How the device itself does, asked by the network server."""

    margin: int = 0
    external_power_source: bool = False
    battery_level_unavailable: bool = False
    battery_level: float = 0.0


class Ack(_Event, frozen=True, rename="camel", kw_only=True):
    """A device confirmed a downlink, or did not."""

    queue_item_id: str = ""
    acknowledged: bool = False


class TxAck(_Event, frozen=True, rename="camel", kw_only=True):
    """A gateway has sent a downlink."""

    queue_item_id: str = ""


class Log(_Event, frozen=True, rename="camel", kw_only=True):
    """The network server found something wrong with a device."""

    level: str = ""
    code: str = ""
    description: str = ""


Event = Uplink | Join | Status | Ack | TxAck | Log
_DECODERS: Final[Mapping[str, msgspec.json.Decoder[Event]]] = {
    "up": msgspec.json.Decoder(Uplink),
    "join": msgspec.json.Decoder(Join),
    "status": msgspec.json.Decoder(Status),
    "ack": msgspec.json.Decoder(Ack),
    "txack": msgspec.json.Decoder(TxAck),
    "log": msgspec.json.Decoder(Log),
}


def subscriptions(prefix: str, application: str) -> tuple[str, ...]:
    """What to listen to: all events of all devices, of one application or of all."""
    return (f"{prefix}application/{application or '+'}/device/+/event/+",)


def parse_topic(topic: str, prefix: str = "") -> EventTopic:
    """Raises ProtocolError for a topic that is no device's event."""
    parts = topic.removeprefix(prefix).split("/")
    if len(parts) != 6 or (parts[0], parts[2], parts[4]) != ("application", "device", "event"):
        raise ProtocolError("not the topic of a device's event")
    return EventTopic(parts[1], dev_eui(parts[3]), parts[5])


def dev_eui(text: str) -> str:
    """A device's EUI as ChirpStack spells it: 16 hexadecimal digits, small. Raises ProtocolError."""
    plain = text.strip().lower().replace("-", "").replace(":", "")
    if not _EUI.match(plain):
        raise ProtocolError(f"{text[:40]!r} is no EUI: 16 hexadecimal digits are wanted")
    return plain


def parse_event(topic: EventTopic, payload: bytes) -> Event | None:
    """What a device's event says; None for a kind that tells us nothing. Raises ProtocolError."""
    decoder = _DECODERS.get(topic.event)
    if decoder is None:
        return None
    if len(payload) > MAX_EVENT_BYTES:
        raise ProtocolError(f"an event of {len(payload)} bytes, more than {MAX_EVENT_BYTES}")
    try:
        event = decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(f"not a ChirpStack v4 event: {error}") from error
    told = event.device_info.dev_eui
    if told and told.lower() != topic.dev_eui:
        raise ProtocolError("the event tells of another device than its topic")
    return event


def downlink(eui: str, item_id: str, port: int, frame: bytes) -> bytes:
    """A confirmed downlink for ChirpStack's queue; it goes out when the device next speaks."""
    return msgspec.json.encode(
        {"id": item_id, "devEui": eui, "confirmed": True, "fPort": port, "data": base64.b64encode(frame).decode()}
    )


def downlink_topic(prefix: str, application: str, eui: str) -> str:
    """Where ChirpStack takes downlinks for a device."""
    return f"{prefix}application/{application}/device/{eui}/command/down"


def _moment(text: str) -> dt.datetime | None:
    if not text or len(text) > _LONGEST_TIME:
        return None
    try:
        moment = dt.datetime.fromisoformat(_FRACTION.sub(r"\1", text))
        return moment.astimezone(dt.UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
