"""Positions from one reference system to another, by EPSG number or as a file names it."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

Floats = NDArray[np.float64]
Transform = Callable[[Floats, Floats], tuple[Floats, Floats]]
WGS84: Final = 4326
_CONIC: Final = tuple(range(3942, 3951))  # CC42 to CC50
_LIKELY: Final = (2154, *_CONIC, 3857, 27572, 32630, 32631, 32632)
_NEAR_DEG: Final = 1.5


class UnknownSystem(Exception):
    """There is no such reference system."""


def to_degrees(crs: str) -> Transform | None:
    """What turns positions into WGS84 degrees; None where they are that already. Raises UnknownSystem."""
    source = _system(crs)
    if source.to_epsg() == WGS84 or source.equals(pyproj.CRS("OGC:CRS84")):
        return None
    return _between(source, pyproj.CRS(WGS84))


def from_degrees(epsg: int) -> Transform | None:
    """What turns WGS84 degrees into positions of a system; None for WGS84 itself. Raises UnknownSystem."""
    return None if epsg == WGS84 else _between(pyproj.CRS(WGS84), _system(f"EPSG:{epsg}"))


def system_name(crs: str) -> tuple[str, int | None]:
    """How people call a system, and its EPSG number where it has one. Raises UnknownSystem."""
    found = _system(crs)
    return found.name, found.to_epsg(min_confidence=60)


def likely_system(x: float, y: float, near: tuple[float, float] | None) -> int | None:
    """In which system a position of the city is given; by its figures alone where the city is not known."""
    if abs(x) <= 180 and abs(y) <= 90:
        return WGS84
    if near is None:
        return _by_figures(x, y)
    best: tuple[float, int] | None = None
    for epsg in _LIKELY:
        transform = to_degrees(f"EPSG:{epsg}")
        if transform is None:
            continue
        lon, lat = transform(np.array([x]), np.array([y]))
        away = float(np.hypot(lon[0] - near[0], lat[0] - near[1]))
        if away < _NEAR_DEG and (best is None or away < best[0]):
            best = away, epsg
    return None if best is None else best[1]


def _by_figures(x: float, y: float) -> int | None:
    if 0 < x < 1_300_000 and 6_000_000 < y < 7_200_000:
        return 2154
    for number, epsg in enumerate(_CONIC, 1):
        if 1_000_000 < x < 2_400_000 and abs(y - (number * 1_000_000 + 200_000)) < 150_000:
            return epsg
    if 0 < x < 1_250_000 and 1_600_000 < y < 2_700_000:
        return 27572
    return None


def _system(crs: str) -> pyproj.CRS:
    try:
        return pyproj.CRS(crs)
    except (ProjError, ValueError, OverflowError) as error:
        raise UnknownSystem(crs[:80]) from error


def _between(source: pyproj.CRS, target: pyproj.CRS) -> Transform:
    try:
        transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise UnknownSystem(source.name[:80]) from error

    def transform(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        first, second = transformer.transform(x, y)
        return np.asarray(first, np.float64), np.asarray(second, np.float64)

    return transform
