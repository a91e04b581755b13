"""What a device's frame means, by rules that are data: bytes at places, records by key, or fields already decoded."""

import enum
import math
import struct
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec

from backend.devkit.errors import ProtocolError
from backend.integrations.chirpstack_mqtt.protocol import Uplink
from contract.points import Value

_MOST_RECORDS: Final = 64
_OWN: Final = Path(__file__).with_name("decoders.toml")


class NumberType(enum.StrEnum):
    """How a number lies in a frame."""

    U8 = "u8"
    I8 = "i8"
    U16_LE = "u16le"
    U16_BE = "u16be"
    I16_LE = "i16le"
    I16_BE = "i16be"
    U32_LE = "u32le"
    U32_BE = "u32be"
    I32_LE = "i32le"
    I32_BE = "i32be"
    F32_LE = "f32le"
    F32_BE = "f32be"


_FORMATS: Final = {
    NumberType.U8: "<B", NumberType.I8: "<b", NumberType.U16_LE: "<H", NumberType.U16_BE: ">H",
    NumberType.I16_LE: "<h", NumberType.I16_BE: ">h", NumberType.U32_LE: "<I", NumberType.U32_BE: ">I",
    NumberType.I32_LE: "<i", NumberType.I32_BE: ">i", NumberType.F32_LE: "<f", NumberType.F32_BE: ">f",
}  # fmt: skip


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From a raw value to a point: (raw & mask) * factor + offset, or what `values` says for it; "" keeps none."""

    point: str = ""
    mask: int = 0
    factor: float = 1.0
    offset: float = 0.0
    values: dict[str, bool | float | str] = {}

    def of(self, raw: object) -> Value:
        """The point's value; None when it says nothing."""
        if isinstance(raw, int) and not isinstance(raw, bool) and self.mask:
            raw &= self.mask
        if self.values:
            spelled = str(raw).lower()
            return next((value for said, value in self.values.items() if said.lower() == spelled), None)
        if isinstance(raw, (bool, str)):
            return raw
        if isinstance(raw, (int, float)):
            # 305 * 0.1 is 30.5, not 30.500000000000004; what is no number is judged further on.
            try:
                scaled = raw * self.factor + self.offset
            except OverflowError:  # JSON knows whole numbers of a thousand digits
                return math.inf
            return round(scaled, 6) if math.isfinite(scaled) else scaled
        return None


