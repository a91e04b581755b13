"""Pictures as they come from a camera, put into groups, each picture with its time."""

from typing import Final

import msgspec

from video.access_unit import AccessUnit, StreamParameters
from video.clocks import Clock
from video.errors import ProtocolError
from video.footage.pictures import PictureGroup, TimedUnit
from video.mp4.sample_entries import parameter_sets

DRIFT_S: Final = 2.0
"""Between camera, monotonic and wall clock: less is slewed, more is a jump."""
_SLEW_S: Final = 0.01  # a group: a thousandth of a second each second and more, faster than any sane clock runs wrong
_LONGEST_PART_S: Final = 10.0
_LARGEST_PART_BYTES: Final = 16 * 2**20
_MOST_PICTURES: Final = 4_096
_TYPICAL_S: Final = 0.04


class ClockJump(msgspec.Struct, frozen=True):
    """The wall clock was set while pictures came: the next group begins at `after` instead of `before`."""

    before: float
    after: float


class PictureGrouping:
    """Takes the pictures of one connection after another.

    A picture's time is the camera's own clock (RTP), tied to the moment of the least delayed picture of a group:
    neither the network's jitter nor the burst with which a connection begins shows in the recording.
    """

    def __init__(self, clock: Clock, wall: Clock) -> None:
        self._clock = clock
        self._wall = wall
        self._described: StreamParameters | None = None
        self._parameters: StreamParameters | None = None
        self._units: list[AccessUnit] = []
        self._ticks: list[int] = []
        self._bytes = 0
        self._tied: float | None = None  # monotonic time of tick 0
        self._offset = 0.0  # from the monotonic clock to the wall's
        self._tick = 0
        self._rtp = 0

    def describe(self, parameters: StreamParameters) -> None:
        """What the next pictures are coded with."""
        self._described = parameters

    def add(self, unit: AccessUnit) -> list[PictureGroup | ClockJump]:
        """What this picture completes. A damaged one ends its group; the next begins at a key picture."""
        done: list[PictureGroup | ClockJump] = []
        step = self._step(unit)
        if not -_DRIFT_TICKS <= step <= 5 * _DRIFT_TICKS:
            done += self.end()
        elif unit.is_damaged:
            done += self._cut()
        if unit.is_key and not unit.is_damaged:
            self._tick += step
            done += self._close(self._tick)
            self._begin(unit)
        elif self._units:
            self._tick += step
            if self._is_long():
                done += self._close(min(self._tick, max(self._ticks) + _rate(self._parameters)))
        else:
            self._rtp, self._tick = unit.rtp_time, self._tick + step
            return done
        if self._parameters is not None:
            self._units.append(unit)
            self._ticks.append(self._tick)
            self._bytes += sum(map(len, unit.nal_units))
        self._rtp = unit.rtp_time
        return done

    def end(self) -> list[PictureGroup | ClockJump]:
        """No more comes for now: the group as far as it got."""
        done = self._cut()
        self._tied = None
        return done

    def _cut(self) -> list[PictureGroup | ClockJump]:
        if not self._ticks:
            return []
        shown = sorted(self._ticks)
        rate = _rate(self._parameters)
        usual = (shown[-1] - shown[0]) // (len(shown) - 1) if len(shown) > 1 else round(_TYPICAL_S * rate)
        return self._close(shown[-1] + usual)

    def _step(self, unit: AccessUnit) -> int:
        step = (unit.rtp_time - self._rtp) & 0xFFFF_FFFF
        return step - (1 << 32) if step >= 1 << 31 else step

    def _is_long(self) -> bool:
        return (
            self._bytes > _LARGEST_PART_BYTES
            or len(self._units) >= _MOST_PICTURES
            or self._tick - min(self._ticks) > _LONGEST_PART_S * _rate(self._parameters)
        )

    def _begin(self, key: AccessUnit) -> None:
        described = self._described
        if described is None:
            self._parameters = None
            return
        codec = described.codec
        try:
            own = parameter_sets(codec, key.nal_units)
            sets = own if len(own) > 1 else parameter_sets(codec, described.parameter_sets)
        except ProtocolError:
            sets = ()
        self._parameters = StreamParameters(codec, sets, described.clock_rate) if sets else None

    def _close(self, next_tick: int) -> list[PictureGroup | ClockJump]:
        units, ticks, parameters = self._units, self._ticks, self._parameters
        size, self._units, self._ticks, self._bytes = self._bytes, [], [], 0
        if not units or parameters is None:
            return []
        rate = _rate(parameters)
        jump = self._tie(
            min(unit.received_at - tick / rate for unit, tick in zip(units, ticks, strict=True)), ticks, rate
        )
        zero = (self._tied or 0.0) + self._offset
        timed = tuple(TimedUnit(unit, zero + tick / rate) for unit, tick in zip(units, ticks, strict=True))
        group = PictureGroup(parameters, timed, zero + max(next_tick, *ticks) / rate, size)
        return [group] if jump is None else [jump, group]

    def _tie(self, least_delayed: float, ticks: list[int], rate: int) -> ClockJump | None:
        """Follow camera and wall clock: a little at a time, or at once when they jump."""
        offset = self._wall() - self._clock()
        if self._tied is None:
            self._tied, self._offset = least_delayed, offset
            return None
        drift = least_delayed - self._tied
        self._tied = least_delayed if abs(drift) > DRIFT_S else self._tied + min(max(drift, -_SLEW_S), _SLEW_S)
        jump = offset - self._offset
        if abs(jump) <= DRIFT_S:
            self._offset += min(max(jump, -_SLEW_S), _SLEW_S)
            return None
        first = self._tied + min(ticks) / rate
        before, self._offset = first + self._offset, offset
        return ClockJump(before, first + offset)


_DRIFT_TICKS = round(DRIFT_S * 90_000)


def _rate(parameters: StreamParameters | None) -> int:
    return 90_000 if parameters is None else max(parameters.clock_rate, 1)
