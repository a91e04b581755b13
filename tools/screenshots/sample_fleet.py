"""Vehicles of the sample city, without a wire."""

import datetime as dt
import math
from collections.abc import Mapping

from contract.assets import Asset
from contract.fleet import DeviceAccess, Trail, TrailPoint, VehicleState, VehicleStates, VehicleStatus

_AT: dict[VehicleStatus, int] = {VehicleStatus.MOVING: 5, VehicleStatus.STOPPED: 40, VehicleStatus.OFFLINE: 1_900}


class SampleFleet:
    """console.kit.fleet_ports.FleetCalls on the sample city's vehicles."""

    def __init__(self, now: dt.datetime, assets: Mapping[int, Asset]) -> None:
        self._fleet_now = now
        self._fleet_assets = assets
        self.ways_asked: list[tuple[int, dt.datetime, dt.datetime]] = []

    async def vehicles(self) -> VehicleStates:
        return VehicleStates(items=tuple(self._vehicle(asset, rank) for rank, asset in enumerate(self._fleet())))

    async def nearest_vehicles(
        self, lon: float, lat: float, *, count: int = 20, with_offline: bool = True
    ) -> VehicleStates:
        found: list[VehicleState] = []
        for rank, asset in enumerate(self._fleet()):
            state = self._vehicle(asset, rank)
            if state.lon is None or state.lat is None:
                continue
            metres = math.hypot((state.lon - lon) * 75_400, (state.lat - lat) * 111_200)
            if with_offline or state.status is not VehicleStatus.OFFLINE:
                found.append(
                    VehicleState(
                        asset_id=state.asset_id,
                        status=state.status,
                        since=state.since,
                        lon=state.lon,
                        lat=state.lat,
                        speed_kmh=state.speed_kmh,
                        heard_at=state.heard_at,
                        fixed_at=state.fixed_at,
                        activity=state.activity,
                        distance_m=metres,
                    )
                )
        found.sort(key=lambda state: state.distance_m or 0.0)
        return VehicleStates(items=tuple(found[:count]))

    async def vehicle_trail(self, asset_id: int, since: dt.datetime, until: dt.datetime, limit: int = 2000) -> Trail:
        self.ways_asked.append((asset_id, since, until))
        asset = self._fleet_assets[asset_id]
        points = [
            TrailPoint(
                until - dt.timedelta(seconds=20 * (60 - step)),
                asset.lon + 0.004 * math.sin(step / 9) + step / 30_000,
                asset.lat + 0.003 * math.cos(step / 14),
                None,
                22.0,
            )
            for step in range(60)
        ]
        return Trail(asset_id=asset_id, points=tuple(points[:limit]), kept_days=30, total=len(points))

    async def vehicle_access(self, asset_id: int) -> DeviceAccess:
        code = self._fleet_assets[asset_id].code
        return DeviceAccess(asset_id=asset_id, device=code, url="https://fleet.example:5055/sample", token="sample")  # noqa: S106 - a sample, opens nothing

    def _fleet(self) -> list[Asset]:
        return [asset for asset in self._fleet_assets.values() if asset.class_ == "vehicle"]

    def _vehicle(self, asset: Asset, rank: int) -> VehicleState:
        statuses = (VehicleStatus.MOVING, VehicleStatus.STOPPED, VehicleStatus.MOVING, VehicleStatus.OFFLINE)
        status = VehicleStatus.UNKNOWN if rank % 11 == 10 else statuses[rank % len(statuses)]
        if status is VehicleStatus.UNKNOWN:
            return VehicleState(asset_id=asset.id, status=status)
        heard = self._fleet_now - dt.timedelta(seconds=_AT[status] + rank % 7)
        activities = ("en route", "sur place", "disponible")
        return VehicleState(
            asset_id=asset.id,
            status=status,
            since=self._fleet_now - dt.timedelta(seconds=_AT[status] * (3 + rank % 5)),
            lon=asset.lon,
            lat=asset.lat,
            heading_deg=float(rank * 37 % 360),
            speed_kmh=float(12 + rank * 5 % 38) if status is VehicleStatus.MOVING else 0.0,
            heard_at=heard,
            fixed_at=heard,
            activity=activities[rank % 3],
            battery_percent=float(40 + rank * 7 % 60),
        )
