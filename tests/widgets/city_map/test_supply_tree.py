"""The supply of a selected cabinet: a line to everything it feeds, another look for what is cut off."""

from __future__ import annotations

import time

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import columns, ids, octets, settle
from tests.widgets.city_map.screen import MIDDLE, Picture, as_seen_by, picture_of
from widgets.city_map import CityMap, SupplyTree

EAST = (MIDDLE[0] + 0.001, MIDDLE[1])


@pytest.fixture
def city(make_map: MakeMap) -> CityMap:
    city_map = make_map(640, 480)
    city_map.clearFocus()
    city_map.set_assets(columns([MIDDLE, EAST]))
    city_map.set_states(ids(1, 2), octets(0, 0))
    city_map.go_to(*MIDDLE, 0.5, animate=False)
    return city_map


def along(city_map: CityMap, qtbot: QtBot) -> Picture:
    """The pixels half way from the one to the other."""
    settle(qtbot, city_map)
    return picture_of(city_map)[239:242, 360:430]


def test_a_line_runs_to_what_is_fed_and_a_dashed_one_to_what_is_cut_off(city: CityMap, qtbot: QtBot) -> None:
    ground = along(city, qtbot)
    city.meaning.set_supply_tree(SupplyTree(1, ids(2)))
    fed = along(city, qtbot)
    city.meaning.set_supply_tree(SupplyTree(1, ids(2), ids(2)))
    cut_off = along(city, qtbot)
    line = np.any(np.abs(fed - ground) > 20, axis=(0, 2))
    dashes = np.any(np.abs(cut_off - ground) > 20, axis=(0, 2))
    assert line.all()
    assert 0.4 < dashes.mean() < 0.8
    assert np.abs(np.diff(dashes.astype(int))).sum() >= 6  # on and off and on: seen without any colour
    grey = as_seen_by(np.repeat(cut_off, 2, axis=0), "monochrome")
    assert np.ptp(grey.max(axis=(0, 2))) > 40
    city.meaning.set_supply_tree(None)
    np.testing.assert_array_equal(along(city, qtbot), ground)


def test_lines_lie_on_the_ground_while_it_is_dragged(city: CityMap, qtbot: QtBot) -> None:
    city.meaning.set_supply_tree(SupplyTree(1, ids(2)))
    before = along(city, qtbot)
    city.pan_by(0, 37)
    settle(qtbot, city)
    np.testing.assert_array_equal(picture_of(city)[202:205, 360:430], before)


@pytest.mark.parametrize("tree", [SupplyTree(77, ids(2)), SupplyTree(1, ids()), SupplyTree(1, ids(88, 99), ids(77))])
def test_strangers_are_ignored(city: CityMap, qtbot: QtBot, tree: SupplyTree) -> None:
    ground = along(city, qtbot)
    city.meaning.set_supply_tree(tree)
    np.testing.assert_array_equal(along(city, qtbot), ground)


def test_thousands_are_drawn_once_and_then_blitted(make_map: MakeMap, qtbot: QtBot) -> None:
    rng = np.random.default_rng(2)
    places = [MIDDLE, *zip(rng.normal(5.04, 0.02, 5000).tolist(), rng.normal(47.32, 0.01, 5000).tolist(), strict=True)]
    city = make_map(1200, 800)
    city.set_assets(columns(places))
    fed = np.arange(2, 5002, dtype=np.uint32)
    city.meaning.set_supply_tree(SupplyTree(1, fed, fed[::4]))
    city.go_to(*MIDDLE, 6.0, animate=False)
    settle(qtbot, city)
    start = time.process_time()
    for _ in range(20):
        city.pan_by(3, 2)
        city.grab()
    assert time.process_time() - start < 2.0  # twenty times drawn anew would take several seconds


def test_screen_readers_hear_how_many(city: CityMap, qtbot: QtBot) -> None:
    city.meaning.set_supply_tree(SupplyTree(1, ids(2), ids(2)))
    city.select(1)
    qtbot.waitUntil(lambda: "supply tree: 1 fed, 1 cut off" in city.accessibleDescription(), timeout=3000)
