"""A parking controller reads how full it is, finds who stays too long, changes a rule, sees unbound sensors."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.panels.parking.panel import ParkingPanel
from contract.parking import StayRule
from tests.console.conftest import Bench
from tools.screenshots import parking_panels
from widgets.parking_lines import BayLook

DARCY, GRANGIER = 7_100_001, 7_100_003


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[ParkingPanel]:
    parking_panels.join(bench.client, bench.stores)
    async with bench.shown(ParkingPanel(bench.context), 820, 700) as panel:
        yield panel


async def chooses(bench: Bench, panel: ParkingPanel, park: int) -> None:
    bench.stores.selection.select(park)
    await bench.work_done()


async def test_what_is_measured_is_counted_and_the_rest_is_unknown(panel: ParkingPanel) -> None:
    by_name = {line.name: line for line in panel.table.lines}
    assert (by_name["Parking Darcy"].free, by_name["Parking Darcy"].unknown) == ("16", "2")
    assert (by_name["Parking Monge"].free, by_name["Parking Monge"].unknown) == ("unknown", "310")
    assert not by_name["Parking Monge"].is_known
    assert panel.summary.text() == (
        "28 of 84 measured bays free · not known: 4 · car parks not measured: 5 · over-stays: 17"
    )


async def test_a_car_park_chosen_anywhere_shows_its_bays(bench: Bench, panel: ParkingPanel) -> None:
    assert not panel.pages.isVisible()
    assert panel.detail.text() == "Choose a car park in the list or on the map."
    await chooses(bench, panel, DARCY)
    assert panel.table.selected_id == DARCY
    assert len(panel.board.cells) == 48
    looks = [cell.look for cell in panel.board.cells]
    assert (looks[0], looks[2], looks[16]) == (BayLook.TAKEN, BayLook.FREE, BayLook.UNKNOWN)
    over = next(cell for cell in panel.board.cells if cell.look is BayLook.OVER)
    assert (over.label, over.note) == ("22", "+2′")
    assert "over" not in panel.board.cells[16].spoken
    assert over.spoken == "PL-01-022: occupied · for 4 h 02 · too long by 2 min · battery 80 %"


async def test_a_bay_chosen_here_is_chosen_everywhere_by_mouse_and_keys(bench: Bench, panel: ParkingPanel) -> None:
    await chooses(bench, panel, DARCY)
    selection = bench.stores.selection
    where = panel.board.box(4).center().toPoint()
    QTest.mouseClick(panel.board, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert selection.asset_id == panel.board.cells[4].asset_id
    QTest.keyClick(panel.board, Qt.Key.Key_Right)
    assert selection.asset_id == panel.board.cells[5].asset_id
    assert panel.table.selected_id == DARCY, "its car park stays open"
    wanted: list[object] = []
    selection.place_requested.connect(wanted.append)
    QTest.keyClick(panel.board, Qt.Key.Key_Return)
    assert wanted == [panel.board.cells[5].asset_id]


async def test_a_car_park_without_sensors_says_what_to_do(bench: Bench, panel: ParkingPanel) -> None:
    await chooses(bench, panel, 7_100_002)
    assert not panel.board.cells
    assert "bind their sensors" in panel.legend.text()


async def test_in_a_narrow_dock_names_stay_readable(panel: ParkingPanel) -> None:
    assert not panel.table.isColumnHidden(1)
    panel.widget.resize(420, 700)
    assert panel.table.isColumnHidden(1), "the commune gives way"
    assert panel.table.columnWidth(0) >= 100


async def test_the_list_is_searched(panel: ParkingPanel) -> None:
    panel.search.setText("grang")
    assert [line.asset_id for line in panel.table.lines] == [GRANGIER]


async def test_a_rule_is_changed_and_told(bench: Bench, panel: ParkingPanel) -> None:
    await chooses(bench, panel, GRANGIER)
    assert not panel.rule.limited.isChecked()
    panel.rule.limited.setChecked(True)
    panel.rule.most.setValue(90)
    panel.rule.days[6].setChecked(False)
    panel.rule.apply.click()
    await bench.work_done()
    assert bench.client.rules[GRANGIER] == StayRule(most_minutes=90, days=(0, 1, 2, 3, 4, 5))
    assert panel.notice.text == "Rule of the car park: 1 h 30 · Mo Tu We Th Fr Sa. It is in the journal."


async def test_what_somebody_types_into_the_rule_survives_the_next_look(bench: Bench, panel: ParkingPanel) -> None:
    await chooses(bench, panel, DARCY)
    assert panel.rule.rule == bench.client.rules[DARCY]
    panel.rule.most.setValue(17)
    panel.refresh()
    await bench.work_done()
    assert panel.rule.most.value() == 17
    await chooses(bench, panel, GRANGIER)
    await chooses(bench, panel, DARCY)
    assert panel.rule.most.value() == 240, "another car park was looked at meanwhile"


async def test_sensors_that_nobody_bound_are_listed_for_who_may(bench: Bench, panel: ParkingPanel) -> None:
    panel.tabs.setCurrentIndex(1)
    await bench.work_done()
    assert panel.strangers.table.rowCount() == 2
    panel.strangers.table.selectRow(0)
    assert panel.strangers.chosen == "70b3d57ed00000ff"
    bench.client.may_see_strangers = False
    panel.refresh()
    await bench.work_done()
    assert "right to manage the whole city" in panel.strangers.empty.text()


async def test_which_car_park_was_open_is_kept(bench: Bench, panel: ParkingPanel) -> None:
    await chooses(bench, panel, DARCY)
    kept = panel.state()
    await chooses(bench, panel, GRANGIER)
    panel.take_state(kept)
    await bench.work_done()
    assert len(panel.board.cells) == 48
