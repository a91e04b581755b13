"""Which clips a package will have: each a run of passages of one recorded file, its bytes the file's own."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from contract.footage import FootageGap
from contract.media import FootagePart
from video.footage.archive import JOIN_S, FootageArchive, Passage
from video.footage.places import utc
from video.mp4.picture_format import picture_format

MOST_CLIPS: Final = 9_999
_LONGEST_LABEL: Final = 40


class PlannedClip(msgspec.Struct, frozen=True, kw_only=True):
    """One clip to be: `length` bytes from `offset` of a recorded file, behind that file's head."""

    name: str
    part: int
    path: str
    init_length: int
    offset: int
    length: int
    begins_at: float
    ends_at: float
    pictures: int
    codec: str
    width: int
    height: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written; kept beside it, so that a resume writes the same."""

    parts: tuple[FootagePart, ...]
    lock_id: str
    clips: tuple[PlannedClip, ...]
    gaps: tuple[FootageGap, ...]

    @property
    def bytes(self) -> int:
        """Of recordings that will be read."""
        return sum(clip.length for clip in self.clips)


class TooMuch(Exception):
    """More clips than one package may have."""


def plan_clips(archive: FootageArchive, parts: Sequence[FootagePart], lock_id: str) -> Plan:
    """Look up what is recorded. Raises TooMuch, ProtocolError, OSError."""
    clips: list[PlannedClip] = []
    gaps: list[FootageGap] = []
    for number, part in enumerate(parts):
        since, until = part.since.timestamp(), part.until.timestamp()
        runs = list(_runs(archive.passages(part.camera_id, since, until)))
        for run in runs:
            if len(clips) >= MOST_CLIPS:
                raise TooMuch
            clips.append(_clip(len(clips) + 1, number, part, run))
        covered = [(run[0].begins_at, run[-1].ends_at) for run in runs]
        gaps += _gaps(part, covered, archive.gaps(part.camera_id, since, until))
    return Plan(parts=tuple(parts), lock_id=lock_id, clips=tuple(clips), gaps=tuple(gaps))


def _runs(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Passages that follow on one another in one file."""
    run: list[Passage] = []
    for passage in passages:
        if run and (passage.path != run[-1].path or passage.offset != run[-1].offset + run[-1].length):
            yield run
            run = []
        run.append(passage)
    if run:
        yield run


def _clip(number: int, part_number: int, part: FootagePart, run: Sequence[Passage]) -> PlannedClip:
    first, last = run[0], run[-1]
    pictures = picture_format(first.parameters)
    plain = unicodedata.normalize("NFKD", part.label).encode("ascii", "ignore").decode()
    label = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:_LONGEST_LABEL].strip("-") or str(part.camera_id)
    masked = "_masked" if part.masks else ""
    period = f"{utc(first.begins_at):%Y%m%dT%H%M%SZ}_{utc(last.ends_at):%Y%m%dT%H%M%SZ}"
    return PlannedClip(
        name=f"{number:03}_{label}_{period}{masked}.mp4",
        part=part_number,
        path=first.path,
        init_length=first.init_length,
        offset=first.offset,
        length=last.offset + last.length - first.offset,
        begins_at=first.begins_at,
        ends_at=last.ends_at,
        pictures=sum(passage.pictures for passage in run),
        codec=first.parameters.codec.value,
        width=pictures.width,
        height=pictures.height,
    )


def _gaps(
    part: FootagePart, covered: Iterable[tuple[float, float]], known: Sequence[FootageGap]
) -> Iterator[FootageGap]:
    """Each stretch of the asked period without pictures: for the reasons that are known, else "not_recorded"."""
    at = part.since.timestamp()
    for begins_at, ends_at in [*covered, (part.until.timestamp(), part.until.timestamp())]:
        if begins_at - at > JOIN_S:
            yield from _told(part.camera_id, utc(at), utc(begins_at), known)
        at = max(at, ends_at)


def _told(camera_id: int, since: dt.datetime, until: dt.datetime, known: Sequence[FootageGap]) -> Iterator[FootageGap]:
    at = since
    for gap in sorted(known, key=lambda one: one.since):
        begins, ends = max(gap.since, at), min(gap.until, until)
        if begins >= ends:
            continue
        if (begins - at).total_seconds() > JOIN_S:
            yield FootageGap(since=at, until=begins, reason="not_recorded", camera_id=camera_id)
        yield FootageGap(since=begins, until=ends, reason=gap.reason, camera_id=camera_id)
        at = ends
    if (until - at).total_seconds() > JOIN_S:
        yield FootageGap(since=at, until=until, reason="not_recorded", camera_id=camera_id)
