"""What came first behind each card, by the devices' own clocks as far as they are good; kept over restarts."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.first_out import ClockQuality, Member, Stamp, with_member
from backend.ports import KeptRecord, Storage
from backend.services.alarms.ledger import Key
from backend.services.alarms.records import alarm_number
from contract.points import PointValue

log = logging.getLogger(__name__)
KIND: Final = "first_out"


class FirstOuts:
    """Stamps of alarms as they come, and the first ten of each root. `lies` tells who gave a time that cannot be."""

    def __init__(self, storage: Storage, clock: Clock, lies: Callable[[int], bool]) -> None:
        self._storage = storage
        self._clock = clock
        self._lies = lies
        self._quality = ClockQuality()
        self._onsets: dict[tuple[int, str], Stamp] = {}  # (asset, point) that is true since then
        self._stamps: dict[Key, Stamp] = {}
        self._first: dict[int, Sequence[Member]] = {}
        self._changed: set[int] = set()

    async def load(self) -> None:
        """As it stood."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._first[int(key)] = msgspec.json.decode(body, type=list[Member])
            except (msgspec.MsgspecError, ValueError) as error:
                log.warning("what came first at %s is not readable and left out: %s", key, error)

    def points_changed(self, changes: Iterable[tuple[int, str, PointValue]]) -> None:
        """What devices said, with their own times."""
        for asset_id, point, value in changes:
            if value.device_time is not None and value.received_time is not None:
                self._quality.note(asset_id, value.device_time, value.received_time)
            if value.value is True:
                if (asset_id, point) not in self._onsets:
                    self._onsets[asset_id, point] = self._stamp(asset_id, value.device_time, value.received_time)
            elif value.value is False:
                self._onsets.pop((asset_id, point), None)

    def raised(self, key: Key, point: str | None, began: dt.datetime) -> None:
        """An alarm came; `began` is when the backend learnt of it."""
        onset = self._onsets.get((key[0], point)) if point is not None else None
        self._stamps[key] = onset or Stamp(began.timestamp())

    def joined(self, root: int, key: Key) -> None:
        """An alarm is folded into a root."""
        stamp = self._stamps.get(key)
        if stamp is None:
            return
        before = self._first.get(root, ())
        after = with_member(before, Member(stamp, alarm_number(*key)))
        if after is not before:
            self._first[root] = after
            self._changed.add(root)

    def forget(self, root: int) -> None:
        """A root stands for nothing any more."""
        if self._first.pop(root, None) is not None:
            self._changed.add(root)

    def rested(self, key: Key) -> None:
        """An alarm is at rest."""
        self._stamps.pop(key, None)

    def of(self, root: int) -> Sequence[Member]:
        """The first out of a root."""
        return self._first.get(root, ())

    def roots(self) -> Iterable[int]:
        """Roots of which something is kept."""
        return tuple(self._first)

    def stamp_of(self, key: Key) -> Stamp | None:
        """When an alarm came by its own clock; None when that is not known any more."""
        return self._stamps.get(key)

    def records(self) -> Sequence[KeptRecord]:
        """What is to be kept since this was last asked."""
        changed, self._changed = self._changed, set()
        return [
            KeptRecord(KIND, str(root), msgspec.json.encode(first) if (first := self._first.get(root)) else None)
            for root in changed
        ]

    def _stamp(self, asset_id: int, device_time: dt.datetime | None, received: dt.datetime | None) -> Stamp:
        lies = device_time is None and self._lies(asset_id)
        return self._quality.stamp(asset_id, device_time, received or self._clock.now(), is_impossible=lies)
