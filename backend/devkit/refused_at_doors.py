"""Who was refused where the field speaks to us: at listeners of integrations and at our own broker. Bounded."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.last_minute import LastMinute
from backend.devkit.origin import origin_of

_MOST_DOORS: Final = 64
NoteRefused = Callable[[str, str], None]
"""Told the door (a connection's id, or an integration's name where nobody knows whose it is) and the address."""


def not_noted(door: str, address: str) -> None:
    """Where nobody counts."""
    del door, address


class DoorRefusals(msgspec.Struct, frozen=True, kw_only=True):
    """One door: how many in the last minute, from where most of them, and the last one."""

    door: str
    in_a_minute: int
    most: str
    last_address: str
    last_at: dt.datetime


class RefusedAtDoors:
    """Counted in memory. The door that was quiet for longest makes room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._minutes: OrderedDict[str, LastMinute] = OrderedDict()
        self._last: dict[str, tuple[str, dt.datetime]] = {}

    def note(self, door: str, address: str, times: int = 1) -> None:
        """Somebody there was not let in, or not listened to."""
        origin = origin_of(address)
        minute = self._minutes.pop(door, None) or LastMinute(self._clock)
        self._minutes[door] = minute
        minute.note(origin, times)
        self._last[door] = (origin, self._clock.now())
        while len(self._minutes) > _MOST_DOORS:
            left, _ = self._minutes.popitem(last=False)
            del self._last[left]

    def told(self) -> Sequence[DoorRefusals]:
        """By name; those that never refused anybody are left out."""
        return [
            DoorRefusals(
                door=door,
                in_a_minute=self._minutes[door].count(),
                most=self._minutes[door].most(),
                last_address=self._last[door][0],
                last_at=self._last[door][1],
            )
            for door in sorted(self._minutes)
        ]
