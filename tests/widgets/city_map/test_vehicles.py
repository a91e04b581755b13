"""Vehicles: smooth on their way, never further than they were seen; trails; one kept in the middle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import columns, ids, octets, settle
from widgets.city_map import AssetVisual, CityMap, ClassStyle, Glyph, Viewport
from widgets.city_map.mercator import project_point
from widgets.city_map.scene.motions import Motions
from widgets.city_map.scene.scene import Scene
from widgets.city_map.scene.trails import Trails

STYLES = (ClassStyle("vehicle", "Vehicle", Glyph.VEHICLE, 9, 8.0),)
START = (5.04, 47.32)
NORTH = np.array([0.0], np.float32)


class Hand:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.time_s = 100.0

    def now(self) -> float:
        return self.time_s


def one(number: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    return np.array([number], np.uint32)


def seen(motions: Motions, x: float, y: float = 0.0) -> None:
    motions.note(one(), np.array([x]), np.array([y]))


def shown_at(motions: Motions) -> float:
    x, _ = motions.placed(one(), np.array([np.nan]), np.array([np.nan]))
    return float(x[0])


def test_a_vehicle_takes_as_long_as_its_positions_lie_apart_and_then_stands() -> None:
    hand, motions = Hand(), Motions()
    motions.now = hand.now
    seen(motions, 0.0)
    hand.time_s += 1.0
    seen(motions, 14.0)
    path: list[float] = []
    for _ in range(5):
        path.append(shown_at(motions))
        hand.time_s += 0.25
    assert path == pytest.approx([0.0, 3.5, 7.0, 10.5, 14.0])
    hand.time_s += 60
    assert shown_at(motions) == 14.0
    assert motions.moving()[0].size == 0


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(st.tuples(st.floats(0.0, 30.0), st.floats(-50, 50), st.floats(0.0, 5.0)), min_size=1, max_size=12)
)
def test_it_is_never_shown_beyond_where_it_was_seen(steps: list[tuple[float, float, float]]) -> None:
    hand, motions = Hand(), Motions()
    motions.now = hand.now
    places: list[float] = []
    x = 0.0
    for pause_s, step_m, look_s in steps:
        hand.time_s += pause_s
        x += step_m
        seen(motions, x)
        places.append(x)
        hand.time_s += look_s
        assert min(places) - 1e-6 <= shown_at(motions) <= max(places) + 1e-6
    hand.time_s += 2.1
    assert shown_at(motions) == x


def test_a_leap_is_no_drive() -> None:
    hand, motions = Hand(), Motions()
    motions.now = hand.now
    seen(motions, 0.0)
    hand.time_s += 1.0
    seen(motions, 5_000.0)
    assert shown_at(motions) == 5_000.0


def test_a_silent_vehicle_stands_where_it_was_last_seen() -> None:
    hand, scene = Hand(), Scene()
    scene.motions.now = hand.now
    scene.set_styles(STYLES)
    scene.replace_assets(columns([START]))
    scene.set_states(ids(1), octets(AssetVisual.NORMAL))
    for step in range(2):
        scene.move_assets(ids(1), np.array([START[0] + 0.0002 * step]), np.array([START[1]]), NORTH)
        hand.time_s += 1.0 - step
    hand.time_s += 0.3
    assert scene.place_of(0)[0] < float(scene.store.x[0])
    scene.set_states(ids(1), octets(AssetVisual.STALE))
    assert scene.place_of(0)[0] == float(scene.store.x[0])
    assert scene.motions.moving()[0].size == 0


def test_a_click_finds_a_vehicle_where_it_is_shown() -> None:
    hand, scene = Hand(), Scene()
    scene.motions.now = hand.now
    scene.set_styles(STYLES)
    scene.replace_assets(columns([START]))
    scene.set_states(ids(1), octets(AssetVisual.NORMAL))
    for step in range(2):
        scene.move_assets(ids(1), np.array([START[0] + 0.0006 * step]), np.array([START[1]]), NORTH)
        hand.time_s += 1.0 - 0.7 * step
    x, y = scene.place_of(0)
    view = Viewport(x, y, 0.4, 800, 600)
    assert scene.pick(view, 400, 300, 12.0) == 0


def test_trails_keep_what_was_seen_for_as_long_as_wanted() -> None:
    trails = Trails(keep_s=10.0)
    for step in range(8):
        trails.note(one(), np.array([10.0 * step]), np.array([0.0]), float(step))
    assert [x for _, x, _ in trails.of(1, 7.0)] == [10.0 * step for step in range(8)]
    left = trails.of(1, 13.0)
    assert [x for _, x, _ in left] == [10.0 * step for step in range(3, 8)]
    assert all(0 <= age <= 1 for age, _, _ in left)
    trails.note(one(), np.array([70.5]), np.array([0.0]), 13.0)
    assert len(trails.of(1, 13.0)) == 5  # it stands: no heap of points
    trails.set_length(0)
    assert trails.of(1, 13.0) == []


@pytest.fixture
def city(make_map: MakeMap) -> CityMap:
    city_map = make_map()
    city_map.set_classes(STYLES)
    city_map.set_assets(columns([START]))
    city_map.set_states(ids(1), octets(AssetVisual.NORMAL))
    city_map.move_assets(ids(1), np.array([START[0]]), np.array([START[1]]), NORTH)
    city_map.go_to(*START, 1.0, animate=False)
    return city_map


def test_it_glides_over_the_screen_and_the_map_rests_afterwards(city: CityMap, qtbot: QtBot) -> None:
    settle(qtbot, city)
    pictures: set[bytes] = set()
    city.move_assets(ids(1), np.array([START[0] + 0.0003]), np.array([START[1]]), NORTH)
    for _ in range(6):
        qtbot.wait(60)
        picture = city.grab().toImage()
        pictures.add(bytes(picture.constBits()))
    assert len(pictures) >= 3
    settle(qtbot, city)


def test_a_trail_is_drawn_when_near_and_not_when_none_is_wanted(city: CityMap, qtbot: QtBot) -> None:
    for step in range(6):
        city.move_assets(ids(1), np.array([START[0] + 0.0001 * step]), np.array([START[1]]), NORTH)
        qtbot.wait(20)
    settle(qtbot, city)
    with_trail = city.grab().toImage()
    city.meaning.set_trail_s(0)
    settle(qtbot, city)
    assert city.grab().toImage() != with_trail


def test_a_followed_vehicle_stays_in_the_middle_until_a_hand_pans(city: CityMap, qtbot: QtBot) -> None:
    city.following.start(1)
    assert city.following.asset_id == 1
    settle(qtbot, city)
    for step in (1, 2):
        city.move_assets(ids(1), np.array([START[0] + 0.002 * step]), np.array([START[1]]), NORTH)
        settle(qtbot, city)
    x, y = project_point(START[0] + 0.004, START[1])
    assert (city.view.x, city.view.y) == pytest.approx((x, y), abs=2)
    ended: list[bool] = []
    city.following.ended.connect(lambda: ended.append(True))
    city.zoom_by(0.5)
    settle(qtbot, city)
    assert not ended
    QTest.mousePress(city, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(city, QPoint(160, 130))
    QTest.mouseMove(city, QPoint(200, 150))
    QTest.mouseRelease(city, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.waitUntil(lambda: ended == [True], timeout=2000)
    assert city.following.asset_id == 0


def test_following_ends_when_the_vehicle_is_gone_or_another_place_is_wanted(city: CityMap, qtbot: QtBot) -> None:
    ended: list[bool] = []
    city.following.ended.connect(lambda: ended.append(True))
    city.following.start(77)
    assert city.following.asset_id == 0
    city.following.start(1)
    city.go_to(5.1, 47.4)
    assert ended == [True]
    city.following.start(1)
    settle(qtbot, city)
    city.remove_assets(ids(1))
    qtbot.waitUntil(lambda: ended == [True, True], timeout=2000)
