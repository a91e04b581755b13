"""Distances, bearings and a head's pan and tilt, held against an independent geodesy."""

import math

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.ground import SPHERE_ERROR, distances_m, is_place, sphere_distances_m, way
from backend.domain.looking import aim_at, sees
from contract.assets import Asset

WGS84 = pyproj.Geod(ellps="WGS84")
LONS, LATS = st.floats(-180, 180), st.floats(-89.9, 89.9)


def off_deg(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@given(lon=LONS, lat=st.floats(-85, 85), towards=st.floats(0, 360), metres=st.floats(0.5, 1_000_000))
def test_a_way_is_that_of_the_ellipsoid(lon: float, lat: float, towards: float, metres: float) -> None:
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, towards, metres)
    found = way(lon, lat, to_lon, to_lat)
    assert found.distance_m == pytest.approx(metres, abs=1e-3)
    assert off_deg(found.bearing_deg, towards) * math.radians(1) * metres < 0.01


@given(lon=LONS, lat=LATS, to_lon=LONS, to_lat=LATS)
def test_anywhere_on_earth_a_way_ends_and_the_sphere_is_near_enough(
    lon: float, lat: float, to_lon: float, to_lat: float
) -> None:
    _, _, metres = WGS84.inv(lon, lat, to_lon, to_lat)
    found = way(lon, lat, to_lon, to_lat)
    assert found.distance_m == pytest.approx(metres, rel=SPHERE_ERROR, abs=0.01)
    assert 0 <= found.bearing_deg < 360 or found.bearing_deg == pytest.approx(360)
    (sphere,) = sphere_distances_m(lon, lat, np.array([to_lon]), np.array([to_lat]))
    assert sphere == pytest.approx(metres, rel=SPHERE_ERROR, abs=0.01)
    (column,) = distances_m(lon, lat, np.array([to_lon]), np.array([to_lat]))
    assert column == pytest.approx(metres, rel=SPHERE_ERROR if metres > 19_000_000 else 1e-7, abs=0.01)


def test_places_are_degrees() -> None:
    assert is_place(5.04, 47.32)
    assert not any(is_place(*bad) for bad in ((math.nan, 0), (181, 0), (0, 90.1), (math.inf, 0)))


@given(
    lon=LONS,
    lat=st.floats(-80, 80),
    towards=st.floats(0, 360),
    metres=st.floats(2, 500),
    azimuth=st.floats(0, 359.9),
    height=st.floats(2, 30),
)
def test_a_head_turned_by_the_aim_looks_at_the_place(
    lon: float, lat: float, towards: float, metres: float, azimuth: float, height: float
) -> None:
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, towards, metres)
    aim = aim_at(camera(lon, lat, azimuth_deg=azimuth, height_m=height), to_lon, to_lat)
    assert aim is not None
    assert -180 <= aim.pan_deg <= 180
    assert off_deg(azimuth + aim.pan_deg, towards) * math.radians(1) * metres < 0.05
    meets_ground_m = (height - 1.0) / math.tan(math.radians(-aim.tilt_deg))
    assert meets_ground_m == pytest.approx(metres, rel=1e-3, abs=0.05)
    assert aim.magnification >= 1


def test_far_places_are_zoomed_to_and_near_ones_are_not() -> None:
    dome = camera(5.0, 47.0, azimuth_deg=0.0, height_m=8.0, fov_deg=60.0)
    near, far = (aim_at(dome, 5.0, 47.0 + metres / 111_000) for metres in (10, 200))
    assert near is not None
    assert far is not None
    assert (near.magnification, far.magnification > 8) == (1.0, True)


def test_a_camera_whose_zero_is_not_known_cannot_be_aimed() -> None:
    assert aim_at(camera(5.0, 47.0), 5.001, 47.0) is None


def test_a_dome_sees_behind_itself_and_a_fixed_camera_does_not() -> None:
    looks_east = camera(5.0, 47.0, azimuth_deg=90.0, fov_deg=60.0, range_m=100.0)
    west = (5.0 - 50 / 76_000, 47.0)
    assert sees(looks_east, *west, is_ptz=False)[1] is False
    assert sees(looks_east, *west, is_ptz=True)[1] is True
    assert sees(looks_east, 5.0 + 50 / 76_000, 47.0, is_ptz=False)[1] is True
    assert sees(looks_east, 5.01, 47.0, is_ptz=True)[1] is False


def camera(
    lon: float,
    lat: float,
    *,
    azimuth_deg: float | None = None,
    height_m: float | None = None,
    fov_deg: float | None = None,
    range_m: float | None = None,
) -> Asset:
    return Asset(
        id=1,
        code="CAM-001",
        class_="camera",
        lon=lon,
        lat=lat,
        azimuth_deg=azimuth_deg,
        height_m=height_m,
        fov_deg=fov_deg,
        range_m=range_m,
    )
