"""Alarms that are set aside until a time, and come back by themselves."""

import datetime as dt
import heapq
from collections.abc import Iterator

from backend.devkit.clock import Clock
from backend.domain.alarms.events import Unshelve
from backend.domain.alarms.life import LONGEST_SHELVING, AlarmState
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.writer import Job, States


class Shelf:
    """Times are held by the clock that never jumps: who puts the wall clock back keeps nothing aside for longer."""

    def __init__(self, clock: Clock, ledger: AlarmLedger) -> None:
        self._clock = clock
        self._ledger = ledger
        self._ends: list[tuple[float, Key, dt.datetime]] = []

    def taken(self, before: States, after: States) -> None:
        """What was committed: some of it is set aside, or until another time."""
        for key, state in after.items():
            old = before.get(key)
            if old is None or state.shelved_until != old.shelved_until:
                self.put(key, state)

    def put(self, key: Key, state: AlarmState) -> None:
        """An alarm as it stands; one that is not set aside is passed over."""
        if state.shelved_until is not None:
            left = min(state.shelved_until - self._clock.now(), LONGEST_SHELVING).total_seconds()
            heapq.heappush(self._ends, (self._clock.monotonic() + max(left, 0.0), key, state.shelved_until))

    def over(self, now: float) -> Iterator[Job]:
        """Whose time has passed by monotonic `now`, unless they were taken from the shelf or given another time."""
        while self._ends and self._ends[0][0] <= now:
            _, key, until = heapq.heappop(self._ends)
            state = self._ledger.state(key)
            if state is not None and state.is_shelved and state.shelved_until == until:
                yield Job(key, (Unshelve(),), "system", "the shelving ended")
