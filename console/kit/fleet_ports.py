"""What presenters ask of the backend about vehicles."""

import datetime as dt
from typing import Protocol

from contract.fleet import DeviceAccess, Trail, VehicleStates


class FleetCalls(Protocol):
    """Part of Client. Where a vehicle was takes the right to operate it, and the journal keeps who asked."""

    async def vehicles(self) -> VehicleStates: ...
    async def nearest_vehicles(
        self, lon: float, lat: float, *, count: int = 20, with_offline: bool = True
    ) -> VehicleStates: ...
    async def vehicle_trail(
        self, asset_id: int, since: dt.datetime, until: dt.datetime, limit: int = 2000
    ) -> Trail: ...
    async def vehicle_access(self, asset_id: int) -> DeviceAccess: ...
