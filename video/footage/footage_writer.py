"""Writes one camera's recordings: fragment first, then its index record, so that what is indexed is there.

Used from one thread. A failed write leaves file and index as they were before it.
"""

import contextlib
import hashlib
import os
from collections import deque
from pathlib import Path
from typing import Final

import msgspec

from video.access_unit import StreamParameters
from video.clocks import boot_name
from video.errors import ProtocolError
from video.footage.archive import JOIN_S
from video.footage.pictures import PictureGroup, to_seconds, to_ticks
from video.footage.places import INDEX_SUFFIX, OPEN_NAME, SEGMENT_SUFFIX, camera_folder, day_name, segment_stem
from video.footage.segment_index import IndexHead, IndexRecord, pack_head, pack_record
from video.mp4.fragments import Sample, build_fragment, joined
from video.mp4.init_segment import build_init
from video.mp4.sample_entries import parameter_sets

SEGMENT_S: Final = 600.0
SEGMENT_BYTES: Final = 512 * 2**20
_OVERLAP_S: Final = 0.25
_MOST_BEGUN: Final = (
    120  # files within a minute of footage: a camera whose clock or coding jumps without end fills no disk
)
_BEGUN_WITHIN_S: Final = 60.0
_MOST_NAMES: Final = 1000


class SegmentLimits(msgspec.Struct, frozen=True):
    """How long a file may grow."""

    seconds: float = SEGMENT_S
    size: int = SEGMENT_BYTES


class OpenSegment(msgspec.Struct, frozen=True):
    """What decides whether the next group still belongs to a file."""

    parameters: StreamParameters
    begins_at: float
    ends_at: float
    size: int


def wants_new_segment(segment: OpenSegment, group: PictureGroup, limits: SegmentLimits) -> bool:
    """A file has one set of parameters, no hole, no step back, one day of UTC, and its limits."""
    if group.begins_at - segment.ends_at > JOIN_S or segment.ends_at - group.begins_at > _OVERLAP_S:
        return True
    if min(one.at for one in group.units) < segment.begins_at:
        return True
    if not group.is_key:
        return False
    return (
        group.parameters != segment.parameters
        or group.begins_at - segment.begins_at >= limits.seconds
        or segment.size + group.size > limits.size
        or day_name(group.begins_at) != day_name(segment.begins_at)
    )


