"""How much one sender may say. Pure: the time comes in."""

from collections import OrderedDict
from typing import Final

from backend.devkit.origin import origin_of

_MOST_REMEMBERED: Final = 4_096


class Allowance:
    """So many at once, and so many a second lasting."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s = per_s
        self._burst = burst
        self._left = burst
        self._at: float | None = None

    def take(self, count: int, now_s: float) -> bool:
        """Whether `count` more are allowed now; those that are not cost nothing."""
        if self._at is not None:
            self._left = min(self._burst, self._left + (now_s - self._at) * self._per_s)
        self._at = now_s
        if count > self._left:
            return False
        self._left -= count
        return True


class Strangers:
    """Addresses that showed wrong tokens: after some they are not listened to for a while. Bounded."""

    def __init__(self, per_s: float = 0.2, burst: float = 20.0) -> None:
        self._per_s = per_s
        self._burst = burst
        self._known: OrderedDict[str, Allowance] = OrderedDict()
        self._shut: dict[str, float] = {}

    def is_shut_out(self, address: str, now_s: float) -> bool:
        """Whether this address is not listened to now."""
        address = origin_of(address)
        until = self._shut.get(address)
        if until is None:
            return False
        if now_s >= until:
            del self._shut[address]
            return False
        return True

    def failed(self, address: str, now_s: float) -> None:
        """It showed a wrong token."""
        address = origin_of(address)
        allowance = self._known.pop(address, None) or Allowance(self._per_s, self._burst)
        self._known[address] = allowance
        if not allowance.take(1, now_s):
            if len(self._shut) >= _MOST_REMEMBERED:
                self._shut.clear()
            self._shut[address] = now_s + 60.0
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
