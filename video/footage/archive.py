"""The archive as its readers see it, in any process: found by time, a few small reads each."""

import bisect
import datetime as dt
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import FootageGap, FootageMark, FootageSpan
from video.access_unit import AccessUnit, StreamParameters
from video.errors import ProtocolError
from video.footage.facts import facts
from video.footage.pictures import FootageGone, TimedUnit, to_seconds
from video.footage.places import (
    INDEX_SUFFIX,
    camera_folder,
    camera_ids,
    sealed_folder,
    segment_after,
    segment_at_or_before,
    segment_before,
    segments_between,
    utc,
)
from video.footage.segment_index import MAX_INDEX_BYTES, IndexRecord, first_and_last, parse_index
from video.mp4.fragments import parse_fragment, parted
from video.mp4.init_segment import parse_init

JOIN_S: Final = 2.0
"""Pictures this close follow on one another: a slow camera, or a clock that was set right by a little."""
_SEGMENTS_REMEMBERED = 128


class Passage(msgspec.Struct, frozen=True):
    """A group of pictures that plays on its own: it begins with a key picture."""

    camera_id: int
    begins_at: float
    """Seconds since 1970 UTC."""
    ends_at: float
    path: str
    offset: int
    length: int
    parameters: StreamParameters
    init_length: int
    pictures: int

    def init(self) -> bytes:
        """The head of its file: with it in front, the bytes of passages of one file are a film."""
        return _read(self.path, 0, self.init_length)

    def original(self) -> bytes:
        """Its bytes as recorded. Raises FootageGone, or ProtocolError when the file lost some."""
        return _read(self.path, self.offset, self.length)

    def read(self) -> tuple[TimedUnit, ...]:
        """Its pictures in order of decoding, parameter sets in front of key pictures.

        Raises FootageGone, or ProtocolError for a damaged file.
        """
        data = self.original()
        units: list[TimedUnit] = []
        offset = 0
        while offset < len(data):
            fragment = parse_fragment(data, offset)
            for sample in fragment.samples:
                nal_units = parted(sample.data)
                if sample.is_key:
                    nal_units = self.parameters.parameter_sets + nal_units
                unit = AccessUnit(nal_units, sample.is_key, sample.at_ticks & 0xFFFF_FFFF, 0.0)
                units.append(TimedUnit(unit, to_seconds(sample.at_ticks)))
            offset += fragment.length
        return tuple(units)


class _Segment(msgspec.Struct, frozen=True):
    """The passages of one file."""

    index_size: int
    passages: tuple[Passage, ...]
    begins: tuple[float, ...]


