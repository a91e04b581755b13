"""How the view moves: about the pointer, to a place, with inertia, and then it rests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.city_map.mercator import ground_scale, project_point, unproject_point
from widgets.city_map.overlay.furniture import length_text, round_length
from widgets.city_map.texts import MapTexts
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.viewport import MAX_UNITS, MIN_UNITS, Viewport

START = Viewport(*project_point(5.04, 47.32), 10.0, 800, 600)


def run(navigator: Navigator, seconds: float, start: float = 0.0) -> float:
    now = start
    while now < start + seconds and navigator.is_moving:
        now += 1 / 60
        navigator.step(now)
    return now


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_a_place_survives_the_way_to_the_map_and_back(lon: float, lat: float) -> None:
    assert unproject_point(*project_point(lon, lat)) == pytest.approx((lon, lat), abs=1e-9)


@given(st.floats(0, 800), st.floats(0, 600), st.floats(0.05, 300))
def test_the_place_under_the_pointer_stays_there_while_zooming(px: float, py: float, units: float) -> None:
    zoomed = START.zoomed_about(px, py, units)
    x, y = START.to_world(px, py)
    assert zoomed.to_pixel(x, y) == pytest.approx((px, py), abs=1.0 + START.units / units)


def test_pixels_and_places_belong_together_at_any_pixel_ratio() -> None:
    for ratio in (1.0, 1.25, 1.5, 2.0):
        view = Viewport(START.x, START.y, 3.0, 801, 603, ratio)
        assert view.to_pixel(*view.to_world(123.4, 321.0)) == pytest.approx((123.4, 321.0))


def test_wheel_wishes_add_up_and_the_view_arrives() -> None:
    navigator = Navigator(START)
    for _ in range(3):
        navigator.zoom(0.5, 400, 300, 0.0)
    assert navigator.is_zooming
    run(navigator, 3.0)
    assert not navigator.is_moving
    assert navigator.view.units == pytest.approx(10.0 / 8)


def test_the_scale_has_limits_whatever_is_asked() -> None:
    navigator = Navigator(START)
    for factor, limit in ((1e-9, MIN_UNITS), (1e12, MAX_UNITS)):
        navigator.zoom(factor, 0, 0, 0.0)
        run(navigator, 5.0)
        assert navigator.view.units == pytest.approx(limit, rel=0.01)


def test_a_glide_ends_exactly_where_it_was_meant_to() -> None:
    navigator = Navigator(START)
    goal = START.with_units(1.0).moved_to(START.x + 4000, START.y - 2500)
    navigator.glide(goal, 0.0)
    assert navigator.destination == goal
    run(navigator, 2.0)
    assert navigator.view == goal


def test_a_thrown_map_glides_on_slows_down_and_rests() -> None:
    navigator = Navigator(START)
    for i in range(6):
        navigator.drag(12, 0, i / 60)
    held = navigator.view.x
    navigator.let_go(6 / 60)
    assert navigator.is_moving
    ended = run(navigator, 5.0, 6 / 60)
    assert navigator.view.x < held
    assert ended < 3.0


def test_a_map_held_still_before_letting_go_stays() -> None:
    navigator = Navigator(START)
    for i in range(6):
        navigator.drag(12, 0, i / 60)
    navigator.let_go(1.0)
    assert not navigator.is_moving


def test_a_grip_stops_whatever_moved() -> None:
    navigator = Navigator(START)
    navigator.glide(START.moved_to(0, 0), 0.0)
    navigator.step(0.1)
    navigator.stop()
    assert not navigator.is_moving


def test_the_scale_bar_shows_a_round_length_in_ground_metres() -> None:
    assert [round_length(x) for x in (0.9, 1.0, 3.7, 7.0, 180, 4999)] == [0.5, 1, 2, 5, 100, 2000]
    assert length_text(2000, MapTexts()) == "2 km"
    assert length_text(200, MapTexts(metres="mètres")) == "200 mètres"
    assert START.metres_per_pixel == pytest.approx(10.0 * ground_scale(START.y))


def test_a_window_that_changes_its_size_on_the_way_does_not_end_the_way() -> None:
    navigator = Navigator(START)
    end = START.moved_to(START.x + 5_000, START.y)
    navigator.glide(end, 10.0)
    navigator.step(10.1)
    navigator.resize(500, 400, 2.0)
    while navigator.step(11.0):
        pass
    assert (navigator.view.x, navigator.view.y) == (end.x, end.y)
    assert (navigator.view.width, navigator.view.height, navigator.view.pixel_ratio) == (500, 400, 2.0)
