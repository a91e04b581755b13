"""What an area holds equals what a plain count finds, whatever its shape; and it is found at once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from tests.widgets.city_map.samples import STYLES, columns, ids, octets, scattered
from widgets.city_map import AreaKind, AssetVisual, MapFilter, Viewport
from widgets.city_map.mercator import project_point, unproject_point
from widgets.city_map.scene.scene import Scene
from widgets.city_map.tools.inside import ids_inside, inside_ring
from widgets.city_map.tools.pointer_tool import DrawnArea, Point
from widgets.city_map.values import AssetColumns

GEOD = Geod(ellps="WGS84")
VIEW = Viewport(*project_point(5.04, 47.32), 10.0, 1000, 800)


def scene_of(assets: AssetColumns) -> Scene:
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(assets)
    return scene


def is_inside(x: float, y: float, ring: list[Point]) -> bool:
    """Even-odd, edge by edge, as in a textbook."""
    odd = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40), st.integers(1, 300))
def test_a_lasso_holds_what_a_ray_says(seed: int, corners: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    ring: list[Point] = [(float(a), float(b)) for a, b in rng.normal(0, 100, (corners, 2))]
    x, y = rng.normal(0, 90, count), rng.normal(0, 90, count)
    if seed % 3 == 0:  # heights in steps: many points at the height of a corner
        y, ring = np.round(y / 20) * 20, [(a, round(b / 20) * 20.0) for a, b in ring]
    ring_x, ring_y = np.array(ring).T
    found = inside_ring(x, y, ring_x, ring_y)
    assert found.tolist() == [is_inside(float(a), float(b), ring) for a, b in zip(x, y, strict=True)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_rectangle_holds_what_lies_between_its_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assets = scattered(400, seed % 1000)
    (x0, y0), (x1, y1) = (project_point(5.04 + dx, 47.32 + dy) for dx, dy in rng.normal(0, 0.05, (2, 2)))
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    area = DrawnArea(AreaKind.RECTANGLE, ((left, top), (right, top), (right, bottom), (left, bottom)))
    places = [project_point(lon, lat) for lon, lat in zip(assets.lon, assets.lat, strict=True)]
    expected = [i + 1 for i, (x, y) in enumerate(places) if left <= x < right and top <= y < bottom]
    assert ids_inside(scene_of(assets), VIEW, area).tolist() == expected


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1, 30_000))
def test_a_circle_holds_what_is_that_near_on_the_ground(seed: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    assets = scattered(300, seed % 1000, spread=0.1)
    centre = (5.04 + float(rng.normal(0, 0.05)), 47.32 + float(rng.normal(0, 0.05)))
    away = GEOD.inv(np.full(300, centre[0]), np.full(300, centre[1]), assets.lon, assets.lat)[2]
    away = np.where(np.abs(away - radius) < 1e-6, math.inf, away)
    big = [project_point(centre[0] + dx, centre[1] + dy) for dx, dy in ((-1, 0.7), (1, 0.7), (1, -0.7), (-1, -0.7))]
    area = DrawnArea(AreaKind.RADIUS, tuple(big), centre, radius)
    assert ids_inside(scene_of(assets), VIEW, area).tolist() == (np.flatnonzero(away <= radius) + 1).tolist()


def test_only_what_is_shown_is_chosen() -> None:
    scene = scene_of(columns([(5.04, 47.32)] * 4, classes=[0, 1, 2, 2]))
    scene.set_states(ids(1, 2, 3, 4), octets(0, 0, 0, AssetVisual.ALARM_P2))
    x, y = project_point(5.04, 47.32)
    ring = ((x - 50, y - 50), (x + 50, y - 50), (x + 50, y + 50), (x - 50, y + 50))
    area = DrawnArea(AreaKind.RECTANGLE, ring)
    # Bollards that are well are left out at this scale, the one in alarm is not.
    assert ids_inside(scene, VIEW, area).tolist() == [1, 2, 4]
    assert ids_inside(scene, Viewport(x, y, 0.5, 100, 100), area).tolist() == [1, 2, 3, 4]
    scene.set_filter(MapFilter(hidden_classes=frozenset({"camera"})))
    assert ids_inside(scene, VIEW, area).tolist() == [1, 4]


def test_an_area_of_nothing_holds_nothing() -> None:
    scene = scene_of(columns([(5.04, 47.32)]))
    assert ids_inside(scene, VIEW, DrawnArea(AreaKind.LASSO, ((0.0, 0.0), (1.0, 1.0)))).size == 0
    assert ids_inside(Scene(), VIEW, DrawnArea(AreaKind.LASSO, ((0.0, 0.0), (9.0, 0.0), (0.0, 9.0)))).size == 0


@pytest.mark.parametrize("kind", list(AreaKind))
def test_350_000_assets_are_searched_at_once(kind: AreaKind) -> None:
    scene = scene_of(scattered(350_000))
    turns = np.linspace(0, 2 * math.pi, 300, endpoint=False)
    reach = 0.08 * (1 + 0.2 * np.sin(9 * turns))
    lasso = [(5.04 + r * math.cos(t), 47.32 + r * 0.7 * math.sin(t)) for t, r in zip(turns, reach, strict=True)]
    ring = tuple(project_point(*place) for place in lasso)
    area = DrawnArea(kind, ring, (5.04, 47.32), 6_000.0)
    took: list[float] = []
    floor: list[float] = []
    for _ in range(5):
        floor.append(timed(lambda: np.argsort(scene.store.y)))
        took.append(timed(lambda: ids_inside(scene, VIEW, area)))
    assert ids_inside(scene, VIEW, area).size > 100_000
    # One sorting of all of them beside it, so that a busy machine slows both: 1 to 8 times that here.
    # Asking every edge about every asset would be beyond 60.
    assert min(took) < 25 * min(floor), (took, floor)
    assert unproject_point(*ring[0]) == pytest.approx(lasso[0])


def timed(work: Callable[[], object]) -> float:
    """Seconds it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
