"""What sensors of one kind say over MQTT, as data: topics, where each point stands in their JSON, their clock."""

import datetime as dt
import enum
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

import msgspec

from backend.devkit.errors import ProtocolError
from contract.points import Value

_ADDRESS: Final = "{address}"
_LONGEST_MESSAGE: Final = 16_384
_LONGEST_ADDRESS: Final = 200


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one message tells of one sensor. `is_there`: it says that it comes (True) or goes (False); None: neither."""

    address: str
    points: Mapping[str, Value] = {}
    at: dt.datetime | None = None
    is_there: bool | None = None


class SensorLanguage(Protocol):
    """What sensors of one kind say: a MessageTable, or code of your own where a table cannot say it."""

    def topics(self) -> Sequence[str]:
        """What to listen to; `+` and `#` as MQTT knows them."""
        ...

    def read(self, topic: str, payload: bytes) -> Told | None:
        """What a message tells; None when it is of no sensor. Raises ProtocolError, and nothing else."""
        ...


class TimeUnit(enum.StrEnum):
    """How a sensor writes a moment."""

    SECONDS = "s"  # since 1970
    MILLISECONDS = "ms"
    ISO = "iso"


class OwnTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a message says when it was measured."""

    field: str
    unit: TimeUnit = TimeUnit.SECONDS


class PointField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a point stands: `field` is a key, `a.b` a key within an object, empty the whole message.

    A number becomes number * `times` + `plus`. With `is_true` the point is a yes/no: yes for these values, no for any
    other. `example`: what a sensor would say there; simulator and tests say it.
    """

    field: str
    example: bool | int | float | str
    times: float = 1.0
    plus: float = 0.0
    is_true: tuple[bool | int | float | str, ...] | None = None


class MessageTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Messages of one kind of sensor. `{address}` in a topic is one level: what assets are bound to.

    `address_field`: the message says the address, not the topic. `status_topic`: there it says, itself or by its last
    will, one of `offline` when it goes, anything else when it comes. A sensor is silent after `silent_after_s`.
    """

    topic: str
    points: dict[str, PointField]
    address_field: str = ""
    status_topic: str = ""
    offline: tuple[str, ...] = ("offline",)
    silent_after_s: float | None = None
    time: OwnTime | None = None

    def topics(self) -> Sequence[str]:
        """What to listen to."""
        return [topic.replace(_ADDRESS, "+") for topic in (self.topic, self.status_topic) if topic]

    def read(self, topic: str, payload: bytes) -> Told | None:
        """What a message tells; None when it is of no sensor. Raises ProtocolError, and nothing else."""
        if len(payload) > _LONGEST_MESSAGE:
            raise ProtocolError(f"longer than {_LONGEST_MESSAGE} bytes")
        if self.status_topic and (address := _address(self.status_topic, topic)):
            return Told(address=address, is_there=_text(payload) not in self.offline)
        address = _address(self.topic, topic)
        if address is None:
            return None
        message = _decoded(payload)
        if self.address_field:
            said = _at(message, self.address_field)
            address = str(said) if isinstance(said, (str, int)) and not isinstance(said, bool) else ""
        if not address or len(address) > _LONGEST_ADDRESS:
            raise ProtocolError("it does not say which sensor speaks")
        points = {name: value for name, field in self.points.items() if (value := _value(field, message)) is not None}
        if not points:
            raise ProtocolError("nothing is measured in it")
        return Told(address=address, points=points, at=self._own_time(message))

    def example(self, address: str, at: dt.datetime) -> tuple[str, bytes]:
        """Topic and message of a sensor that says the examples."""
        fields: list[tuple[str, object]] = [(field.field, field.example) for field in self.points.values()]
        if self.address_field:
            fields.append((self.address_field, address))
        if self.time is not None:
            fields.append((self.time.field, _written(at, self.time.unit)))
        topic = self.topic.replace(_ADDRESS, address).replace("+", "any")
        return topic, msgspec.json.encode(_nested(fields))

    def _own_time(self, message: object) -> dt.datetime | None:
        if self.time is None:
            return None
        said = _at(message, self.time.field)
        try:
            if isinstance(said, str) and self.time.unit is TimeUnit.ISO:
                return dt.datetime.fromisoformat(said)
            if isinstance(said, (int, float)) and self.time.unit is not TimeUnit.ISO:
                seconds = said / 1000 if self.time.unit is TimeUnit.MILLISECONDS else said
                return dt.datetime.fromtimestamp(seconds, dt.UTC)
        except (ValueError, OverflowError, OSError):
            return None  # a clock that is wrong takes no value with it
        return None


