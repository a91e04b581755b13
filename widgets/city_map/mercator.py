"""Web mercator in metres, y growing southwards as on a screen."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from widgets.city_map.values import Float64s, Mask

EARTH_RADIUS_M: Final = 6_378_137.0
MAX_LAT: Final = 85.051128


def is_on_map(lon: Float64s, lat: Float64s) -> Mask:
    """True where a position can be shown; NaN and infinities cannot."""
    # NaN compares false, which is what is wanted here.
    return (np.abs(lon) <= 180.0) & (np.abs(lat) <= MAX_LAT)


def project(lon: Float64s, lat: Float64s) -> tuple[Float64s, Float64s]:
    """Positions in degrees -> mercator metres."""
    x = np.radians(lon) * EARTH_RADIUS_M
    y = -EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + np.radians(lat) / 2))
    return x, y


def project_point(lon: float, lat: float) -> tuple[float, float]:
    """One position in degrees -> mercator metres; latitudes are held inside the map."""
    lat = min(max(lat, -MAX_LAT), MAX_LAT)
    return (
        math.radians(lon) * EARTH_RADIUS_M,
        -EARTH_RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)),
    )


def unproject_point(x: float, y: float) -> tuple[float, float]:
    """Mercator metres -> lon, lat."""
    return (
        math.degrees(x / EARTH_RADIUS_M),
        math.degrees(2 * math.atan(math.exp(-y / EARTH_RADIUS_M)) - math.pi / 2),
    )


def unproject(x: Float64s, y: Float64s) -> tuple[Float64s, Float64s]:
    """Mercator metres -> lon, lat."""
    return np.degrees(x / EARTH_RADIUS_M), np.degrees(2 * np.arctan(np.exp(-y / EARTH_RADIUS_M)) - np.pi / 2)


def ground_scale(y: float) -> float:
    """Metres on the ground per mercator metre at this height of the map."""
    return 1 / math.cosh(y / EARTH_RADIUS_M)
