"""Hands on the map: touchpads, pinch, the zoom box, the middle button, a screen of another ratio."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import PLACES, settle
from widgets.city_map import CityMap
from widgets.city_map.mercator import project_point

NO_KEY, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def turn(
    city: CityMap,
    angle: QPoint,
    pixels: QPoint,
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
    key: Qt.KeyboardModifier = NO_KEY,
    spot: QPointF = QPointF(200, 150),  # noqa: B008 (never changed)
) -> None:
    QApplication.sendEvent(city, QWheelEvent(spot, spot, pixels, angle, Qt.MouseButton.NoButton, key, phase, False))


def where(city: CityMap, place: tuple[float, float]) -> QPointF:
    return QPointF(*city.view.to_pixel(*project_point(*place)))


def test_two_fingers_move_the_ground_and_with_ctrl_they_zoom(city: CityMap, qtbot: QtBot) -> None:
    before, units = where(city, PLACES[1]), city.view.units
    turn(city, QPoint(0, 60), QPoint(12, 30), Qt.ScrollPhase.ScrollUpdate)
    settle(qtbot, city)
    assert (where(city, PLACES[1]) - before - QPointF(12, 30)).manhattanLength() <= 2
    assert city.view.units == units
    turn(city, QPoint(0, 60), QPoint(0, 30), Qt.ScrollPhase.ScrollUpdate, CTRL)
    settle(qtbot, city)
    assert city.view.units == pytest.approx(units / 2**0.25, rel=0.01)


def test_a_wheel_that_tells_pixels_too_zooms_all_the_same(city: CityMap, qtbot: QtBot) -> None:
    units = city.view.units
    turn(city, QPoint(0, -120), QPoint(0, -15))
    settle(qtbot, city)
    assert city.view.units == pytest.approx(units * 2**0.5, rel=0.01)
    turn(city, QPoint(0, 0), QPoint(0, 0))
    assert city.view.units == pytest.approx(units * 2**0.5, rel=0.01)


def test_a_pinch_zooms_about_the_fingers_at_once(city: CityMap, qtbot: QtBot) -> None:
    spot, units = where(city, PLACES[2]), city.view.units
    for _ in range(4):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            spot,
            spot,
            QPointF(city.mapToGlobal(spot.toPoint())),
            0.1,
            QPointF(),
        )
        QApplication.sendEvent(city, event)
    assert city.view.units == pytest.approx(units / 1.1**4)
    assert (where(city, PLACES[2]) - spot).manhattanLength() <= 2
    settle(qtbot, city)


def test_two_fingers_on_a_touch_screen_spread_the_ground(city: CityMap, qtbot: QtBot) -> None:
    units, device = city.view.units, QTest.createTouchDevice()
    for step in range(12):
        touch = QTest.touchEvent(city, device, False)
        left, right = QPoint(280 - 10 * step, 200), QPoint(320 + 10 * step, 200)
        if step == 0:
            touch.press(0, left, city).press(1, right, city)
        elif step == 11:
            touch.release(0, left, city).release(1, right, city)
        else:
            touch.move(0, left, city).move(1, right, city)
        touch.commit()
    # From 40 pixels between the fingers to 240.
    assert city.view.units == pytest.approx(units / 6, rel=0.05)
    settle(qtbot, city)


def test_shift_and_drag_zoom_to_the_box(city: CityMap, qtbot: QtBot) -> None:
    x0, y0 = city.view.to_world(100, 100)
    x1, y1 = city.view.to_world(260, 220)
    with qtbot.assertNotEmitted(city.asset_selected):
        QTest.mousePress(city, Qt.MouseButton.LeftButton, SHIFT, QPoint(100, 100))
        QTest.mouseMove(city, QPoint(150, 180))
        QTest.mouseMove(city, QPoint(260, 220))
        assert city.zoom_box == QRectF(100, 100, 160, 120)
        QTest.mouseRelease(city, Qt.MouseButton.LeftButton, SHIFT, QPoint(260, 220))
    settle(qtbot, city)
    left, top, right, bottom = city.view.bounds
    assert left <= x0 + 1
    assert right >= x1 - 1
    assert top <= y0 + 1
    assert bottom >= y1 - 1
    assert (right - left) < (x1 - x0) * 1.4


def test_a_click_with_shift_is_a_click(city: CityMap, qtbot: QtBot) -> None:
    chosen: list[int] = []
    city.asset_selected.connect(chosen.append)
    QTest.mouseClick(city, Qt.MouseButton.LeftButton, SHIFT, where(city, PLACES[1]).toPoint())
    assert chosen == [2]


def test_the_middle_button_looks_here_or_drags(city: CityMap, qtbot: QtBot) -> None:
    looked: list[tuple[float, float]] = []

    def look(lon: float, lat: float) -> None:
        looked.append((lon, lat))

    city.look_here_requested.connect(look)
    spot = where(city, PLACES[1]).toPoint()
    QTest.mousePress(city, Qt.MouseButton.MiddleButton, NO_KEY, spot)
    QTest.mouseMove(city, spot + QPoint(30, 0))
    QTest.mouseMove(city, spot + QPoint(60, 0))
    QTest.mouseRelease(city, Qt.MouseButton.MiddleButton, NO_KEY, spot + QPoint(60, 0))
    assert looked == []
    assert where(city, PLACES[1]).x() >= spot.x() + 58
    settle(qtbot, city)
    spot = where(city, PLACES[1]).toPoint()
    QTest.mouseClick(city, Qt.MouseButton.MiddleButton, NO_KEY, spot)
    assert looked[0] == pytest.approx(PLACES[1], abs=2e-3)


def test_another_button_during_a_drag_changes_nothing(city: CityMap, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(city.look_here_requested), qtbot.assertNotEmitted(city.asset_selected):
        QTest.mousePress(city, Qt.MouseButton.LeftButton, NO_KEY, QPoint(100, 100))
        QTest.mouseMove(city, QPoint(140, 100))
        QTest.mousePress(city, Qt.MouseButton.MiddleButton, NO_KEY, QPoint(140, 100))
        QTest.mouseRelease(city, Qt.MouseButton.MiddleButton, NO_KEY, QPoint(140, 100))
        QTest.mouseMove(city, QPoint(180, 100))
        QTest.mouseRelease(city, Qt.MouseButton.LeftButton, NO_KEY, QPoint(180, 100))


def test_a_window_that_moves_to_a_finer_screen_is_painted_finer(
    city: CityMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(qtbot, city)
    place = where(city, PLACES[0])
    assert city.view.pixel_ratio == 1.0
    monkeypatch.setattr(CityMap, "devicePixelRatioF", Mock(return_value=2.0))
    QApplication.sendEvent(city, QEvent(QEvent.Type.DevicePixelRatioChange))
    settle(qtbot, city)
    assert city.view.pixel_ratio == 2.0
    assert (where(city, PLACES[0]) - place).manhattanLength() <= 1
    assert city.pick_at(place) == 1
