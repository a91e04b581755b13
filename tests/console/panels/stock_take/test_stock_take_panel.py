"""A stock-take at the desk: opened for a zone, scanned, ticked, closed; what is missing is chosen on the map."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from console.panels.stock_take.panel import StockTakePanel
from contract.stock_take import StockMark
from tests.console.conftest import Bench


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> AsyncIterator[StockTakePanel]:
    """Open, with what the backend keeps; the threads that write files end with it."""
    made = bench.open("stock_take")
    assert isinstance(made, StockTakePanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(900, 560)
    made.widget.show()
    await bench.work_done()
    yield made
    made.close()
    await asyncio.get_running_loop().shutdown_default_executor()


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else item.text()


async def test_how_far_it_is_stands_in_words(panel: StockTakePanel) -> None:
    assert "found · " in panel.figures.text()
    assert "unknown codes: PL-9999" in panel.figures.text()
    assert panel.table.rowCount() == 60


async def test_a_scanner_types_a_code_and_enter(bench: Bench, panel: StockTakePanel) -> None:
    lamp = next(asset for asset in bench.client.assets.values() if asset.class_ == "streetlight")
    panel.focus_first()
    panel.code.setText(lamp.code)
    QTest.keyClick(panel.code, Qt.Key.Key_Return)
    await bench.work_done()
    assert bench.client.scans == [lamp.code]
    assert bench.stores.selection.asset_id == lamp.id
    assert "found." in panel.notice.text
    assert panel.code.text() == ""
    panel.code.setText("PL-9998")
    panel.scan()
    await bench.work_done()
    assert "Nobody knows the code PL-9998" in panel.notice.text


async def test_several_are_ticked_by_hand_with_a_note(bench: Bench, panel: StockTakePanel) -> None:
    panel.table.selectRow(0)
    panel.note.setText("mast gone")
    panel.mark(StockMark.NOT_FOUND)
    await bench.work_done()
    assert StockMark.NOT_FOUND in bench.client.marks.values()
    assert cell(panel.table, 0, 3) == "not found"
    panel.table.clearSelection()
    panel.mark(StockMark.FOUND)
    assert "Select assets" in panel.notice.text


async def test_one_sees_only_what_is_left(bench: Bench, panel: StockTakePanel) -> None:
    panel.sight.setCurrentIndex(panel.sight.findData("unknown"))
    await bench.work_done()
    assert 0 < panel.table.rowCount() < 60
    assert {cell(panel.table, row, 3) for row in range(panel.table.rowCount())} == {"to look for"}


async def test_a_new_one_covers_what_is_chosen_on_the_map(bench: Bench, panel: StockTakePanel) -> None:
    bench.stores.contents.choose([1, 2, 3], "map")
    panel.new_button.click()
    assert panel.opening.only_chosen.text() == "Only the 3 assets chosen on the map or in a list"
    assert not panel.opening.confirm.isEnabled()
    panel.opening.name.setText("Summer")
    panel.opening.confirm.click()
    await bench.work_done()
    assert panel.take is not None
    assert panel.take.name == "Summer"
    assert not panel.opening.isVisible()


async def test_a_closed_one_takes_no_more_marks_and_may_be_deleted(bench: Bench, panel: StockTakePanel) -> None:
    panel.close_button.click()
    await bench.work_done()
    assert "is closed" in panel.notice.text
    assert not panel.code.isEnabled()
    panel.delete_button.click()
    await bench.work_done()
    assert [take.id for take in bench.client.takes] == ["t2"]


async def test_what_is_missing_is_chosen_and_the_result_saved(
    bench: Bench, panel: StockTakePanel, tmp_path: Path
) -> None:
    panel.missing_button.click()
    await bench.work_done()
    assert bench.stores.contents.chosen.asset_ids
    assert bench.opened[-1] == "selection"
    panel.save_into(tmp_path / "result.csv")
    await bench.work_done()
    assert (tmp_path / "result.csv").read_bytes().startswith(b"class;code")


async def test_without_one_the_panel_says_what_to_do(bench: Bench, panel: StockTakePanel) -> None:
    bench.client.takes = []
    panel.refresh()
    await bench.work_done()
    assert "opens one" in panel.empty.text()
    assert panel.empty.isVisible()
