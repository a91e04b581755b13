"""What is under a pixel, found a second time by looking at every asset with a projection of its own."""

from __future__ import annotations

import time

import msgspec
import numpy as np
from PySide6.QtCore import QPointF

from widgets.city_map import AssetColumns, CityMap

_REACH_PX = 12.0
_SAME_M = 1e-6
_RADIUS_M = 6_378_137.0


class Tally(msgspec.Struct, frozen=True):
    """How often both found the same, and the milliseconds of the processor that each pick took."""

    right: int = 0
    ms: list[float] = []

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.ms + other.ms)


def picks(city_map: CityMap, columns: AssetColumns, tries: int) -> Tally:
    """Ask at random pixels; every second one is near an asset, so that not all of them hit the ground."""
    lat = np.radians(columns.lat)
    x, y = np.radians(columns.lon) * _RADIUS_M, -np.arctanh(np.sin(lat)) * _RADIUS_M
    view, rng = city_map.view, np.random.default_rng(5)
    x0, y0, x1, y1 = view.bounds
    seen = np.flatnonzero((x > x0) & (x < x1) & (y > y0) & (y < y1))
    right, times = 0, list[float]()
    for number in range(tries):
        px, py = rng.uniform(0, view.width), rng.uniform(0, view.height)
        if number % 2 and seen.size:
            near = seen[int(rng.integers(seen.size))]
            px, py = view.to_pixel(float(x[near]), float(y[near]))
            px, py = px + rng.normal(0, 5), py + rng.normal(0, 5)
        start = time.thread_time()
        found = city_map.pick_at(QPointF(px, py))
        times.append((time.thread_time() - start) * 1e3)
        at_x, at_y = view.to_world(px, py)
        away = np.hypot(x - at_x, y - at_y)
        least, reach = float(away.min()), _REACH_PX * view.units
        if found == 0:
            right += least > reach - _SAME_M
        else:
            row = int(np.flatnonzero(columns.ids == found)[0])
            right += least <= reach + _SAME_M and float(away[row]) <= least + _SAME_M
    return Tally(right, times)