class ByteField(Meaning, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number at a place of a frame on one of these ports (none named: on any)."""

    at: int
    ports: tuple[int, ...] = ()
    type: NumberType = NumberType.U8


class Record(Meaning, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key in hexadecimal, then a number of this type: channel and type (Milesight), or type alone.

    `size`: bytes after the key, for records that are skipped or longer than their number.
    """

    key: str
    type: NumberType = NumberType.U8
    size: int = 0

    @property
    def bytes_after(self) -> int:
        """How long its value is."""
        return self.size or struct.calcsize(_FORMATS[self.type])


class ObjectField(Meaning, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field of what ChirpStack's codec decoded; `path` with dots."""

    path: str


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A downlink that makes the device do something: `frame` in hexadecimal."""

    port: int
    frame: str


class Decoder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One device type. `profiles`: words in the name of ChirpStack's device profile by which it is known.

    A device that says nothing for `silent_after_s` is unreachable.
    """

    name: str
    title: str = ""
    profiles: tuple[str, ...] = ()
    silent_after_s: float = 3.0 * 3600
    record_ports: tuple[int, ...] = ()
    fields: tuple[ByteField, ...] = ()
    records: tuple[Record, ...] = ()
    objects: tuple[ObjectField, ...] = ()
    orders: dict[str, Order] = {}

    def points(self, uplink: Uplink) -> dict[str, Value]:
        """What the uplink says, by point. Raises ProtocolError when its frame cannot be of this device."""
        if uplink.decoded is not None and self.objects:
            return dict(self._of_object(uplink.decoded))
        frame = uplink.frame()
        told: dict[str, Value] = {}
        for byte_field in self.fields:
            if not byte_field.ports or uplink.f_port in byte_field.ports:
                told |= _number(frame, byte_field)
        if self.records and (not self.record_ports or uplink.f_port in self.record_ports):
            told |= self._of_records(frame)
        return told

    def _of_object(self, decoded: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
        for object_field in self.objects:
            found: object = decoded
            for step in object_field.path.split("."):
                found = cast("Mapping[str, object]", found).get(step) if isinstance(found, dict) else None
            value = None if found is None else object_field.of(found)
            if value is not None:
                yield object_field.point, value

    def _of_records(self, frame: bytes) -> dict[str, Value]:
        """Records up to the first unknown one, behind which nothing can be told apart."""
        told: dict[str, Value] = {}
        rest, count = frame, 0
        while rest and count < _MOST_RECORDS:
            record = next((r for r in self.records if rest.startswith(bytes.fromhex(r.key))), None)
            if record is None:
                break
            start = len(record.key) // 2
            content = rest[start : start + record.bytes_after]
            if len(content) < record.bytes_after:
                raise ProtocolError(f"the frame of {self.name} ends in the middle of a record")
            rest, count = rest[start + record.bytes_after :], count + 1
            value = record.of(struct.unpack_from(_FORMATS[record.type], content)[0]) if record.point else None
            if value is not None:
                told[record.point] = value
        if rest and not count:
            raise ProtocolError(f"a frame that {self.name} does not know: {rest[:4].hex()}")
        return told


def read_decoders(extra: Path | None = None) -> Mapping[str, Decoder]:
    """Ours by name, and those of a file of the site, which win. Raises ValueError in words."""
    found = parse_decoders(_OWN.read_text("utf-8"), str(_OWN.name))
    if extra is None:
        return found
    try:
        text = extra.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise ValueError(f"the decoders in {extra} cannot be read: {error}") from error
    return {**found, **parse_decoders(text, str(extra))}


def parse_decoders(text: str, where: str) -> Mapping[str, Decoder]:
    """Decoders by name. Raises ValueError naming the place."""
    try:
        table = msgspec.convert(tomllib.loads(text), _Table)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{where} is not a table of decoders: {error}") from error
    for decoder in table.decoder:
        _check(decoder, where)
    return {decoder.name: decoder for decoder in table.decoder}


def choose(decoders: Mapping[str, Decoder], profile: str, names: Sequence[str]) -> Decoder | None:
    """The first of these names that is known; else the one whose profile words the profile's name holds."""
    for name in names:
        if name in decoders:
            return decoders[name]
    spelled = profile.casefold()
    words = [(word, decoder) for decoder in decoders.values() for word in decoder.profiles]
    fitting = [(len(word), decoder) for word, decoder in words if word.casefold() in spelled]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    decoder: tuple[Decoder, ...] = ()


def _check(decoder: Decoder, where: str) -> None:
    try:
        keys = [bytes.fromhex(record.key) for record in decoder.records]
        frames = [bytes.fromhex(order.frame) for order in decoder.orders.values()]
    except ValueError as error:
        raise ValueError(f"{where}: decoder {decoder.name}: keys and frames are hexadecimal: {error}") from error
    if not all(keys) or not all(frames):
        raise ValueError(f"{where}: decoder {decoder.name}: a key or a frame is empty")
    short = [r.key for r in decoder.records if r.size and r.point and r.size < struct.calcsize(_FORMATS[r.type])]
    if short:
        raise ValueError(f"{where}: decoder {decoder.name}: record {short[0]} is shorter than its number")


def _number(frame: bytes, wanted: ByteField) -> dict[str, Value]:
    """A short frame leaves out what it has no room for: makers send shorter ones by setting."""
    layout = _FORMATS[wanted.type]
    if wanted.at < 0 or wanted.at + struct.calcsize(layout) > len(frame):
        return {}
    value = wanted.of(struct.unpack_from(layout, frame, wanted.at)[0])
    return {} if value is None else {wanted.point: value}