class FootageWriter:
    """`write` groups in the order they were taken. Raises OSError when the disk is full or gone."""

    def __init__(self, folder: Path, camera_id: int, limits: SegmentLimits | None = None) -> None:
        self._camera_id = camera_id
        self._camera = camera_folder(folder, camera_id)
        self._limits = limits or SegmentLimits()
        self._open: OpenSegment | None = None
        self._path = Path()
        self._film = self._index = -1
        self._index_size = 0
        self._origin_ticks = 0
        self._fragments_written = 0
        self._is_synced = True
        self._begun: deque[float] = deque(maxlen=_MOST_BEGUN)

    @property
    def path(self) -> Path | None:
        """The file being written."""
        return None if self._open is None else self._path

    def write(self, group: PictureGroup) -> int:
        """Keep a group; the bytes it took. One that is no key group and follows on nothing is dropped (0).

        Raises ProtocolError for parameter sets that cannot be read, and for a stream that begins anew without end.
        """
        segment = self._open
        if segment is None or wants_new_segment(segment, group, self._limits):
            if not group.is_key:
                return 0
            self.close()
            self._count_files(group.begins_at)
            segment = self._begin(group)
        fragment = self._coded(group, segment.parameters)
        record = IndexRecord(
            begins_at_ticks=to_ticks(group.begins_at),
            ends_at_ticks=to_ticks(group.ends_at),
            offset=segment.size,
            length=len(fragment),
            pictures=len(group.units),
            is_key=group.is_key,
            sha256=hashlib.sha256(fragment).digest(),
        )
        try:
            _write_all(self._film, fragment)
            _write_all(self._index, pack_record(record))
        except OSError:
            self._undo(segment)
            raise
        self._index_size += len(pack_record(record))
        self._is_synced = False
        self._open = msgspec.structs.replace(segment, ends_at=group.ends_at, size=segment.size + len(fragment))
        return len(fragment)

    def sync(self) -> None:
        """Have the disk itself hold what was written: safe from power cuts, not only from kills."""
        if self._open is not None and not self._is_synced:
            os.fdatasync(self._film)
            os.fdatasync(self._index)
            self._is_synced = True

    def close(self) -> None:
        """End the file; the next group begins a new one."""
        if self._open is None:
            return
        try:
            with contextlib.suppress(OSError):
                self.sync()
        finally:
            os.close(self._film)
            os.close(self._index)
            self._open = None

    def finish(self) -> None:
        """End the file, and say that no more was to come: a recorder that starts anew finds no gap."""
        self.close()
        (self._camera / OPEN_NAME).unlink(missing_ok=True)

    def _count_files(self, at: float) -> None:
        begun = self._begun
        if len(begun) == _MOST_BEGUN and abs(at - begun[0]) < _BEGUN_WITHIN_S:
            raise ProtocolError("a stream that begins anew without end")
        begun.append(at)

    def _begin(self, group: PictureGroup) -> OpenSegment:
        parameters = StreamParameters(
            group.parameters.codec,
            parameter_sets(group.parameters.codec, group.parameters.parameter_sets),
            group.parameters.clock_rate,
        )
        self._origin_ticks = min(to_ticks(one.at) for one in group.units)
        init = build_init(parameters, self._origin_ticks)
        folder = self._camera / day_name(group.begins_at)
        folder.mkdir(parents=True, exist_ok=True)
        path = _free_name(folder, group.begins_at)
        mark = self._camera / f"{OPEN_NAME}.part"
        mark.write_text(f"{folder.name}/{path.name}\n{boot_name()}", "utf-8")
        mark.replace(self._camera / OPEN_NAME)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._film = os.open(path, flags, 0o640)
        try:
            self._index = os.open(path.with_suffix(INDEX_SUFFIX), flags, 0o640)
            try:
                _write_all(self._film, init)
                _write_all(self._index, pack_head(IndexHead(self._camera_id, len(init))))
                _sync_folder(folder)
            except OSError:
                os.close(self._index)
                path.with_suffix(INDEX_SUFFIX).unlink(missing_ok=True)
                raise
        except OSError:
            os.close(self._film)
            path.unlink(missing_ok=True)
            raise
        self._path = path
        self._index_size = len(pack_head(IndexHead(self._camera_id, len(init))))
        self._fragments_written = 0
        first = to_seconds(self._origin_ticks)
        self._open = OpenSegment(group.parameters, first, first, len(init))
        return self._open

    def _coded(self, group: PictureGroup, parameters: StreamParameters) -> bytes:
        # The sample entry holds them; players want them once.
        known = frozenset(parameters.parameter_sets)
        samples = [
            Sample(joined([nal for nal in one.unit.nal_units if nal not in known]), to_ticks(one.at), one.unit.is_key)
            for one in group.units
        ]
        self._fragments_written += 1
        return build_fragment(self._fragments_written, samples, to_ticks(group.ends_at), self._origin_ticks)

    def _undo(self, segment: OpenSegment) -> None:
        """Cut both files back to the last whole fragment; without one, take them away."""
        # What cannot be cut now is cut at the next start: `open` names this file.
        with contextlib.suppress(OSError):
            os.ftruncate(self._film, segment.size)
            os.ftruncate(self._index, self._index_size)
        self.close()
        if segment.ends_at == segment.begins_at:
            for suffix in (SEGMENT_SUFFIX, INDEX_SUFFIX):
                with contextlib.suppress(OSError):
                    self._path.with_suffix(suffix).unlink(missing_ok=True)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _free_name(folder: Path, at: float) -> Path:
    # A clock that was set back comes to the same millisecond twice.
    names = (segment_stem(at + step / 1000) + SEGMENT_SUFFIX for step in range(_MOST_NAMES))
    for path in map(folder.joinpath, names):
        if not path.exists() and not path.with_suffix(INDEX_SUFFIX).exists():
            return path
    raise FileExistsError(f"{_MOST_NAMES} segments of one second")


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
