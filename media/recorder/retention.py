"""What must go, as plain rules: by age, by a camera's share, by the archive's. Seals are not their matter."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from contract.footage import LONGEST_DAYS

DAY_S: Final = 86_400.0
_AHEAD_S: Final = 3600.0


class KeptSegment(msgspec.Struct, frozen=True):
    """A segment on disk: whose, since when, and how large with its index."""

    camera_id: int
    begins_at: float
    size: int
    path: Path = Path()


def kept_seconds(kept_days: int) -> float:
    """How long a recording may be kept: what was authorised, one day at least, and never beyond the hard ceiling."""
    return min(max(kept_days, 1), LONGEST_DAYS) * DAY_S


def is_too_old(begins_at: float, now: float, kept_days: int) -> bool:
    """Whether a segment's first picture has reached its age; the rest of it goes with it."""
    return now - begins_at >= kept_seconds(kept_days)


def is_from_the_future(begins_at: float, now: float) -> bool:
    """Whether a segment was recorded under a clock that stood ahead: its true age is not in its name."""
    return begins_at > now + _AHEAD_S


def over_quota(
    oldest_first: Iterable[KeptSegment], used: Mapping[int, int], camera_quotas: Mapping[int, int], total_quota: int
) -> Iterator[KeptSegment]:
    """The oldest that must go so that every camera keeps to its quota and all to the archive's; 0 is no limit.

    `used`: bytes by camera. `oldest_first` is only read as far as needed.
    """
    left = dict(used)
    total = sum(left.values())
    over = {camera_id for camera_id, quota in camera_quotas.items() if 0 < quota < left.get(camera_id, 0)}
    for one in oldest_first:
        is_all_over = 0 < total_quota < total
        if not over and not is_all_over:
            return
        if is_all_over or one.camera_id in over:
            left[one.camera_id] = left.get(one.camera_id, 0) - one.size
            total -= one.size
            if left[one.camera_id] <= camera_quotas.get(one.camera_id, 0):
                over.discard(one.camera_id)
            yield one
