"""Tools in the hand: with the mouse, with the keys alone, and the map still moves meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pyproj import Geod
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.french import FRENCH
from tests.widgets.city_map.samples import STYLES, columns, ids, settle
from widgets.city_map import AreaMode, AreaSelection, CityMap, MapArea, MapFilter, MapTool, Measurement
from widgets.city_map.mercator import project_point
from widgets.city_map.values import UInt32s

GEOD = Geod(ellps="WGS84")
LEFT, MIDDLE, NO_KEY = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PLACES = [(5.0400 + 0.001 * i, 47.3200) for i in range(-3, 4)]


@pytest.fixture
def city(make_map: MakeMap, qtbot: QtBot) -> Iterator[CityMap]:
    """Seven lamps in a row, some 75 m apart, one metre a pixel."""
    city_map = make_map(800, 600)
    city_map.set_classes(STYLES)
    city_map.set_assets(columns(PLACES))
    city_map.go_to(5.04, 47.32, 1.0, animate=False)
    settle(qtbot, city_map)
    yield city_map
    city_map.tools.stop()


def at(city_map: CityMap, place: tuple[float, float]) -> QPoint:
    return QPointF(*city_map.view.to_pixel(*project_point(*place))).toPoint()


def click(city_map: CityMap, *spots: QPoint, key: Qt.KeyboardModifier = NO_KEY) -> None:
    for spot in spots:
        QTest.mouseClick(city_map, LEFT, key, spot)


def drag(city_map: CityMap, *spots: QPoint, key: Qt.KeyboardModifier = NO_KEY, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(city_map, button, key, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(city_map, spot)
    QTest.mouseRelease(city_map, button, key, spots[-1])


def test_a_distance_is_measured_click_by_click(city: CityMap, qtbot: QtBot) -> None:
    measured: list[Measurement] = []
    city.tools.measured.connect(measured.append)
    city.tools.start(MapTool.MEASURE_DISTANCE)
    with qtbot.assertNotEmitted(city.asset_selected):
        click(city, QPoint(100, 300), QPoint(300, 250))
        QTest.mouseMove(city, QPoint(400, 400))
        click(city, QPoint(500, 500))
        QTest.mouseDClick(city, LEFT, NO_KEY, QPoint(500, 500))
    assert len(measured) == 1
    assert measured[0].tool is MapTool.MEASURE_DISTANCE
    lons, lats = zip(*measured[0].points, strict=True)
    assert measured[0].length_m == pytest.approx(GEOD.line_length(lons, lats), rel=1e-6)
    assert len(measured[0].segments_m) == 2
    assert measured[0].area_m2 is None


def test_an_area_is_measured_by_keys_alone(city: CityMap, qtbot: QtBot) -> None:
    measured: list[Measurement] = []
    city.tools.measured.connect(measured.append)
    city.tools.start(MapTool.MEASURE_AREA)
    before = city.view
    QTest.keyClick(city, Qt.Key.Key_Space)
    for arrow in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(city, arrow, SHIFT)
        QTest.keyClick(city, Qt.Key.Key_Space)
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert city.view == before  # bare arrows move the crosshair
    assert len(measured) == 1
    lons, lats = zip(*measured[0].points, strict=True)
    area, around = GEOD.polygon_area_perimeter(lons, lats)
    assert measured[0].area_m2 == pytest.approx(abs(area), rel=1e-3)
    assert measured[0].length_m == pytest.approx(around, rel=1e-6)
    assert measured[0].area_m2 == pytest.approx(64 * 64, rel=0.01)


def test_backspace_takes_the_last_point_back_and_escape_ends_step_by_step(city: CityMap, qtbot: QtBot) -> None:
    measured: list[Measurement] = []
    tools: list[MapTool | None] = []
    city.tools.measured.connect(measured.append)
    city.tools.changed.connect(tools.append)
    city.select(3)
    city.tools.start(MapTool.MEASURE_DISTANCE)
    click(city, QPoint(100, 100), QPoint(200, 100), QPoint(700, 500))
    QTest.keyClick(city, Qt.Key.Key_Backspace)
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert measured[0].length_m == pytest.approx(100, rel=0.01)
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert city.tools.kind is MapTool.MEASURE_DISTANCE
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert tools == [MapTool.MEASURE_DISTANCE, None]
    assert city.selected == 3
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert city.selected == 0


def test_too_few_points_measure_nothing(city: CityMap, qtbot: QtBot) -> None:
    city.tools.start(MapTool.MEASURE_AREA)
    with qtbot.assertNotEmitted(city.tools.measured):
        click(city, QPoint(100, 100))
        QTest.mouseDClick(city, LEFT, NO_KEY, QPoint(100, 100))
        QTest.keyClick(city, Qt.Key.Key_Backspace)
        QTest.keyClick(city, Qt.Key.Key_Backspace)


def test_a_rectangle_chooses_shift_adds_and_ctrl_takes_away(city: CityMap, qtbot: QtBot) -> None:
    told: list[AreaSelection] = []
    chosen: list[UInt32s] = []
    city.tools.area_selected.connect(told.append)
    city.chosen.changed.connect(chosen.append)
    city.tools.start(MapTool.SELECT_RECTANGLE)
    spots = [at(city, place) for place in PLACES]
    up, down = QPoint(-20, -30), QPoint(20, 30)
    drag(city, spots[0] + up, QPoint(150, 250), spots[2] + down)
    drag(city, spots[5] + up, QPoint(500, 250), spots[6] + down, key=SHIFT)
    drag(city, spots[1] + down, QPoint(300, 300), spots[1] + up, key=CTRL)
    assert [found.tolist() for found in chosen] == [[1, 2, 3], [1, 2, 3, 6, 7], [1, 3, 6, 7]]
    assert [one.mode for one in told] == [AreaMode.REPLACE, AreaMode.ADD, AreaMode.REMOVE]
    assert told[2].found.tolist() == [2]
    assert city.chosen.ids.tolist() == [1, 3, 6, 7]
    assert isinstance(told[0].area, MapArea)
    lons, lats = zip(*told[0].area.ring, strict=True)
    assert told[0].area.area_m2 == pytest.approx(abs(GEOD.polygon_area_perimeter(lons, lats)[0]), rel=1e-3)


def test_a_radius_chooses_in_metres_on_the_ground(city: CityMap, qtbot: QtBot) -> None:
    told: list[AreaSelection] = []
    city.tools.area_selected.connect(told.append)
    city.tools.start(MapTool.SELECT_RADIUS)
    centre = at(city, PLACES[3])
    click(city, centre, centre + QPoint(0, 100))
    assert told[0].area.radius_m == pytest.approx(100, rel=0.02)
    assert told[0].found.tolist() == [3, 4, 5]


def test_a_lasso_is_drawn_by_hand_or_corner_by_corner(city: CityMap, qtbot: QtBot) -> None:
    told: list[AreaSelection] = []
    city.tools.area_selected.connect(told.append)
    city.tools.start(MapTool.SELECT_LASSO)
    spot = at(city, PLACES[1])
    drag(city, *(spot + QPoint(dx, dy) for dx, dy in ((-30, -30), (0, -40), (30, -30), (30, 30), (-30, 30))))
    assert told[0].found.tolist() == [2]
    spot = at(city, PLACES[5])
    click(city, spot + QPoint(-30, -30), spot + QPoint(110, -30), spot + QPoint(110, 40))
    click(city, spot + QPoint(-30, 40))
    QTest.mouseDClick(city, LEFT, NO_KEY, spot + QPoint(-30, 40))
    assert told[1].found.tolist() == [6, 7]


def test_a_choice_by_keys_alone(city: CityMap, qtbot: QtBot) -> None:
    told: list[AreaSelection] = []
    city.tools.area_selected.connect(told.append)
    city.tools.start(MapTool.SELECT_RECTANGLE)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(city, key, SHIFT)
    QTest.keyClick(city, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(city, key, SHIFT)
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert told[0].found.tolist() == [4]


def test_the_map_still_moves_while_a_tool_is_in_the_hand(city: CityMap, qtbot: QtBot) -> None:
    city.tools.start(MapTool.SELECT_RECTANGLE)
    view = city.view
    with qtbot.assertNotEmitted(city.tools.area_selected), qtbot.assertNotEmitted(city.look_here_requested):
        drag(city, QPoint(300, 300), QPoint(340, 300), QPoint(400, 300), button=MIDDLE)
        assert city.view.x < view.x - 50 * view.units
        view = city.view
        QTest.keyPress(city, Qt.Key.Key_Space)
        drag(city, QPoint(300, 300), QPoint(340, 300), QPoint(400, 300))
        QTest.keyRelease(city, Qt.Key.Key_Space)
        assert city.view.x < view.x - 50 * view.units
        settle(qtbot, city)
        view = city.view
        QTest.keyClick(city, Qt.Key.Key_Right, CTRL)
        settle(qtbot, city)
        assert city.view.x > view.x
        units = city.view.units
        QApplication.sendEvent(
            city,
            QWheelEvent(
                QPointF(300, 300),
                QPointF(300, 300),
                QPoint(),
                QPoint(0, 120),
                Qt.MouseButton.NoButton,
                NO_KEY,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
        settle(qtbot, city)
        assert city.view.units < units


def test_the_crosshair_takes_the_map_along_at_its_rim(city: CityMap, qtbot: QtBot) -> None:
    city.tools.start(MapTool.MEASURE_DISTANCE)
    x = city.view.x
    for _ in range(10):
        QTest.keyClick(city, Qt.Key.Key_Right, SHIFT)
    settle(qtbot, city)
    assert city.view.x > x
    assert city.tools.crosshair is not None
    assert city.tools.crosshair[0] < 800


def test_many_chosen_are_told_exactly_and_let_go_by_escape(city: CityMap, qtbot: QtBot) -> None:
    chosen: list[UInt32s] = []
    city.chosen.changed.connect(chosen.append)
    plain = city.grab().toImage()
    city.chosen.set_ids(ids(7, 2, 2, 4, 999))
    assert city.chosen.ids.tolist() == [2, 4, 7, 999]
    assert city.grab().toImage() != plain
    assert chosen == []
    city.select(2)
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert city.chosen.ids.size == 4
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert [found.tolist() for found in chosen] == [[]]
    settle(qtbot, city)
    assert city.grab().toImage() == plain


def test_ten_thousand_chosen_are_tinted_and_follow_what_moves(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map()
    rng = np.random.default_rng(2)
    places = [(5 + float(a), 47.3 + float(b)) for a, b in rng.uniform(0, 0.1, (10_000, 2))]
    city_map.set_assets(columns([*places, (5.2, 47.45)]))
    city_map.zoom_to_all(animate=False)
    settle(qtbot, city_map)
    plain = city_map.grab().toImage()
    city_map.chosen.set_ids(np.arange(1, 10_002, dtype=np.uint32))
    settle(qtbot, city_map)
    tinted = city_map.grab().toImage()
    spot = at(city_map, (5.2, 47.45))
    around = [(dx, dy) for dx in range(-5, 6) for dy in range(-5, 6)]
    assert tinted != plain
    assert any(tinted.pixel(spot.x() + a, spot.y() + b) != plain.pixel(spot.x() + a, spot.y() + b) for a, b in around)
    city_map.move_assets(ids(10_001), np.array([5.2]), np.array([47.40]), np.array([0.0], np.float32))
    settle(qtbot, city_map)
    moved = city_map.grab().toImage()
    assert all(moved.pixel(spot.x() + a, spot.y() + b) == moved.pixel(spot.x() + 20, spot.y()) for a, b in around)


def test_who_is_chosen_and_filtered_away_is_not_bracketed(city: CityMap, qtbot: QtBot) -> None:
    city.set_filter(MapFilter(hidden_ids=ids(2)))
    settle(qtbot, city)
    without = city.grab().toImage()
    city.chosen.set_ids(ids(2))
    spot = at(city, PLACES[1])
    shown = city.grab().toImage()
    assert all(
        shown.pixel(spot.x() + d, spot.y() - 12) == without.pixel(spot.x() + d, spot.y() - 12) for d in range(-15, 16)
    )


def test_screen_readers_hear_the_tool_and_how_many_are_chosen(city: CityMap, qtbot: QtBot) -> None:
    city.tools.start(MapTool.SELECT_LASSO)
    city.chosen.set_ids(np.arange(1, 12_346, dtype=np.uint32))
    qtbot.waitUntil(lambda: "12\u202f345 selected" in city.accessibleDescription(), timeout=3000)
    assert "Lasso: draw around" in city.accessibleDescription()
    city.set_texts(FRENCH)
    qtbot.waitUntil(lambda: "12\u202f345 sélectionnés" in city.accessibleDescription(), timeout=3000)
    assert "Lasso : dessinez" in city.readout.furniture.hint[0]
