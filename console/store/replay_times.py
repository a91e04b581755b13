"""Times of the past as the wire brings them: whatever answers, they lie in an age that has cities. No Qt."""

from collections.abc import Iterable
from typing import Final

from contract.replay import LONGEST_STEP_S, MOST_STEPS, ReplayAlarm, ReplayFrames, ReplaySpan

_LAST_MS: Final = 7_258_118_400_000  # the year 2200
_LONGEST_MS: Final = 2 * MOST_STEPS * LONGEST_STEP_S * 1000
_MOST_GAPS: Final = 100_000


def check_frames(frames: ReplayFrames) -> ReplayFrames:
    """The same. Raises ValueError for times that no recording has."""
    gaps = [moment for gap in frames.gaps for moment in (gap.since_ms, gap.until_ms)]
    moments = [frames.since_ms, frames.until_ms, *gaps, *(batch.at_ms for batch in frames.batches)]
    _check(moments)
    if max(moments) - min(moments) > _LONGEST_MS or not 1 <= frames.step_s <= LONGEST_STEP_S:
        raise ValueError("frames of more time than can be asked for")
    return frames


def check_span(span: ReplaySpan) -> ReplaySpan:
    """The same. Raises ValueError for times that no recording has."""
    if len(span.gaps) > _MOST_GAPS:
        raise ValueError("more gaps than recordings have")
    ends = [moment for moment in (span.first_ms, span.last_ms) if moment is not None]
    gaps = [moment for gap in span.gaps for moment in (gap.since_ms, gap.until_ms)]
    _check([span.now_ms, *ends, *gaps, *(minute.at_ms for minute in span.alarms)])
    if len(ends) == 1 or ends != sorted(ends):
        raise ValueError("a span that ends before it begins")
    if any(count < 0 or count > _LAST_MS for minute in span.alarms for count in minute.counts):
        raise ValueError("counts that nobody counted")
    return span


def check_alarm(alarm: ReplayAlarm | None) -> ReplayAlarm | None:
    """The same. Raises ValueError for a time that no recording has."""
    if alarm is not None:
        _check([alarm.at_ms])
    return alarm


def _check(moments: Iterable[int]) -> None:
    if not all(0 <= moment <= _LAST_MS for moment in moments):
        raise ValueError("times of another age")
