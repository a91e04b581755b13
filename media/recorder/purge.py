"""Destroys recordings and looks afterwards. Blocks: called in a thread. Reaches nothing but FOOTAGE/cameras."""

import contextlib
import heapq
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import LONGEST_DAYS, FootageGap
from media.recorder.retention import DAY_S, KeptSegment, is_from_the_future, is_too_old, kept_seconds, over_quota
from video.errors import ProtocolError
from video.footage.facts import Fact, note
from video.footage.places import (
    FACTS_NAME,
    SEGMENT_SUFFIX,
    camera_folder,
    camera_ids,
    day_name,
    days,
    files_of,
    stem_time,
    utc,
)

_BREATH_S: Final = 0.005  # for the event loop, between one camera and the next


class Destroyed(msgspec.Struct, frozen=True):
    """What went of one camera; `left`: files that are still there when looked for afterwards."""

    camera_id: int
    since: float
    until: float
    """Nothing older than that remains."""
    files: int
    size: int
    left: int


class _Tally:
    """Counts what is destroyed of one camera."""

    def __init__(self) -> None:
        self.files = self.size = self.left = 0
        self.first: float | None = None
        self.last = 0.0

    def destroy(self, segment: KeptSegment) -> None:
        """Delete a segment with all that belongs to it, the pictures first."""
        gone = [segment.path, *(segment.path.parent / name for name in _companions(segment.path))]
        for path in gone:
            with contextlib.suppress(OSError):
                path.unlink()
                self.files += 1
        self.left += sum(path.exists() for path in gone)
        self.size += segment.size
        self.first = segment.begins_at if self.first is None else min(self.first, segment.begins_at)
        self.last = max(self.last, segment.begins_at)


def purge_by_age(
    folder: Path,
    now: float,
    kept_days: Mapping[int, int],
    *,
    spared: Collection[Path],
    from_the_future: Mapping[str, float],
) -> list[Destroyed]:
    """Destroy what has reached its age. A camera without a plan of now keeps to the hard ceiling.

    `from_the_future`: when segments were first seen that claim to be younger than now; they age from then.
    """
    done: list[Destroyed] = []
    for camera_id in camera_ids(folder):
        allowed = kept_days.get(camera_id, LONGEST_DAYS)
        tally = _Tally()
        for segment in segments_of(folder, camera_id):
            name = segment.path.name
            seen_at = from_the_future.get(name)
            if is_too_old(segment.begins_at if seen_at is None else seen_at, now, allowed):
                if segment.path not in spared:
                    tally.destroy(segment)
            elif not from_the_future:
                break
        _tidy(camera_folder(folder, camera_id), now - kept_seconds(allowed))
        if tally.first is not None:
            until = now - kept_seconds(allowed)
            done.append(Destroyed(camera_id, tally.first, until, tally.files, tally.size, tally.left))
    return done


def purge_by_quota(
    folder: Path,
    used: Mapping[int, int],
    camera_quotas: Mapping[int, int],
    total_quota: int,
    *,
    spared: Collection[Path],
) -> list[Destroyed]:
    """Destroy the oldest until all keep to their quotas; what is gone before its age stays known as a gap."""
    is_all_over = 0 < total_quota < sum(used.values())
    wanted = [one for one in camera_ids(folder) if is_all_over or 0 < camera_quotas.get(one, 0) < used.get(one, 0)]
    if not wanted:
        return []
    oldest_first = heapq.merge(
        *(segments_of(folder, one) for one in wanted), key=lambda one: (one.begins_at, one.camera_id)
    )
    tallies: dict[int, _Tally] = {}
    for segment in over_quota(
        (one for one in oldest_first if one.path not in spared), used, camera_quotas, total_quota
    ):
        tallies.setdefault(segment.camera_id, _Tally()).destroy(segment)
    done: list[Destroyed] = []
    for camera_id, tally in tallies.items():
        since = tally.first or 0.0
        remaining = next((one.begins_at for one in segments_of(folder, camera_id)), tally.last + 1)
        until = max(remaining, tally.last)
        gap = FootageGap(since=utc(since), until=utc(until), reason="purged_quota", camera_id=camera_id)
        with contextlib.suppress(OSError):
            note(folder, camera_id, Fact(gap=gap))
        done.append(Destroyed(camera_id, since, until, tally.files, tally.size, tally.left))
    return done


def segments_of(folder: Path, camera_id: int) -> Iterator[KeptSegment]:
    """A camera's segments by name, oldest first; an index that lost its segment counts as one."""
    camera = camera_folder(folder, camera_id)
    for day in days(camera):
        if (camera / day).is_symlink():
            continue
        for stem, names in sorted(files_of(camera / day).items()):
            try:
                begins_at = stem_time(stem)
            except ValueError:
                continue
            size = 0
            for name in names:
                with contextlib.suppress(OSError):
                    size += (camera / day / name).stat().st_size
            yield KeptSegment(camera_id, begins_at, size, camera / day / (stem + SEGMENT_SUFFIX))


def future_segments(folder: Path, now: float) -> Iterator[str]:
    """Names of segments that claim to be younger than now."""
    today = day_name(now)
    for camera_id in camera_ids(folder):
        camera = camera_folder(folder, camera_id)
        for day in days(camera):
            if day < today:
                continue
            for stem in files_of(camera / day):
                with contextlib.suppress(ValueError):
                    if is_from_the_future(stem_time(stem), now):
                        yield stem + SEGMENT_SUFFIX


def used_bytes(folder: Path) -> dict[int, int]:
    """What every camera's recordings take: a million files at the start of a large archive, so without detours."""
    used: dict[int, int] = {}
    for camera_id in camera_ids(folder):
        camera = camera_folder(folder, camera_id)
        total = 0
        for day in days(camera):
            with contextlib.suppress(OSError), os.scandir(camera / day) as entries:
                total += sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
        used[camera_id] = total
        time.sleep(_BREATH_S)
    return used


def _companions(path: Path) -> list[str]:
    return [name for name in files_of(path.parent).get(path.stem, []) if name != path.name]


def _tidy(camera: Path, oldest_allowed: float) -> None:
    """Days of which nothing is left go with their facts, once their age is reached."""
    for day in days(camera):
        try:
            ends_at = stem_time(f"{day.replace('-', '')}T000000.000Z") + DAY_S
        except (ValueError, ProtocolError):
            continue
        if ends_at > oldest_allowed:
            return
        if files_of(camera / day):
            continue
        with contextlib.suppress(OSError):
            (camera / day / FACTS_NAME).unlink(missing_ok=True)
            (camera / day).rmdir()
