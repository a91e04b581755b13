"""Lengths, areas and grid positions beside an independent library (PROJ)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from widgets.city_map.tools.coordinates import CoordinateForm, lambert_93, written
from widgets.city_map.tools.geodesy import circle, distance_m, distances_m, ring_area_m2

GEOD = Geod(ellps="WGS84")
LAMBERT = Transformer.from_crs("EPSG:4171", "EPSG:2154", always_xy=True)
lons, lats = st.floats(-180, 180), st.floats(-85, 85)


@given(lons, lats, lons, lats)
def test_a_distance_is_that_of_proj(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    true = GEOD.inv(lon1, lat1, lon2, lat2)[2]
    near_opposite = true > 19_900_000
    assert distance_m(lon1, lat1, lon2, lat2) == pytest.approx(true, rel=1e-2 if near_opposite else 1e-6, abs=1e-3)


@given(lons, lats, st.floats(0.5, 50_000), st.floats(0, 360))
def test_distances_in_a_city_are_right_to_a_millimetre(lon: float, lat: float, away: float, towards: float) -> None:
    lon2, lat2, _ = GEOD.fwd(lon, lat, towards, away)
    assert distance_m(lon, lat, lon2, lat2) == pytest.approx(away, abs=1e-3)


def test_many_distances_are_each_the_single_one() -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-180, 180, 300), rng.uniform(-89, 89, 300)
    lon[0], lat[0] = 5.0, 47.0
    many = distances_m(5.0, 47.0, lon, lat)
    assert many[0] == 0
    assert many == pytest.approx([distance_m(5.0, 47.0, *place) for place in zip(lon, lat, strict=True)])


@given(lons, st.floats(-80, 80), st.integers(3, 12), st.floats(5, 80_000), st.integers(0, 2**32 - 1))
def test_an_area_is_that_of_proj(lon: float, lat: float, corners: int, size: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    turns = np.sort(rng.uniform(0, 360, corners))
    ring = [GEOD.fwd(lon, lat, turn, size * rng.uniform(0.3, 1))[:2] for turn in turns]
    ring_lons, ring_lats = np.array(ring).T
    true = abs(GEOD.polygon_area_perimeter(ring_lons, ring_lats)[0])
    assume(true > size * size * 1e-2)
    # PROJ itself is right to some hundredths of a square metre.
    assert ring_area_m2(ring_lons, ring_lats) == pytest.approx(true, rel=1e-3, abs=0.1)


def test_a_line_has_no_area() -> None:
    assert ring_area_m2(np.array([5.0, 5.1]), np.array([47.0, 47.1])) == 0.0
    assert ring_area_m2(np.empty(0), np.empty(0)) == 0.0


@given(lons, st.floats(-80, 80), st.floats(1, 100_000))
def test_every_point_of_a_circle_is_as_far_as_its_radius(lon: float, lat: float, radius: float) -> None:
    ring_lons, ring_lats = circle(lon, lat, radius)
    away = [GEOD.inv(lon, lat, a, b)[2] for a, b in zip(ring_lons, ring_lats, strict=True)]
    assert away == pytest.approx([radius] * len(away), rel=1e-3)


@given(st.floats(-9.8, 10.3), st.floats(41.2, 51.5))
def test_lambert_93_is_that_of_proj(lon: float, lat: float) -> None:
    assert lambert_93(lon, lat) == pytest.approx(LAMBERT.transform(lon, lat), abs=1e-3)


def test_places_are_written_as_people_write_them() -> None:
    assert written(5.0415, 47.322, CoordinateForm.DEGREES) == "47.32200° N  5.04150° E"
    assert written(-5.0415, -47.322, CoordinateForm.DEGREES, "NSEO") == "47.32200° S  5.04150° O"
    assert written(5.0415, 47.322, CoordinateForm.SEXAGESIMAL) == "47°19′19.2″ N  5°02′29.4″ E"
    assert written(0.99999999, 0, CoordinateForm.SEXAGESIMAL) == "0°00′00.0″ N  1°00′00.0″ E"
    easting, northing = LAMBERT.transform(5.0415, 47.322)
    spaced = [f"{round(metres):,}".replace(",", "\u202f") for metres in (easting, northing)]
    assert written(5.0415, 47.322, CoordinateForm.LAMBERT_93) == f"E {spaced[0]}  N {spaced[1]}  (L93)"
    assert "°" in written(100.0, 10.0, CoordinateForm.LAMBERT_93)
    assert math.isfinite(distance_m(0, 90, 180, -90))
