"""The one way in which a package is laid out as a ZIP: nothing compressed, no room for anything else."""

from __future__ import annotations

import struct

LOCAL, CENTRAL, END, END64, WHERE64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
FULL = 0xFFFFFFFF


def local_header(name: bytes, size: int, crc: int) -> bytes:
    """What stands before a file."""
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= FULL else b""
    short, version = min(size, FULL), 45 if extra else 20
    head = struct.pack("<4s5H3I2H", LOCAL, version, 0, 0, 0, 0x21, crc, short, short, len(name), len(extra))
    return head + name + extra


def central_record(name: bytes, size: int, crc: int, offset: int) -> bytes:
    """A file's line in the directory."""
    wide = ([size, size] if size >= FULL else []) + ([offset] if offset >= FULL else [])
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    short, version = min(size, FULL), 45 if extra else 20
    head = (CENTRAL, 3 << 8 | version, version, 0, 0, 0, 0x21, crc, short, short, len(name), len(extra), 0, 0, 0)
    return struct.pack("<4s6H3I5H2I", *head, 0o100644 << 16, min(offset, FULL)) + name + extra


def end_records(count: int, size: int, offset: int) -> bytes:
    """What ends the file."""
    wide = b""
    if size >= FULL or offset >= FULL:
        wide = struct.pack("<4sQ2H2I4Q", END64, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, offset)
        wide += struct.pack("<4sIQI", WHERE64, 0, offset + size, 1)
    return wide + struct.pack("<4s4H2IH", END, 0, 0, count, count, min(size, FULL), min(offset, FULL), 0)
