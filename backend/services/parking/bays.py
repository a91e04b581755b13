"""The state of every bay, counted by car park: a change costs what it changes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.assets import Asset, AssetStatus
from contract.points import PointValue, Quality

PARK_CLASS: Final = "car_park"
BAY_CLASS: Final = "parking_bay"
OCCUPIED: Final = "occupied"


class Counted(msgspec.Struct, frozen=True):
    """The bays of a car park by what is known of them."""

    free: int
    occupied: int
    unknown: int

    @property
    def bays(self) -> int:
        """All of them."""
        return self.free + self.occupied + self.unknown


class BayStates:
    """Follows the register and the live values. `changed`: car parks to be counted anew."""

    def __init__(self, register: Register, live: LiveState) -> None:
        self._register = register
        self._live = live
        self._park_of: dict[int, int] = {}
        self._bays_of: dict[int, list[int]] = {}
        self._is_occupied: dict[int, bool] = {}  # of those that are known
        self._since: dict[int, dt.datetime] = {}
        self.changed: set[int] = set()
        self.unproven: set[int] = set()  # occupied, and nobody saw since when

    def build(self) -> None:
        """From the register as it stands, and what is known by now."""
        self._park_of, self._bays_of = {}, {}
        for topic in self._register.topics():
            if topic[1] == BAY_CLASS:
                for bay in self._register.of_topic(*topic):
                    self._place(bay)
        for bay_id in self._park_of:
            self._look(bay_id)
        self.changed = set(self._bays_of)

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset]) -> None:
        """Bays came, went, or belong elsewhere."""
        for bay in removed:
            if bay.class_ == BAY_CLASS:
                self._forget(bay.id)
        for bay in assets:
            if bay.class_ == BAY_CLASS:
                self._forget(bay.id)
                self._place(bay)
                self._look(bay.id)

    def points_changed(self, changes: Iterable[tuple[int, str, PointValue]]) -> None:
        """New values; those of other assets cost one look-up each."""
        for asset_id, point, value in changes:
            if point == OCCUPIED and asset_id in self._park_of:
                self._take(asset_id, value)

    def bays_of(self, park_id: int) -> Sequence[int]:
        """The bays of a car park."""
        return self._bays_of.get(park_id, ())

    def parks(self) -> Sequence[int]:
        """Car parks that have bays."""
        return list(self._bays_of)

    def count(self, park_id: int) -> Counted:
        """How full it is."""
        known = [self._is_occupied[bay] for bay in self.bays_of(park_id) if bay in self._is_occupied]
        occupied = sum(known)
        return Counted(len(known) - occupied, occupied, len(self.bays_of(park_id)) - len(known))

    def is_occupied(self, bay_id: int) -> bool | None:
        """None: not known."""
        return self._is_occupied.get(bay_id)

    def since(self, bay_id: int) -> dt.datetime | None:
        """Since when it is occupied; None when it is not, or not known to be."""
        return self._since.get(bay_id) if self._is_occupied.get(bay_id) else None

    def proven(self, bay_id: int, since: dt.datetime) -> None:
        """Older readings show since when it is occupied."""
        if self._is_occupied.get(bay_id):
            self._since[bay_id] = min(since, self._since.get(bay_id, since))

    def _place(self, bay: Asset) -> None:
        if bay.parent is None or bay.status is AssetStatus.RETIRED:
            return
        park = self._register.get(bay.parent)
        if park is None or park.class_ != PARK_CLASS:
            return
        self._park_of[bay.id] = park.id
        self._bays_of.setdefault(park.id, []).append(bay.id)
        self.changed.add(park.id)

    def _forget(self, bay_id: int) -> None:
        park_id = self._park_of.pop(bay_id, None)
        if park_id is not None:
            self._bays_of[park_id].remove(bay_id)
            self.changed.add(park_id)

    def _look(self, bay_id: int) -> None:
        value = self._live.point(bay_id, OCCUPIED)
        if value is not None:
            self._take(bay_id, value)

    def _take(self, bay_id: int, value: PointValue) -> None:
        before = self._is_occupied.get(bay_id)
        now = value.value if value.quality is Quality.GOOD and isinstance(value.value, bool) else None
        if now is before:
            return
        self.changed.add(self._park_of[bay_id])
        if now is None:
            self._is_occupied.pop(bay_id)
            return
        self._is_occupied[bay_id] = now
        if not now:
            self._since.pop(bay_id, None)
            self.unproven.discard(bay_id)
        elif bay_id not in self._since:  # a sensor that was silent meanwhile does not begin a new stay
            stamp = value.device_time or value.received_time
            if stamp is not None:
                self._since[bay_id] = stamp
            if before is None:
                self.unproven.add(bay_id)
