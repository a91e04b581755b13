"""Filters of the alarm panel: chosen in a form, said, kept by name, shared; columns and filter come back."""

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.store.alarm_filters import AlarmFilter, Assigned, Order
from contract.alarms import Priority
from tests.console.conftest import Bench
from tests.console.panels.alarms.stage import come, lamp, opened
from tools.screenshots import sample_city
from widgets.alarm_list_columns import COLUMNS, Column, ShownColumn


async def test_what_is_chosen_in_the_form_is_listed_and_a_filter_is_always_said(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    assert not panel.filtering.summary.isVisible()
    panel.focus_first()
    panel.filtering.toggle_form()
    form = panel.filtering.form
    assert form.isVisible()
    form.priorities[Priority.P4].click()
    box = form.fields["class"]
    box.setCurrentIndex(box.findData("streetlight"))
    assert {row.alarm_id for row in panel.list.model.rows} == {5, 6, 7}
    assert panel.filtering.summary.text() == "3 of 7 · P4, Streetlight"
    form.clear_button.click()
    assert len(panel.list.model.rows) == 7
    assert not panel.filtering.summary.isVisible()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()
    panel.close()


async def test_a_filter_is_kept_by_name_chosen_again_and_forgotten(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    await bench.work_done()
    form = panel.filtering.form
    assert [form.named.itemText(number) for number in range(1, form.named.count())] == ["Éclairage (m.lambert)"]
    assert not form.forget_button.isEnabled()
    panel.filtering.choose(AlarmFilter(priorities=(Priority.P1, Priority.P2), assigned=Assigned.NOBODY))
    form.keep_button.click()
    panel.filtering.name_form.name.setText("urgent")
    panel.filtering.name_form.shared.setChecked(True)
    panel.filtering.name_form.keep.click()
    await bench.work_done()
    assert panel.notice_text == "Filter saved: urgent."
    kept = bench.client.kept_filters["c.moreau", "urgent"]
    assert kept.is_shared
    panel.filtering.choose(AlarmFilter())
    form.named.setCurrentIndex(form.named.findText("urgent, shared"))
    form.named.activated.emit(form.named.currentIndex())
    assert panel.filtering.wanted.priorities == (Priority.P1, Priority.P2)
    assert form.fields["assigned"].currentData() == "nobody"
    form.forget_button.click()
    await bench.work_done()
    assert ("c.moreau", "urgent") not in bench.client.kept_filters
    panel.close()


async def test_a_colleagues_filter_is_chosen_and_not_forgotten(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    await bench.work_done()
    form = panel.filtering.form
    form.named.setCurrentIndex(1)
    form.named.activated.emit(1)
    assert panel.filtering.wanted.classes == ("streetlight",)
    assert not form.forget_button.isEnabled()
    panel.close()


async def test_a_period_of_the_strip_lists_what_came_in_it_and_escape_lists_all(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, lamp(900, 3, 1))
    strip = panel.timeline.strip
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Left)
    since = panel.filtering.wanted.since
    assert since is not None
    assert since >= sample_city.NOW - dt.timedelta(minutes=5)
    assert 900 in panel.list.model.ids
    assert 5 not in panel.list.model.ids
    assert panel.filtering.summary.isVisible()
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    assert panel.filtering.wanted.since is None
    assert 5 in panel.list.model.ids
    panel.close()


async def test_the_strip_counts_what_has_just_come(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    await bench.work_done()
    before = panel.timeline.strip.bars[-1]
    come(bench, *(lamp(number, 3, 0.1) for number in range(900, 907)))
    assert sum(panel.timeline.strip.bars[-1]) == sum(before) + 7
    panel.close()


async def test_columns_filter_and_order_come_back_as_they_were_left(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot, width=1400)
    panel.list.heads.choose([ShownColumn(Column.WHAT), ShownColumn(Column.COMMUNE, 222), ShownColumn(Column.TIME)])
    panel.filtering.choose(AlarmFilter(text="lamp", since=sample_city.NOW))
    panel.list.heads.order_requested.emit("time")
    state = panel.state()
    panel.close()
    again = opened(bench, qtbot, width=1400)
    again.take_state(state)
    columns = [each.column for each in again.list.heads.chosen]
    assert columns == [Column.MARK, Column.WHAT, Column.COMMUNE, Column.TIME]
    head = again.list.table.horizontalHeader()
    assert [COLUMNS[head.logicalIndex(place)] for place in range(4)] == columns
    assert again.list.table.isColumnHidden(COLUMNS.index(Column.STATE))
    assert again.text_filter.text() == "lamp"
    assert again.filtering.wanted.since is None
    assert again.state() == state
    again.close()


async def test_a_state_from_elsewhere_breaks_nothing(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    states: tuple[dict[str, Any], ...] = (
        {},
        {"columns": 3, "filter": [], "order": "x"},
        {"columns": [["nothing", 4], ["where", -9]]},
    )
    for state in states:
        panel.take_state(state)
        assert {Column.MARK, Column.WHAT} <= {each.column for each in panel.list.heads.chosen}
        assert panel.filtering.wanted == AlarmFilter()
    panel.close()


async def test_a_click_on_a_head_orders_by_time_and_back_by_urgency(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    head = panel.list.table.horizontalHeader()
    head.sectionClicked.emit(COLUMNS.index(Column.TIME))
    assert panel.list.model.ids[0] == 2
    head.sectionClicked.emit(COLUMNS.index(Column.TIME))
    assert panel.list.model.ids[0] == 6
    assert panel.state()["order"] == Order.OLDEST.value
    head.sectionClicked.emit(COLUMNS.index(Column.MARK))
    assert panel.list.model.ids[:3] == [2, 1, 3]
    panel.close()
