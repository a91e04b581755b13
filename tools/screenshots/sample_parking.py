"""Car parks of the sample city, without a wire."""

import datetime as dt
from collections.abc import Mapping

import msgspec

from console.kit.errors import RequestRefused
from contract.assets import Asset
from contract.devices import UnknownDevice
from contract.parking import Bay, Bays, CarPark, CarParks, StayRule, UnknownDevices

_FIRST_BAY = 9_100


class SampleParking:
    """console.kit.parking_ports.ParkingCalls: the first car park has sensors, the others none."""

    def __init__(self, now: dt.datetime, assets: Mapping[int, Asset]) -> None:
        self._parking_now = now
        self._parking_assets = assets
        self.rules: dict[int, StayRule | None] = {}
        self.may_see_strangers = True
        self.bays_in_parks: dict[int, int] = {}

    async def car_parks(self) -> CarParks:
        parks = [asset for asset in self._parking_assets.values() if asset.class_ == "car_park"]
        return CarParks(items=tuple(self._park(park) for park in sorted(parks, key=lambda park: park.name)))

    async def bays(self, park_id: int) -> Bays:
        count = self.bays_in_parks.get(park_id, 0)
        return Bays(items=tuple(self._bay(park_id, number) for number in range(1, count + 1)))

    async def set_stay_rule(self, park_id: int, rule: StayRule | None) -> CarPark:
        self.rules[park_id] = rule
        return self._park(self._parking_assets[park_id])

    async def unknown_devices(self) -> UnknownDevices:
        if not self.may_see_strangers:
            raise RequestRefused(403, "Needs more rights.")
        seen = UnknownDevice(
            connection_id="lorawan",
            address="70b3d57ed00000ff",
            name="Capteur neuf",
            kind="Bosch TPS110 EU868",
            first_heard=self._parking_now - dt.timedelta(hours=3),
            last_heard=self._parking_now - dt.timedelta(minutes=4),
            messages=37,
        )
        other = msgspec.structs.replace(
            seen, address="24e124126b150042", name="EM500 Darcy", kind="Milesight EM500-CO2"
        )
        return UnknownDevices(items=(seen, other))

    def _park(self, park: Asset) -> CarPark:
        bays = [self._bay(park.id, number) for number in range(1, self.bays_in_parks.get(park.id, 0) + 1)]
        rule = self.rules.get(park.id)
        return CarPark(
            id=park.id,
            code=park.code,
            name=park.name,
            commune=park.commune,
            places=None if bays else 310,
            bays=len(bays),
            free=sum(bay.is_occupied is False for bay in bays),
            occupied=sum(bay.is_occupied is True for bay in bays),
            unknown=sum(bay.is_occupied is None for bay in bays),
            over_stays=None if rule is None else sum(bay.over_minutes is not None for bay in bays),
            rule=rule,
            may_change_rule=True,
        )

    def _bay(self, park_id: int, number: int) -> Bay:
        is_occupied = None if number % 17 == 0 else number % 3 != 0
        minutes = number * 11
        rule = self.rules.get(park_id)
        over = minutes - rule.most_minutes if rule is not None and is_occupied and minutes > rule.most_minutes else None
        return Bay(
            id=_FIRST_BAY + number,
            code=f"PL-01-{number:03d}",
            number=number,
            is_occupied=is_occupied,
            since=self._parking_now - dt.timedelta(minutes=minutes) if is_occupied else None,
            over_minutes=over,
            battery_percent=80.0,
        )
