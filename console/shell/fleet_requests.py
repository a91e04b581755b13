"""Requests about vehicles."""

import datetime as dt

from backend_client.session import Session
from console.shell.asking import asked
from contract.fleet import DeviceAccess, Trail, VehicleStates


class FleetRequests:
    """console.kit.fleet_ports.FleetCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def vehicles(self) -> VehicleStates:
        """What each does that one may see."""
        return await asked(self._session.get("/fleet", VehicleStates))

    async def nearest_vehicles(
        self, lon: float, lat: float, *, count: int = 20, with_offline: bool = True
    ) -> VehicleStates:
        """The nearest first, straight over the ground."""
        query: dict[str, str | int | float | None] = {"lon": lon, "lat": lat, "count": count}
        query["offline"] = "true" if with_offline else "false"
        return await asked(self._session.get("/fleet/nearest", VehicleStates, query))

    async def vehicle_trail(self, asset_id: int, since: dt.datetime, until: dt.datetime, limit: int = 2000) -> Trail:
        """Where it was; the backend journals that one asked."""
        query: dict[str, str | int | float | None] = {"since": since.isoformat(), "until": until.isoformat()}
        query["limit"] = limit
        return await asked(self._session.get(f"/fleet/{asset_id}/trail", Trail, query))

    async def vehicle_access(self, asset_id: int) -> DeviceAccess:
        """What its phone is given."""
        return await asked(self._session.get(f"/fleet/{asset_id}/access", DeviceAccess))
