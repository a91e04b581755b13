"""How one connection did since the backend started: counted where its adapter reports."""

import datetime as dt
from collections import deque
from typing import Final

from backend.devkit.clock import Clock
from contract.administration import LinkFigures
from contract.devices import LinkState

MINUTES: Final = 30


class LinkTally:
    """Costs a few additions a report."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._readings = 0
        self._losses = 0
        self._unanswered = 0
        self._last_heard: dt.datetime | None = None
        self._minutes: deque[tuple[int, int]] = deque(maxlen=MINUTES)
        self._state: LinkState | None = None
        self._since = clock.monotonic()
        self._watched_s = 0.0
        self._up_s = 0.0

    def heard(self, readings: int) -> None:
        """So many readings at once."""
        self._readings += readings
        self._last_heard = self._clock.now()
        minute = int(self._clock.monotonic() // 60)
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1] = (minute, self._minutes[-1][1] + readings)
        else:
            self._minutes.append((minute, readings))

    def silent(self, assets: int) -> None:
        """So many devices stopped answering."""
        self._unanswered += assets

    def changed(self, state: LinkState) -> None:
        """It went up or down. While it is paused it is not watched."""
        if state is self._state:
            return
        if self._state is LinkState.UP and state is not LinkState.PAUSED:
            self._losses += 1
        self._account()
        self._state = state

    def figures(self) -> LinkFigures:
        """As they are now."""
        self._account()
        minute = int(self._clock.monotonic() // 60)
        counted = dict(self._minutes)
        return LinkFigures(
            readings=self._readings,
            losses=self._losses,
            unanswered=self._unanswered,
            last_heard=self._last_heard,
            up_percent=100.0 * self._up_s / self._watched_s if self._watched_s > 0 else None,
            a_minute=tuple(counted.get(minute - ago, 0) for ago in range(MINUTES - 1, -1, -1)),
        )

    def _account(self) -> None:
        now = self._clock.monotonic()
        passed, self._since = max(0.0, now - self._since), now
        if self._state is not None and self._state is not LinkState.PAUSED:
            self._watched_s += passed
            if self._state is LinkState.UP:
                self._up_s += passed
