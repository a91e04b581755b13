"""How many alarms came, gathered into bars that can be seen. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from contract.replay import AlarmMinute
from widgets.timeline.scale import TimeScale

_MINUTE_MS: Final = 60_000
_LEAST_BAR_PX: Final = 5.0


class Bar(NamedTuple):
    """Alarms of one priority (0: P1) that came between two places of the axis."""

    left: float
    right: float
    priority: int
    alarms: int


def bars(minutes: Sequence[AlarmMinute], scale: TimeScale) -> Sequence[Bar]:
    """The bars in view: whole minutes, as many together as are needed to be seen."""
    group = max(1, -(-int(_LEAST_BAR_PX * scale.ms_per_px) // _MINUTE_MS))
    length = group * _MINUTE_MS
    counts: dict[tuple[int, int], int] = {}
    for minute in minutes:
        if minute.at_ms + length < scale.since_ms or minute.at_ms - length > scale.until_ms:
            continue
        for priority, count in enumerate(minute.counts):
            if count:
                key = (minute.at_ms // length, priority)
                counts[key] = counts.get(key, 0) + count
    right_end = scale.left + scale.width
    found: list[Bar] = []
    for (number, priority), count in sorted(counts.items()):
        left = max(scale.x_of(number * length), scale.left)
        right = min(max(scale.x_of((number + 1) * length), left + _LEAST_BAR_PX) - 1.0, right_end)
        if right > left:
            found.append(Bar(left, right, priority, count))
    return found


def counts_at(minutes: Sequence[AlarmMinute], scale: TimeScale, at_ms: float) -> tuple[int, int, int, int]:
    """How many of each priority the bar at a moment stands for."""
    group = max(1, -(-int(_LEAST_BAR_PX * scale.ms_per_px) // _MINUTE_MS))
    length = group * _MINUTE_MS
    inside = [minute.counts for minute in minutes if minute.at_ms // length == int(at_ms) // length]
    p1, p2, p3, p4 = (sum(counts[priority] for counts in inside) for priority in range(4))
    return p1, p2, p3, p4
