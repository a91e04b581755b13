"""Alarms counted by area as they come and go: a change costs what it changes, not what stands. No Qt."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from console.store.alarm_order import is_set_aside, urgency, wants_acknowledgement
from contract.alarms import Alarm, Priority


class Kind(NamedTuple):
    """What is counted together in words."""

    priority: Priority
    class_: str
    kind: str


class AreaCount:
    """The alarms of one area."""

    def __init__(self) -> None:
        self.alarms: dict[int, Alarm] = {}
        self.waiting: Counter[Priority] = Counter()
        self.known: Counter[Priority] = Counter()  # stand, and are acknowledged
        self.kinds: Counter[Kind] = Counter()  # of those that wait
        self.explained = 0

    @property
    def worst(self) -> Priority | None:
        """Of what waits, else of what stands."""
        return min(+self.waiting, default=None) or min(+self.known, default=None)

    @property
    def is_waiting(self) -> bool:
        """Somebody has to acknowledge something here."""
        return bool(+self.waiting)

    @property
    def known_count(self) -> int:
        """How many stand and are acknowledged."""
        return self.known.total()

    def most_urgent(self) -> Alarm | None:
        """Where a click leads."""
        return min(self.alarms.values(), key=urgency, default=None)

    def count(self, alarm: Alarm, step: int) -> None:
        """Add it, or take it away."""
        if step > 0:
            self.alarms[alarm.id] = alarm
        else:
            self.alarms.pop(alarm.id, None)
        self.explained += step * alarm.folded_count
        if wants_acknowledgement(alarm):
            self.waiting[alarm.priority] += step
            self.kinds[Kind(alarm.priority, alarm.class_, alarm.kind)] += step
        else:
            self.known[alarm.priority] += step


class AreaCounts:
    """All areas; `key_of` says to which one an alarm belongs."""

    def __init__(self, key_of: Callable[[Alarm], str]) -> None:
        self._key_of = key_of
        self._held: dict[int, Alarm] = {}
        self.areas: dict[str, AreaCount] = {}

    def take(self, alarm_ids: Iterable[int], get: Callable[[int], Alarm | None]) -> None:
        """These alarms are others, or gone. What is set aside or explained by a card is not counted."""
        for alarm_id in alarm_ids:
            before, now = self._held.pop(alarm_id, None), get(alarm_id)
            if before is not None:
                self.areas[self._key_of(before)].count(before, -1)
            if now is not None and not is_set_aside(now):
                self._held[alarm_id] = now
                key = self._key_of(now)
                if key not in self.areas:
                    self.areas[key] = AreaCount()
                self.areas[key].count(now, +1)
