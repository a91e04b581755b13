"""Which alarm sound is due when: the bell of one seat, without Qt and without a clock of its own.

An alarm rings from the moment it is annunciated until it is acknowledged, set aside or gone. That it returns to normal
starts no sound and ends none. The whole seat rings one sound at a time, that of the worst alarm.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from console.store.alarm_order import is_set_aside, wants_acknowledgement
from contract.alarm_flood import FLOOD_SOUND_EVERY_S
from contract.alarms import Alarm, Annunciation, Priority

LONGEST_SILENCE_S: Final = 120.0
REPEATS_EVERY_S: Final[Mapping[Priority, float]] = {
    Priority.P1: 2.0,
    Priority.P2: 5.0,
    Priority.P3: 10.0,
    Priority.P4: 30.0,
}
LEAST_GAP_S: Final = 1.2  # each sound is heard out, however many alarms come; a worse one need not wait


class _Ringing(NamedTuple):
    priority: Priority
    rings: int


class Bell:
    """Told what alarms do; `due` says what to play. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}  # the occurrence that was last seen of each alarm that is not at rest
        self._ringing: dict[int, _Ringing] = {}
        self._counts = dict.fromkeys(Priority, 0)
        self._fresh: set[int] = set()  # ringing, and not heard yet
        self._pierces: set[int] = set()  # came as P1, or rang a second time, since silence was asked for
        self.first_heard: frozenset[int] = frozenset()  # the alarms for which the last sound was the first
        self._silent_until = -math.inf
        self._last_at = -math.inf
        self._last: Priority | None = None
        self._is_flood = False

    @property
    def ringing_count(self) -> int:
        """How many alarms somebody still has to hear, silenced ones too."""
        return len(self._ringing)

    def is_ringing(self, alarm_id: int) -> bool:
        """Whether this alarm is one of them."""
        return alarm_id in self._ringing

    def take(self, alarm: Alarm) -> None:
        """An alarm as it is now. One at rest is forgotten."""
        known = self._known.get(alarm.id)
        if alarm.annunciation is Annunciation.NORM and not is_set_aside(alarm):
            self.forget((alarm.id,))
            return
        self._known[alarm.id] = alarm.occurrence
        if not wants_acknowledgement(alarm):
            self._hush(alarm.id)
            return
        before = self._ringing.get(alarm.id)
        # Another number than the known one is an annunciation: a lower one is a backend restored from a copy.
        is_new = alarm.occurrence != known
        if before is None and not is_new and alarm.annunciation is not Annunciation.UNACK:
            return  # unshelved after it had returned: it is shown as owed, but nothing is annunciated
        self._count(before, -1)
        self._ringing[alarm.id] = now = _Ringing(alarm.priority, alarm.rings)
        self._count(now, +1)
        is_second_ring = before is not None and alarm.rings > before.rings
        if is_new or before is None or alarm.priority < before.priority or is_second_ring:
            self._fresh.add(alarm.id)
            if alarm.priority is Priority.P1 or is_second_ring:
                self._pierces.add(alarm.id)
        if alarm.priority is not Priority.P1 and not is_second_ring and (is_new or _was_p1(before)):
            self._pierces.discard(alarm.id)  # it came as P1 through the silence, and is none any more

    def forget(self, alarm_ids: Iterable[int]) -> None:
        """Alarms that are at rest, or may no longer be seen."""
        for alarm_id in alarm_ids:
            self._known.pop(alarm_id, None)
            self._hush(alarm_id)

    def rest(self) -> None:
        """Nobody is logged in: nothing rings, nothing is known, no silence lasts."""
        self._known.clear()
        self._ringing.clear()
        self._counts = dict.fromkeys(Priority, 0)
        self._fresh.clear()
        self._pierces.clear()
        self._silent_until = self._last_at = -math.inf
        self._last = None

    def flood(self, *, is_on: bool) -> None:
        """In a flood there is one sound in ten seconds; a P1 after lesser ones is heard at once."""
        self._is_flood = is_on

    def silence(self, now: float, seconds: float = LONGEST_SILENCE_S) -> float:
        """Quiet for what rings now and for what comes, a new P1 and a second ring excepted; answers for how long."""
        lasts = min(max(seconds, 0.0), LONGEST_SILENCE_S)
        self._silent_until = now + lasts
        self._pierces.clear()
        return lasts

    def end_silence(self) -> None:
        """Let it be heard again."""
        self._silent_until = -math.inf

    def silent_for(self, now: float) -> float:
        """Seconds that the silence still lasts; 0 when there is none."""
        return min(max(0.0, self._silent_until - now), LONGEST_SILENCE_S)

    def due(self, now: float) -> Priority | None:
        """The sound to play now, counted as played; None: nothing, or not yet."""
        if not self._ringing or now < self._last_at + self._least_wait():
            return None
        in_silence = now < self._silent_until
        worst = self._worst(in_silence=in_silence)
        if worst is None:
            return None
        fresh = self._fresh & self._pierces if in_silence else self._fresh
        is_new = any(self._ringing[alarm_id].priority is worst for alarm_id in fresh)
        if not is_new and now < self._last_at + REPEATS_EVERY_S[worst]:
            return None
        if is_new and now < self._last_at + LEAST_GAP_S and (self._last is None or worst >= self._last):
            return None
        self.first_heard = frozenset(fresh)
        self._fresh -= self.first_heard
        self._last_at, self._last = now, worst
        return worst

    def _least_wait(self) -> float:
        if self._is_flood and not (self._last is not Priority.P1 and self._has_fresh_p1()):
            return FLOOD_SOUND_EVERY_S
        return 0.0 if self._fresh else min(REPEATS_EVERY_S.values())

    def _has_fresh_p1(self) -> bool:
        return any(self._ringing[alarm_id].priority is Priority.P1 for alarm_id in self._fresh)

    def _worst(self, *, in_silence: bool) -> Priority | None:
        if in_silence:
            return min((self._ringing[alarm_id].priority for alarm_id in self._pierces), default=None)
        return next((priority for priority in Priority if self._counts[priority]), None)

    def _count(self, one: _Ringing | None, step: int) -> None:
        if one is not None:
            self._counts[one.priority] += step

    def _hush(self, alarm_id: int) -> None:
        self._count(self._ringing.pop(alarm_id, None), -1)
        self._fresh.discard(alarm_id)
        self._pierces.discard(alarm_id)


def _was_p1(before: _Ringing | None) -> bool:
    return before is not None and before.priority is Priority.P1
