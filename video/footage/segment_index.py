"""The index beside a segment: a head and one record a fragment, all of one size, each with its own checksum."""

import os
import struct
import zlib
from pathlib import Path
from typing import Final

import msgspec

from video.errors import ProtocolError

_MAGIC = b"BFIX"
_VERSION = 1
_HEAD = struct.Struct("!4sHHII48x")
_RECORD = struct.Struct("!qqQIHH32s")
_CHECK = struct.Struct("!I")
_KEY = 1
SIZE: Final = _RECORD.size + _CHECK.size
MAX_INDEX_BYTES: Final = 4 * 2**20


class IndexHead(msgspec.Struct, frozen=True):
    """What an index says of its segment."""

    camera_id: int
    init_length: int


class IndexRecord(msgspec.Struct, frozen=True, gc=False):
    """One fragment: when, where in the file, and the SHA-256 of its bytes."""

    begins_at_ticks: int
    ends_at_ticks: int
    offset: int
    length: int
    pictures: int
    is_key: bool
    """Whether it begins with a key picture; if not it goes on where the one before it ended."""
    sha256: bytes

    @property
    def end(self) -> int:
        """Where the next fragment begins."""
        return self.offset + self.length


def pack_head(head: IndexHead) -> bytes:
    """The first bytes of an index."""
    return _checked(_HEAD.pack(_MAGIC, _VERSION, 0, head.camera_id, head.init_length))


def pack_record(record: IndexRecord) -> bytes:
    """One record's bytes."""
    return _checked(
        _RECORD.pack(
            record.begins_at_ticks,
            record.ends_at_ticks,
            record.offset,
            record.length,
            min(record.pictures, 0xFFFF),
            _KEY if record.is_key else 0,
            record.sha256,
        )
    )


def parse_head(data: bytes) -> IndexHead:
    """Raises ProtocolError for what is no index."""
    if len(data) < SIZE or not _is_whole(data[:SIZE]):
        raise ProtocolError("an index without a whole head")
    magic, version, _, camera_id, init_length = _HEAD.unpack_from(data)
    if magic != _MAGIC or version != _VERSION:
        raise ProtocolError("not an index of this version")
    return IndexHead(camera_id, init_length)


def parse_record(data: bytes) -> IndexRecord | None:
    """One record; None when it is not whole."""
    if len(data) != SIZE or not _is_whole(data):
        return None
    begins, ends, offset, length, pictures, flags, sha256 = _RECORD.unpack_from(data)
    return IndexRecord(begins, ends, offset, length, pictures, bool(flags & _KEY), sha256)


def parse_index(data: bytes) -> tuple[IndexHead, list[IndexRecord]]:
    """The head, and the records up to the first that is not whole or does not follow on. Raises ProtocolError."""
    head = parse_head(data)
    records: list[IndexRecord] = []
    end = head.init_length
    for offset in range(SIZE, len(data) - SIZE + 1, SIZE):
        record = parse_record(data[offset : offset + SIZE])
        if record is None or record.offset != end or (not records and not record.is_key):
            break
        records.append(record)
        end = record.end
    return head, records


def first_and_last(path: Path) -> tuple[IndexRecord, IndexRecord] | None:
    """Only the ends of an index, whatever its length; None when it holds no fragment. Raises OSError."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        first = parse_record(os.pread(file.fileno(), SIZE, SIZE))
        if first is None:
            return None
        for place in range(size // SIZE - 1, 1, -1):
            last = parse_record(os.pread(file.fileno(), SIZE, place * SIZE))
            if last is not None:
                return first, last
    return first, first


def _checked(body: bytes) -> bytes:
    return body + _CHECK.pack(zlib.crc32(body))


def _is_whole(data: bytes) -> bool:
    return data[-_CHECK.size :] == _CHECK.pack(zlib.crc32(data[: -_CHECK.size]))