class FootageArchive:
    """Recordings below one folder. Holds no file open: each call sees what is recorded and purged by then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._remembered: OrderedDict[Path, _Segment] = OrderedDict()

    def sealed(self, lock_id: str) -> "FootageArchive":
        """A sealed extraction, read in the same way. Raises ProtocolError for an impossible name."""
        return FootageArchive(sealed_folder(self.folder, lock_id))

    def cameras(self) -> tuple[int, ...]:
        """The cameras of which anything is kept."""
        return camera_ids(self.folder)

    def passage_at(self, camera_id: int, at: float) -> Passage | None:
        """The passage that holds a moment, else the next one after it; None when nothing comes after."""
        camera = camera_folder(self.folder, camera_id)
        path = segment_at_or_before(camera, at)
        while path is not None:
            segment = self._segment(path)
            place = bisect.bisect_right(segment.begins, at) - 1
            if place >= 0:
                if at < segment.passages[place].ends_at:
                    return segment.passages[place]
                if place + 1 < len(segment.passages):
                    return segment.passages[place + 1]
                return self._first_after(camera, path)
            # Begins within the same millisecond as its name says, or holds nothing yet.
            path = segment_before(camera, path)
        return self._first_after(camera, None)

    def passage_after(self, passage: Passage) -> Passage | None:
        """The one that follows; over a gap if there is one."""
        path = Path(passage.path)
        passages = self._segment(path).passages
        place = bisect.bisect_right([one.offset for one in passages], passage.offset)
        if place < len(passages):
            return passages[place]
        return self._first_after(camera_folder(self.folder, passage.camera_id), path)

    def passage_before(self, passage: Passage) -> Passage | None:
        """The one before; over a gap if there is one."""
        path: Path | None = Path(passage.path)
        passages = self._segment(Path(passage.path)).passages
        place = bisect.bisect_left([one.offset for one in passages], passage.offset)
        if place:
            return passages[place - 1]
        camera = camera_folder(self.folder, passage.camera_id)
        while (path := segment_before(camera, path)) is not None:
            if passages := self._segment(path).passages:
                return passages[-1]
        return None

    def passages(self, camera_id: int, since: float, until: float) -> Iterator[Passage]:
        """Everything that touches a period, oldest first."""
        passage = self.passage_at(camera_id, since)
        while passage is not None and passage.begins_at < until:
            yield passage
            passage = self.passage_after(passage)

    def newest(self, camera_id: int) -> Passage | None:
        """The last passage of a camera."""
        camera = camera_folder(self.folder, camera_id)
        path: Path | None = None
        while (path := segment_before(camera, path)) is not None:
            if passages := self._segment(path).passages:
                return passages[-1]
        return None

    def oldest(self, camera_id: int) -> float | None:
        """When the first picture of a camera was taken."""
        first = self._first_after(camera_folder(self.folder, camera_id), None)
        return None if first is None else first.begins_at

    def spans(self, camera_id: int, since: float, until: float) -> tuple[FootageSpan, ...]:
        """Where there are pictures. Reads two records a segment: a segment has no holes."""
        found: list[tuple[float, float]] = []
        for path in segments_between(camera_folder(self.folder, camera_id), since, until):
            ends = _ends(path)
            if ends is None or ends[0] >= until or ends[1] <= since:
                continue
            begins_at, ends_at = max(ends[0], since), min(ends[1], until)
            if found and begins_at - found[-1][1] <= JOIN_S:
                found[-1] = (found[-1][0], max(found[-1][1], ends_at))
            else:
                found.append((begins_at, ends_at))
        return tuple(FootageSpan(since=utc(begins), until=utc(ends)) for begins, ends in found)

    def gaps(self, camera_id: int, since: float, until: float) -> tuple[FootageGap, ...]:
        """What should have been recorded and was not, oldest first."""
        found = [
            fact.gap
            for fact in facts(self.folder, camera_id, since, until)
            if fact.gap is not None and fact.gap.until >= utc(since) and fact.gap.since <= utc(until)
        ]
        joined: list[FootageGap] = []
        for gap in sorted(found, key=lambda one: (one.since, one.until)):
            before = joined[-1] if joined else None
            if before is not None and before.until == gap.since and before.reason == gap.reason:
                joined[-1] = msgspec.structs.replace(before, until=gap.until)
            else:
                joined.append(gap)
        return tuple(joined)

    def marks(self, camera_id: int, since: float, until: float) -> tuple[FootageMark, ...]:
        """What was marked, oldest first."""
        day = dt.timedelta(days=1).total_seconds()
        # A mark lies in the day it began: one that lasts over midnight is in yesterday's.
        noted = facts(self.folder, camera_id, since - day, until)
        newest = {fact.mark.id: fact.mark for fact in noted if fact.mark is not None}
        touching = [
            mark for mark in newest.values() if (mark.until or mark.since) >= utc(since) and mark.since <= utc(until)
        ]
        return tuple(sorted(touching, key=lambda mark: mark.since))

    def _first_after(self, camera: Path, path: Path | None) -> Passage | None:
        while (path := segment_after(camera, path)) is not None:
            if passages := self._segment(path).passages:
                return passages[0]
        return None

    def _segment(self, path: Path) -> _Segment:
        index = path.with_suffix(INDEX_SUFFIX)
        try:
            size = index.stat().st_size
            known = self._remembered.get(path)
            if known is None or known.index_size != size:
                known = _load(path, index, size)
        except (OSError, ProtocolError):
            # Purged since its name was read, or an index that a restart of the recorder will make anew.
            return _Segment(0, (), ())
        self._remembered[path] = known
        self._remembered.move_to_end(path)
        while len(self._remembered) > _SEGMENTS_REMEMBERED:
            self._remembered.popitem(last=False)
        return known


def _load(path: Path, index: Path, size: int) -> _Segment:
    with index.open("rb") as file:
        head, records = parse_index(file.read(min(size, MAX_INDEX_BYTES)))
    with path.open("rb") as file:
        init = parse_init(file.read(head.init_length))
    passages: list[Passage] = []
    group: list[IndexRecord] = []
    for record in [*records, None]:
        if group and (record is None or record.is_key):
            passages.append(
                Passage(
                    camera_id=head.camera_id,
                    begins_at=to_seconds(group[0].begins_at_ticks),
                    ends_at=to_seconds(group[-1].ends_at_ticks),
                    path=str(path),
                    offset=group[0].offset,
                    length=group[-1].end - group[0].offset,
                    parameters=init.parameters,
                    init_length=head.init_length,
                    pictures=sum(one.pictures for one in group),
                )
            )
            group = []
        if record is not None:
            group.append(record)
    return _Segment(size, tuple(passages), tuple(one.begins_at for one in passages))


def _ends(path: Path) -> tuple[float, float] | None:
    try:
        ends = first_and_last(path.with_suffix(INDEX_SUFFIX))
    except OSError:
        return None
    return None if ends is None else (to_seconds(ends[0].begins_at_ticks), to_seconds(ends[1].ends_at_ticks))


def _read(path: str, offset: int, length: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            file.seek(offset)
            data = file.read(length)
    except FileNotFoundError:
        raise FootageGone(f"the recording {Path(path).name} was purged") from None
    if len(data) != length:
        raise ProtocolError(f"the recording {Path(path).name} is shorter than its index says")
    return data
