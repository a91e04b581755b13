"""Whether what a vehicle says of its place can be true: swapped, repeated, late and leaping fixes. Pure."""

import datetime as dt
import enum
import math
from typing import Final, NamedTuple

from backend.integrations.osmand_vehicles.protocol import Fix

FASTEST_KMH: Final = 250.0
_NEAR_M: Final = 500.0  # no jump, whatever the clocks say: the error of a bad fix
_STOOD_STILL: Final = 5  # repeated stamps of a vehicle that moves: its clock stands
_SAME_PLACE_M: Final = 15.0
_NO_SPAN_S: Final = 0.5
_LONGEST_GUESS_S: Final = 120.0  # fixes further apart say nothing of the speed now
_AGREEING: Final = 3
_LATE_FOR_S: Final = 600.0  # nothing but late fixes for so long: the device's clock was set back
_EARTH_M: Final = 6_371_009.0


class Judgement(enum.StrEnum):
    """What became of a fix, in the words that are counted."""

    TRUE = "true"
    NO_FIX = "no fix"  # heard, and nothing was said of a place
    INACCURATE = "inaccurate"
    SWAPPED = "swapped"
    IMPOSSIBLE = "impossible"
    REPEATED = "repeated"
    LATE = "late"  # older than what is known already
    JUMP = "jump"


class Area(NamedTuple):
    """Where the fleet is at home, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a place lies in it."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


class _Seen(NamedTuple):
    lon: float
    lat: float
    at: dt.datetime | None  # the device's stamp, as far as it is believed
    heard_s: float


class Track:
    """The last of one vehicle's way. `judge` says of each fix whether it may move the vehicle."""

    def __init__(self, *, worst_accuracy_m: float, area: Area | None = None) -> None:
        self._worst_accuracy_m = worst_accuracy_m
        self._area = area
        self._last: _Seen | None = None
        self._leap: tuple[_Seen, int] | None = None
        self._repeats = 0
        self.speed_kmh: float | None = None
        """From the last two true fixes, for trackers that do not tell it; None where that says nothing."""

    @property
    def clock_stands(self) -> bool:
        """Whether the vehicle moves under one and the same stamp: its clock is not believed."""
        return self._repeats >= _STOOD_STILL

    def judge(self, fix: Fix, at: dt.datetime | None, heard_s: float) -> Judgement:
        """`at`: the fix's stamp when it can be true; `heard_s`: when it came, on a clock that never jumps."""
        if fix.lon is None or fix.lat is None or not fix.is_valid or (fix.lon == 0.0 and fix.lat == 0.0):
            return Judgement.NO_FIX
        if self._is_swapped(fix.lon, fix.lat):
            return Judgement.SWAPPED
        if not is_place(fix.lon, fix.lat):
            return Judgement.IMPOSSIBLE
        if fix.accuracy_m is not None and not fix.accuracy_m <= self._worst_accuracy_m:
            return Judgement.INACCURATE
        return self._in_time(_Seen(fix.lon, fix.lat, at, heard_s))

    def _is_swapped(self, lon: float, lat: float) -> bool:
        area = self._area
        return area is not None and not area.holds(lon, lat) and area.holds(lat, lon)

    def _in_time(self, seen: _Seen) -> Judgement:
        last = self._last
        if last is None:
            self._take(seen)
            return Judgement.TRUE
        if seen.at is not None and last.at is not None:
            if seen.at < last.at and seen.heard_s - last.heard_s < _LATE_FOR_S:
                return Judgement.LATE
            if seen.at == last.at:
                if _metres(last, seen) > _SAME_PLACE_M:
                    self._repeats += 1
                if not self.clock_stands:
                    return Judgement.REPEATED
                seen = seen._replace(at=None)
            else:
                self._repeats = 0
        if self._is_leap(last, seen) and not self._is_confirmed(seen):
            return Judgement.JUMP
        self._take(seen)
        return Judgement.TRUE

    def _is_confirmed(self, seen: _Seen) -> bool:
        """A vehicle that was carried away is believed when fixes in a row agree on where it is."""
        agreeing = 1
        if self._leap is not None and not self._is_leap(self._leap[0], seen):
            agreeing = self._leap[1] + 1
        self._leap = (seen, agreeing)
        return agreeing >= _AGREEING

    def _take(self, seen: _Seen) -> None:
        last, self._last, self._leap = self._last, seen, None
        self.speed_kmh = None
        if last is None:
            return
        span_s = _span_s(last, seen)
        if _NO_SPAN_S <= span_s <= _LONGEST_GUESS_S:
            self.speed_kmh = min(_metres(last, seen) / span_s * 3.6, FASTEST_KMH)
        if seen.at is None:
            self._last = seen._replace(at=last.at)

    @staticmethod
    def _is_leap(last: _Seen, seen: _Seen) -> bool:
        metres = _metres(last, seen)
        return metres > _NEAR_M and metres / max(_span_s(last, seen), 1.0) * 3.6 > FASTEST_KMH


def parse_area(text: str) -> Area | None:
    """`west,south,east,north` in degrees; None for an empty text. Raises ValueError in words."""
    if not text.strip():
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"area is {text!r}: it must be west,south,east,north in degrees") from None
    if not (is_place(west, south) and is_place(east, north) and west < east and south < north):
        raise ValueError(f"area is {text!r}: west must be less than east, south less than north, all degrees")
    return Area(west, south, east, north)


def _span_s(last: _Seen, seen: _Seen) -> float:
    if seen.at is not None and last.at is not None and seen.at != last.at:
        return abs((seen.at - last.at).total_seconds())
    return abs(seen.heard_s - last.heard_s)


def is_place(lon: float, lat: float) -> bool:
    """Whether these are degrees of a place on earth."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180.0 and abs(lat) <= 90.0


def _metres(last: _Seen, seen: _Seen) -> float:
    """On a sphere: half a percent does not matter here."""
    north, south = math.radians(seen.lat), math.radians(last.lat)
    east = math.radians(seen.lon - last.lon)
    chord = math.sin((north - south) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord)))
