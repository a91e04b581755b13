"""The alarm list never moves under the pointer, and every act has its key."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from contract.alarms import Priority
from tests.ear import Ear
from widgets.alarm_list import AlarmList, AlarmRow
from widgets.alarm_list_columns import STATE, WHAT
from widgets.frame_clock import FrameClock
from widgets.look import load_palette


def _row(alarm_id: int, *, wants: bool = True) -> AlarmRow:
    return AlarmRow(
        alarm_id=alarm_id,
        asset_id=alarm_id * 10,
        priority=Priority.P3,
        occurrence=4,
        wants_acknowledgement=wants,
        is_active=True,
        is_set_aside=False,
        time="02:00:00",
        what="Door open",
        where=f"Cabinet {alarm_id}",
        state="to acknowledge",
    )


@pytest.fixture
def alarm_list(qtbot: QtBot) -> Iterator[AlarmList]:
    clock = FrameClock()
    shown = AlarmList(load_palette("dark"), Translations("en"), clock)
    shown.resize(800, 400)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.stop()
    clock.close()


def _enter(widget: AlarmList) -> None:
    at = QPointF(20, 60)
    QApplication.sendEvent(widget, QEnterEvent(at, at, at))


def _leave(widget: AlarmList) -> None:
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def _ids(widget: AlarmList) -> list[int]:
    return [row.alarm_id for row in widget.model.rows]


def test_rows_keep_their_places_under_the_pointer_and_new_ones_wait_in_a_pill(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([_row(1), _row(2)], "")
    _enter(alarm_list)
    alarm_list.show_rows([_row(9), _row(2), _row(1)], "")
    assert _ids(alarm_list) == [1, 2]
    assert alarm_list.pill.text() == "1 new: show"
    assert not alarm_list.pill.isHidden()
    _leave(alarm_list)
    assert _ids(alarm_list) == [9, 2, 1]
    assert alarm_list.pill.isHidden()


def test_a_row_that_is_gone_pales_under_the_pointer_instead_of_vanishing(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([_row(1), _row(2)], "")
    _enter(alarm_list)
    alarm_list.show_rows([_row(2)], "")
    assert _ids(alarm_list) == [1, 2]
    assert alarm_list.model.rows[0].is_gone
    _leave(alarm_list)
    assert _ids(alarm_list) == [2]


def test_the_selection_stays_with_its_alarm_when_rows_move(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([_row(1), _row(2)], "")
    alarm_list.select(2)
    alarm_list.show_rows([_row(7), _row(8), _row(1), _row(2)], "")
    assert alarm_list.current is not None
    assert alarm_list.current.alarm_id == 2


def test_a_key_acknowledges_exactly_what_was_shown(alarm_list: AlarmList, qtbot: QtBot) -> None:
    asked, places = Ear(), Ear()
    alarm_list.acknowledge_requested.connect(asked)
    alarm_list.place_requested.connect(places)
    alarm_list.show_rows([_row(1), replace(_row(2), occurrence=6)], "")
    alarm_list.select(2)
    QTest.keyClick(alarm_list.table, Qt.Key.Key_A)
    QTest.keyClick(alarm_list.table, Qt.Key.Key_Return)
    assert asked.heard == [(2, 6)]
    assert places.heard == [(2, 20)]


@pytest.mark.parametrize("alarm_id", [1, 2**31 - 1, 2**31, 2**32 - 1])
def test_every_alarm_can_be_acted_upon_whatever_its_number(alarm_list: AlarmList, alarm_id: int) -> None:
    acknowledged, shelved, reset = Ear(), Ear(), Ear()
    alarm_list.acknowledge_requested.connect(acknowledged)
    alarm_list.shelve_requested.connect(shelved)
    alarm_list.reset_requested.connect(reset)
    alarm_list.show_rows([_row(alarm_id)], "")
    alarm_list.select(alarm_id)
    for key in (Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_R):
        QTest.keyClick(alarm_list.table, key)
    assert acknowledged.heard == [(alarm_id, 4)]
    assert shelved.heard == reset.heard == [(alarm_id,)]


def test_an_empty_list_says_so(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([], "The city is calm.")
    assert alarm_list.empty.isVisible()
    assert alarm_list.empty.text() == "The city is calm."


def test_narrow_the_place_stands_under_the_alarm(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([_row(1)], "")
    alarm_list.resize(500, 400)
    assert alarm_list.model.index(0, 2).data() == "Door open\nCabinet 1"


def test_narrow_it_is_read_whole_who_acknowledged(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([replace(_row(1), state="acquittée par m.lambert"), _row(2)], "")
    alarm_list.resize(500, 400)
    assert alarm_list.model.index(0, STATE).data() == "acquittée par\nm.lambert"
    assert alarm_list.model.index(1, STATE).data() == "to acknowledge"


def test_with_hardly_any_room_alarm_and_place_are_still_read_whole(alarm_list: AlarmList) -> None:
    alarm_list.show_rows([_row(1)], "")
    alarm_list.resize(340, 400)
    QApplication.processEvents()
    assert alarm_list.table.isColumnHidden(STATE)
    index = alarm_list.model.index(0, WHAT)
    text = str(index.data())
    assert text.split("\n") == ["Door open", "Cabinet 1 · to acknowledge"]
    assert alarm_list.table.columnWidth(WHAT) > alarm_list.table.fontMetrics().horizontalAdvance("Door open")
    alarm_list.resize(800, 400)
    QApplication.processEvents()
    assert not alarm_list.table.isColumnHidden(STATE)
