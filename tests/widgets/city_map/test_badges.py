"""Alarm badges: their numbers are exact at every scale, and the worst gives the shape."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.city_map.samples import STYLES, columns, ids, octets, scattered
from widgets.city_map import NO_COMMUNE, UNACKNOWLEDGED, AssetVisual, Viewport
from widgets.city_map.mercator import ground_scale, project_point, unproject_point
from widgets.city_map.overlay.badge_layout import BadgeSizes, lay_out
from widgets.city_map.scene.badges import badges_by_cell, badges_by_commune, cell_size
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import ALARMS_WORST_FIRST, SUPPRESSED, priority_number

X, Y = project_point(5.04, 47.32)


def scene_with(states: list[int], seed: int) -> Scene:
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(scattered(len(states), seed))
    scene.set_states(scene.store.ids.copy(), np.array(states, np.uint8))
    return scene


any_state = st.integers(0, 7) | st.integers(0, 7).map(lambda visual: visual | UNACKNOWLEDGED)
CENTRES = np.array([(X + 2000.0 * i, Y) for i in range(3)])


def priorities(states: list[int]) -> list[int]:
    """How many of P1, P2, P3, P4, counted one by one."""
    return [sum(state & 7 == visual for state in states) for visual in ALARMS_WORST_FIRST]


@settings(max_examples=80, deadline=None)
@given(states=st.lists(any_state, min_size=1, max_size=150), seed=st.integers(0, 999), units=st.floats(0.05, 300))
def test_badges_count_each_priority_exactly(states: list[int], seed: int, units: float) -> None:
    scene = scene_with(states, seed)
    in_alarm = [s for s in states if s & 7 >= AssetVisual.ALARM_P4]
    for badges in (badges_by_cell(scene.store, units), badges_by_commune(scene.store, CENTRES, np.arange(3))):
        assert badges.by_priority.sum(axis=0).tolist() == priorities(states)
        assert badges.by_priority.sum(axis=1).tolist() == badges.count.tolist()
        assert badges.unacknowledged.sum() == sum(bool(s & UNACKNOWLEDGED) for s in in_alarm)
        for badge in map(badges.at, range(badges.size)):
            assert badge.by_priority[priority_number(badge.worst) - 1] > 0
            assert not any(badge.by_priority[: priority_number(badge.worst) - 1])


@settings(max_examples=60, deadline=None)
@given(
    states=st.lists(any_state, min_size=1, max_size=150),
    seed=st.integers(0, 999),
    units=st.floats(0.3, 60),
    zoom=st.sampled_from([1.0, 2.5]),
)
def test_each_square_in_view_holds_what_stands_in_it(states: list[int], seed: int, units: float, zoom: float) -> None:
    scene = scene_with(states, seed)
    cell = cell_size(units, zoom)
    expected: dict[tuple[int, int], list[int]] = {}
    for state, x, y in zip(states, scene.store.x.tolist(), scene.store.y.tolist(), strict=True):
        if state & 7 >= AssetVisual.ALARM_P4:
            expected.setdefault((math.floor(x / cell), math.floor(y / cell)), []).append(state)
    badges = badges_by_cell(scene.store, units, zoom=zoom)
    column, line = badges.squares()
    found = {(c, r): n for c, r, n in zip(column.tolist(), line.tolist(), badges.by_priority.tolist(), strict=True)}
    assert found == {square: priorities(here) for square, here in expected.items()}
    # What is kept for the view is the same as of the whole city, where the view reaches.
    scene.badge_zoom = zoom
    view = Viewport(X + 300 * units, Y, units, 500, 300)
    near = scene.badges_near(view)
    column, line = near.squares()
    part = {(c, r): n for c, r, n in zip(column.tolist(), line.tolist(), near.by_priority.tolist(), strict=True)}
    if not scene.has_commune_badges(view):
        assert part.items() <= found.items()
        x0, y0, x1, y1 = view.bounds
        reached = {
            (c, r) for c, r in found if (c + 1) * cell > x0 and c * cell < x1 and (r + 1) * cell > y0 and r * cell < y1
        }
        assert reached <= part.keys()


@settings(max_examples=40, deadline=None)
@given(states=st.lists(any_state, min_size=1, max_size=100), seed=st.integers(0, 99))
def test_each_commune_has_its_own_numbers(states: list[int], seed: int) -> None:
    scene = scene_with(states, seed)
    centres = np.array([(X + 2000.0 * i, Y) for i in range(5)])
    badges = badges_by_commune(scene.store, centres, np.arange(5))
    found = dict(zip(badges.group.tolist(), badges.by_priority.tolist(), strict=True))
    for commune in range(5):
        here = scene.store.visual[scene.store.commune_index == commune].tolist()
        assert found.get(commune, [0, 0, 0, 0]) == priorities(here)
    several = badges.count > 1
    assert badges.x[several].tolist() == centres[badges.group[several], 0].tolist()


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(2, 300),
    seed=st.integers(0, 999),
    units=st.floats(0.2, 40),
    zoom=st.sampled_from([1.0, 1.6]),
    spread=st.sampled_from([0.002, 0.05]),
)
def test_no_badge_covers_another(count: int, seed: int, units: float, zoom: float, spread: float) -> None:
    rng = np.random.default_rng(seed)
    scene = Scene()
    scene.replace_assets(scattered(count, seed, spread=spread))
    scene.set_states(scene.store.ids.copy(), rng.integers(4, 8, count).astype(np.uint8))
    badges = badges_by_cell(scene.store, units, zoom=zoom)
    several = badges.count > 1
    wide = np.where(several, 26 + 10 + 8.0 * np.ceil(np.log10(badges.count + 1)), 26.0) * zoom
    high, split = np.full(badges.size, 26.0 * zoom), np.full(badges.size, 56.0 * zoom)
    laid = lay_out(badges, BadgeSizes(wide, high, np.maximum(wide, 88 * zoom), split), units, zoom)
    x, y = laid.x / units, laid.y / units
    across = np.abs(x[:, None] - x) - (laid.width[:, None] + laid.width) / 2
    down = np.abs(y[:, None] - y) - (laid.height[:, None] + laid.height) / 2
    covers = (across < 0) & (down < 0)
    np.fill_diagonal(covers, val=False)
    assert not covers.any()


def test_communes_too_close_to_be_told_apart_share_one_badge_and_lose_no_alarm() -> None:
    scene = scene_with([int(AssetVisual.ALARM_P2)] * 60, 4)
    lon_lat = [unproject_point(X + 900.0 * i, Y) for i in range(5)]
    scene.set_communes([f"Commune {i}" for i in range(5)], lon_lat)
    near, far = Viewport(X, Y, 20.0 / ground_scale(Y), 800, 600), Viewport(X, Y, 90.0, 800, 600)
    assert scene.badges(far).count.sum() == scene.badges(near).count.sum() == 60
    assert scene.badges(far).size < scene.badges(near).size
    assert scene.badges(far).group.tolist() == scene.badges(far.moved_to(X + 9000, Y)).group.tolist()


def test_alarms_of_no_commune_are_not_lost() -> None:
    scene = Scene()
    scene.replace_assets(columns([(5.0, 47.3), (5.2, 47.3)], communes=[NO_COMMUNE, 0]))
    scene.set_states(ids(1, 2), octets(AssetVisual.ALARM_P2, AssetVisual.ALARM_P3))
    assert badges_by_commune(scene.store, np.array([(X, Y)]), np.zeros(1, np.int64)).count.sum() == 2


def test_a_single_alarm_stands_exactly_on_its_asset() -> None:
    scene = Scene()
    scene.replace_assets(columns([(5.04, 47.32), (5.3, 47.4)]))
    scene.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    badges = scene.badges(Viewport(X, Y, 1.0, 800, 600))
    badge = badges.at(0)
    assert (badges.size, badge.asset_id, badge.count, badge.unacknowledged) == (1, 1, 1, 1)
    assert abs(badge.x - X) < 1e-6
    assert abs(badge.y - Y) < 1e-6


def test_badges_do_not_jump_while_panning_and_part_when_near() -> None:
    scene = scene_with([int(AssetVisual.ALARM_P3)] * 80, 5)
    far = Viewport(X, Y, 12.0, 800, 600)
    here, there = scene.badges(far), scene.badges(far.moved_to(X + 5000, Y))
    assert here.x.tolist() == there.x.tolist()
    near = Viewport(X, Y, 0.05, 800, 600)
    assert here.size < scene.badges(near).size


def test_a_changed_alarm_is_counted_at_once_and_a_dimmed_lamp_costs_no_recount() -> None:
    scene = scene_with([int(AssetVisual.NORMAL)] * 50, 2)
    view = Viewport(float(scene.store.x[3]), float(scene.store.y[3]), 5.0, 800, 600)
    assert scene.badges_near(view).size == 0
    before = scene.alarm_version
    scene.set_levels(ids(3), octets(50))
    scene.set_states(ids(4), octets(AssetVisual.STALE))
    assert scene.alarm_version == before
    scene.set_states(ids(4), octets(AssetVisual.ALARM_P1))
    assert scene.badges_near(view).worst.tolist() == [AssetVisual.ALARM_P1]
    scene.set_states(ids(4), octets(AssetVisual.NORMAL))
    assert scene.badges_near(view).size == 0


def test_what_its_supply_explains_is_no_alarm_of_its_own() -> None:
    scene = scene_with([int(AssetVisual.ALARM_P2)] * 6, 2)
    view = Viewport(X, Y, 90.0, 800, 600)
    scene.set_flag(SUPPRESSED, ids(1, 2, 3, 4))
    assert scene.badges_near(view).count.sum() == 2
    scene.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    assert not scene.has_unacknowledged()
    scene.set_flag(SUPPRESSED, ids())
    assert scene.badges_near(view).count.sum() == 6
    assert scene.has_unacknowledged()


@settings(max_examples=40, deadline=None)
@given(states=st.lists(any_state, min_size=1, max_size=120), seed=st.integers(0, 99), units=st.floats(1, 60))
def test_the_text_twin_counts_what_stands_in_view(states: list[int], seed: int, units: float) -> None:
    scene = scene_with(states, seed)
    view = Viewport(X, Y, units, 300, 200)
    x0, y0, x1, y1 = view.bounds
    inside = [s for s, x, y in zip(states, scene.store.x, scene.store.y, strict=True) if x0 <= x < x1 and y0 <= y < y1]
    counts = scene.counts(view)
    assert counts.total == len(inside)
    for visual in AssetVisual:
        assert counts.by_state.get(visual, 0) == sum(s & 7 == visual for s in inside)
    assert counts.by_class.get("streetlight", 0) == len(inside)
    assert counts.unacknowledged == sum(bool(s & UNACKNOWLEDGED) for s in inside)
