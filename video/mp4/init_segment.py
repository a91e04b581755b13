"""The head of a fragmented MP4: what is in it, before any picture."""

import struct
from typing import Final

import msgspec

from video.access_unit import StreamParameters
from video.errors import ProtocolError
from video.mp4.boxes import Box, box, boxes, full_box, number, only
from video.mp4.picture_format import picture_format
from video.mp4.sample_entries import build_sample_entry, parameter_sets, parse_sample_entry

TIMESCALE: Final = 90_000
TRACK: Final = 1
_MATRIX = struct.pack("!9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)
_SINCE_1904 = 2_082_844_800
_ENTRY = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")


class InitSegment(msgspec.Struct, frozen=True):
    """What the head of a file says."""

    parameters: StreamParameters
    length: int
    """Of ftyp and moov together: the first fragment begins there."""


def build_init(parameters: StreamParameters, begins_at_ticks: int = 0) -> bytes:
    """ftyp and moov of one video track. Raises ProtocolError for parameter sets that cannot be read.

    `begins_at_ticks` since 1970 UTC is when the file says it was made; its pictures count from there.
    """
    pictures = picture_format(parameters)
    made = (max(begins_at_ticks, 0) // TIMESCALE + _SINCE_1904) & 0xFFFF_FFFF
    header = full_box(
        b"mvhd",
        0,
        0,
        struct.pack("!IIIIIH10x", made, made, TIMESCALE, 0, 0x10000, 0x100),
        _MATRIX,
        struct.pack("!24xI", TRACK + 1),
    )
    track_header = full_box(
        b"tkhd",
        0,
        3,
        struct.pack("!IIIII8xhhhh", made, made, TRACK, 0, 0, 0, 0, 0, 0),
        _MATRIX,
        struct.pack("!II", pictures.width << 16, pictures.height << 16),
    )
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, (1).to_bytes(4, "big"), build_sample_entry(parameters, pictures)),
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", 0, 0, struct.pack("!IIIIHH", made, made, TIMESCALE, 0, 0x55C4, 0)),
        full_box(b"hdlr", 0, 0, struct.pack("!I4s12x", 0, b"vide"), b"Beffroi\x00"),
        box(
            b"minf",
            full_box(b"vmhd", 0, 1, bytes(8)),
            box(b"dinf", full_box(b"dref", 0, 0, (1).to_bytes(4, "big"), full_box(b"url ", 0, 1))),
            table,
        ),
    )
    extends = box(b"mvex", full_box(b"trex", 0, 0, struct.pack("!IIIII", TRACK, 1, 0, 0, 0)))
    head = box(b"ftyp", b"iso6", (1).to_bytes(4, "big"), b"iso6", b"mp41")
    return head + box(b"moov", header, box(b"trak", track_header, media), extends)


def parse_init(data: bytes) -> InitSegment:
    """Read a head written by `build_init`. Raises ProtocolError."""
    moov: Box | None = None
    for one in boxes(data):
        if one.kind == b"moov":
            moov = one
            break
        if one.kind not in {b"ftyp", b"free", b"styp"}:
            raise ProtocolError("an MP4 that does not begin with its head")
    if moov is None:
        raise ProtocolError("an MP4 without 'moov'")
    timing = only(data, (b"trak", b"mdia", b"mdhd"), moov.start, moov.end)
    if number(data, timing.start + 12, 4, timing.end) != TIMESCALE:
        raise ProtocolError("an MP4 that counts time otherwise")
    descriptions = only(data, _ENTRY, moov.start, moov.end)
    entry = next(boxes(data, descriptions.start + 8, descriptions.end), None)
    if entry is None:
        raise ProtocolError("an MP4 without a sample entry")
    parameters = parse_sample_entry(data, entry)
    sets = parameter_sets(parameters.codec, parameters.parameter_sets)
    return InitSegment(StreamParameters(parameters.codec, sets, TIMESCALE), moov.end)


def init_length(head: bytes) -> int | None:
    """How long the head of a file is, from its first bytes; None when they do not reach far enough."""
    offset = 0
    while offset + 8 <= len(head):
        size = int.from_bytes(head[offset : offset + 4], "big")
        if size < 8:
            raise ProtocolError(f"an MP4 box of {size} bytes")
        if head[offset + 4 : offset + 8] == b"moov":
            return offset + size
        offset += size
    return None
