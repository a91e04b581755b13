"""After a kill or a power cut: the one suspect segment of a camera is scanned, and its index made true."""

import hashlib
import logging
import os
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from video.clocks import boot_name
from video.errors import ProtocolError
from video.footage.pictures import to_seconds
from video.footage.places import INDEX_SUFFIX, OPEN_NAME, camera_folder, segment_before
from video.footage.segment_index import (
    MAX_INDEX_BYTES,
    IndexHead,
    IndexRecord,
    pack_head,
    pack_record,
    parse_index,
)
from video.mp4.fragments import MAX_FRAGMENT_BYTES, parse_fragment
from video.mp4.init_segment import init_length, parse_init

log = logging.getLogger(__name__)

_HEAD_BYTES: Final = 64 * 1024
_REREAD_BYTES: Final = 16 * 2**20  # what a power cut may have left unwritten, with much to spare


class Recovery(msgspec.Struct, frozen=True):
    """What was found of a camera. `was_recording`: it was to go on, so that what is missing since is a gap."""

    was_recording: bool
    ends_at: float | None
    """When the last picture ends that is kept."""
    cut_bytes: int = 0
    found_fragments: int = 0
    """Whole fragments that the index had not named yet."""


def recover(folder: Path, camera_id: int) -> Recovery:
    """Make index and file of the camera's suspect segment agree. Raises OSError."""
    camera = camera_folder(folder, camera_id)
    try:
        relative, _, boot = (camera / OPEN_NAME).read_text("utf-8").partition("\n")
        was_recording = True
    except (FileNotFoundError, UnicodeDecodeError):
        relative, boot, was_recording = "", "", False
    # A kill loses nothing that was written; a power cut may, and what the index says is read again.
    reread = 0 if boot and boot == boot_name() else _REREAD_BYTES
    suspect: Path | None = camera / relative if _is_inside(relative) else None
    if suspect is None or not suspect.exists():
        suspect = segment_before(camera, None) if was_recording else None
    cut = found = 0
    ends_at: float | None = None
    if suspect is not None:
        cut, found, ends_at = _mend(suspect, camera_id, reread)
        if ends_at is None:
            suspect = segment_before(camera, suspect)
            ends_at = None if suspect is None else _mend(suspect, camera_id, reread)[2]
    if cut or found:
        log.info("camera %d: %d bytes of an unfinished fragment cut, %d fragments found", camera_id, cut, found)
    return Recovery(was_recording, ends_at, cut, found)


def scan(path: Path, offset: int) -> list[IndexRecord]:
    """The whole fragments of a file from an offset on, up to the first that is not whole."""
    records: list[IndexRecord] = []
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        while (data := _next_fragment(file, offset, size)) is not None:
            try:
                fragment = parse_fragment(data)
            except ProtocolError:
                break
            records.append(
                IndexRecord(
                    begins_at_ticks=fragment.begins_at_ticks,
                    ends_at_ticks=fragment.ends_at_ticks,
                    offset=offset,
                    length=len(data),
                    pictures=len(fragment.samples),
                    is_key=fragment.samples[0].is_key,
                    sha256=hashlib.sha256(data).digest(),
                )
            )
            offset += len(data)
    return records


def _mend(path: Path, camera_id: int, reread: int) -> tuple[int, int, float | None]:
    """Bytes cut, fragments found, and when the last picture ends (None: there is none, and the file is gone)."""
    index = path.with_suffix(INDEX_SUFFIX)
    size = path.stat().st_size
    head_length = _head_length(path)
    if head_length is None:
        _remove(path, index)
        return size, 0, None
    known = _known(path, index, IndexHead(camera_id, head_length), size, reread)
    added = scan(path, known[-1].end if known else head_length)
    records = known + added
    if not records or not records[0].is_key:
        _remove(path, index)
        return size, 0, None
    end = records[-1].end
    if end < size:
        os.truncate(path, end)
    content = pack_head(IndexHead(camera_id, head_length)) + b"".join(pack_record(record) for record in records)
    if not index.exists() or index.read_bytes() != content:
        unfinished = index.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(index)
    return size - end, len(added), to_seconds(records[-1].ends_at_ticks)


def _known(path: Path, index: Path, head: IndexHead, size: int, reread: int) -> list[IndexRecord]:
    """The records of the index that the file bears out."""
    try:
        with index.open("rb") as file:
            said, records = parse_index(file.read(MAX_INDEX_BYTES))
    except (FileNotFoundError, ProtocolError):
        return []
    if said.init_length != head.init_length:
        return []
    good = [record for record in records if record.end <= size]
    with path.open("rb") as file:
        for place, record in enumerate(good):
            if record.end <= size - reread:
                continue
            file.seek(record.offset)
            if hashlib.sha256(file.read(record.length)).digest() != record.sha256:
                return good[:place]
    return good


def _head_length(path: Path) -> int | None:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    try:
        length = init_length(head)
        if length is None or length > len(head):
            return None
        parse_init(head[:length])
    except ProtocolError:
        return None
    return length


def _next_fragment(file: BinaryIO, offset: int, size: int) -> bytes | None:
    end = offset
    for kind in (b"prft", b"moof", b"mdat"):
        file.seek(end)
        head = file.read(8)
        length = int.from_bytes(head[:4], "big")
        if len(head) < 8 or head[4:] != kind or length < 8:
            return None
        end += length
    if end > size or end - offset > MAX_FRAGMENT_BYTES:
        return None
    file.seek(offset)
    return file.read(end - offset)


def _is_inside(relative: str) -> bool:
    parts = relative.split("/")
    return len(parts) == 2 and all(part and not part.startswith(".") for part in parts)


def _remove(path: Path, index: Path) -> None:
    path.unlink(missing_ok=True)
    index.unlink(missing_ok=True)
