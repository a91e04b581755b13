"""ONVIF words shared by both sides: names, durations, password digest, and events (bytes <-> values)."""

import base64
import datetime as dt
import enum
import hashlib
import re
from typing import Final
from xml.etree.ElementTree import Element

import msgspec

from backend.devkit.errors import CommandRefused, LinkRefused, ProtocolError
from backend.devkit.hostile_xml import parse_xml

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
PTZ: Final = "http://www.onvif.org/ver20/ptz/wsdl"
IMAGING: Final = "http://www.onvif.org/ver20/imaging/wsdl"
EVENTS: Final = "http://www.onvif.org/ver10/events/wsdl"
SCHEMA: Final = "http://www.onvif.org/ver10/schema"
ERROR: Final = "http://www.onvif.org/ver10/error"
NOTIFICATION: Final = "http://docs.oasis-open.org/wsn/b-2"
ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
SECURITY_UTILITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

MAX_EVENTS_PER_REPLY: Final = 1_000
_DURATION: Final = re.compile(
    r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?", re.ASCII
)


class Operation(enum.StrEnum):
    """What an event says of its property: this is its value, it changed, it exists no more."""

    INITIALIZED = "Initialized"
    CHANGED = "Changed"
    DELETED = "Deleted"


_OPERATIONS: Final = {operation.value: operation for operation in Operation}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One notification. `topic` has no namespace prefixes: RuleEngine/CellMotionDetector/Motion."""

    topic: str
    source: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    operation: Operation = Operation.CHANGED
    at: dt.datetime | None = None


class Vector(msgspec.Struct, frozen=True):
    """A direction or place of a PTZ camera in ONVIF's generic spaces: pan and tilt -1..1, zoom 0..1 (speed -1..1)."""

    pan: float
    tilt: float
    zoom: float


# Which (point, data item) each topic feeds. ImageTooDark is not here: it would cry tampering every night.
POINT_OF_TOPIC: Final[dict[str, tuple[str, str]]] = {
    "RuleEngine/CellMotionDetector/Motion": ("motion", "IsMotion"),
    "RuleEngine/MotionRegionDetector/Motion": ("motion", "State"),
    "VideoSource/MotionAlarm": ("motion", "State"),
    "RuleEngine/TamperDetector/Tamper": ("tamper", "IsTamper"),
    "VideoSource/GlobalSceneChange/AnalyticsService": ("tamper", "State"),
    "VideoSource/GlobalSceneChange/ImagingService": ("tamper", "State"),
    "VideoSource/GlobalSceneChange/RecordingService": ("tamper", "State"),
}


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """The digest of WS-Security's UsernameToken profile, which fixes SHA-1."""
    return base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()


def parse_duration(text: str) -> dt.timedelta:
    """An xs:duration without years and months. Raises ProtocolError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ProtocolError(f"{text[:40]!r} is not a duration")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def parse_instant(text: str) -> dt.datetime | None:
    """An xs:dateTime as aware UTC; None for what is none, or has no zone."""
    try:
        instant = dt.datetime.fromisoformat(text.strip())
        return None if instant.tzinfo is None else instant.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def parse_boolean(text: str | None) -> bool | None:
    """An xs:boolean; None for anything else."""
    word = (text or "").strip().lower()
    return True if word in {"true", "1"} else False if word in {"false", "0"} else None


def parse_pull_reply(reply: bytes) -> tuple[Event, ...]:
    """The events of a PullMessages answer, oldest first.

    Raises ProtocolError; LinkRefused or CommandRefused when the answer is a SOAP fault.
    """
    root = parse_xml(reply)
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None:
        raise ProtocolError("the camera's answer is not a SOAP 1.2 message")
    fault = body.find(f"{{{SOAP}}}Fault")
    if fault is not None:
        raise read_fault(fault)
    answer = body.find(f"{{{EVENTS}}}PullMessagesResponse")
    if answer is None:
        raise ProtocolError("the camera did not answer the question for events")
    messages = answer.findall(f"{{{NOTIFICATION}}}NotificationMessage")
    if len(messages) > MAX_EVENTS_PER_REPLY:
        raise ProtocolError(f"the camera sent {len(messages)} events at once")
    return tuple(event for message in messages if (event := _read_event(message)) is not None)


def read_fault(fault: Element) -> LinkRefused | CommandRefused:
    """The error a SOAP fault stands for."""
    codes = [(node.text or "").rpartition(":")[2].strip() for node in fault.iter(f"{{{SOAP}}}Value")]
    reason = " ".join((node.text or "").strip() for node in fault.iter(f"{{{SOAP}}}Text"))
    return refusal(codes, reason)


def refusal(codes: list[str], reason: str) -> LinkRefused | CommandRefused:
    """The error for a fault's codes: only a refused sender concerns the link."""
    text = one_line(reason) or "no reason given"
    if {"NotAuthorized", "FailedAuthentication", "Unauthorized", "InvalidSecurity"} & set(codes):
        return LinkRefused(f"the camera refuses the user name or password: {text}")
    return CommandRefused(f"the camera refuses: {text}")


def one_line(text: str) -> str:
    """Foreign text made fit for a log line or a label: printable, one line, 200 characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:200]


def _read_event(message: Element) -> Event | None:
    topic = message.findtext(f"{{{NOTIFICATION}}}Topic")
    content = message.find(f"{{{NOTIFICATION}}}Message/{{{SCHEMA}}}Message")
    if topic is None or content is None:
        return None
    name = content.get("PropertyOperation", "")
    return Event(
        topic="/".join(step.rpartition(":")[2] for step in topic.strip().split("/")),
        source=_items(content, "Source"),
        values=_items(content, "Data"),
        operation=_OPERATIONS.get(name, Operation.CHANGED),
        at=parse_instant(content.get("UtcTime", "")),
    )


def _items(content: Element, part: str) -> tuple[tuple[str, str], ...]:
    found = content.findall(f"{{{SCHEMA}}}{part}/{{{SCHEMA}}}SimpleItem")
    return tuple((item.get("Name", ""), item.get("Value", "")) for item in found)
