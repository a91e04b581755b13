"""Where something stands: pointed at with the mouse, by dragging or with the keys; Escape leaves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import STYLES, columns, settle
from widgets.city_map import CityMap, MapTexts, MapTool

LEFT = Qt.MouseButton.LeftButton
ORIGIN = (5.04, 47.32)


@pytest.fixture
def city(make_map: MakeMap, qtbot: QtBot) -> Iterator[CityMap]:
    """A lamp in the middle, one metre a pixel."""
    city_map = make_map(800, 600)
    city_map.set_classes(STYLES)
    city_map.set_assets(columns([ORIGIN]))
    city_map.go_to(*ORIGIN, 1.0, animate=False)
    settle(qtbot, city_map)
    yield city_map
    city_map.tools.stop()


def asked(city: CityMap) -> list[tuple[float, float]]:
    """The map asks from now on; what it is answered."""
    answers: list[tuple[float, float]] = []

    def placed(lon: float, lat: float) -> None:
        answers.append((lon, lat))

    city.tools.placed.connect(placed)
    city.tools.start_placing(ORIGIN)
    return answers


def test_a_click_is_the_place_and_lays_the_tool_down(city: CityMap) -> None:
    answers = asked(city)
    middle = city.rect().center()
    QTest.mouseMove(city, middle + QPoint(30, 0))
    assert city.tools.desk.tool is not None
    sketch = city.tools.desk.tool.sketch(MapTexts())
    assert len(sketch.line) == 2, "a line leads from where it stood to the pointer"
    QTest.mouseClick(city, LEFT, pos=middle + QPoint(30, 0))
    [(lon, lat)] = answers
    assert lon == pytest.approx(ORIGIN[0] + 30 / (111_320 * 0.678), abs=2e-5)
    assert lat == pytest.approx(ORIGIN[1], abs=2e-5)
    assert city.tools.kind is None


def test_escape_leaves_it_and_says_so(city: CityMap) -> None:
    answers, told = asked(city), list[object]()
    city.tools.changed.connect(told.append)
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert (answers, told) == ([], [None])


def test_keys_alone_place_it(city: CityMap) -> None:
    answers = asked(city)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(city, key)
    [(lon, lat)] = answers
    assert lat > ORIGIN[1]
    assert lon == pytest.approx(ORIGIN[0], abs=2e-5)


def test_the_hint_says_what_to_do(city: CityMap) -> None:
    asked(city)
    assert any("Esc" in line for line in city.readout.furniture.hint)
    assert city.tools.kind is MapTool.PLACE
