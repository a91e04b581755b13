"""The map as its operator meets it: it points, goes there, says what it shows, and rests when nothing happens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import PLACES, columns, ids, octets, settle
from widgets.city_map import (
    UNACKNOWLEDGED,
    AssetVisual,
    CityMap,
    MapTexts,
)
from widgets.city_map.mercator import project_point
from widgets.frame_clock import FrameClock


def at(city_map: CityMap, lon: float, lat: float) -> QPoint:
    return QPointF(*city_map.view.to_pixel(*project_point(lon, lat))).toPoint()


def click(city_map: CityMap, spot: QPoint) -> None:
    """One click with the left button."""
    QTest.mouseClick(city_map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


def test_the_first_assets_are_all_in_view(city: CityMap) -> None:
    counts = city.counts_in_view()
    assert counts.total == 3
    assert counts.by_state == {AssetVisual.NORMAL: 3}


def test_a_click_selects_the_asset_under_it_and_the_ground_selects_nothing(city: CityMap, qtbot: QtBot) -> None:
    chosen: list[int] = []
    city.asset_selected.connect(chosen.append)
    click(city, at(city, *PLACES[1]))
    QTest.mouseClick(
        city, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(city, *PLACES[2]) + QPoint(4, 3)
    )
    click(city, QPoint(5, 5))
    assert chosen == [2, 3, 0]


def test_selecting_from_elsewhere_is_not_echoed(city: CityMap, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(city.asset_selected):
        city.select(2)
    assert city.selected == 2


def test_double_click_and_enter_activate(city: CityMap, qtbot: QtBot) -> None:
    wanted: list[int] = []
    city.asset_activated.connect(wanted.append)
    QTest.mouseDClick(city, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(city, *PLACES[0]))
    city.select(3)
    QTest.keyClick(city, Qt.Key.Key_Return)
    city.select(99)
    QTest.keyClick(city, Qt.Key.Key_Return)
    assert wanted == [1, 3]


def test_going_somewhere_ends_there_and_is_told(city: CityMap, qtbot: QtBot, clock: FrameClock) -> None:
    told: list[tuple[float, float, float]] = []

    def tell(lon: float, lat: float, scale: float) -> None:
        told.append((lon, lat, scale))

    city.view_changed.connect(tell)
    city.go_to(5.02, 47.31, 1.5)
    settle(qtbot, city)
    assert told[-1] == pytest.approx((5.02, 47.31, 1.5), abs=1e-6)
    city.go_to(float("nan"), 47.0)
    city.go_to(5.0, 4000.0)
    settle(qtbot, city)
    assert city.view.lon_lat == pytest.approx((5.02, 47.31))


def test_next_alarm_goes_from_worst_to_least_and_round(city: CityMap, qtbot: QtBot) -> None:
    city.set_states(
        ids(1, 2, 3),
        octets(AssetVisual.ALARM_P1, AssetVisual.ALARM_P4 | UNACKNOWLEDGED, AssetVisual.ALARM_P3),
    )
    chosen: list[int] = []
    city.asset_selected.connect(chosen.append)
    for _ in range(4):
        QTest.keyClick(city, Qt.Key.Key_N)
    assert chosen == [2, 1, 3, 2]  # not acknowledged first
    QTest.keyClick(city, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert chosen[-1] == 3


def test_next_alarm_without_alarm_does_nothing(city: CityMap, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(city.asset_selected):
        QTest.keyClick(city, Qt.Key.Key_N)


def test_a_badge_of_several_alarms_opens_and_a_single_one_selects(
    make_map: MakeMap, qtbot: QtBot, clock: FrameClock
) -> None:
    city_map = make_map()
    city_map.set_assets(columns([(5.0400, 47.3200), (5.0404, 47.3203), (5.2, 47.4)]))
    city_map.set_states(ids(1, 2, 3), octets(AssetVisual.ALARM_P2, AssetVisual.ALARM_P1, AssetVisual.ALARM_P3))
    far = city_map.view.units
    chosen: list[int] = []
    city_map.asset_selected.connect(chosen.append)
    QTest.mouseClick(
        city_map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(city_map, 5.0402, 47.32015)
    )
    settle(qtbot, city_map)
    assert city_map.view.units < far / 10
    assert chosen == []
    click(city_map, at(city_map, 5.0404, 47.3203))
    assert chosen == [2]


def test_the_wheel_zooms_about_the_pointer(city: CityMap, qtbot: QtBot, clock: FrameClock) -> None:
    spot = at(city, *PLACES[2])
    before = city.view.units
    event = QWheelEvent(
        QPointF(spot),
        QPointF(city.mapToGlobal(spot)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(city, event)
    settle(qtbot, city)
    assert city.view.units == pytest.approx(before / 2, rel=0.01)
    assert (at(city, *PLACES[2]) - spot).manhattanLength() <= 4


def test_dragging_takes_the_ground_along_and_selects_nothing(city: CityMap, qtbot: QtBot) -> None:
    spot = at(city, *PLACES[1])
    with qtbot.assertNotEmitted(city.asset_selected):
        QTest.mousePress(city, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        QTest.mouseMove(city, spot + QPoint(30, 10))
        QTest.mouseMove(city, spot + QPoint(60, 20))
        qtbot.wait(120)  # held still: no inertia
        QTest.mouseRelease(city, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot + QPoint(60, 20))
    assert (at(city, *PLACES[1]) - spot - QPoint(60, 20)).manhattanLength() <= 2


def test_ctrl_dragging_an_asset_carries_its_id(city: CityMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[int] = []
    monkeypatch.setattr(city, "drag_asset", carried.append)
    ctrl = Qt.KeyboardModifier.ControlModifier
    spot = at(city, *PLACES[0])
    QTest.mousePress(city, Qt.MouseButton.LeftButton, ctrl, spot)
    QTest.mouseMove(city, spot + QPoint(20, 0))
    QTest.mouseRelease(city, Qt.MouseButton.LeftButton, ctrl, spot + QPoint(20, 0))
    assert carried == [1]


def test_arrows_pan_plus_zooms_home_shows_all(city: CityMap, qtbot: QtBot, clock: FrameClock) -> None:
    start = city.view
    QTest.keyClick(city, Qt.Key.Key_Right)
    settle(qtbot, city)
    assert city.view.x > start.x
    QTest.keyClick(city, Qt.Key.Key_Plus)
    QTest.keyClick(city, Qt.Key.Key_Plus)
    settle(qtbot, city)
    assert city.view.units < start.units / 2
    QTest.keyClick(city, Qt.Key.Key_Home)
    settle(qtbot, city)
    assert city.counts_in_view().total == 3


def test_tab_walks_over_what_stands_out_and_then_leaves(city: CityMap, qtbot: QtBot) -> None:
    city.set_states(ids(1, 3), octets(AssetVisual.ALARM_P3, AssetVisual.ALARM_P1))
    city.setFocus()
    chosen: list[int] = []
    city.asset_selected.connect(chosen.append)
    assert city.focusNextPrevChild(True)
    assert city.focusNextPrevChild(True)
    city.focusNextPrevChild(True)
    assert chosen == [3, 1]
    QTest.keyClick(city, Qt.Key.Key_Escape)
    assert chosen == [3, 1, 0]


def test_the_menu_and_look_here_tell_the_place(city: CityMap, qtbot: QtBot) -> None:
    asked: list[tuple[int, float, float, QPoint]] = []
    looked: list[tuple[float, float]] = []

    def ask(asset_id: int, lon: float, lat: float, where: QPoint) -> None:
        asked.append((asset_id, lon, lat, where))

    def look(lon: float, lat: float) -> None:
        looked.append((lon, lat))

    city.context_menu_requested.connect(ask)
    city.look_here_requested.connect(look)
    spot = at(city, *PLACES[1])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, city.mapToGlobal(spot))
    QApplication.sendEvent(city, event)
    assert asked[0][0] == 2
    assert asked[0][1:3] == pytest.approx(PLACES[1], abs=2e-3)
    QTest.mouseClick(city, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, spot)
    city.select(3)
    QTest.keyClick(city, Qt.Key.Key_C)
    assert looked[0] == pytest.approx(PLACES[1], abs=2e-3)
    assert looked[1] == pytest.approx(PLACES[2], abs=1e-6)


def test_a_name_that_looks_like_markup_is_shown_as_its_letters(
    city: CityMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def show(_where: QPoint, text: str, _widget: QWidget) -> None:
        shown.append(text)

    monkeypatch.setattr(QToolTip, "showText", show)
    city.set_labels({2: "<img src=x><b>Rue & Co"})
    spot = at(city, *PLACES[1])
    QApplication.sendEvent(city, QHelpEvent(QEvent.Type.ToolTip, spot, city.mapToGlobal(spot)))
    assert "&lt;img src=x&gt;&lt;b&gt;Rue &amp; Co" in shown[0]
    assert "Street light: normal" in shown[0]
    city.set_tooltip_text(lambda asset_id: f"lampe n° {asset_id} <")
    QApplication.sendEvent(city, QHelpEvent(QEvent.Type.ToolTip, spot, city.mapToGlobal(spot)))
    assert "lampe n° 2 &lt;" in shown[1]


def test_screen_readers_hear_what_is_in_view_and_that_the_link_is_lost(city: CityMap, qtbot: QtBot) -> None:
    city.set_texts(MapTexts(map_name="Plan de la ville", in_view="{total} en vue"))
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    assert city.accessibleName() == "Plan de la ville"
    qtbot.waitUntil(lambda: "3 en vue. 1 in alarm, 1 not" in city.accessibleDescription(), timeout=4000)
    city.set_link_lost("since 14:03:22")
    qtbot.waitUntil(lambda: city.accessibleDescription().startswith("Link lost"), timeout=4000)


def test_a_map_that_nobody_moved_shows_what_comes_later_too(city: CityMap) -> None:
    city.upsert_assets(columns([(5.5, 47.6)], first_id=9))
    assert city.counts_in_view().total == 4
    city.go_to(5.0, 47.3, 1.0, animate=False)
    city.upsert_assets(columns([(5.9, 47.9)], first_id=10))
    assert city.view.metres_per_pixel == pytest.approx(1.0)
