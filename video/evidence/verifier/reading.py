"""Every file of a package, with its hash: nothing is extracted, nothing believed."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from video.evidence.verifier.container import (
    CENTRAL,
    END,
    END64,
    FULL,
    LOCAL,
    central_record,
    end_records,
    local_header,
)
from video.evidence.verifier.report import MANIFEST, PUBLIC_KEY, SIGNATURE, Member, Report

_MOST_FILES, _MOST_KEPT_BYTES, _PIECE = 65_000, 64 * 2**20, 2**20


def digest(file: BinaryIO, name: str, size: int) -> tuple[str, int, bytes, int]:
    """SHA-256, CRC-32, the content of what the verifier reads itself, and how many bytes there were."""
    sha, crc, kept, left = hashlib.sha256(), 0, b"", size
    while left > 0:
        piece = file.read(min(_PIECE, left))
        if not piece:
            break
        sha.update(piece)
        crc, left = zlib.crc32(piece, crc), left - len(piece)
        if name in (MANIFEST, SIGNATURE, PUBLIC_KEY) and len(kept) < _MOST_KEPT_BYTES:
            kept += piece
    return sha.hexdigest(), crc, kept, size - left


def walk_zip(file: BinaryIO, size: int, report: Report) -> None:
    """Every file from the first byte on; then the directory must be exactly what these files ask for."""
    base = at = _next_file(file, 0, size)
    if at:
        report.add("prepended", count=at)
    last = "-"
    while at < size and len(report.members) < _MOST_FILES:
        report.tick(at)
        file.seek(at)
        head = file.read(30)
        if head[:4] in (CENTRAL, END, END64):
            return _check_tail(file, size, at, base, report)
        if head[:4] != LOCAL:
            report.add("gap", last, count=at)
            at = _next_file(file, at, size)
            continue
        member, length = _read_member(head, file, at - base)
        last = member.name
        report.members.append(member)
        at += length
        if at > size:
            report.add("truncated", last, there=member.size, wanted=member.size + at - size)
    return report.add("too_many" if at < size else "cut")


def _read_member(head: bytes, file: BinaryIO, offset: int) -> tuple[Member, int]:
    """A file and how many bytes it takes with its header, as that says."""
    crc, size, name_size, extra_size = struct.unpack("<14xI4xI2H", head.ljust(30, b"\0"))
    raw, extra = file.read(name_size), file.read(extra_size)
    if size == FULL and len(extra) == 20:
        size = int.from_bytes(extra[4:12], "little")
    name = raw.decode("ascii", "backslashreplace")
    sha, counted, content, there = digest(file, name, size)
    is_sound = counted == crc and head + raw + extra == local_header(raw, size, crc)
    return Member(name, raw, there, sha, crc, offset, is_sound, content), 30 + name_size + extra_size + size


def _next_file(file: BinaryIO, at: int, size: int) -> int:
    """Where the next header begins, `size` if nowhere."""
    while at < size:
        file.seek(at)
        window = file.read(_PIECE + 3)
        found = [place for place in (window.find(LOCAL), window.find(CENTRAL)) if place >= 0]
        if found:
            return at + min(found)
        at += _PIECE
    return size


def _check_tail(file: BinaryIO, size: int, at: int, base: int, report: Report) -> None:
    records = [(m.name, central_record(m.raw_name, m.size, m.crc, m.offset)) for m in report.members]
    length = sum(len(record) for _, record in records)
    end = end_records(len(records), length, at - base)
    file.seek(at)
    for name, record in records:
        found = file.read(len(record))
        if found != record:
            return report.add("central" if len(found) == len(record) else "cut", name)
    found = file.read(len(end))
    if found != end:
        return report.add("end" if len(found) == len(end) else "cut")
    if size > at + length + len(end):
        report.add("appended", count=size - at - length - len(end))
    return None


def walk_folder(folder: Path, report: Report) -> set[str]:
    """Every file below; returns the names of the folders."""
    folders: set[str] = set()
    for here, folder_names, names in os.walk(str(folder)):
        for name in sorted(folder_names + names):
            path = Path(here) / name
            inner = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                folders.add(inner)
            elif path.is_symlink() or not path.is_file():
                report.add("no_file", inner)
            elif len(report.members) >= _MOST_FILES:
                report.add("too_many")
                return folders
            else:
                try:
                    with path.open("rb") as file:
                        sha, _, content, size = digest(file, inner, 2**62)
                except OSError:
                    report.add("io", inner)
                    continue
                report.members.append(Member(inner, b"", size, sha, content=content))
    return folders
