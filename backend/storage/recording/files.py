"""The recording of the map: written in short windows, read from any moment, forgotten by the hour."""

import contextlib
import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from backend.domain.map_history import MapChange, MapState, Recorded, Stretch
from backend.ports import StorageError
from backend.storage.recording import shelf
from backend.storage.recording.payload import PayloadBroken, unpacked
from backend.storage.recording.pen import Pen
from backend.storage.recording.segment import Entry, Kind, SegmentBroken, entries, payload_of
from backend.storage.recording.shelf import HOLE_MS, Piece, Segment

log = logging.getLogger(__name__)
SEGMENT_MS: Final = 3_600_000
WHOLE_EVERY_MS: Final = 300_000
LEAST_FREE_BYTES: Final = 512 * 1024 * 1024  # what is left to alarms and the journal
MOST_BYTES: Final = 16 * 1024 * 1024 * 1024
_BACK_MS: Final = 5_000  # a clock that was put back by less is waited for
_KEPT_INDEXES: Final = 12


class RecordingFiles:
    """Every call blocks: one thread writes, others read. kill -9 loses at most what was not yet appended."""

    def __init__(
        self,
        folder: Path,
        *,
        segment_ms: int = SEGMENT_MS,
        whole_every_ms: int = WHOLE_EVERY_MS,
        least_free_bytes: int = LEAST_FREE_BYTES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._folder = folder
        self._segment_ms = segment_ms
        self._whole_every_ms = whole_every_ms
        self.least_free_bytes = least_free_bytes
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._closed: list[Segment] = []
        self._indexes: OrderedDict[Path, Sequence[Entry]] = OrderedDict()
        self._pen: Pen | None = None
        self._state = MapState()
        self._next_number = 1

    def open(self) -> Sequence[str]:
        """Find what was recorded before; gives in words what a fall tore off. Raises StorageError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._closed, losses = shelf.found(self._folder)
        except OSError as error:
            raise StorageError(f"the recording of the map cannot be opened: {error.strerror}") from error
        self._next_number = max((segment.number for segment in self._closed), default=0) + 1
        return losses

    def close(self) -> None:
        """End the file that is being written; may be called twice."""
        with contextlib.suppress(OSError):
            self._finish()

    # --- writing

    def append(self, at_ms: int, change: MapChange) -> None:
        """Keep what changed up to a moment; empty: nothing did. Raises StorageError: a gap begins."""
        self._state.apply(change)
        try:
            self._write(at_ms, change)
        except OSError as error:
            self._abandon()
            raise StorageError(f"the map is not recorded: {error.strerror or error}") from error

    def forget_before(self, at_ms: int) -> int:
        """Unlink the files that end before; says how many."""
        with self._lock:
            over = [segment for segment in self._closed if segment.end_ms < at_ms]
            self._closed = [segment for segment in self._closed if segment.end_ms >= at_ms]
        for segment in over:
            self._unlink(segment)
        return len(over)

    # --- reading

    def stretches(self) -> Sequence[Stretch]:
        """The times of which everything is known, oldest first."""
        return tuple(shelf.stretches(self._segments()))

    def read(self, since_ms: int, until_ms: int) -> Iterator[Recorded | Stretch]:
        """What is known from one moment to another, in order; a Stretch is a gap. After each gap comes a whole.

        The first is whole and stands at `since_ms`, or where recording begins. Raises StorageError.
        """
        known_to: int | None = None
        is_broken = False
        for piece in shelf.pieces(self._segments()):
            if known_to is not None and known_to >= until_ms and not is_broken:
                return
            if piece.until_ms < since_ms:
                continue
            goes_on = known_to is not None and piece.continues and not is_broken
            gap_from = since_ms if known_to is None else known_to
            if piece.segment.start_ms > gap_from and not goes_on:
                yield Stretch(gap_from, min(piece.segment.start_ms, until_ms))
            if piece.segment.start_ms > until_ms:
                return
            is_broken = False
            begin = since_ms if known_to is None else piece.segment.start_ms
            try:
                for recorded in self._of_piece(piece, max(begin, piece.segment.start_ms), until_ms, goes_on=goes_on):
                    known_to = recorded.at_ms
                    yield recorded
                known_to = min(piece.until_ms, until_ms)
            except (PayloadBroken, SegmentBroken, FileNotFoundError) as error:
                log.warning("the recording in %s cannot be read to its end: %s", piece.segment.path.name, error)
                is_broken, known_to = True, begin if known_to is None else known_to
            except OSError as error:
                raise StorageError(f"the recording of the map cannot be read: {error.strerror}") from error
        if is_broken and known_to is not None and known_to < until_ms:
            yield Stretch(known_to, until_ms)

    # --- private

    def _write(self, at_ms: int, change: MapChange) -> None:
        pen = self._pen
        if pen is not None:
            if pen.end_ms - _BACK_MS < at_ms <= pen.end_ms:
                at_ms = pen.end_ms + 1
            if not pen.end_ms < at_ms <= pen.end_ms + HOLE_MS:
                self._finish()
                pen = None
        if pen is None:
            self._begin(at_ms, continues=False)
            return
        is_over = at_ms - pen.start_ms >= self._segment_ms
        with self._lock:
            pen.write(at_ms, change, is_last=is_over)
        if is_over:
            self._finish()
            self._begin(at_ms, continues=True)
        elif at_ms - pen.whole_ms >= self._whole_every_ms:
            self._check_room()
            with self._lock:
                pen.write_whole(at_ms, self._state.whole())

    def _begin(self, at_ms: int, *, continues: bool) -> None:
        self._check_room()
        path = shelf.open_path(self._folder, self._next_number, at_ms)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        pen = Pen(path, self._next_number, at_ms, continues=continues)
        self._next_number += 1
        try:
            pen.write_whole(at_ms, self._state.whole())
        except OSError:
            pen.abandon()
            raise
        with self._lock:
            self._pen = pen

    def _finish(self) -> None:
        with self._lock:
            pen, self._pen = self._pen, None
            if pen is not None:
                pen.finish()
                path = shelf.closed_path(pen.path, pen.end_ms)
                pen.path.rename(path)
                self._closed.append(Segment(pen.number, path, pen.start_ms, pen.end_ms, pen.continues))

    def _abandon(self) -> None:
        """What was written whole stays; the next write begins a new file, behind a gap."""
        with contextlib.suppress(OSError):
            self._finish()

    def _check_room(self) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < self.least_free_bytes:
            raise OSError(0, f"{free // 1_000_000} MB are left on its disk: free space, and it goes on by itself")
        with self._lock:
            closed = list(self._closed)
        held = [(segment, segment.path.stat().st_size) for segment in closed if segment.path.exists()]
        total = sum(size for _segment, size in held)
        for segment, size in held:
            if total <= self._most_bytes:
                break
            total -= size
            with self._lock:
                self._closed = [kept for kept in self._closed if kept.number != segment.number]
            self._unlink(segment)

    def _unlink(self, segment: Segment) -> None:
        segment.path.unlink(missing_ok=True)
        with self._lock:
            self._indexes.pop(segment.path, None)
        with contextlib.suppress(OSError):
            segment.path.parent.rmdir()  # the day's folder, with its last file

    def _segments(self) -> list[Segment]:
        with self._lock:
            pen = self._pen
            if pen is None:
                return list(self._closed)
            return [*self._closed, Segment(pen.number, pen.path, pen.start_ms, pen.end_ms, pen.continues)]

    def _of_piece(self, piece: Piece, since_ms: int, until_ms: int, *, goes_on: bool) -> Iterator[Recorded]:
        """What a file holds of a time; what is known at its start comes first, unless it goes on from another."""
        file, index = self._opened(piece.segment)
        until_ms = min(until_ms, piece.until_ms)
        with file:
            descriptor = file.fileno()
            if not goes_on:
                yield Recorded(since_ms, _folded(descriptor, index, since_ms), is_whole=True)
            for entry in index:
                if since_ms < entry.at_ms <= until_ms and entry.kind is Kind.CHANGE:
                    yield Recorded(entry.at_ms, _change(descriptor, entry))
        if index[-1].at_ms < until_ms:
            raise SegmentBroken("it ends too soon")

    def _opened(self, segment: Segment) -> tuple[BinaryIO, Sequence[Entry]]:
        path, index = self._index(segment)
        try:
            return path.open("rb"), index
        except FileNotFoundError:
            path, index = self._index(segment)  # its writing ended, and its name changed, a moment ago
            return path.open("rb"), index

    def _index(self, segment: Segment) -> tuple[Path, Sequence[Entry]]:
        with self._lock:
            if self._pen is not None and self._pen.number == segment.number:
                return self._pen.path, tuple(self._pen.index)
            # A file that was being written when the reading began may be closed by now.
            path = next((known.path for known in self._closed if known.number == segment.number), segment.path)
            index = self._indexes.get(path)
            if index is not None:
                self._indexes.move_to_end(path)
                return path, index
        index = tuple(entries(path))
        with self._lock:
            self._indexes[path] = index
            while len(self._indexes) > _KEPT_INDEXES:
                self._indexes.popitem(last=False)
        return path, index


def _folded(descriptor: int, index: Sequence[Entry], at_ms: int) -> MapChange:
    wholes = [place for place, entry in enumerate(index) if entry.kind is Kind.WHOLE and entry.at_ms <= at_ms]
    if not wholes:
        raise SegmentBroken("it does not begin with a whole")
    state = MapState()
    for entry in index[wholes[-1] :]:
        if entry.at_ms > at_ms:
            break
        if entry.kind is not Kind.ALIVE:
            state.apply(_change(descriptor, entry))
    return state.whole()


def _change(descriptor: int, entry: Entry) -> MapChange:
    payload = payload_of(descriptor, entry)
    if payload is None:
        raise PayloadBroken("a record is not what was written")
    return unpacked(payload)
