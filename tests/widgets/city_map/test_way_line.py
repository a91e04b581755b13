"""Where a vehicle was, drawn on request: a line from a ring to a disc, dashed over what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import settle
from widgets.city_map import CityMap
from widgets.city_map.theme import DARK

PLACE = (5.04, 47.32)


@pytest.fixture
def empty(make_map: MakeMap) -> CityMap:
    city_map = make_map()
    city_map.go_to(*PLACE, 1.0, animate=False)
    return city_map


def drawn(city_map: CityMap) -> int:
    """In how many columns of the picture's middle the way is seen."""
    image = city_map.grab().toImage()
    wanted = QColor(DARK.selection).rgb() & 0xFFFFFF
    rows = range(image.height() // 2 - 2, image.height() // 2 + 3)
    return sum(any((image.pixel(x, row) & 0xFFFFFF) == wanted for row in rows) for x in range(image.width()))


def go_east(city_map: CityMap) -> None:
    lon = PLACE[0] + np.linspace(-0.002, 0.002, 21)
    city_map.meaning.set_way(lon, np.full(21, PLACE[1]), np.zeros(21, np.bool_))


def test_a_way_is_drawn_and_taken_away(empty: CityMap, qtbot: QtBot) -> None:
    settle(qtbot, empty)
    before = empty.grab().toImage()
    go_east(empty)
    settle(qtbot, empty)
    assert drawn(empty) > 120, "as far as the words of the empty map do not lie over it"
    empty.meaning.set_way(np.zeros(0), np.zeros(0), np.zeros(0, np.bool_))
    settle(qtbot, empty)
    assert empty.grab().toImage() == before


def test_what_is_not_known_is_dashed(empty: CityMap, qtbot: QtBot) -> None:
    lon, lat = np.array([PLACE[0] - 0.0015, PLACE[0] + 0.0015]), np.full(2, PLACE[1])
    empty.meaning.set_way(lon, lat, np.array([False, False]))
    settle(qtbot, empty)
    whole = drawn(empty)
    empty.meaning.set_way(lon, lat, np.array([False, True]))
    settle(qtbot, empty)
    assert 0.3 * whole < drawn(empty) < 0.9 * whole


def test_places_that_are_none_are_left_out(empty: CityMap, qtbot: QtBot) -> None:
    lon = np.array([PLACE[0], np.nan, np.inf, 500.0, PLACE[0] + 0.001])
    lat = np.array([PLACE[1], PLACE[1], PLACE[1], 91.0, PLACE[1]])
    empty.meaning.set_way(lon, lat, np.zeros(5, np.bool_))
    settle(qtbot, empty)
    assert drawn(empty) > 30
