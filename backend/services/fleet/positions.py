"""Where vehicles were: kept by the device's own time, for some days only. Personal data."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.domain.fleet import WHEREABOUTS
from backend.services.register import Register
from contract.alarms import Alarm
from contract.api import PointSample
from contract.fleet import TrailPoint
from contract.points import PointValue, Quality

KEPT_DAYS: Final = 30
LONGEST_KEPT_DAYS: Final = 60  # two months: what the CNIL allows for following vehicles of employees
LONGEST_SPAN: Final = dt.timedelta(hours=24)
_MOST_SAMPLES: Final = 100_000


class PositionFiles(Protocol):
    """Points of assets in a file a day."""

    def open(self) -> None:
        """Make the folder. Raises StorageError."""
        ...

    async def close(self) -> None:
        """Write what waits; may be called twice."""
        ...

    def keep(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Queue; each at its received time."""
        ...

    async def read(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        """Of [since, until), oldest first. Raises StorageError."""
        ...

    def forget_before(self, day: dt.date) -> int:
        """Unlink the files of earlier days; says how many."""
        ...


class Positions:
    """Hears of every fix that moved a vehicle."""

    def __init__(self, files: PositionFiles, register: Register, clock: Clock, kept_days: int = KEPT_DAYS) -> None:
        self._files = files
        self._register = register
        self._clock = clock
        self.kept_days = kept_days
        self._stamps: dict[int, dt.datetime] = {}  # of each vehicle's last fix: what else it says then belongs to it

    def open(self) -> None:
        """Make the folder. Raises StorageError."""
        self._files.open()

    async def close(self) -> None:
        """Write what waits; may be called twice."""
        await self._files.close()

    def alarm_changed(self, alarm: Alarm) -> None:
        """Alarms say nothing of places."""

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Keep what was said of a place, each part under the time of its fix."""
        oldest = self._clock.now() - dt.timedelta(days=self.kept_days)
        kept: list[tuple[int, str, PointValue]] = []
        for asset_id, point, value in changes:
            if point not in WHEREABOUTS or value.quality is not Quality.GOOD or not self._is_mobile(asset_id):
                continue
            if point == "lon":
                self._stamps[asset_id] = value.device_time or value.received_time or self._clock.now()
            at = self._stamps.get(asset_id)
            if at is not None and at > oldest:
                kept.append((asset_id, point, PointValue(value.value, Quality.GOOD, None, at)))
        if kept:
            self._files.keep(kept)

    async def trail(self, asset_id: int, since: dt.datetime, until: dt.datetime) -> Sequence[TrailPoint]:
        """Where it was in [since, until), oldest first. Raises StorageError."""
        lons = await self._read(asset_id, "lon", since, until)
        lats = await self._read(asset_id, "lat", since, until)
        headings = await self._read(asset_id, "heading_deg", since, until)
        speeds = await self._read(asset_id, "speed_kmh", since, until)
        return [TrailPoint(at, lons[at], lats[at], headings.get(at), speeds.get(at)) for at in lons if at in lats]

    def forget_readings_before(self, day: dt.date) -> int:
        """Unlink the files of earlier days; says how many."""
        return self._files.forget_before(day)

    async def _read(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime
    ) -> Mapping[dt.datetime, float]:
        samples = await self._files.read(asset_id, point, since, until, _MOST_SAMPLES)
        return {sample.at: float(sample.value) for sample in samples if isinstance(sample.value, (int, float))}

    def _is_mobile(self, asset_id: int) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and self._register.classes[asset.class_].is_mobile
