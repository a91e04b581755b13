"""Results, bookmarks and nearest on the map: seen, clicked, reached by Tab."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import PLACES, settle
from widgets.city_map import CityMap, MapMark, MarkKind
from widgets.city_map.mercator import project_point

NO_KEY = Qt.KeyboardModifier.NoModifier
MARKS = [
    MapMark("r1", 5.02, 47.31, "Rue Monge"),
    MapMark("b1", 5.05, 47.335, "Carrefour", MarkKind.BOOKMARK),
    MapMark("off", math.nan, 47.0, "nowhere"),
    MapMark("pole", 5.0, 90.0, "the pole"),
    MapMark("n1", 5.06, 47.305, "", MarkKind.NEAREST),
]


def tip(city: CityMap, mark: MapMark) -> QPoint:
    return QPointF(*city.view.to_pixel(*project_point(mark.lon, mark.lat))).toPoint()


def test_a_click_on_a_mark_activates_it_and_selects_nothing(city: CityMap, qtbot: QtBot) -> None:
    told: list[str] = []
    city.marks.activated.connect(told.append)
    city.marks.set_marks([*MARKS, MapMark("over the asset", *PLACES[1])])
    with qtbot.assertNotEmitted(city.asset_selected):
        for mark in (MARKS[0], MARKS[1], MARKS[4]):
            QTest.mouseClick(city, Qt.MouseButton.LeftButton, NO_KEY, tip(city, mark) - QPoint(0, 18))
        QTest.mouseClick(city, Qt.MouseButton.LeftButton, NO_KEY, tip(city, MapMark("", *PLACES[1])) - QPoint(0, 3))
    assert told == ["r1", "b1", "n1", "over the asset"]
    assert city.hover.words_around(QPointF(tip(city, MARKS[1]) - QPoint(0, 18))) == "Carrefour"


@pytest.mark.parametrize("mark", [MARKS[0], MARKS[1], MARKS[4]])
def test_a_mark_is_seen_and_gone_again(city: CityMap, qtbot: QtBot, mark: MapMark) -> None:
    settle(qtbot, city)
    spot = tip(city, mark) - QPoint(0, 20)
    before = city.grab().toImage()
    city.marks.set_marks([mark])
    settle(qtbot, city)
    around = [(dx, dy) for dx in range(-8, 9) for dy in range(-8, 9)]
    shown = city.grab().toImage()
    assert any(shown.pixel(spot.x() + a, spot.y() + b) != before.pixel(spot.x() + a, spot.y() + b) for a, b in around)
    city.marks.set_marks([])
    settle(qtbot, city)
    assert city.grab().toImage() == before


def test_tab_reaches_marks_and_enter_activates_them(city: CityMap, qtbot: QtBot) -> None:
    told: list[str] = []
    city.marks.activated.connect(told.append)
    city.marks.set_marks(MARKS)
    city.setFocus()
    stops = 0
    while city.focusNextPrevChild(True) and stops < 20:
        stops += 1
        QTest.keyClick(city, Qt.Key.Key_Return)
        if len(told) == 3:
            break
    assert told == ["r1", "b1", "n1"]
    qtbot.waitUntil(lambda: city.accessibleDescription().startswith("Place: n1"), timeout=3000)
    assert city.focusNextPrevChild(False)
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert told[-1] == "b1"
    city.marks.set_marks(MARKS[:1])
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert len(told) == 4


def test_ten_thousand_marks_stay_quick(city: CityMap, qtbot: QtBot) -> None:
    city.marks.set_marks(
        [MapMark(str(i), 5 + i % 100 / 1000, 47.3 + i // 100 / 2000, f"Résultat {i}") for i in range(10_000)]
    )
    settle(qtbot, city)
    assert city.hover.words_around(QPointF(-50, -50)) == ""
