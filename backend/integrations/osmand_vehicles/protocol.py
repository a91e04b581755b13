"""What phones and trackers send, as bytes and as values: OsmAnd queries, Traccar Client JSON, OwnTracks JSON. Pure."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import parse_qsl

import msgspec

from backend.devkit.errors import ProtocolError

LONGEST_QUERY: Final = 8_192
LARGEST_BODY: Final = 256 * 1024
LONGEST_ID: Final = 128
MOST_AT_ONCE: Final = 1_000
MOST_FIELDS: Final = 100
KMH: Final = {"kn": 1.852, "ms": 3.6, "kmh": 1.0}
"""How many km/h one unit of the query's speed is."""
_LONGEST_WORD: Final = 60
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECONDS_END: Final = 2**31  # more is milliseconds
_NUMBER: Final = re.compile(r"[+-]?(\d{1,20}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?|[+-]?(?i:nan|inf(inity)?)")
_STAMP: Final = re.compile(r"\d{1,16}(\.\d{1,9})?")


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """One report. None: not told. Numbers are as the device said them, perhaps impossible; units are ours."""

    lon: float | None = None
    lat: float | None = None
    at: dt.datetime | None = None
    speed_kmh: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None
    battery_percent: float | None = None
    status: str | None = None
    is_valid: bool = True  # False: the receiver itself says that it has no fix


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one request said: who (as it claims), with which token, and where; oldest first."""

    device: str
    token: str = ""
    fixes: tuple[Fix, ...] = ()


def parse_query(query: str, *, speed_unit: str = "kn") -> Report:
    """The query of a GET or POST, or the body of a form. Raises ProtocolError."""
    if len(query) > LONGEST_QUERY:
        raise ProtocolError(f"a report is at most {LONGEST_QUERY} characters long")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise ProtocolError("the report is no list of names and values in UTF-8") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return Report(device=_id(fields), token=fields.get("token", ""), fixes=(_queried(fields, KMH[speed_unit]),))


def parse_json(body: bytes) -> Report:
    """Traccar Client 9 and its location library: one location, or a list of them. Raises ProtocolError."""
    message = _decoded(body)
    device = message.get("device_id", message.get("id"))
    said = message.get("location")
    if not isinstance(said, (dict, list)):
        raise ProtocolError("the message has no location")
    locations = [cast("object", said)] if isinstance(said, dict) else cast("list[object]", said)
    if len(locations) > MOST_AT_ONCE:
        raise ProtocolError(f"at most {MOST_AT_ONCE} locations are taken at once")
    token = message.get("token", "")
    return Report(
        device=_checked_id(str(device) if isinstance(device, (str, int)) else ""),
        token=token if isinstance(token, str) else "",
        fixes=tuple(_located(location) for location in locations),
    )


def parse_owntracks(body: bytes) -> Fix | None:
    """A location of OwnTracks; None for its other messages (cards, steps, waypoints). Raises ProtocolError."""
    message = _decoded(body)
    kind = message.get("_type")
    if not isinstance(kind, str):
        raise ProtocolError("the message has no _type")
    if kind == "encrypted":
        raise ProtocolError("the message is encrypted: turn the app's own encryption off and use TLS")
    if kind != "location":
        return None
    return Fix(
        lon=_number(message.get("lon")),
        lat=_number(message.get("lat")),
        at=_stamp(message.get("tst")),
        speed_kmh=_told(_number(message.get("vel"))),
        heading_deg=_told(_number(message.get("cog"))),
        accuracy_m=_told(_number(message.get("acc"))),
        battery_percent=_told(_number(message.get("batt"))),
    )


def owntracks_sender(topic: str, root: str) -> tuple[str, str] | None:
    """User and device of a topic ROOT/USER/DEVICE; None for the other topics of the app."""
    levels = topic.removeprefix(f"{root}/").split("/") if topic.startswith(f"{root}/") else []
    if len(levels) != 2 or not all(0 < len(level) <= LONGEST_ID for level in levels):
        return None
    return levels[0], levels[1]


def _queried(fields: Mapping[str, str], kmh: float) -> Fix:
    lon, lat = fields.get("lon"), fields.get("lat")
    if "location" in fields and lon is None and lat is None:
        lat, _, lon = fields["location"].partition(",")
    speed = _told(_number(fields.get("speed")))
    heading = _number(fields.get("bearing", fields.get("heading")))
    accuracy = _number(fields.get("accuracy", fields.get("hacc")))
    return Fix(
        lon=_number(lon),
        lat=_number(lat),
        at=_stamp(fields.get("timestamp")),
        speed_kmh=None if speed is None else speed * kmh,
        heading_deg=_told(heading),
        accuracy_m=_told(accuracy),
        battery_percent=_told(_number(fields.get("batt", fields.get("batteryLevel")))),
        status=_word(fields.get("status", fields.get("event"))),
        is_valid=fields.get("valid", "true").lower() not in {"false", "0"},
    )


def _located(location: object) -> Fix:
    if not isinstance(location, dict):
        raise ProtocolError("a location is no object")
    fields = _object(cast("object", location))
    coords = _object(fields.get("coords"))
    battery = _told(_number(_object(fields.get("battery")).get("level")))
    speed = _told(_number(coords.get("speed")))
    extras = _object(fields.get("extras"))
    return Fix(
        lon=_number(coords.get("longitude")),
        lat=_number(coords.get("latitude")),
        at=_stamp(fields.get("timestamp")),
        speed_kmh=None if speed is None else speed * KMH["ms"],
        heading_deg=_told(_number(coords.get("heading"))),
        accuracy_m=_told(_number(coords.get("accuracy"))),
        battery_percent=None if battery is None else battery * 100.0,
        status=_word(extras.get("status")),
    )


def _decoded(body: bytes) -> Mapping[str, object]:
    if len(body) > LARGEST_BODY:
        raise ProtocolError(f"a message is at most {LARGEST_BODY} bytes long")
    try:
        message: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProtocolError("the message is no JSON") from error
    if not isinstance(message, dict):
        raise ProtocolError("the message is no JSON object")
    return cast("dict[str, object]", message)


def _object(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _id(fields: Mapping[str, str]) -> str:
    return _checked_id(fields.get("id") or fields.get("deviceid") or "")


def _checked_id(text: str) -> str:
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise ProtocolError("the report does not say which device it is of")
    return text


def _number(value: object) -> float | None:
    """None where nothing was told; not-a-number where it was no number: that is a lie, not silence."""
    if value is None:
        return None
    if isinstance(value, bool):
        return math.nan
    if isinstance(value, str):
        if value in {"", "-", "null"}:
            return None
        return float(value) if _NUMBER.fullmatch(value) else math.nan
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    return math.nan


def _told(value: float | None) -> float | None:
    """Phones say -1 for what they do not know."""
    return None if value is not None and value < 0.0 else value


def _word(value: object) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    return " ".join(part for part in value.split() if part.isprintable())[:_LONGEST_WORD]


def _stamp(value: object) -> dt.datetime | None:
    """Seconds or milliseconds since 1970, ISO 8601, or `2014-06-04 09:10:11` (UTC); None where it is none of these."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _STAMP.fullmatch(text):
        return _since_epoch(float(text))
    try:
        stamp = dt.datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return stamp.replace(tzinfo=dt.UTC) if stamp.tzinfo is None else stamp


def _since_epoch(number: float) -> dt.datetime | None:
    try:
        if not math.isfinite(number):  # of a whole number of hundreds of digits it cannot be asked
            return None
        return _EPOCH + dt.timedelta(seconds=number if abs(number) < _SECONDS_END else number / 1000.0)
    except OverflowError:
        return None
