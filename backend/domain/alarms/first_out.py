"""Which of many alarms came first, by the clocks of the devices as far as they can be believed."""

import bisect
import datetime as dt
from collections.abc import Sequence

import msgspec

from contract.alarm_flood import FIRST_OUT_MOST

LATEST_LAG_S = 30.0  # a device's own stamp may be this old when it comes
EARLIEST_LAG_S = -2.0  # or this far ahead
REMEMBERED_LAGS = 4


class Stamp(msgspec.Struct, frozen=True, order=True):
    """When something happened, Unix seconds. Not reliable: the device's clock is off, so it is when it was received."""

    at: float
    is_reliable: bool = True


class Member(msgspec.Struct, frozen=True, order=True):
    """One of the first out."""

    stamp: Stamp
    alarm_id: int


class ClockQuality:
    """How far behind each device's stamps come. One that is late now and was not before only had to wait."""

    def __init__(self) -> None:
        self._lags: dict[int, tuple[float, ...]] = {}

    def note(self, asset_id: int, device_time: dt.datetime, received: dt.datetime) -> None:
        """A device gave a time with what it said."""
        lag = (received - device_time).total_seconds()
        self._lags[asset_id] = (*self._lags.get(asset_id, ()), lag)[-REMEMBERED_LAGS:]

    def is_off(self, asset_id: int) -> bool:
        """Its clock is not to be believed: ahead, or always far behind."""
        lags = self._lags.get(asset_id)
        return lags is not None and (lags[-1] < EARLIEST_LAG_S or min(lags) > LATEST_LAG_S)

    def stamp(
        self, asset_id: int, device_time: dt.datetime | None, received: dt.datetime, *, is_impossible: bool = False
    ) -> Stamp:
        """The time to sort by. `is_impossible`: the device gave a time that cannot be."""
        if is_impossible or self.is_off(asset_id):
            return Stamp(received.timestamp(), is_reliable=False)
        return Stamp((device_time or received).timestamp())


def with_member(first: Sequence[Member], member: Member) -> Sequence[Member]:
    """The first ten once this one is known too; each alarm once, as it first came."""
    if any(one.alarm_id == member.alarm_id for one in first):
        return first
    if len(first) >= FIRST_OUT_MOST and member >= first[-1]:
        return first
    grown = list(first)
    bisect.insort(grown, member)
    return grown[:FIRST_OUT_MOST]
