"""Devices that came back: which claimed properties to look at again, when, and not too often."""

from collections.abc import Sequence
from itertools import islice

import msgspec

from backend.services.claim_stacks import Property

SETTLE_S = 2.0  # a gateway that kept our order gives it to a lamp that returns, and the lamp says so
FIRST_REST_S = 10.0
LONGEST_REST_S = 600.0
CALM_S = 3600.0
MOST_AT_ONCE = 1000  # some 20 ms; a whole street returns in one order, a whole city in some seconds
_LONGEST_LOOK_S = 60.0
_FORGET_UNHEARD_S = 1800.0  # two periods in which a lamp reports without being asked


class Return(msgspec.Struct, frozen=True):
    """One property of a device that came back. `looks`: how often it was looked at in vain."""

    key: Property
    since: float
    due: float
    looks: int = 0


class Returns:
    """Once a return each property is driven again at most; one that returns all the time, ever more rarely."""

    def __init__(self) -> None:
        self._waiting: dict[Property, Return] = {}
        self._driven: dict[Property, tuple[int, float]] = {}  # how often in a row, and when last

    def came_back(self, key: Property, now: float) -> None:
        """The device of this property answers again."""
        if key not in self._waiting:
            self._waiting[key] = Return(key, now, max(now + SETTLE_S, self._rested_at(key, now)))

    def due(self, now: float) -> Sequence[Return]:
        """What to look at now, a bounded part at a time; each is told once, unless it is put back."""
        if not self._waiting:
            return ()
        found = [*islice((waiting for waiting in self._waiting.values() if waiting.due <= now), MOST_AT_ONCE)]
        for one in found:
            del self._waiting[one.key]
        return found

    def put_back(self, one: Return, now: float) -> None:
        """It cannot be judged yet: look again, less often each time, and not for ever."""
        if now - one.since < _FORGET_UNHEARD_S:
            pause_s = min(SETTLE_S * 2.0**one.looks, _LONGEST_LOOK_S)
            self._waiting.setdefault(one.key, Return(one.key, one.since, now + pause_s, min(one.looks + 1, 30)))

    def driven(self, key: Property, now: float) -> None:
        """It was driven again because it came back."""
        count, at = self._driven.get(key, (0, now))
        self._driven[key] = (1 if now - at > CALM_S else count + 1, now)

    def forget(self, key: Property) -> None:
        """Nobody claims it any more."""
        self._waiting.pop(key, None)
        self._driven.pop(key, None)

    def _rested_at(self, key: Property, now: float) -> float:
        known = self._driven.get(key)
        if known is None:
            return now
        count, at = known
        if now - at > CALM_S:
            del self._driven[key]
            return now
        return at + min(FIRST_REST_S * 2.0 ** min(count - 1, 20), LONGEST_REST_S)
