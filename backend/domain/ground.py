"""Distances and bearings on the WGS84 ellipsoid."""

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

_EQUATOR_M: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257223563
_POLE_M: Final = _EQUATOR_M * (1 - _FLATTENING)
_MEAN_M: Final = 6_371_008.8
_MOST_STEPS: Final = 100
_COLUMN_STEPS: Final = 20  # between places that are not nearly opposite, 3 to 6 are enough
_OPPOSITE_M: Final = 19_800_000.0  # from here on the steps may never end
# The sphere errs by this share at most: what it holds to be nearest is measured again on the ellipsoid.
SPHERE_ERROR: Final = 0.006


class Way(NamedTuple):
    """From one place to another; the bearing is clockwise from north, at the first place, 0..360."""

    distance_m: float
    bearing_deg: float


def is_place(lon: float, lat: float) -> bool:
    """Whether these are degrees of a place on earth."""
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180.0 and abs(lat) <= 90.0


def way(from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> Way:
    """Distance and first bearing (Vincenty); between opposite ends of the earth, the sphere's."""
    if (from_lon, from_lat) == (to_lon, to_lat):
        return Way(0.0, 0.0)
    east = math.remainder(math.radians(to_lon - from_lon), math.tau)
    reduced_from = math.atan((1 - _FLATTENING) * math.tan(math.radians(from_lat)))
    reduced_to = math.atan((1 - _FLATTENING) * math.tan(math.radians(to_lat)))
    sin_1, cos_1, sin_2, cos_2 = (
        math.sin(reduced_from), math.cos(reduced_from), math.sin(reduced_to), math.cos(reduced_to)
    )  # fmt: skip
    angle = east
    for _ in range(_MOST_STEPS):
        sin_angle, cos_angle = math.sin(angle), math.cos(angle)
        across, along = cos_2 * sin_angle, cos_1 * sin_2 - sin_1 * cos_2 * cos_angle
        sin_arc, cos_arc = math.hypot(across, along), sin_1 * sin_2 + cos_1 * cos_2 * cos_angle
        if sin_arc < 1e-15:
            return Way(0.0, 0.0) if cos_arc > 0 else _on_sphere(from_lon, from_lat, to_lon, to_lat)
        arc = math.atan2(sin_arc, cos_arc)
        sin_azimuth = cos_1 * cos_2 * sin_angle / sin_arc
        cos_azimuth_squared = 1 - sin_azimuth**2
        middle = 0.0 if cos_azimuth_squared < 1e-15 else cos_arc - 2 * sin_1 * sin_2 / cos_azimuth_squared
        c = _FLATTENING / 16 * cos_azimuth_squared * (4 + _FLATTENING * (4 - 3 * cos_azimuth_squared))
        turn = arc + c * sin_arc * (middle + c * cos_arc * (2 * middle**2 - 1))
        before, angle = angle, east + (1 - c) * _FLATTENING * sin_azimuth * turn
        if abs(angle - before) < 1e-13:
            break
    else:
        return _on_sphere(from_lon, from_lat, to_lon, to_lat)
    squared = cos_azimuth_squared * (_EQUATOR_M**2 - _POLE_M**2) / _POLE_M**2
    a = 1 + squared / 16384 * (4096 + squared * (-768 + squared * (320 - 175 * squared)))
    b = squared / 1024 * (256 + squared * (-128 + squared * (74 - 47 * squared)))
    inner = cos_arc * (2 * middle**2 - 1) - b / 6 * middle * (4 * sin_arc**2 - 3) * (4 * middle**2 - 3)
    distance = _POLE_M * a * (arc - b * sin_arc * (middle + b / 4 * inner))
    return Way(distance, math.degrees(math.atan2(across, along)) % 360.0)


def sphere_distances_m(
    lon: float, lat: float, lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """From one place to many, on the sphere: SPHERE_ERROR off at most."""
    to_lat = np.radians(lats)
    half_east, half_north = np.radians(lons - lon) / 2, (to_lat - math.radians(lat)) / 2
    share = np.sin(half_north) ** 2 + math.cos(math.radians(lat)) * np.cos(to_lat) * np.sin(half_east) ** 2
    distances: npt.NDArray[np.float64] = 2 * _MEAN_M * np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0)))
    return distances


def distances_m(
    lon: float, lat: float, lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """From one place to many, on the ellipsoid as `way` has it; the sphere's to the opposite end of the earth."""
    found = sphere_distances_m(lon, lat, lons, lats)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = _columns_on_ellipsoid(lon, lat, lons, lats)
    is_same = (lons == lon) & (lats == lat)
    return np.where(is_same, 0.0, np.where((found < _OPPOSITE_M) & np.isfinite(exact), exact, found))


def _columns_on_ellipsoid(
    lon: float, lat: float, lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Vincenty's steps for whole columns; not a number where they do not lead to an end."""
    east = np.remainder(np.radians(lons - lon) + math.pi, math.tau) - math.pi
    from_lat = math.atan((1 - _FLATTENING) * math.tan(math.radians(lat)))
    to_lat = np.arctan((1 - _FLATTENING) * np.tan(np.radians(lats)))
    sin_1, cos_1, sin_2, cos_2 = math.sin(from_lat), math.cos(from_lat), np.sin(to_lat), np.cos(to_lat)
    angle, steps = east, 0
    while True:
        sin_angle, cos_angle = np.sin(angle), np.cos(angle)
        across, along = cos_2 * sin_angle, cos_1 * sin_2 - sin_1 * cos_2 * cos_angle
        sin_arc, cos_arc = np.hypot(across, along), sin_1 * sin_2 + cos_1 * cos_2 * cos_angle
        arc = np.arctan2(sin_arc, cos_arc)
        sin_azimuth = cos_1 * cos_2 * sin_angle / sin_arc
        squared_cos = 1 - sin_azimuth**2
        middle = np.where(squared_cos < 1e-15, 0.0, cos_arc - 2 * sin_1 * sin_2 / squared_cos)
        c = _FLATTENING / 16 * squared_cos * (4 + _FLATTENING * (4 - 3 * squared_cos))
        turn = arc + c * sin_arc * (middle + c * cos_arc * (2 * middle**2 - 1))
        before, angle = angle, east + (1 - c) * _FLATTENING * sin_azimuth * turn
        steps += 1
        if steps == _COLUMN_STEPS or np.nanmax(np.abs(angle - before), initial=0.0) < 1e-13:
            break
    squared = squared_cos * (_EQUATOR_M**2 - _POLE_M**2) / _POLE_M**2
    a = 1 + squared / 16384 * (4096 + squared * (-768 + squared * (320 - 175 * squared)))
    b = squared / 1024 * (256 + squared * (-128 + squared * (74 - 47 * squared)))
    inner = cos_arc * (2 * middle**2 - 1) - b / 6 * middle * (4 * sin_arc**2 - 3) * (4 * middle**2 - 3)
    distances: npt.NDArray[np.float64] = _POLE_M * a * (arc - b * sin_arc * (middle + b / 4 * inner))
    distances[np.abs(angle - before) > 1e-9] = math.nan
    return distances


def _on_sphere(from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> Way:
    distance = float(sphere_distances_m(from_lon, from_lat, np.array([to_lon]), np.array([to_lat]))[0])
    east, north_1, north_2 = math.radians(to_lon - from_lon), math.radians(from_lat), math.radians(to_lat)
    across = math.sin(east) * math.cos(north_2)
    along = math.cos(north_1) * math.sin(north_2) - math.sin(north_1) * math.cos(north_2) * math.cos(east)
    return Way(distance, math.degrees(math.atan2(across, along)) % 360.0)
