"""What presenters ask of the backend about car parks and unknown sensors."""

from typing import Protocol

from contract.parking import Bays, CarPark, CarParks, StayRule, UnknownDevices


class ParkingCalls(Protocol):
    """Part of Client. Changing a rule takes the right to manage the car park; strangers that of the whole city."""

    async def car_parks(self) -> CarParks: ...
    async def bays(self, park_id: int) -> Bays: ...
    async def set_stay_rule(self, park_id: int, rule: StayRule | None) -> CarPark: ...
    async def unknown_devices(self) -> UnknownDevices: ...
