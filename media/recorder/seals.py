"""Sealed extractions: copies on key frames into a folder of their own, begun anew where a kill cut them short.

Blocks: called in a thread. Nothing here reads or writes the plans; nothing that purges knows this folder.
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import FootageGap
from contract.media import FootagePart, FootageSealed, Purged, SealFootage
from video.errors import ProtocolError
from video.footage.archive import JOIN_S, FootageArchive, Passage
from video.footage.facts import Fact, note
from video.footage.pictures import FootageGone, to_ticks
from video.footage.places import (
    FACTS_NAME,
    INDEX_SUFFIX,
    SEGMENT_SUFFIX,
    camera_folder,
    day_name,
    sealed_folder,
    segment_stem,
    utc,
)
from video.footage.segment_index import IndexHead, IndexRecord, pack_head, pack_record, parse_index

LISTING_NAME: Final = "listing.json"
_RUN_BYTES: Final = 64 * 2**20


class SealingStopped(Exception):
    """The service ends; the seal is written on when it is asked for again."""


class SealedFile(msgspec.Struct, frozen=True):
    """One file of an extraction."""

    path: str
    bytes: int
    sha256: str


class SealListing(msgspec.Struct, frozen=True):
    """What an extraction holds; written last, so that it is whole when this is there."""

    lock_id: str
    parts: tuple[FootagePart, ...]
    files: tuple[SealedFile, ...]
    missing: tuple[FootageGap, ...] = ()


def seal(folder: Path, command: SealFootage, stop: threading.Event) -> FootageSealed:
    """Copy what a lock covers. Asked again it goes on, or answers what it did. Raises SealingStopped."""
    try:
        place = sealed_folder(folder, command.lock_id)
        listing = read_listing(place)
        if listing is None:
            listing = _copy(FootageArchive(folder), place, command, stop)
    except ProtocolError as error:
        return FootageSealed(id=command.id, lock_id=command.lock_id, trouble=str(error))
    except OSError as error:
        return FootageSealed(id=command.id, lock_id=command.lock_id, trouble=f"the disk: {error.strerror}")
    if not listing.files:
        trouble = "nothing of these cameras is recorded in this period"
        return FootageSealed(id=command.id, lock_id=command.lock_id, missing=listing.missing, trouble=trouble)
    return FootageSealed(
        id=command.id,
        lock_id=command.lock_id,
        files=len(listing.files),
        bytes=sum(one.bytes for one in listing.files),
        missing=listing.missing,
    )


def release(folder: Path, lock_id: str, now: float) -> Purged:
    """Delete an extraction, and look afterwards. Raises ProtocolError for an impossible name."""
    place = sealed_folder(folder, lock_id)
    files = size = left = 0
    # The listing first: what is half deleted is no whole extraction.
    paths = [place / LISTING_NAME, *sorted(place.rglob("*"), key=lambda path: len(path.parts), reverse=True)]
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
                continue
            length = path.lstat().st_size
            path.unlink()
            files, size = files + 1, size + length
        except FileNotFoundError:
            continue
        except OSError:
            left += 1
    if place.exists():
        try:
            place.rmdir()
        except OSError:
            left = max(left, 1)
    return Purged(camera_id=0, reason="seal", until=utc(now), files=files, bytes=size, left=left, lock_id=lock_id)


def read_listing(place: Path) -> SealListing | None:
    """What an extraction says it holds; None while it is not whole."""
    try:
        return msgspec.json.decode((place / LISTING_NAME).read_bytes(), type=SealListing)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _copy(archive: FootageArchive, place: Path, command: SealFootage, stop: threading.Event) -> SealListing:
    files: dict[str, SealedFile] = {}
    missing: list[FootageGap] = []
    noted: set[int] = set()
    for camera_id, since, until in _periods(command.parts):
        for run in _runs(archive, camera_id, since, until):
            if stop.is_set():
                raise SealingStopped
            written, damaged = _copy_what_is_whole(place, run)
            files |= {one.path: one for one in written}
            missing += damaged
        if camera_id not in noted:
            noted.add(camera_id)
            for facts in camera_folder(place, camera_id).glob(f"*/{FACTS_NAME}"):
                facts.unlink()
        for gap in archive.gaps(camera_id, since, until):
            note(place, camera_id, Fact(gap=gap))
        holes = _missing(archive, FootageArchive(place), camera_id, since, until)
        missing += [hole for hole in holes if not any(_is_within(hole, one) for one in missing)]
    listing = SealListing(command.lock_id, command.parts, tuple(files.values()), tuple(missing))
    if files:
        _write(place / LISTING_NAME, msgspec.json.encode(listing))
    return listing


def _periods(parts: Sequence[FootagePart]) -> list[tuple[int, float, float]]:
    """What is asked for, each camera's overlapping periods as one."""
    joined: list[tuple[int, float, float]] = []
    asked = sorted((part.camera_id, part.since.timestamp(), part.until.timestamp()) for part in parts)
    for camera_id, since, until in asked:
        if joined and joined[-1][0] == camera_id and since <= joined[-1][2]:
            joined[-1] = (camera_id, joined[-1][1], max(joined[-1][2], until))
        else:
            joined.append((camera_id, since, until))
    return joined


