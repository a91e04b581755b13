"""The fleet now: what each vehicle does and since when, and who is nearest to a place."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.fleet import vehicle_status
from backend.services.live_state import LiveState
from backend.services.nearness import Nearness
from backend.services.register import MaySee, Register
from contract.alarms import Alarm
from contract.assets import Asset
from contract.fleet import VehicleState, VehicleStatus
from contract.points import PointValue, Quality

LOOK_EVERY_S: Final = 5.0
MOST_NEAREST: Final = 50
_ASKED_FOR: Final = 5_000  # all of a large fleet: the nearest hundred may all be silent in their depot
_POINTS: Final = frozenset({"lon", "lat", "speed_kmh"})


class Fleet:
    """Follows every mobile asset. `run` sees those that fell silent."""

    def __init__(self, register: Register, live: LiveState, nearness: Nearness, clock: Clock) -> None:
        self._register = register
        self._live = live
        self._nearness = nearness
        self._clock = clock
        self._known: dict[int, tuple[VehicleStatus, dt.datetime]] = {}

    def alarm_changed(self, alarm: Alarm) -> None:
        """Alarms do not move vehicles."""

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Vehicles said something, or fell silent."""
        for asset_id in dict.fromkeys(asset_id for asset_id, point, _ in changes if point in _POINTS):
            if self.has(asset_id):
                self._note(asset_id)

    def has(self, asset_id: int) -> bool:
        """Whether this asset is a vehicle."""
        asset = self._register.get(asset_id)
        return asset is not None and self._register.classes[asset.class_].is_mobile

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self.look()

    def look(self) -> None:
        """Who fell silent?"""
        for asset_id in list(self._known):
            if self._register.get(asset_id) is None:
                del self._known[asset_id]
            else:
                self._note(asset_id)

    def vehicles(self, may_see: MaySee) -> Sequence[VehicleState]:
        """Every mobile asset that one may see, by class and code."""
        found: list[Asset] = []
        for commune, class_ in self._register.topics():
            if self._register.classes[class_].is_mobile:
                found += [asset for asset in self._register.of_topic(commune, class_) if may_see(asset)]
        found.sort(key=lambda asset: (asset.class_, asset.code))
        return [self.state(asset.id) for asset in found]

    async def nearest(
        self, lon: float, lat: float, *, may_see: MaySee, count: int, with_offline: bool
    ) -> Sequence[VehicleState]:
        """The nearest first, straight over the ground. Who is offline or never said where it is may be left out."""
        found: list[VehicleState] = []
        for class_ in [code for code, one in self._register.classes.items() if one.is_mobile]:
            near = await self._nearness.nearest(lon, lat, class_, may_see=may_see, count=_ASKED_FOR)
            found += [
                msgspec.structs.replace(self.state(one.asset_id), distance_m=one.distance_m)
                for one in near.items
                if one.is_live
            ]
        found.sort(key=lambda state: state.distance_m or 0.0)
        lost = {VehicleStatus.OFFLINE, VehicleStatus.UNKNOWN}
        return [state for state in found if with_offline or state.status not in lost][:count]

    def state(self, asset_id: int) -> VehicleState:
        """One vehicle now."""
        status = self._status(asset_id)
        known = self._known.get(asset_id)
        place = self._live.places.of(asset_id)
        points = self._live.points_of(asset_id)
        lon = points.get("lon")
        activity = points.get("status")
        return VehicleState(
            asset_id=asset_id,
            status=status,
            since=known[1] if known is not None and known[0] is status else None,
            lon=None if place is None else place.lon,
            lat=None if place is None else place.lat,
            heading_deg=_number(points.get("heading_deg")),
            speed_kmh=_number(points.get("speed_kmh")),
            heard_at=None if lon is None else lon.received_time,
            fixed_at=None if lon is None else lon.device_time,
            activity=str(activity.value) if activity is not None and isinstance(activity.value, str) else "",
            battery_percent=_number(points.get("battery_percent")),
        )

    def _note(self, asset_id: int) -> None:
        status = self._status(asset_id)
        known = self._known.get(asset_id)
        if known is None or known[0] is not status:
            self._known[asset_id] = (status, self._clock.now())

    def _status(self, asset_id: int) -> VehicleStatus:
        lon = self._live.point(asset_id, "lon")
        if lon is None or lon.received_time is None or self._live.places.of(asset_id) is None:
            return VehicleStatus.UNKNOWN
        if self._live.silence(asset_id) is not None or lon.quality is Quality.STALE:
            return VehicleStatus.OFFLINE
        age_s = (self._clock.now() - lon.received_time).total_seconds()
        return vehicle_status(age_s=age_s, speed_kmh=_number(self._live.point(asset_id, "speed_kmh")))


def _number(value: PointValue | None) -> float | None:
    if value is None or value.quality is Quality.FAILED or isinstance(value.value, (bool, str)):
        return None
    return value.value
