"""Metres on a plane around the metropolis, and back to WGS84 degrees."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ORIGIN_LON: Final = 5.04
_ORIGIN_LAT: Final = 47.31
_METRES_PER_DEGREE_LAT: Final = 111_195.0
_METRES_PER_DEGREE_LON: Final = _METRES_PER_DEGREE_LAT * float(np.cos(np.radians(_ORIGIN_LAT)))


def to_metres(lon: float, lat: float) -> tuple[float, float]:
    """East and north of the origin."""
    return (lon - _ORIGIN_LON) * _METRES_PER_DEGREE_LON, (lat - _ORIGIN_LAT) * _METRES_PER_DEGREE_LAT


def to_degrees(points: Floats) -> Floats:
    """Rows of (lon, lat), rounded to a centimetre, for rows of (x, y)."""
    degrees = points / np.array([_METRES_PER_DEGREE_LON, _METRES_PER_DEGREE_LAT])
    placed: Floats = np.round(degrees + np.array([_ORIGIN_LON, _ORIGIN_LAT]), 7)
    return placed


def to_pairs(points: Floats) -> tuple[tuple[float, float], ...]:
    """(lon, lat) pairs for rows of (x, y)."""
    degrees: list[list[float]] = to_degrees(points).tolist()
    return tuple((lon, lat) for lon, lat in degrees)
