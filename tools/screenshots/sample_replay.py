"""A sample of the map's past: three hours, a gap in them, lamps that come on, vehicles on their rounds."""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from contract.assets import Asset
from contract.replay import (
    HEADINGS_A_DEGREE,
    PLACES_A_DEGREE,
    AlarmMinute,
    ReplayAlarm,
    ReplayBatch,
    ReplayFrames,
    ReplayGap,
    ReplaySpan,
)
from contract.stream import LEVEL_UNKNOWN, UNACKNOWLEDGED_FLAG, Visual

_MINUTE_MS: Final = 60_000
_ROUND_MS: Final = 600_000  # a vehicle's round
_ROUND_DEG: Final = 0.004
_ALARMS: Final = {-150: (0, 0, 1, 2), -121: (0, 1, 0, 0), -44: (1, 2, 6, 19), -43: (0, 1, 3, 8), -20: (0, 0, 1, 0)}


class SamplePast:
    """Everything is a function of time."""

    def __init__(self, now: dt.datetime, assets: Iterable[Asset]) -> None:
        self.now_ms = round(now.timestamp() * 1000)
        self.first_ms = self.now_ms - 180 * _MINUTE_MS
        self.last_ms = self.now_ms - 1_000
        self.gap = ReplayGap(self.now_ms - 95 * _MINUTE_MS, self.now_ms - 80 * _MINUTE_MS)
        self._assets = sorted((asset for asset in assets if asset.line is None), key=lambda asset: asset.id)
        self._vehicles = [asset for asset in self._assets if asset.class_ == "vehicle"]
        self.requests: list[tuple[int, int, int]] = []

    def span(self) -> ReplaySpan:
        """Three hours."""
        minute = self.now_ms // _MINUTE_MS
        return ReplaySpan(
            first_ms=self.first_ms,
            last_ms=self.last_ms,
            now_ms=self.now_ms,
            kept_hours=72,
            gaps=(self.gap,),
            alarms=tuple(AlarmMinute((minute + ago) * _MINUTE_MS, counts) for ago, counts in _ALARMS.items()),
        )

    def alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None:
        """The next, or the last."""
        at_ms = at.timestamp() * 1000
        times = [minute.at_ms for minute in self.span().alarms]
        found = [time for time in times if (time < at_ms if is_back else time > at_ms)]
        if not found:
            return None
        return ReplayAlarm(at_ms=found[-1] if is_back else found[0], asset_id=self._assets[0].id, priority=2)

    def frames(self, since: dt.datetime, until: dt.datetime, step_s: int) -> ReplayFrames:
        """As the backend answers."""
        since_ms, until_ms = round(since.timestamp() * 1000), round(until.timestamp() * 1000)
        self.requests.append((since_ms, until_ms, step_s))
        until_ms = min(until_ms, self.last_ms)
        batches: list[ReplayBatch] = []
        gaps = [
            ReplayGap(max(low, since_ms), min(high, until_ms))
            for low, high in ((since_ms, self.first_ms), (self.gap.since_ms, self.gap.until_ms))
            if max(low, since_ms) < min(high, until_ms)
        ]
        is_whole = True
        for at_ms in (since_ms, *range(since_ms // 1000 * 1000 + step_s * 1000, until_ms + 1, step_s * 1000)):
            if self.gap.since_ms < at_ms < self.gap.until_ms or at_ms < self.first_ms:
                is_whole = True
                continue
            batches.append(self._batch(len(batches), at_ms, is_whole=is_whole))
            is_whole = False
        return ReplayFrames(
            since_ms=since_ms, until_ms=until_ms, step_s=step_s, batches=tuple(batches), gaps=tuple(gaps)
        )

    def visual(self, asset: Asset, at_ms: int) -> int:
        """Alarms come and go by the quarter of an hour."""
        quarter = (at_ms // (15 * _MINUTE_MS) + asset.id) % 97
        return {0: Visual.ALARM_P1 | UNACKNOWLEDGED_FLAG, 1: Visual.ALARM_P3, 2: Visual.STALE}.get(
            quarter, Visual.NORMAL
        )

    def place(self, number: int, vehicle: Asset, at_ms: int) -> tuple[float, float, float]:
        """lon, lat, heading of the vehicle of this number on its round."""
        turn = 2 * math.pi * ((at_ms % _ROUND_MS) / _ROUND_MS + number / 7)
        lon = vehicle.lon + _ROUND_DEG * math.cos(turn) * 1.5
        lat = vehicle.lat + _ROUND_DEG * math.sin(turn)
        return lon, lat, (-math.degrees(turn)) % 360

    def _batch(self, seq: int, at_ms: int, *, is_whole: bool) -> ReplayBatch:
        told = self._assets if is_whole or at_ms % _MINUTE_MS == 0 else []
        lit = LEVEL_UNKNOWN
        visuals = [self.visual(asset, at_ms) for asset in told]
        levels = [at_ms // _MINUTE_MS % 101 if asset.class_ == "streetlight" else lit for asset in told]
        places = [self.place(number, vehicle, at_ms) for number, vehicle in enumerate(self._vehicles)]
        return ReplayBatch(
            seq=seq,
            at_ms=at_ms,
            is_whole=is_whole,
            ids=np.array([asset.id for asset in told], "<u4").tobytes(),
            visuals=bytes(visuals),
            levels=bytes(levels),
            move_ids=np.array([vehicle.id for vehicle in self._vehicles], "<u4").tobytes(),
            move_lon=np.array([round(lon * PLACES_A_DEGREE) for lon, _, _ in places], "<i4").tobytes(),
            move_lat=np.array([round(lat * PLACES_A_DEGREE) for _, lat, _ in places], "<i4").tobytes(),
            move_heading=np.array([round(turn * HEADINGS_A_DEGREE) % 36_000 for _, _, turn in places], "<u2").tobytes(),
        )
