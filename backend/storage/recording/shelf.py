"""The files of a recording on disk: their names, which of them count when clocks went back, what a fall left behind."""

import datetime as dt
import logging
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

from backend.domain.map_history import Stretch
from backend.storage.recording.segment import Entry, SegmentBroken, entries, read_header, whole_length

log = logging.getLogger(__name__)
HOLE_MS: Final = 15_000  # a longer silence is a gap: while it runs, a recording speaks every 5 s
_OPEN: Final = ".open"
_CLOSED: Final = ".map"
_HEADER_BYTES: Final = 16
_LONGEST_MS: Final = 7 * 86_400_000  # far more than a file ever lasts
_LAST_MS: Final = 7_258_118_400_000  # the year 2200


class Segment(NamedTuple):
    """One file. `continues`: nothing is missing between the file of the number before and this one."""

    number: int
    path: Path
    start_ms: int
    end_ms: int
    continues: bool


class Piece(NamedTuple):
    """The part of a file that counts, and whether it goes on without a gap from the piece before."""

    segment: Segment
    until_ms: int
    continues: bool

    @classmethod
    def after(cls, before: Self | None, segment: Segment, until_ms: int) -> Self:
        """A piece behind another."""
        goes_on = (
            before is not None
            and segment.continues
            and segment.number == before.segment.number + 1
            and 0 <= segment.start_ms - before.until_ms <= HOLE_MS
        )
        return cls(segment, until_ms, goes_on)


def open_path(folder: Path, number: int, start_ms: int) -> Path:
    """Where a file that is being written lies: a folder a day."""
    day = dt.datetime.fromtimestamp(start_ms / 1000, dt.UTC).date().isoformat()
    return folder / day / f"{number:08d}-{start_ms}{_OPEN}"


def closed_path(path: Path, end_ms: int) -> Path:
    """Where it lies once it is whole."""
    return path.with_name(f"{path.name.removesuffix(_OPEN)}-{end_ms}{_CLOSED}")


def found(folder: Path) -> tuple[list[Segment], list[str]]:
    """The files of a folder by number, those that a fall left open closed; and in words what was lost by it."""
    segments: list[Segment] = []
    losses: list[str] = []
    for path in sorted(_plain(folder, _OPEN)):
        loss = _close(path)
        if loss:
            losses.append(loss)
    for path in _plain(folder, _CLOSED):
        segment = _read(path)
        if segment is not None:
            segments.append(segment)
    return sorted(segments), losses


def pieces(segments: Sequence[Segment]) -> Sequence[Piece]:
    """What counts, in the order of time. Where a clock was put back, the later recording of a time stands."""
    kept: list[tuple[Segment, int]] = []
    earliest: int | None = None
    for segment in reversed(segments):
        until = segment.end_ms if earliest is None else min(segment.end_ms, earliest)
        if until >= segment.start_ms and (earliest is None or segment.start_ms < earliest):
            kept.append((segment, until))
            earliest = segment.start_ms
    ordered: list[Piece] = []
    for segment, until in reversed(kept):
        ordered.append(Piece.after(ordered[-1] if ordered else None, segment, until))
    return ordered


def stretches(segments: Sequence[Segment]) -> Iterator[Stretch]:
    """The times of which everything is known, oldest first."""
    current: Stretch | None = None
    for piece in pieces(segments):
        if current is not None and piece.continues:
            current = Stretch(current.since_ms, piece.until_ms)
            continue
        if current is not None:
            yield current
        current = Stretch(piece.segment.start_ms, piece.until_ms)
    if current is not None:
        yield current


def _plain(folder: Path, ending: str) -> Iterator[Path]:
    """The files, and nothing that leads elsewhere or never ends."""
    for path in folder.glob(f"*/*{ending}"):
        if stat.S_ISREG(path.lstat().st_mode):
            yield path
        else:
            log.warning("%s is left out of the recording: it is no plain file", path.name)


def _close(path: Path) -> str:
    """Cut the torn end of a file, and close it. Gives what was lost in words, empty when nothing was."""
    try:
        whole: list[Entry] = list(entries(path, checks_payloads=True))
        torn = path.stat().st_size - whole_length(whole)
        if not whole:
            path.unlink()
            return f"{path.name} held nothing whole and is gone" if torn else ""
        if torn:
            with path.open("r+b") as file:
                file.truncate(whole_length(whole))
        path.rename(closed_path(path, whole[-1].at_ms))
    except SegmentBroken as error:
        path.unlink(missing_ok=True)
        return f"{path.name} is gone: {error}"
    if not torn:
        return ""
    at = dt.datetime.fromtimestamp(whole[-1].at_ms / 1000, dt.UTC)
    return f"{path.name} was torn after {at:%Y-%m-%d %H:%M:%S} UTC; {torn} bytes were cut off"


def _read(path: Path) -> Segment | None:
    try:
        number, start, end = (int(part) for part in path.stem.split("-"))
        with path.open("rb") as file:
            start_ms, continues = read_header(file.read(_HEADER_BYTES))
    except (ValueError, OSError, SegmentBroken) as error:
        log.warning("%s is left out of the recording: %s", path.name, error)
        return None
    is_likely = 0 <= start <= end <= min(start + _LONGEST_MS, _LAST_MS)
    return Segment(number, path, start_ms, end, continues) if start_ms == start and is_likely else None
