"""How the stream does: how late it tells, how much waits for consoles, who is slow, what was dropped."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from backend.api.stream.subscriber import MOST_WAITING_BYTES, Subscriber
from backend.devkit.clock import Clock
from backend.devkit.last_minute import LastMinute
from backend.services.administration.figures import figure
from contract.administration import HealthFigure

_WINDOWS_KEPT: Final = 1_200  # a minute of them, when all are full
_SLOW_BYTES: Final = MOST_WAITING_BYTES // 4
_MB: Final = 1_000_000
_GROUP: Final = "stream"


class HubHealth:
    """Noted as it happens, reckoned when it is asked for."""

    def __init__(self, clock: Clock) -> None:
        self._late_ms: deque[float] = deque(maxlen=_WINDOWS_KEPT)
        self._dropped = LastMinute(clock)
        self._cut = LastMinute(clock)

    def window_was_late(self, seconds: float) -> None:
        """A window was told so much after its time."""
        self._late_ms.append(max(0.0, seconds * 1_000))

    def dropped(self, who: str) -> None:
        """Values for a console piled up and gave way to a snapshot."""
        self._dropped.note(who)

    def cut(self, who: str) -> None:
        """A console did not keep up and was cut off."""
        self._cut.note(who)

    def figures(self, consoles: Sequence[Subscriber]) -> Sequence[HealthFigure]:
        """As it is."""
        late = sorted(self._late_ms)
        p95 = late[int(len(late) * 0.95)] if late else None
        slow = [one for one in consoles if one.waiting_bytes > _SLOW_BYTES or one.owed]
        fullest = max(consoles, key=lambda one: one.waiting_bytes, default=None)
        waiting = 0 if fullest is None else fullest.waiting_bytes
        limit = MOST_WAITING_BYTES / _MB
        return [
            figure(_GROUP, "stream_consoles", float(len(consoles))),
            figure(_GROUP, "stream_late_p95_ms", p95, "ms", watch=50.0, bad=200.0),
            figure(
                _GROUP,
                "stream_waiting_mb",
                waiting / _MB,
                "MB",
                watch=limit * 0.25,
                bad=limit * 0.75,
                who=_name(fullest) if waiting else "",
            ),
            figure(_GROUP, "stream_slow", float(len(slow)), watch=1.0, bad=10.0, who=_name(slow[0] if slow else None)),
            figure(
                _GROUP, "stream_dropped", float(self._dropped.count()), watch=1.0, bad=60.0, who=self._dropped.most()
            ),
            figure(_GROUP, "stream_cut", float(self._cut.count()), watch=1.0, bad=10.0, who=self._cut.most()),
        ]


def _name(subscriber: Subscriber | None) -> str:
    return "" if subscriber is None else subscriber.session.user.name