def _runs(archive: FootageArchive, camera_id: int, since: float, until: float) -> Iterator[list[Passage]]:
    """Passages that follow on in one file, so many at a time."""
    run: list[Passage] = []
    for passage in archive.passages(camera_id, since, until):
        ends = run and (
            passage.path != run[0].path
            or passage.offset != run[-1].offset + run[-1].length
            or passage.offset + passage.length - run[0].offset > _RUN_BYTES
        )
        if ends:
            yield run
            run = []
        run.append(passage)
    if run:
        yield run


def _copy_what_is_whole(place: Path, run: Sequence[Passage]) -> tuple[list[SealedFile], list[FootageGap]]:
    """Copy a run; where it does not match its index, each passage that does."""
    try:
        return list(_copy_run(place, run)), []
    except FootageGone:
        return [], []
    except ProtocolError:
        if len(run) > 1:
            pieces = [_copy_what_is_whole(place, [one]) for one in run]
            return [file for files, _ in pieces for file in files], [gap for _, gaps in pieces for gap in gaps]
    lost = run[0]
    since, until = utc(lost.begins_at), utc(lost.ends_at)
    return [], [FootageGap(since=since, until=until, reason="damaged", camera_id=lost.camera_id)]


def _is_within(gap: FootageGap, other: FootageGap) -> bool:
    return gap.camera_id == other.camera_id and other.since <= gap.since and gap.until <= other.until


def _copy_run(place: Path, run: Sequence[Passage]) -> Iterator[SealedFile]:
    """The head of the file and the bytes of these passages; the index anew. What is there already is not copied."""
    first, last = run[0], run[-1]
    folder = camera_folder(place, first.camera_id) / day_name(first.begins_at)
    film = folder / (segment_stem(first.begins_at) + SEGMENT_SUFFIX)
    init = first.init()
    length = last.offset + last.length - first.offset
    content = init + msgspec.structs.replace(first, length=length).original()
    with Path(first.path).with_suffix(INDEX_SUFFIX).open("rb") as file:
        _, records = parse_index(file.read())
    kept = [one for one in records if first.offset <= one.offset < first.offset + length]
    shift = len(init) - first.offset
    index = pack_head(IndexHead(first.camera_id, len(init))) + b"".join(
        pack_record(_moved(record, shift)) for record in kept
    )
    for record in kept:
        at = record.offset + shift
        if hashlib.sha256(content[at : at + record.length]).digest() != record.sha256:
            raise ProtocolError(f"the recording {Path(first.path).name} does not match its index")
    for path, data in ((film, content), (film.with_suffix(INDEX_SUFFIX), index)):
        if not path.exists() or path.stat().st_size != len(data):
            _write(path, data)
        yield SealedFile(str(path.relative_to(place)), len(data), hashlib.sha256(data).hexdigest())


def _moved(record: IndexRecord, shift: int) -> IndexRecord:
    return IndexRecord(
        record.begins_at_ticks,
        record.ends_at_ticks,
        record.offset + shift,
        record.length,
        record.pictures,
        record.is_key,
        record.sha256,
    )


def _missing(
    archive: FootageArchive, sealed: FootageArchive, camera_id: int, since: float, until: float
) -> list[FootageGap]:
    known = archive.gaps(camera_id, since, until)
    holes: list[FootageGap] = []
    at = since
    ends = [(one.since.timestamp(), one.until.timestamp()) for one in sealed.spans(camera_id, since, until)]
    for begins_at, ends_at in [*ends, (until, until)]:
        if to_ticks(begins_at) - to_ticks(at) > to_ticks(JOIN_S):
            why = next(
                (gap.reason for gap in known if gap.since < utc(begins_at) and gap.until > utc(at)), "not_recorded"
            )
            holes.append(FootageGap(since=utc(at), until=utc(begins_at), reason=why, camera_id=camera_id))
        at = max(at, ends_at)
    return holes


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