class TableWrong(ValueError):
    """A table cannot be used; the text says where and why."""


def read_message_table(path: Path) -> MessageTable:
    """The table in a file. Raises TableWrong, OSError."""
    where = ""
    try:
        plain = tomllib.loads(path.read_text("utf-8"))
        points = plain.get("points")
        for name, point in cast("dict[str, object]", points).items() if isinstance(points, dict) else ():
            where = f"points.{name}: "
            msgspec.convert(point, PointField)
        where = ""
        table = msgspec.convert(plain, MessageTable)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableWrong(f"{path.name}: {where}{error}") from error
    for fault in _faults(table):
        raise TableWrong(f"{path.name}: {fault}")
    return table


def _faults(table: MessageTable) -> Iterable[str]:
    for name, topic in (("topic", table.topic), ("status_topic", table.status_topic)):
        levels = topic.split("/")
        wants = (name == "topic" and not table.address_field) or (name == "status_topic" and topic)
        if wants and levels.count(_ADDRESS) != 1:
            yield f"{name} {topic!r} must have {_ADDRESS} as one of its levels" + (
                ", or address_field must say where the message names its sensor" if name == "topic" else ""
            )
        if any(
            "#" in level or ("+" in level and level != "+") or ("{" in level and level != _ADDRESS) for level in levels
        ):
            yield f"{name} {topic!r}: a level is words, + or {_ADDRESS}; # is not known here"
    fields = [
        *(point.field for point in table.points.values()),
        table.address_field,
        table.time.field if table.time else "",
    ]
    for field in filter(None, fields):
        if not all(field.split(".")) or any(other.startswith(f"{field}.") for other in fields):
            yield f"field {field!r} is no key, or an object that another field looks into"
    if not table.topic:
        yield "topic is empty"
    if not table.points:
        yield "it names no point: add [points.NAME] with field and example"
    if table.silent_after_s is not None and not 0 < table.silent_after_s <= 1e7:
        yield "silent_after_s must lie between 0 and 115 days"


def _address(pattern: str, topic: str) -> str | None:
    """The level that stands for the address; empty when the pattern has none, None when the topic does not fit."""
    wanted, levels = pattern.split("/"), topic.split("/")
    if len(wanted) != len(levels):
        return None
    address = ""
    for want, level in zip(wanted, levels, strict=True):
        if want == _ADDRESS:
            address = level
        elif want not in {"+", level}:
            return None
    return address


def _decoded(payload: bytes) -> object:
    try:
        return msgspec.json.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(f"it is no JSON: {error}") from error


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "replace").strip().strip('"')


def _at(message: object, field: str) -> object:
    for key in field.split(".") if field else ():
        message = cast("dict[str, object]", message).get(key) if isinstance(message, dict) else None
    return message


def _value(field: PointField, message: object) -> Value:
    said = _at(message, field.field)
    if not isinstance(said, (bool, int, float, str)):
        return None
    if field.is_true is not None:
        return any(type(said) is type(yes) and said == yes for yes in field.is_true)
    if isinstance(said, (bool, str)) or (field.times == 1.0 and field.plus == 0.0):
        return said
    try:
        value = float(said) * field.times + field.plus
    except OverflowError:
        return math.inf  # whoever believes it or not finds it out of range
    return round(value, 9)


def _written(at: dt.datetime, unit: TimeUnit) -> object:
    match unit:
        case TimeUnit.SECONDS:
            return round(at.timestamp(), 3)
        case TimeUnit.MILLISECONDS:
            return round(at.timestamp() * 1000)
        case TimeUnit.ISO:
            return at.isoformat()


def _nested(fields: Iterable[tuple[str, object]]) -> object:
    message: dict[str, object] = {}
    for field, value in fields:
        if not field:
            return value
        place = message
        *outer, last = field.split(".")
        for key in outer:
            place = cast("dict[str, object]", place.setdefault(key, {}))
        place[last] = value
    return message
