"""In which commune a place lies."""

import math
from collections.abc import Sequence

from contract.assets import Commune


class CommuneFinder:
    """The commune whose outline holds a place; "" when none does."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        self._outlines = [
            (commune.code, ring, _box(ring)) for commune in communes for ring in commune.outline if len(ring) >= 3
        ]

    def find(self, lon: float, lat: float) -> str:
        """The code of the commune of a place."""
        for code, ring, (west, south, east, north) in self._outlines:
            if west <= lon <= east and south <= lat <= north and _is_inside(ring, lon, lat):
                return code
        return ""


def _box(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return min(lons), min(lats), max(lons), max(lats)


def _is_inside(ring: Sequence[tuple[float, float]], lon: float, lat: float) -> bool:
    is_inside = False
    before_lon, before_lat = ring[-1]
    for at_lon, at_lat in ring:
        if (at_lat > lat) != (before_lat > lat):
            crossing = at_lon + (lat - at_lat) / (before_lat - at_lat) * (before_lon - at_lon)
            is_inside ^= lon < crossing and math.isfinite(crossing)
        before_lon, before_lat = at_lon, at_lat
    return is_inside
