"""Words that are painted, on axes and on the map, are as large as all others; a click still means what it is on."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from contract.replay import ReplaySpan
from widgets.city_map import CityMap
from widgets.footage_timeline import FootageLane, FootageTimeline, FootageTimelineTexts, Period
from widgets.frame_clock import FrameClock
from widgets.look import load_palette, style_sheet
from widgets.timeline import Timeline, TimelineTexts

HOUR: Final = 3_600_000.0
NOON: Final = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC).timestamp() * 1000
SPAN: Final = Period(NOON - HOUR, NOON)
Line = Timeline | FootageTimeline
L = TypeVar("L", bound=Line)


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    """Text of 200 %, as the menu has it."""
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(load_palette("dark"), 200))
    yield
    qapp.setStyleSheet(before)


def replay(qtbot: QtBot) -> Timeline:
    made = Timeline(load_palette("dark"), TimelineTexts(), dt.UTC)
    made.show_span(_recorded(), NOON)
    return shown(qtbot, made)


def _recorded() -> ReplaySpan:
    first, last = round(SPAN.since_ms), round(SPAN.until_ms)
    return ReplaySpan(first_ms=first, last_ms=last, now_ms=last, kept_hours=1, gaps=(), alarms=())


def footage(qtbot: QtBot) -> FootageTimeline:
    made = FootageTimeline(load_palette("dark"), FootageTimelineTexts(), dt.UTC)
    made.show_lanes([FootageLane(7, "7 · Gare", (SPAN,)), FootageLane(8, "8 · Darcy", (SPAN,))])
    made.show_bounds(SPAN.since_ms, SPAN.until_ms)
    made.show_view(SPAN.since_ms, SPAN.until_ms)
    return shown(qtbot, made)


def shown(qtbot: QtBot, made: L) -> L:
    qtbot.addWidget(made)
    made.show()
    QApplication.processEvents()
    made.resize(900, made.sizeHint().height())
    QApplication.processEvents()
    return made


def test_the_words_of_a_timeline_grow_with_the_text(qtbot: QtBot, qapp: QApplication) -> None:
    usual = [made(qtbot).sizeHint().height() for made in (replay, footage)]
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(load_palette("dark"), 200))
    large = [made(qtbot).sizeHint().height() for made in (replay, footage)]
    qapp.setStyleSheet(before)
    assert large == [2 * height for height in usual]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("make", [replay, footage])
def test_a_click_beside_large_text_asks_for_the_moment_it_is_on(qtbot: QtBot, make: Callable[[QtBot], Line]) -> None:
    line = make(qtbot)
    asked = list[float]()
    line.seek_requested.connect(asked.append)
    middle = line.scale.ms_at(line.scale.x_of(NOON - HOUR / 2))
    at = QPoint(round(2 * line.scale.x_of(middle)), line.height() // 2)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert asked == [pytest.approx(middle, abs=2 * line.scale.ms_per_px)]
    assert line.scale.x_of(SPAN.until_ms) * 2 <= line.width()


@pytest.mark.usefixtures("large")
def test_the_second_camera_is_where_its_name_stands(qtbot: QtBot) -> None:
    line = footage(qtbot)
    QTest.mouseClick(
        line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, round(2 * (20 + 1.5 * 26)))
    )
    assert line.chosen == 1
    assert line.tip_at(QPoint(20, round(2 * (20 + 1.5 * 26)))) == "8 · Darcy"


def test_what_is_written_on_the_map_grows_with_the_text_and_is_at_once_as_it_was(
    qtbot: QtBot, qapp: QApplication
) -> None:
    clock = FrameClock()
    city = CityMap(clock)
    qtbot.addWidget(city)
    city.resize(700, 500)
    city.show()
    heights = list[float]()
    before = qapp.styleSheet()
    for percent in (100, 200, 100):
        qapp.setStyleSheet(style_sheet(load_palette("dark"), percent))
        QApplication.processEvents()
        city.grab()
        heights.append(city.readout.furniture.boxes["scale"].height())
    qapp.setStyleSheet(before)
    clock.close()
    assert heights[1] > 1.5 * heights[0]
    assert heights[2] == heights[0]
