"""Many alarms at once: what is shown is what is done, what has changed since is left out, each is told."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.panels.alarms.panel import AlarmsPanel
from console.store.alarm_filters import AlarmFilter
from contract.alarm_work import AlarmAct, Pick
from contract.alarms import Annunciation, Priority, ShownState
from tests.console.conftest import Bench
from tests.console.panels.alarms.stage import come, lamp, opened


def _lines(panel: AlarmsPanel) -> list[str]:
    model = panel.acting.preview.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def _mark(panel: AlarmsPanel, *alarm_ids: int) -> None:
    table = panel.list.table
    panel.list.select(alarm_ids[0])
    for alarm_id in alarm_ids[1:]:
        row = panel.list.model.row_of(alarm_id)
        assert row is not None
        flags = table.selectionModel().SelectionFlag
        table.selectionModel().select(panel.list.model.index(row, 0), flags.Select | flags.Rows)


async def test_marked_alarms_are_shown_before_they_are_acknowledged_and_only_they(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.table.selectAll()
    assert panel.acknowledge_button.isEnabled()
    _mark(panel, 1, 2, 3)
    assert panel.acknowledge_button.isEnabled()
    QTest.keyClick(panel.list.table, Qt.Key.Key_A)
    preview = panel.acting.preview
    assert preview.isVisible()
    assert preview.title.text() == "Acknowledge these 3 alarms:"
    assert len(_lines(panel)) == 3
    assert not bench.client.bulks
    come(bench, lamp(900))  # comes while the operator reads: it is no part of it
    preview.confirm.click()
    await bench.work_done()
    (asked,) = bench.client.bulks
    assert asked.act is AlarmAct.ACKNOWLEDGE
    assert set(asked.picks) == {Pick(1, 1), Pick(2, 1), Pick(3, 1)}
    assert panel.notice_text == "Acknowledged: 3."
    assert not preview.isVisible()
    panel.close()


async def test_what_came_again_while_it_was_read_is_left_out_and_said(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    _mark(panel, 1, 2, 3)
    panel.acting.act("acknowledge")
    again = msgspec.structs.replace(bench.client.alarms_by_id[3], occurrence=2)
    gone = msgspec.structs.replace(
        bench.client.alarms_by_id[1], annunciation=Annunciation.ACKED, shown=ShownState.C_ACKED
    )
    come(bench, again, gone)
    preview = panel.acting.preview
    assert preview.title.text() == "Acknowledge this alarm:"
    assert preview.left_out.text() == "Left out, changed since: 2."
    preview.confirm.click()
    await bench.work_done()
    assert bench.client.bulks[0].picks == (Pick(2, 1),)
    panel.close()


async def test_what_the_backend_refuses_is_told_one_by_one(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    _mark(panel, 1, 2)
    panel.acting.act("acknowledge")
    # It has come again, which this console has not heard yet.
    bench.client.alarms_by_id[1] = msgspec.structs.replace(bench.client.alarms_by_id[1], occurrence=5)
    panel.acting.preview.confirm.click()
    await bench.work_done()
    (line,) = _lines(panel)
    assert line.startswith("P2  Supply loss")
    assert "Acknowledged: 1. 1 left as it is." in panel.notice_text
    panel.acting.preview.leave.click()
    assert not panel.acting.preview.isVisible()
    panel.close()


async def test_the_whole_list_takes_a_filter_its_count_and_a_yes(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.focus_first()
    QTest.keyClick(panel.list.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "choose a filter first" in panel.notice_text
    assert not panel.acting.preview.isVisible()
    panel.filtering.choose(AlarmFilter(priorities=(Priority.P4,)))
    QTest.keyClick(panel.list.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    preview = panel.acting.preview
    assert preview.whole_list.text() == "Yes, these 2 alarms, filter: P4"
    assert "With no need of it: 1." in preview.left_out.text()
    assert not preview.confirm.isEnabled()
    preview.whole_list.click()
    preview.confirm.click()
    await bench.work_done()
    assert {pick.id for pick in bench.client.bulks[0].picks} == {6, 7}
    panel.close()


async def test_shelving_many_takes_one_reason_and_one_time(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    _mark(panel, 1, 3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_S)
    preview = panel.acting.preview
    assert not preview.confirm.isEnabled()
    preview.reason.setText("works")
    preview.confirm.click()
    await bench.work_done()
    (asked,) = bench.client.bulks
    assert (asked.act, asked.reason, len(asked.picks)) == (AlarmAct.SHELVE, "works", 2)
    assert asked.until is not None
    panel.close()


async def test_an_acknowledgement_can_be_taken_back_at_once(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.list.select(2)
    QTest.keyClick(panel.list.table, Qt.Key.Key_A)
    await bench.work_done()
    assert panel.undo_button.isVisible()
    panel.undo_button.click()
    await bench.work_done()
    (asked,) = bench.client.bulks
    assert (asked.act, asked.picks) == (AlarmAct.UNACKNOWLEDGE, (Pick(2, 1),))
    assert not panel.undo_button.isVisible()
    panel.close()


async def test_escape_leaves_everything_as_it_is_and_gives_the_keys_back(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    panel.focus_first()
    _mark(panel, 1, 2)
    panel.acting.act("acknowledge")
    QTest.keyClick(panel.acting.preview, Qt.Key.Key_Escape)
    assert not panel.acting.preview.isVisible()
    assert not bench.client.bulks
    assert panel.widget.focusWidget() is panel.list.table
    panel.close()


async def test_whom_to_give_an_alarm_is_asked_for_at_once(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    _mark(panel, 3)
    QTest.keyClick(panel.list.table, Qt.Key.Key_G)
    await bench.work_done()
    assert panel.acting.preview.title.text() == "Give this alarm:"
    assert panel.acting.preview.focusWidget() is panel.acting.preview.person


async def test_a_refused_act_leaves_the_one_before_to_be_undone(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    _mark(panel, 1)
    panel.acknowledge_button.click()
    await bench.work_done()
    bench.client.refusal = RequestRefused(403, "Forbidden")
    _mark(panel, 3)
    panel.acting.act("take_over")
    await bench.work_done()
    assert panel.acting.undo is not None
    assert panel.undo_button.isVisible()
