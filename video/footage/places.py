"""Where recordings lie: FOLDER/cameras/NUMBER/YYYY-MM-DD/YYYYMMDDTHHMMSS.mmmZ.mp4, all in UTC."""

import bisect
import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from video.errors import ProtocolError

SEGMENT_SUFFIX: Final = ".mp4"
INDEX_SUFFIX: Final = ".index"
FACTS_NAME: Final = "facts.jsonl"
OPEN_NAME: Final = "open"
_STEM = re.compile(r"\d{8}T\d{6}\.\d{3}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LOCK = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def cameras_folder(folder: Path) -> Path:
    """Under which every camera has its folder."""
    return folder / "cameras"


def camera_folder(folder: Path, camera_id: int) -> Path:
    """One camera's recordings."""
    return cameras_folder(folder) / str(camera_id)


def sealed_folder(folder: Path, lock_id: str) -> Path:
    """One sealed extraction, laid out as an archive of its own. Raises ProtocolError for a name that is none."""
    if _LOCK.fullmatch(lock_id) is None:
        raise ProtocolError("a lock with an impossible name")
    return folder / "sealed" / lock_id


def camera_ids(folder: Path) -> tuple[int, ...]:
    """The cameras of which there is a folder."""
    return tuple(sorted(int(name) for name in _names(cameras_folder(folder)) if name.isascii() and name.isdigit()))


def utc(at: float) -> dt.datetime:
    """Seconds since 1970 as a time of day; times beyond the calendar become its ends."""
    return dt.datetime.fromtimestamp(min(max(at, 0.0), 253_402_300_799.0), dt.UTC)


def day_name(at: float) -> str:
    """The folder of a day."""
    return utc(at).strftime("%Y-%m-%d")


def segment_stem(at: float) -> str:
    """The name of a segment that begins then, without its suffix."""
    moment = utc(at)
    return f"{moment:%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03d}Z"


def stem_time(stem: str) -> float:
    """When a segment of that name begins, to the millisecond below."""
    moment = dt.datetime.strptime(stem, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=dt.UTC)
    return moment.timestamp()


def days(camera: Path) -> list[str]:
    """The days of a camera, oldest first."""
    return sorted(name for name in _names(camera) if _DAY.fullmatch(name))


def stems(day: Path) -> list[str]:
    """The segments of a day, oldest first."""
    return sorted(
        stem
        for name in _names(day)
        if name.endswith(SEGMENT_SUFFIX) and _STEM.fullmatch(stem := name.removesuffix(SEGMENT_SUFFIX))
    )


def files_of(day: Path) -> dict[str, list[str]]:
    """Every file of a day's segments by stem, an index without its segment included."""
    found: dict[str, list[str]] = {}
    for name in _names(day):
        stem = name[:20]
        if _STEM.fullmatch(stem):
            found.setdefault(stem, []).append(name)
    return found


def segment_at_or_before(camera: Path, at: float) -> Path | None:
    """The last segment that begins at that time or before it."""
    wanted_day, wanted_stem = day_name(at), segment_stem(at)
    for day in reversed(days(camera)):
        if day > wanted_day:
            continue
        found = stems(camera / day)
        place = bisect.bisect_right(found, wanted_stem)
        if place:
            return camera / day / (found[place - 1] + SEGMENT_SUFFIX)
    return None


def segment_after(camera: Path, path: Path | None) -> Path | None:
    """The next segment, by name; the oldest of all after None."""
    day_of = "" if path is None else path.parent.name
    stem = "" if path is None else path.stem
    for day in days(camera):
        if day < day_of:
            continue
        found = stems(camera / day)
        place = bisect.bisect_right(found, stem)
        if place < len(found):
            return camera / day / (found[place] + SEGMENT_SUFFIX)
    return None


def segment_before(camera: Path, path: Path | None) -> Path | None:
    """The segment before, by name; the newest of all before None."""
    for day in reversed(days(camera)):
        if path is not None and day > path.parent.name:
            continue
        found = stems(camera / day)
        place = len(found) if path is None else bisect.bisect_left(found, path.stem)
        if place:
            return camera / day / (found[place - 1] + SEGMENT_SUFFIX)
    return None


def segments_between(camera: Path, since: float, until: float) -> Iterator[Path]:
    """Every segment that may hold pictures of a period, by name; each day is listed once."""
    before = segment_at_or_before(camera, since)
    if before is not None:
        yield before
    first_day, first_stem = day_name(since), segment_stem(since)
    last_day, last_stem = day_name(until), segment_stem(until)
    for day in days(camera):
        if first_day <= day <= last_day:
            for stem in stems(camera / day):
                if first_stem < stem <= last_stem:
                    yield camera / day / (stem + SEGMENT_SUFFIX)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []
