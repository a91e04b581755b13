"""What a recording plan may say, when a seal may end, what counts as motion: rules on values."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import msgspec

from contract.footage import LONGEST_DAYS, FootageGap, FootageSpan, Hours, RecordingMode, RecordingPlan

STREAMS: Final = frozenset({"sub", "main"})
MINUTES_A_DAY: Final = 24 * 60
MOST_HOURS: Final = 50
LONGEST_PRE_ROLL_S: Final = 60
LONGEST_POST_ROLL_S: Final = 600
LEAST_QUOTA_BYTES: Final = 100_000_000
MOST_QUOTA_BYTES: Final = 1_000_000_000_000_000
LONGEST_AWAY_S: Final = 7 * 86_400.0
"""A backend that seems to have been away for longer does not believe the clock."""
_JOINED_WITHIN: Final = dt.timedelta(seconds=5)
_SHORTEST: Final = dt.timedelta(seconds=1)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, as a code of the texts of services with what fills its blanks."""

    code: str
    args: Mapping[str, object] = {}


def plan_fault(plan: RecordingPlan) -> Fault | None:
    """Why a camera cannot be recorded so; None when it can."""
    if plan.stream not in STREAMS:
        return Fault("streams")
    if not 1 <= plan.kept_days <= LONGEST_DAYS:
        return Fault("plan_kept", {"days": LONGEST_DAYS})
    if not 0 <= plan.pre_roll_s <= LONGEST_PRE_ROLL_S:
        return Fault("plan_pre_roll", {"seconds": LONGEST_PRE_ROLL_S})
    if not 0 <= plan.post_roll_s <= LONGEST_POST_ROLL_S:
        return Fault("plan_post_roll", {"seconds": LONGEST_POST_ROLL_S})
    if plan.quota_bytes != 0 and not LEAST_QUOTA_BYTES <= plan.quota_bytes <= MOST_QUOTA_BYTES:
        return Fault("plan_quota", {"megabytes": LEAST_QUOTA_BYTES // 1_000_000})
    if plan.time_zone not in _time_zones():
        return Fault("plan_zone", {"zone": plan.time_zone[:40]})
    if len(plan.hours) > MOST_HOURS or not all(_is_sound(hours) for hours in plan.hours):
        return Fault("plan_hours", {"count": MOST_HOURS})
    if plan.mode is RecordingMode.SCHEDULE and not plan.hours:
        return Fault("plan_no_hours")
    return None


class Anchor(msgspec.Struct, frozen=True):
    """A moment whose wall time is believed; seconds since 1970 and on the monotonic clock."""

    wall_s: float
    monotonic_s: float


def first_anchor(wall_s: float, monotonic_s: float, last_believed_s: float | None) -> Anchor:
    """At a start the wall clock is believed, unless it says that we were away longer than anybody is."""
    if last_believed_s is not None:
        wall_s = min(wall_s, last_believed_s + LONGEST_AWAY_S)
    return Anchor(wall_s, monotonic_s)


def believed_now(anchor: Anchor, wall_s: float, monotonic_s: float) -> float:
    """Never ahead of the wall clock, and never ahead of the time that has really passed: a clock that is set
    forward destroys nothing before its time."""
    return min(wall_s, anchor.wall_s + max(0.0, monotonic_s - anchor.monotonic_s))


def disk_percent(used_bytes: int, free_bytes: int) -> int:
    """How full a disk is; what is kept back for root counts as taken."""
    return 100 * used_bytes // max(1, used_bytes + free_bytes)


def spans_of(samples: Iterable[tuple[dt.datetime, bool]], until: dt.datetime) -> Sequence[FootageSpan]:
    """From yes to no, oldest first; what still lasts ends at `until`. Those that nearly touch are one."""
    spans: list[FootageSpan] = []
    since: dt.datetime | None = None
    for at, is_on in samples:
        if is_on and since is None:
            since = at
        elif not is_on and since is not None:
            _add(spans, since, at)
            since = None
    if since is not None:
        _add(spans, since, max(since, until))
    return spans


def cut_by(spans: Iterable[FootageSpan], holes: Iterable[FootageGap]) -> Sequence[FootageSpan]:
    """The spans without what lies in the holes: nobody knows what was then."""
    left = list(spans)
    for hole in holes:
        left = [part for span in left for part in _beside(span, hole)]
    return left


def clipped(items: Iterable[FootageSpan], since: dt.datetime, until: dt.datetime) -> tuple[FootageSpan, ...]:
    """What of the spans lies in a period."""
    inside = [item for item in items if max(item.since, since) < min(item.until, until)]
    return tuple(FootageSpan(since=max(item.since, since), until=min(item.until, until)) for item in inside)


def clipped_gaps(items: Iterable[FootageGap], since: dt.datetime, until: dt.datetime) -> tuple[FootageGap, ...]:
    """What of the gaps lies in a period."""
    inside = [item for item in items if max(item.since, since) < min(item.until, until)]
    return tuple(
        msgspec.structs.replace(item, since=max(item.since, since), until=min(item.until, until)) for item in inside
    )


def _is_sound(hours: Hours) -> bool:
    return (
        0 <= hours.from_minute < MINUTES_A_DAY
        and 0 <= hours.to_minute <= MINUTES_A_DAY
        and hours.from_minute != hours.to_minute
        and 0 < len(hours.weekdays) == len(set(hours.weekdays))
        and all(0 <= day <= 6 for day in hours.weekdays)
    )


def _add(spans: list[FootageSpan], since: dt.datetime, until: dt.datetime) -> None:
    until = max(until, since + _SHORTEST)
    if spans and since - spans[-1].until <= _JOINED_WITHIN:
        spans[-1] = FootageSpan(since=spans[-1].since, until=max(until, spans[-1].until))
    else:
        spans.append(FootageSpan(since=since, until=until))


def _beside(span: FootageSpan, hole: FootageGap) -> Sequence[FootageSpan]:
    if hole.since >= span.until or hole.until <= span.since:
        return (span,)
    parts = ((span.since, hole.since), (hole.until, span.until))
    return [FootageSpan(since=since, until=until) for since, until in parts if since < until]


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
