"""Bytes to TALQ values and back. Parsing raises ProtocolError and nothing else."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar, cast

import msgspec

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.protocol.values import Attribute, Device, ErrorMessage, Function

T = TypeVar("T")

_LONGEST_NAME: Final = 200
_MOST_ATTRIBUTES: Final = 300
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


# A function's members are its id, its type and attributes; anything else a vendor adds is passed over.
_Member: TypeAlias = Attribute | str | float | bool | list[Any] | None
_RawFunction: TypeAlias = dict[str, _Member]


class _RawDevice(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    name: str
    class_: str = msgspec.field(name="class")
    functions: tuple[_RawFunction, ...] = msgspec.field(default_factory=tuple)


class _PartialDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A PATCH may name the device in the path only."""

    address: str = ""
    name: str = ""
    class_: str = msgspec.field(name="class", default="")
    functions: tuple[_RawFunction, ...] = msgspec.field(default_factory=tuple)


def parse(body: bytes, as_type: type[T]) -> T:
    """One TALQ value, or a sequence of them with `tuple[X, ...]`."""
    try:
        return msgspec.json.decode(body, type=as_type)
    except RecursionError as error:
        raise ProtocolError("the message is nested too deeply") from error
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise ProtocolError(f"the message is not as TALQ defines it: {error}") from error


def parse_many(body: bytes, item_type: type[T]) -> Sequence[T]:
    """A list of TALQ values."""
    items = parse(body, list[msgspec.Raw])
    return [parse(bytes(item), item_type) for item in items]


def compose(value: object) -> bytes:
    """The JSON of a value, of a sequence of them, or of plain dicts."""
    return msgspec.json.encode(_plain(value))


def parse_devices(body: bytes) -> Sequence[Device]:
    """Devices with the attributes of their functions."""
    return [_device(raw) for raw in parse(body, tuple[_RawDevice, ...])]


def parse_device(body: bytes) -> Device:
    """One device."""
    return _device(parse(body, _RawDevice))


def parse_partial_devices(body: bytes) -> Sequence[Device]:
    """Devices as a PATCH gives them: address and the changed functions; name and class may be empty."""
    return [_device(raw) for raw in parse(body, tuple[_PartialDevice, ...])]


def parse_partial_device(body: bytes) -> Device:
    """One device as a PATCH gives it; its address may stand in the path only."""
    return _device(parse(body, _PartialDevice))


def parse_function(body: bytes) -> Function:
    """One function of a device."""
    return _function(parse(body, _RawFunction))


def parse_errors(body: bytes) -> Sequence[ErrorMessage]:
    """Why a peer refused; peers send one message or a list."""
    try:
        return parse(body, tuple[ErrorMessage, ...])
    except ProtocolError:
        return (parse(body, ErrorMessage),)


def level_of(value: object) -> int | float | None:
    """The light level inside a LevelState as it came, None when this is no level. Its range is not checked."""
    if not isinstance(value, Mapping):
        return None
    state = cast("Mapping[str, object]", value)
    level = state.get("value")
    if state.get("name") != "LevelState" or isinstance(level, bool) or not isinstance(level, (int, float)):
        return None
    return level


def _device(raw: _RawDevice | _PartialDevice) -> Device:
    if max(len(raw.address), len(raw.name), len(raw.class_)) > _LONGEST_NAME:
        raise ProtocolError("a device's address, name or class is too long")
    if isinstance(raw, _RawDevice) or raw.address:
        _check_uuid(raw.address)
    functions = tuple(_function(function) for function in raw.functions)
    return Device(address=raw.address, name=raw.name, class_=raw.class_, functions=functions)


def _check_uuid(address: str) -> None:
    if _UUID.fullmatch(address) is None:
        raise ProtocolError(f"the device address {address[:60]!r} is no uuid")


def _function(raw: _RawFunction) -> Function:
    id_, type_ = raw.get("id"), raw.get("type")
    if not isinstance(id_, str) or not isinstance(type_, str):
        raise ProtocolError("a function has no id or no type")
    if len(raw) > _MOST_ATTRIBUTES or max(len(id_), len(type_)) > _LONGEST_NAME:
        raise ProtocolError("a function has too many attributes or too long a name")
    attributes = {name: value for name, value in raw.items() if isinstance(value, Attribute)}
    return Function(id=id_, type=type_, attributes=attributes)


def _plain(value: object) -> object:
    """Devices and functions flatten their attributes; everything else is a msgspec value already."""
    if isinstance(value, Device):
        functions = [_plain(function) for function in value.functions]
        return {"address": value.address, "name": value.name, "class": value.class_, "functions": functions}
    if isinstance(value, Function):
        return {"id": value.id, "type": value.type, **value.attributes}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value
