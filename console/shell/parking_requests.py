"""Requests about car parks and unknown sensors."""

from backend_client.session import Session
from console.shell.asking import asked
from contract.parking import Bays, CarPark, CarParks, RuleRequest, StayRule, UnknownDevices


class ParkingRequests:
    """console.kit.parking_ports.ParkingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def car_parks(self) -> CarParks:
        """How full each is."""
        return await asked(self._session.get("/car-parks", CarParks))

    async def bays(self, park_id: int) -> Bays:
        """The bays of one."""
        return await asked(self._session.get(f"/car-parks/{park_id}/bays", Bays))

    async def set_stay_rule(self, park_id: int, rule: StayRule | None) -> CarPark:
        """How long one may stay there."""
        return await asked(self._session.put_for(f"/car-parks/{park_id}/rule", RuleRequest(rule=rule), CarPark))

    async def unknown_devices(self) -> UnknownDevices:
        """Who speaks and belongs to no asset."""
        return await asked(self._session.get("/devices/unknown", UnknownDevices))
