"""The pull points of a simulated camera: who waits for events, and until when."""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Iterable

from backend.devkit.clock import Clock
from backend.integrations.onvif_camera.protocol import Event

MAX_SUBSCRIPTIONS = 5
MAX_WAITING_EVENTS = 2_000


class PullPoint:
    """One subscriber's queue."""

    def __init__(self, until: dt.datetime, first: Iterable[Event]) -> None:
        self.until = until
        self._events = deque(first, maxlen=MAX_WAITING_EVENTS)
        self._filled = asyncio.Event()
        if self._events:
            self._filled.set()

    def add(self, event: Event) -> None:
        """Queue an event, waking who waits."""
        self._events.append(event)
        self._filled.set()

    async def take(self, limit: int, timeout_s: float) -> tuple[Event, ...]:
        """The oldest events, waiting for the first one up to `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._filled.wait()
        except TimeoutError:
            return ()
        taken = tuple(self._events.popleft() for _ in range(min(max(limit, 1), len(self._events))))
        if not self._events:
            self._filled.clear()
        return taken


class PullPoints:
    """All subscriptions of one camera; like small cameras it keeps only a few and forgets the oldest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._points: dict[str, PullPoint] = {}
        self._count = 0

    def create(self, span: dt.timedelta, first: Iterable[Event]) -> str:
        """The number of a new pull point whose queue begins with the present state."""
        self._forget_ended()
        while len(self._points) >= MAX_SUBSCRIPTIONS:
            self._points.pop(next(iter(self._points)))
        self._count += 1
        number = str(self._count)
        self._points[number] = PullPoint(self._clock.now() + span, first)
        return number

    def get(self, number: str) -> PullPoint | None:
        """A pull point that has not ended."""
        self._forget_ended()
        return self._points.get(number)

    def end(self, number: str) -> None:
        """Forget one."""
        self._points.pop(number, None)

    def end_all(self) -> None:
        """Forget them all, as a reboot does."""
        self._points.clear()

    def publish(self, event: Event) -> None:
        """Queue an event for every subscriber."""
        self._forget_ended()
        for point in self._points.values():
            point.add(event)

    def _forget_ended(self) -> None:
        now = self._clock.now()
        for number in [number for number, point in self._points.items() if point.until < now]:
            del self._points[number]
