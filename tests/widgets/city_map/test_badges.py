"""Alarm badges: their numbers are exact at every scale, and the worst gives the shape."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.city_map.samples import STYLES, columns, ids, octets, scattered
from widgets.city_map import NO_COMMUNE, UNACKNOWLEDGED, AssetVisual, Viewport
from widgets.city_map.mercator import project_point
from widgets.city_map.scene.badges import CELL_PX, badges_by_cell, badges_by_commune
from widgets.city_map.scene.scene import Scene

X, Y = project_point(5.04, 47.32)


def scene_with(states: list[int], seed: int) -> Scene:
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(scattered(len(states), seed))
    scene.set_states(scene.store.ids.copy(), np.array(states, np.uint8))
    return scene


any_state = st.integers(0, 7) | st.integers(0, 7).map(lambda visual: visual | UNACKNOWLEDGED)


@settings(max_examples=80, deadline=None)
@given(
    states=st.lists(any_state, min_size=1, max_size=150),
    seed=st.integers(0, 999),
    units=st.floats(0.05, 300),
)
def test_badges_count_exactly_what_is_in_alarm(states: list[int], seed: int, units: float) -> None:
    scene = scene_with(states, seed)
    in_alarm = [s for s in states if s & 7 >= AssetVisual.ALARM_P4]
    for badges in (
        badges_by_cell(scene.store, units),
        badges_by_commune(scene.store, [(X, Y), (X + 900, Y), (X, Y + 900)]),
    ):
        assert sum(badge.count for badge in badges) == len(in_alarm)
        assert sum(b.unacknowledged for b in badges) == sum(bool(s & UNACKNOWLEDGED) for s in in_alarm)
        if in_alarm:
            assert max(badge.worst for badge in badges) == max(s & 7 for s in in_alarm)


@settings(max_examples=40, deadline=None)
@given(states=st.lists(any_state, min_size=1, max_size=100), seed=st.integers(0, 99))
def test_each_commune_has_its_own_number_and_its_own_worst(states: list[int], seed: int) -> None:
    scene = scene_with(states, seed)
    centres = [(X + 2000.0 * i, Y) for i in range(5)]
    found = {
        (b.count, b.worst) if b.count == 1 else (b.x, b.count, b.worst) for b in badges_by_commune(scene.store, centres)
    }
    expected: set[tuple[float, int, int] | tuple[int, int]] = set()
    for commune in range(5):
        here = scene.store.visual[scene.store.commune_index == commune]
        alarms = here[here >= AssetVisual.ALARM_P4]
        if alarms.size == 1:
            expected.add((1, int(alarms.max())))
        elif alarms.size:
            expected.add((centres[commune][0], int(alarms.size), int(alarms.max())))
    assert found == expected


def test_alarms_of_no_commune_are_not_lost() -> None:
    scene = Scene()
    scene.replace_assets(columns([(5.0, 47.3), (5.2, 47.3)], communes=[NO_COMMUNE, 0]))
    scene.set_states(ids(1, 2), octets(AssetVisual.ALARM_P2, AssetVisual.ALARM_P3))
    assert sum(b.count for b in badges_by_commune(scene.store, [(X, Y)])) == 2


def test_a_single_alarm_stands_exactly_on_its_asset() -> None:
    scene = Scene()
    scene.replace_assets(columns([(5.04, 47.32), (5.3, 47.4)]))
    scene.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    (badge,) = scene.badges(Viewport(X, Y, 1.0, 800, 600))
    assert (badge.asset_id, badge.count, badge.unacknowledged) == (1, 1, 1)
    assert abs(badge.x - X) < 1e-6
    assert abs(badge.y - Y) < 1e-6


def test_badges_do_not_jump_while_panning_and_part_when_near() -> None:
    scene = scene_with([AssetVisual.ALARM_P3] * 80, 5)
    far = Viewport(X, Y, 12.0, 800, 600)
    assert scene.badges(far) == scene.badges(far.moved_to(X + 5000, Y))
    near = Viewport(X, Y, 0.05, 800, 600)
    assert len(scene.badges(far)) < len(scene.badges(near))
    cells = {(int(b.x // (CELL_PX * far.units)), int(b.y // (CELL_PX * far.units))) for b in scene.badges(far)}
    assert len(cells) > 1


def test_a_changed_alarm_is_counted_at_once_and_a_dimmed_lamp_costs_no_recount() -> None:
    scene = scene_with([AssetVisual.NORMAL] * 50, 2)
    view = Viewport(X, Y, 5.0, 800, 600)
    assert scene.badges(view) == []
    before = scene.alarm_version
    scene.set_levels(ids(3), octets(50))
    scene.set_states(ids(4), octets(AssetVisual.STALE))
    assert scene.alarm_version == before
    scene.set_states(ids(4), octets(AssetVisual.ALARM_P1))
    assert [b.worst for b in scene.badges(view)] == [AssetVisual.ALARM_P1]
    scene.set_states(ids(4), octets(AssetVisual.NORMAL))
    assert scene.badges(view) == []


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
        assert counts.by_class_and_state.get(("streetlight", visual), 0) == counts.by_state.get(visual, 0)
    assert counts.by_class.get("streetlight", 0) == len(inside)
    assert counts.unacknowledged == sum(bool(s & UNACKNOWLEDGED) for s in inside)
