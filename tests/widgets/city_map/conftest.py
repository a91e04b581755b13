"""A map on an invisible screen, with a clock of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import PLACES, STYLES, columns, ids, octets
from widgets.city_map import CityMap, MapTheme
from widgets.city_map.theme import DARK
from widgets.frame_clock import FrameClock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MakeMap = Callable[..., CityMap]


@pytest.fixture
def clock(qtbot: QtBot) -> Iterator[FrameClock]:
    clock = FrameClock()
    yield clock
    clock.close()


@pytest.fixture
def make_map(qtbot: QtBot, clock: FrameClock) -> Iterator[MakeMap]:
    made: list[CityMap] = []

    def make(width: int = 640, height: int = 480, theme: MapTheme = DARK) -> CityMap:
        city_map = CityMap(clock, theme=theme)
        city_map.resize(width, height)
        qtbot.addWidget(city_map)
        city_map.show()
        qtbot.waitExposed(city_map)
        made.append(city_map)
        return city_map

    yield make
    for city_map in made:
        city_map.hide()


@pytest.fixture
def city(make_map: MakeMap) -> CityMap:
    """Three places, all well."""
    city_map = make_map()
    city_map.set_classes(STYLES)
    city_map.set_assets(columns(PLACES))
    city_map.set_states(ids(1, 2, 3), octets(0, 0, 0))
    return city_map
