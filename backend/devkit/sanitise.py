"""Devices lie: what cannot be true turns FAILED, what stamps cannot be true are dropped, and both are counted."""

import datetime as dt
import math
from collections import Counter

from backend.devkit.clock import Clock
from contract.points import Quality, Reading, Value

_LARGEST_NUMBER = 1e15
_LONGEST_TEXT = 1000


class Sanitiser:
    """Turns what a device said into readings that the backend may believe.

    `counts`: how often each kind of lie was met ("not a number", "out of range", "future stamp" ...).
    """

    def __init__(
        self,
        clock: Clock,
        *,
        tolerated_ahead: dt.timedelta = dt.timedelta(minutes=2),
        oldest: dt.timedelta = dt.timedelta(days=366),
    ) -> None:
        self._clock = clock
        self._tolerated_ahead = tolerated_ahead
        self._oldest = oldest
        self.counts: Counter[str] = Counter()

    def reading(
        self,
        asset_id: int,
        point: str,
        value: object,
        device_time: dt.datetime | None,
        *,
        minimum: float = -_LARGEST_NUMBER,
        maximum: float = _LARGEST_NUMBER,
        quality: Quality = Quality.GOOD,
    ) -> Reading:
        """A reading; with value None and quality FAILED when the value cannot be true."""
        believed, is_credible = self._value(value, minimum, maximum)
        return Reading(asset_id, point, believed, self.stamp(device_time), quality if is_credible else Quality.FAILED)

    def stamp(self, device_time: dt.datetime | None) -> dt.datetime | None:
        """The device's stamp in UTC, or None (the server's is used) when it is absurd."""
        if device_time is None:
            return None
        if device_time.tzinfo is None:
            self.counts["stamp without zone"] += 1
            return None
        try:
            stamp = device_time.astimezone(dt.UTC)
        except (OverflowError, ValueError):
            self.counts["impossible stamp"] += 1
            return None
        now = self._clock.now()
        if stamp - now > self._tolerated_ahead:
            self.counts["future stamp"] += 1
            return None
        if now - stamp > self._oldest:
            self.counts["ancient stamp"] += 1
            return None
        return stamp

    def _line(self, text: str) -> str:
        """Texts of devices go to screens, files and logs: one line, nothing that steers a terminal or turns writing."""
        if text.isprintable():
            return text
        self.counts["not a line"] += 1
        return "".join(letter if letter.isprintable() else " " for letter in text).strip()

    def _value(self, value: object, minimum: float, maximum: float) -> tuple[Value, bool]:
        if value is None or isinstance(value, bool):
            return value, value is not None
        if isinstance(value, (int, float)):
            if isinstance(value, float) and not math.isfinite(value):
                self.counts["not a number"] += 1
                return None, False
            if not minimum <= value <= maximum:
                self.counts["out of range"] += 1
                return None, False
            return value, True
        if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
            return self._line(value), True
        self.counts["not a value"] += 1
        return None, False
