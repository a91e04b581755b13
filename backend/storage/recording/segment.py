"""One file of a recording: a header, then records that are only ever appended.

A record is its length, its CRC-32, its kind, its time and its payload. A file that was not closed ends where the last
whole record ends; what follows was torn by the fall and is cut off.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple

from backend.storage.recording.payload import MOST_BYTES

_MAGIC: Final = b"BFMR"
_VERSION: Final = 1
_CONTINUES: Final = 1
_HEADER: Final = struct.Struct("<4sHHq")
_RECORD: Final = struct.Struct("<IIBq")


class Kind(IntEnum):
    """What a record holds."""

    CHANGE = 1
    WHOLE = 2  # everything that is known: where a reader begins
    ALIVE = 3  # nothing changed, and it would have been seen


class Entry(NamedTuple):
    """Where a record lies."""

    at_ms: int
    kind: Kind
    offset: int
    length: int
    crc: int


class SegmentBroken(Exception):
    """This file is no recording; the text says why."""


def header(start_ms: int, *, continues: bool) -> bytes:
    """The first bytes of a file. `continues`: nothing is missing between the file before and this one."""
    return _HEADER.pack(_MAGIC, _VERSION, _CONTINUES if continues else 0, start_ms)


def read_header(content: bytes) -> tuple[int, bool]:
    """(start, continues). Raises SegmentBroken."""
    if len(content) < _HEADER.size:
        raise SegmentBroken("it ends within its header")
    magic, version, flags, start_ms = _HEADER.unpack_from(content)
    if magic != _MAGIC or version != _VERSION:
        raise SegmentBroken("it is no recording, or one of another version")
    return start_ms, bool(flags & _CONTINUES)


def record(at_ms: int, kind: Kind, payload: bytes) -> bytes:
    """One record."""
    return _RECORD.pack(len(payload), _crc(at_ms, kind, payload), kind, at_ms) + payload


def entries(path: Path, *, checks_payloads: bool = False) -> Iterator[Entry]:
    """The records of a file as far as they are whole. Raises OSError, SegmentBroken."""
    with path.open("rb") as file:
        read_header(file.read(_HEADER.size))
        size = os.fstat(file.fileno()).st_size
        offset = _HEADER.size
        last_ms = -(1 << 62)
        while offset + _RECORD.size <= size:
            length, crc, kind, at_ms = _RECORD.unpack(os.pread(file.fileno(), _RECORD.size, offset))
            end = offset + _RECORD.size + length
            if length > MOST_BYTES or end > size or kind not in Kind.__members__.values() or at_ms < last_ms:
                return
            entry = Entry(at_ms, Kind(kind), offset + _RECORD.size, length, crc)
            if checks_payloads and payload_of(file.fileno(), entry) is None:
                return
            yield entry
            last_ms, offset = at_ms, end


def payload_of(descriptor: int, entry: Entry) -> bytes | None:
    """The payload of a record; None when it is not what was written."""
    payload = os.pread(descriptor, entry.length, entry.offset)
    return payload if _crc(entry.at_ms, entry.kind, payload) == entry.crc else None


def whole_length(found: list[Entry]) -> int:
    """How long a file with these records is."""
    return found[-1].offset + found[-1].length if found else _HEADER.size


def _crc(at_ms: int, kind: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(struct.pack("<Bq", kind, at_ms)))
