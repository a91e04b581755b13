"""Columns and grid: garbage is ignored, what is asked for is found exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.city_map.samples import columns, ids, octets, scattered
from widgets.city_map import LEVEL_UNKNOWN, UNACKNOWLEDGED, AssetColumns, AssetVisual
from widgets.city_map.mercator import project_point
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.scene.scene import Scene

finite = st.floats(-1e5, 1e5, allow_nan=False, width=32)


def test_ids_nobody_announced_are_ignored() -> None:
    store = AssetStore()
    store.replace_all(columns([(5.0, 47.3), (5.1, 47.3)]))
    assert store.set_states(ids(7, 0, 4_294_967_295), octets(7, 7, 7)).size == 0
    assert store.set_levels(ids(99), octets(50)).size == 0
    assert store.row_of(0) is None
    assert store.row_of(-5) is None
    assert store.row_of(1 << 40) is None
    assert not store.remove(ids(99))
    assert store.count == 2


def test_assets_off_the_earth_and_without_id_are_left_out() -> None:
    store = AssetStore()
    nan, inf = float("nan"), float("inf")
    store.replace_all(columns([(5.0, 47.3), (nan, 47.0), (5.0, inf), (500.0, 47.0), (5.0, 89.9)]))
    store.upsert(columns([(5.0, 47.0)], first_id=0))
    assert store.ids.tolist() == [1]


def test_a_new_asset_is_unknown_until_it_has_spoken() -> None:
    store = AssetStore()
    store.replace_all(columns([(5.0, 47.3)]))
    assert store.visual.tolist() == [AssetVisual.UNKNOWN]
    assert store.level.tolist() == [LEVEL_UNKNOWN]
    assert np.isnan(store.heading[0])


def test_states_survive_a_new_register_of_the_same_assets() -> None:
    store = AssetStore()
    store.replace_all(columns([(5.0, 47.3), (5.1, 47.3)]))
    store.set_states(ids(2), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    store.replace_all(columns([(5.1, 47.3), (5.2, 47.3)], first_id=2))
    assert store.state.tolist() == [AssetVisual.ALARM_P1 | UNACKNOWLEDGED, AssetVisual.UNKNOWN]


def test_a_vehicle_stays_where_it_was_last_seen_when_the_register_comes_again() -> None:
    scene = Scene()
    depot = columns([(5.0, 47.3), (5.1, 47.3)])
    scene.replace_assets(depot)
    scene.move_assets(ids(2), np.array([5.2]), np.array([47.4]), np.array([90.0], np.float32))
    for again in (scene.replace_assets, scene.upsert_assets):
        again(depot)
        row = scene.store.row_of(2)
        assert row is not None
        assert (scene.store.x[row], scene.store.y[row]) == pytest.approx(project_point(5.2, 47.4))
        assert scene.store.heading[row] == 90.0
    scene.remove_assets(ids(2))
    scene.upsert_assets(depot)
    row = scene.store.row_of(2)
    assert row is not None
    assert scene.store.x[row] == pytest.approx(project_point(5.1, 47.3)[0])


def test_of_an_id_given_twice_the_last_counts() -> None:
    store = AssetStore()
    store.replace_all(columns([(5.0, 47.3)]))
    store.set_states(ids(1, 1), octets(AssetVisual.ALARM_P1, AssetVisual.NORMAL))
    assert store.visual.tolist() == [AssetVisual.NORMAL]
    twice = AssetColumns(ids(5, 5), np.array([5.0, 6.0]), np.array([47.0, 47.0]), octets(0, 1), np.zeros(2, np.uint16))
    store.upsert(twice)
    assert store.class_index[store.row_of(5) or 0] == 1


def test_removed_assets_are_gone_and_the_others_keep_what_they_had() -> None:
    store = AssetStore()
    store.replace_all(scattered(3000))
    store.set_levels(ids(2999), octets(42))
    store.remove(ids(*range(1, 2001)))
    row = store.row_of(2999)
    assert store.count == 1000
    assert row is not None
    assert store.level[row] == 42
    assert store.row_of(1) is None


def test_columns_of_unequal_length_do_no_harm() -> None:
    store = AssetStore()
    store.replace_all(AssetColumns(ids(1, 2, 3), np.zeros(2), np.zeros(3), octets(0), np.zeros(9, np.uint16)))
    assert store.count == 1
    assert store.set_states(ids(1, 1, 1), octets(3)).tolist() == [0]


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(st.tuples(finite, finite), min_size=1, max_size=120),
    moves=st.lists(st.tuples(st.integers(0, 119), finite, finite), max_size=20),
    corner=st.tuples(finite, finite),
    size=st.tuples(st.floats(0, 2e5), st.floats(0, 2e5)),
    radius=st.floats(0, 3e5),
)
def test_rectangle_and_nearest_agree_with_looking_at_every_asset(
    places: list[tuple[float, float]],
    moves: list[tuple[int, float, float]],
    corner: tuple[float, float],
    size: tuple[float, float],
    radius: float,
) -> None:
    x, y = np.array([p[0] for p in places]), np.array([p[1] for p in places])
    grid = GridIndex()
    grid.rebuild(x, y)
    for row, to_x, to_y in moves:
        if row < x.size:
            x[row], y[row] = to_x, to_y
            grid.moved(np.array([row]), x, y)
    x0, y0, x1, y1 = corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]
    expected = np.flatnonzero((x >= x0) & (x < x1) & (y >= y0) & (y < y1))
    assert sorted(grid.in_rectangle(x0, y0, x1, y1).tolist()) == expected.tolist()
    squared = (x - corner[0]) ** 2 + (y - corner[1]) ** 2
    nearest = int(squared.argmin()) if squared.min() <= radius * radius else None
    assert grid.nearest(corner[0], corner[1], radius) == nearest


def test_one_stray_asset_far_away_does_not_slow_the_others_down() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 2e4, 20_000), rng.uniform(0, 2e4, 20_000)
    x[0], y[0] = 1.9e7, -1.9e7
    grid = GridIndex()
    grid.rebuild(x, y)
    assert grid.in_rectangle(1.8e7, -2e7, 2e7, -1.8e7).tolist() == [0]
    assert grid.spacing() < 1_000


def test_many_movers_are_still_found_exactly() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 1e4, 12_000), rng.uniform(0, 1e4, 12_000)
    grid = GridIndex()
    grid.rebuild(x, y)
    for start in range(0, 12_000, 1500):
        rows = np.arange(start, start + 1500)
        x[rows] += 137.0
        grid.moved(rows, x, y)
    expected = np.flatnonzero((x >= 3000) & (x < 4000) & (y >= 3000) & (y < 4000))
    assert sorted(grid.in_rectangle(3000, 3000, 4000, 4000).tolist()) == expected.tolist()
