"""What a lane shows, and what lies under a moment of it. Pure; times are milliseconds since 1970."""

import enum
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class MarkKind(enum.StrEnum):
    """What is marked on a lane."""

    MOTION = "motion"
    EVENT = "event"
    ALARM = "alarm"
    BOOKMARK = "bookmark"
    LOCK = "lock"


class Period(NamedTuple):
    """From then to then."""

    since_ms: float
    until_ms: float

    @property
    def length_ms(self) -> float:
        """How long it is."""
        return self.until_ms - self.since_ms

    def holds(self, at_ms: float) -> bool:
        """Whether the moment lies in it."""
        return self.since_ms <= at_ms <= self.until_ms


class LaneGap(NamedTuple):
    """Should have been recorded and was not; `words` says why."""

    since_ms: float
    until_ms: float
    words: str


class LaneMark(NamedTuple):
    """Something on the lane; a moment when `until_ms` is None. `priority` of an alarm: 1 to 4."""

    id: str
    kind: MarkKind
    since_ms: float
    until_ms: float | None = None
    label: str = ""
    priority: int = 0


@dataclass(frozen=True)
class FootageLane:
    """One camera. Spans and gaps oldest first, spans without overlap."""

    camera_id: int
    name: str
    spans: Sequence[Period] = ()
    gaps: Sequence[LaneGap] = ()
    marks: Sequence[LaneMark] = ()
    is_loading: bool = False

    def is_recorded(self, at_ms: float) -> bool:
        """Whether there is a picture of that moment."""
        index = bisect_right(self.spans, at_ms, key=_begin) - 1
        return index >= 0 and self.spans[index].holds(at_ms)

    def gap_at(self, at_ms: float) -> LaneGap | None:
        """The told gap that holds a moment."""
        return next((gap for gap in self.gaps if gap.since_ms <= at_ms <= gap.until_ms), None)

    def marks_near(self, at_ms: float, within_ms: float) -> Sequence[LaneMark]:
        """The marks under the pointer, alarms and bookmarks before motion."""
        found = [mark for mark in self.marks if _distance(mark, at_ms) <= within_ms]
        return sorted(found, key=lambda mark: (mark.kind is MarkKind.MOTION, _distance(mark, at_ms)))


def next_mark(lanes: Iterable[FootageLane], at_ms: float, *, is_back: bool) -> LaneMark | None:
    """The alarm, event or bookmark before or after a moment, of all lanes."""
    marks = [mark for lane in lanes for mark in lane.marks if mark.kind is not MarkKind.MOTION]
    if is_back:
        # Half a second: whoever stands on a mark and goes back means the one before it.
        return max((mark for mark in marks if mark.since_ms < at_ms - 500), key=_mark_begin, default=None)
    return min((mark for mark in marks if mark.since_ms > at_ms + 1), key=_mark_begin, default=None)


def _begin(span: Period) -> float:
    return span.since_ms


def _mark_begin(mark: LaneMark) -> float:
    return mark.since_ms


def _distance(mark: LaneMark, at_ms: float) -> float:
    until = mark.since_ms if mark.until_ms is None else mark.until_ms
    return max(mark.since_ms - at_ms, at_ms - until, 0.0)
