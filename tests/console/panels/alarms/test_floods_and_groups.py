"""A flood in the alarm panel: the urgent ones stand, the rest is counted; cards and groups open by one key."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.store.alarm_filters import Sight
from contract.alarms import Annunciation, ShownState
from tests.console.conftest import Bench
from tests.console.panels.alarms.stage import come, lamp, opened


def _members(card: int, count: int) -> list[int]:
    return [card * 100 + number for number in range(count)]


async def test_in_a_flood_p1_and_p2_stand_and_one_key_shows_the_rest(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, *(lamp(1000 + number, 4, 1) for number in range(40)))
    assert bench.stores.flood.is_on
    assert {int(row.priority) for row in panel.list.model.rows} == {1, 2}
    assert panel.flood_line.button.isVisible()
    assert "more P4" in panel.flood_line.button.text()
    panel.flood_line.turn()
    assert {int(row.priority) for row in panel.list.model.rows} == {1, 2, 3, 4}
    panel.flood_line.turn()
    assert len(panel.list.model.rows) == 2
    panel.close()


async def test_a_list_that_a_flood_left_empty_does_not_say_that_all_is_well(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, *(lamp(1000 + number, 4, 1) for number in range(40)))
    panel.filtering.choose_sight(Sight.WAITING)
    seen = {"annunciation": Annunciation.ACKED, "shown": ShownState.C_ACKED}
    come(
        bench, *(msgspec.structs.replace(bench.client.alarms_by_id[urgent], **seen) for urgent in panel.list.model.ids)
    )
    assert not panel.list.model.rows
    assert panel.list.empty.text().startswith("No P1 or P2 here.")
    panel.flood_line.turn()
    assert panel.list.model.rows
    panel.close()


async def test_right_opens_a_card_on_the_first_that_went_out_and_left_closes_it(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    inside = [
        lamp(number, 4, 3, folded_into=50, shown=ShownState.F_DSUPR, is_suppressed=True) for number in _members(50, 3)
    ]
    come(bench, lamp(50, 2, 4, folded_count=3), *inside)
    panel.list.select(50)
    row = panel.list.current
    assert row is not None
    assert row.behind_count == 3
    assert "explains 3" in str(panel.list.model.index(panel.list.table.currentIndex().row(), 2).data())
    QTest.keyClick(panel.list.table, Qt.Key.Key_Right)
    await bench.work_done()
    at = panel.list.table.currentIndex().row()
    behind = [panel.list.model.rows[at + step] for step in (1, 2, 3)]
    assert [line.rank for line in behind] == [1, 2, 3]
    assert all(line.depth == 1 and line.is_set_aside for line in behind)
    assert behind[0].what.startswith("no. 1 ")
    QTest.keyClick(panel.list.table, Qt.Key.Key_Left)
    assert not set(panel.list.model.ids) & set(_members(50, 3))
    assert panel.list.current is not None
    assert panel.list.current.alarm_id == 50
    panel.close()


async def test_strays_are_one_line_that_opens_and_is_acknowledged_as_it_was_shown(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, *(lamp(number, 2, 2, stray_group="lampFailure") for number in range(100, 105)))
    (group,) = [each for each in panel.list.model.ids if each < 0]
    panel.list.select(group)
    row = panel.list.current
    assert row is not None
    assert row.what == "5 × Lamp failure"
    QTest.keyClick(panel.list.table, Qt.Key.Key_Return)
    assert set(range(100, 105)) <= set(panel.list.model.ids)
    QTest.keyClick(panel.list.table, Qt.Key.Key_A)
    panel.acting.preview.confirm.click()
    await bench.work_done()
    assert {pick.id for pick in bench.client.bulks[0].picks} == set(range(100, 105))
    panel.close()


async def test_a_group_that_is_over_leaves_the_list(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, *(lamp(number, 2, 2, stray_group="lampFailure") for number in (100, 101)))
    come(bench, *(lamp(number, 2, 2) for number in (100, 101)))
    assert all(each > 0 for each in panel.list.model.ids)
    panel.filtering.choose_sight(Sight.WAITING)
    assert {100, 101} <= set(panel.list.model.ids)
    panel.close()


async def test_thousands_come_in_slices_and_the_urgent_ones_are_there_at_once(bench: Bench, qtbot: QtBot) -> None:
    panel = opened(bench, qtbot)
    come(bench, *(lamp(number, 1 + number % 2, number / 100) for number in range(2000, 12_000)))
    first = panel.list.model.rowCount()
    assert first < 10_000
    assert all(row.priority == 1 for row in (panel.list.model.rows[number] for number in range(20)))
    while panel.list.model.rowCount() < 10_002:
        panel.refresh()
    panel.close()
