"""Between moments and pixels: zoom, pan, ticks at round local times. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

SHORTEST_MS: Final = 60_000.0
_LEAST_TICK_PX: Final = 84.0
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_STEPS: Final = (
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 30)),
)


class Tick(NamedTuple):
    """A mark of the axis. `has_day`: the day changed since the mark before."""

    at_ms: float
    text: str
    has_day: bool


@dataclass(frozen=True)
class TimeScale:
    """The moments [since, until] over `width` pixels from `left` on."""

    since_ms: float
    until_ms: float
    left: float
    width: float

    @property
    def ms_per_px(self) -> float:
        """How long a pixel is."""
        return (self.until_ms - self.since_ms) / max(1.0, self.width)

    def x_of(self, at_ms: float) -> float:
        """Where a moment lies; outside too."""
        return self.left + (at_ms - self.since_ms) / self.ms_per_px

    def ms_at(self, x: float) -> float:
        """Which moment lies there."""
        return self.since_ms + (x - self.left) * self.ms_per_px

    def zoomed(
        self, factor: float, at_ms: float, first_ms: float, last_ms: float, shortest_ms: float = SHORTEST_MS
    ) -> Self:
        """Longer or shorter by a factor, the moment under the pointer staying there; within bounds."""
        whole = max(shortest_ms, last_ms - first_ms)
        length = min(max((self.until_ms - self.since_ms) * factor, shortest_ms), whole)
        share = (at_ms - self.since_ms) / max(1.0, self.until_ms - self.since_ms)
        return self._over(at_ms - share * length, length, first_ms, last_ms)

    def panned(self, by_ms: float, first_ms: float, last_ms: float) -> Self:
        """Shifted, within bounds."""
        return self._over(self.since_ms + by_ms, self.until_ms - self.since_ms, first_ms, last_ms)

    def with_width(self, left: float, width: float) -> Self:
        """The same moments over other pixels."""
        return type(self)(self.since_ms, self.until_ms, left, width)

    def _over(self, since_ms: float, length: float, first_ms: float, last_ms: float) -> Self:
        since = min(max(since_ms, first_ms), max(first_ms, last_ms - length))
        return type(self)(since, since + length, self.left, self.width)


def ticks(scale: TimeScale, zone: dt.tzinfo | None, day_format: str) -> Sequence[Tick]:
    """Marks at round local times, far enough apart to be read."""
    wanted = scale.ms_per_px * _LEAST_TICK_PX
    step = next((step for step in _STEPS if step >= wanted), _STEPS[-1])
    offset = local((scale.since_ms + scale.until_ms) / 2, zone).utcoffset() or dt.timedelta(0)
    offset_ms = offset.total_seconds() * 1000
    first = -(-(scale.since_ms + offset_ms) // step) * step - offset_ms
    count = int((scale.until_ms - first) // step) + 1 if first <= scale.until_ms else 0
    found: list[Tick] = []
    day: dt.date | None = local(scale.since_ms, zone).date() if step < _DAY else None
    for number in range(min(count, 1_000)):
        at_ms = first + number * step
        at = local(at_ms, zone)
        has_day = at.date() != day
        day = at.date()
        words = at.strftime(day_format) if step >= _DAY else at.strftime("%H:%M:%S" if step < _MINUTE else "%H:%M")
        found.append(Tick(at_ms, f"{at.strftime(day_format)} {words}" if has_day and step < _DAY else words, has_day))
    return found


def local(at_ms: float, zone: dt.tzinfo | None) -> dt.datetime:
    """A moment on the operator's clock."""
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).astimezone(zone)
