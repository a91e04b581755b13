"""Sample entries: avc1 with avcC, hvc1 with hvcC (ISO/IEC 14496-15)."""

import struct
from collections.abc import Iterable

from video.access_unit import Codec, StreamParameters
from video.errors import ProtocolError
from video.mp4.boxes import Box, box, boxes, number
from video.mp4.picture_format import PictureFormat, nal_kind

_VISUAL_BYTES = 78
_MOST_SETS = 64


def parameter_sets(codec: Codec, units: Iterable[bytes]) -> tuple[bytes, ...]:
    """The parameter sets among NAL units, each once, in the order of the sample entry."""
    order = (7, 8) if codec is Codec.H264 else (32, 33, 34)
    found = [unit for unit in dict.fromkeys(units) if unit and nal_kind(codec, unit) in order]
    return tuple(sorted(found, key=lambda unit: nal_kind(codec, unit)))


def build_sample_entry(parameters: StreamParameters, pictures: PictureFormat) -> bytes:
    """The entry of one stream; its parameter sets are those of `parameters`."""
    visual = struct.pack(
        "!6xH16xHHIIIH32sHh",
        1,
        pictures.width,
        pictures.height,
        0x0048_0000,
        0x0048_0000,
        0,
        1,
        b"",
        0x18,
        -1,
    )
    sets = parameter_sets(parameters.codec, parameters.parameter_sets)
    if parameters.codec is Codec.H264:
        return box(b"avc1", visual, box(b"avcC", _avc(sets, pictures)))
    return box(b"hvc1", visual, box(b"hvcC", _hevc(sets, pictures)))


def parse_sample_entry(data: bytes, entry: Box) -> StreamParameters:
    """What an entry of ours, or of others with four-byte lengths, says of its stream."""
    if entry.kind in {b"avc1", b"avc3"}:
        wanted, codec = b"avcC", Codec.H264
    elif entry.kind in {b"hvc1", b"hev1"}:
        wanted, codec = b"hvcC", Codec.H265
    else:
        raise ProtocolError(f"{entry.kind.decode('latin-1')!r} video in an MP4")
    if entry.start + _VISUAL_BYTES > entry.end:
        raise ProtocolError("an MP4 box cut short")
    for one in boxes(data, entry.start + _VISUAL_BYTES, entry.end):
        if one.kind == wanted:
            sets = _avc_sets(data, one) if codec is Codec.H264 else _hevc_sets(data, one)
            return StreamParameters(codec, tuple(sets))
    raise ProtocolError("a sample entry without its parameter sets")


def _avc(sets: tuple[bytes, ...], pictures: PictureFormat) -> bytes:
    sequences = [unit for unit in sets if unit[0] & 0x1F == 7]
    others = [unit for unit in sets if unit[0] & 0x1F == 8]
    parts = [b"\x01", pictures.profile, b"\xff", bytes((0xE0 | len(sequences) & 0x1F,))]
    parts += [_counted(unit) for unit in sequences]
    parts.append(bytes((len(others) & 0xFF,)))
    parts += [_counted(unit) for unit in others]
    if pictures.is_high:
        depths = (0xFC | pictures.chroma_format, 0xF8 | pictures.luma_bits - 8, 0xF8 | pictures.chroma_bits - 8, 0)
        parts.append(bytes(depths))
    return b"".join(parts)


def _avc_sets(data: bytes, config: Box) -> list[bytes]:
    offset, end = config.start + 4, config.end
    if number(data, offset, 1, end) & 3 != 3:
        raise ProtocolError("NAL units whose lengths are not of four bytes")
    found: list[bytes] = []
    offset += 1
    for mask in (0x1F, 0xFF):
        count = number(data, offset, 1, end) & mask
        offset += 1
        for _ in range(count):
            unit, offset = _take_counted(data, offset, end)
            found.append(unit)
    return found


def _hevc(sets: tuple[bytes, ...], pictures: PictureFormat) -> bytes:
    layers = pictures.temporal_layers & 7
    parts = [
        b"\x01",
        pictures.profile,
        b"\xf0\x00\xfc",
        bytes((0xFC | pictures.chroma_format, 0xF8 | pictures.luma_bits - 8, 0xF8 | pictures.chroma_bits - 8)),
        b"\x00\x00",
        bytes((layers << 3 | pictures.is_temporally_nested << 2 | 3,)),
    ]
    kinds = [kind for kind in (32, 33, 34) if any(unit[0] >> 1 & 0x3F == kind for unit in sets)]
    parts.append(bytes((len(kinds),)))
    for kind in kinds:
        units = [unit for unit in sets if unit[0] >> 1 & 0x3F == kind]
        parts.append(bytes((0x80 | kind,)) + len(units).to_bytes(2, "big"))
        parts += [_counted(unit) for unit in units]
    return b"".join(parts)


def _hevc_sets(data: bytes, config: Box) -> list[bytes]:
    offset, end = config.start + 21, config.end
    if number(data, offset, 1, end) & 3 != 3:
        raise ProtocolError("NAL units whose lengths are not of four bytes")
    arrays = number(data, offset + 1, 1, end)
    offset += 2
    found: list[bytes] = []
    for _ in range(arrays):
        count = number(data, offset + 1, 2, end)
        offset += 3
        for _ in range(count):
            unit, offset = _take_counted(data, offset, end)
            found.append(unit)
            if len(found) > _MOST_SETS:
                raise ProtocolError(f"more than {_MOST_SETS} parameter sets")
    return found


def _counted(unit: bytes) -> bytes:
    if len(unit) > 0xFFFF:
        raise ProtocolError("a parameter set larger than 64 KiB")
    return len(unit).to_bytes(2, "big") + unit


def _take_counted(data: bytes, offset: int, end: int) -> tuple[bytes, int]:
    size = number(data, offset, 2, end)
    offset += 2
    if size == 0 or offset + size > end:
        raise ProtocolError("an MP4 box cut short")
    return data[offset : offset + size], offset + size
