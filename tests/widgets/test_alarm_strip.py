"""The strip of alarms a minute: it counts, and a drag or the arrows choose a period."""

import datetime as dt

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from tests.ear import Ear
from widgets.alarm_strip import AlarmStrip, Minute
from widgets.look import load_palette

UNTIL = dt.datetime(2026, 1, 15, 2, 0, tzinfo=dt.UTC)
SINCE = UNTIL - dt.timedelta(hours=4)


@pytest.fixture
def strip(qtbot: QtBot) -> AlarmStrip:
    shown = AlarmStrip(load_palette("dark"), Translations("en"))
    shown.resize(480, 50)
    qtbot.addWidget(shown)
    shown.show()
    minutes = [Minute(SINCE + dt.timedelta(minutes=at), (0, 1, 0, 2)) for at in (0, 1, 121, 239)]
    shown.show_minutes(minutes, SINCE, UNTIL)
    return shown


def test_minutes_are_gathered_where_there_is_no_room_for_each(strip: AlarmStrip) -> None:
    assert strip.step_minutes == 2
    assert len(strip.bars) == 120
    assert strip.bars[0] == (0, 2, 0, 4)
    strip.resize(1200, 50)
    assert strip.step_minutes == 1
    assert strip.bars[0] == (0, 1, 0, 2)


def test_a_drag_chooses_the_period_under_it(strip: AlarmStrip) -> None:
    chosen = Ear()
    strip.period_chosen.connect(chosen)
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(241, 10))
    QTest.mouseMove(strip, QPoint(281, 10))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(281, 10))
    ((since, until),) = chosen.heard
    assert since == SINCE + dt.timedelta(hours=2)
    assert isinstance(until, dt.datetime)
    assert dt.timedelta(minutes=2) <= until - SINCE - dt.timedelta(hours=2) <= dt.timedelta(minutes=22)


def test_arrows_choose_bar_by_bar_and_the_newest_stays_open_to_what_comes(strip: AlarmStrip) -> None:
    chosen = Ear()
    strip.period_chosen.connect(chosen)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    newest = UNTIL - dt.timedelta(minutes=2)
    assert chosen.heard == [(newest, None), (newest - dt.timedelta(minutes=2), None), (None, None)]


def test_a_chosen_period_goes_back_in_time_with_its_alarms(strip: AlarmStrip) -> None:
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    later = dt.timedelta(minutes=20)
    strip.show_minutes((), SINCE + later, UNTIL + later)
    chosen = Ear()
    strip.period_chosen.connect(chosen)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    ((since, _until),) = chosen.heard
    assert since == UNTIL - dt.timedelta(minutes=2)


def test_nothing_is_painted_wrong_before_anything_is_known(qtbot: QtBot) -> None:
    empty = AlarmStrip(load_palette("light"), Translations("fr"))
    qtbot.addWidget(empty)
    empty.show()
    assert not empty.grab().isNull()
    assert sum(map(sum, empty.bars)) == 0
