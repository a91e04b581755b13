"""Boxes: what every MP4 file is made of (ISO/IEC 14496-12, 4.2)."""

import struct
from collections.abc import Iterator

import msgspec

from video.errors import ProtocolError

_HEADER = struct.Struct("!I4s")
_MOST_BOXES = 4096


class Box(msgspec.Struct, frozen=True, gc=False):
    """Where the content of one box lies in the bytes it was found in."""

    kind: bytes
    start: int
    end: int


def box(kind: bytes, *content: bytes) -> bytes:
    """One box."""
    body = b"".join(content)
    return _HEADER.pack(len(body) + 8, kind) + body


def full_box(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    """One box with version and flags."""
    return box(kind, (version << 24 | flags).to_bytes(4, "big"), *content)


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two offsets, each whole. Raises ProtocolError for one that is longer than what holds it."""
    limit = len(data) if end is None else end
    for _ in range(_MOST_BOXES):
        if start >= limit:
            return
        if start + 8 > limit:
            raise ProtocolError("an MP4 box without its header")
        size, kind = _HEADER.unpack_from(data, start)
        head = 8
        if size == 1:
            if start + 16 > limit:
                raise ProtocolError("an MP4 box without its header")
            size = int.from_bytes(data[start + 8 : start + 16], "big")
            head = 16
        if size < head or start + size > limit:
            raise ProtocolError(f"an MP4 box of {size} bytes in {limit - start}")
        yield Box(kind, start + head, start + size)
        start += size
    raise ProtocolError(f"more than {_MOST_BOXES} MP4 boxes beside one another")


def only(data: bytes, path: tuple[bytes, ...], start: int = 0, end: int | None = None) -> Box:
    """The first box down a path of kinds. Raises ProtocolError when there is none."""
    found: Box | None = None
    for kind in path:
        found = next((one for one in boxes(data, start, end) if one.kind == kind), None)
        if found is None:
            raise ProtocolError(f"an MP4 without {kind.decode('latin-1')!r}")
        start, end = found.start, found.end
    if found is None:
        raise ProtocolError("a path of no boxes")
    return found


def number(data: bytes, offset: int, size: int, end: int) -> int:
    """A number of so many bytes inside a box that ends there."""
    if offset < 0 or offset + size > end:
        raise ProtocolError("an MP4 box cut short")
    return int.from_bytes(data[offset : offset + size], "big")
