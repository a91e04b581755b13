"""From lines of the register to what is done with these assets elsewhere: their file, labels, a stock-take."""

from collections.abc import AsyncIterator

import pytest
from pytestqt.qtbot import QtBot

from console.panels.asset_file.panel import AssetFilePanel
from console.panels.register import acting
from console.panels.register.panel import RegisterPanel
from console.panels.stock_take.panel import StockTakePanel
from tests.console.conftest import Bench
from tests.console.panels.register.test_register_panel import panel

__all__ = ["panel"]


@pytest.fixture
async def file(bench: Bench) -> AsyncIterator[AssetFilePanel]:
    async with bench.shown(AssetFilePanel(bench.context), 420, 600) as made:
        yield made


def _choose(panel: RegisterPanel, words: str) -> None:
    menu = panel.acts.menu()
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()
    menu.deleteLater()


def _mark_all(panel: RegisterPanel, qtbot: QtBot, words: str) -> tuple[int, ...]:
    panel.search.setText(words)
    qtbot.waitUntil(lambda: not panel.is_about_to_list, timeout=3000)
    panel.table.selectAll()
    return panel.marked_ids()


@pytest.mark.parametrize(
    ("entry", "tab"), [("Open its file", "Fields"), ("Its history", "History"), ("Its documents", "Documents")]
)
async def test_a_line_leads_to_a_page_of_the_asset_s_file(
    bench: Bench, panel: RegisterPanel, file: AssetFilePanel, entry: str, tab: str
) -> None:
    panel.table.select_line(int(panel.table.lines.lines[3]))
    asset_id = panel.current_id()
    file.tabs.setCurrentIndex(3)
    _choose(panel, entry)
    await bench.work_done()
    assert bench.opened[-1] == "asset_file"
    assert bench.stores.selection.asset_id == asset_id
    assert file.tabs.tabText(file.tabs.currentIndex()) == tab


async def test_a_file_that_the_wish_opens_shows_the_page_too(bench: Bench, panel: RegisterPanel) -> None:
    panel.table.select_line(int(panel.table.lines.lines[3]))
    _choose(panel, "Its history")
    async with bench.shown(AssetFilePanel(bench.context), 420, 600) as file:
        assert file.tabs.tabText(file.tabs.currentIndex()) == "History"


async def test_labels_are_those_of_all_that_is_marked(
    bench: Bench, panel: RegisterPanel, file: AssetFilePanel, qtbot: QtBot
) -> None:
    marked = _mark_all(panel, qtbot, "berbisey")
    assert len(marked) > 1
    _choose(panel, "QR labels")
    await bench.work_done()
    assert tuple(asset.id for asset in file.labels.assets()) == marked
    assert file.labels.widget.isVisible()


async def test_a_stock_take_is_asked_for_what_is_marked(bench: Bench, panel: RegisterPanel, qtbot: QtBot) -> None:
    marked = _mark_all(panel, qtbot, "berbisey")
    _choose(panel, "Stock-take")
    assert bench.opened[-1] == "stock_take"
    async with bench.shown(StockTakePanel(bench.context), 700, 400) as stock:
        assert not stock.opening.isHidden()
        assert stock.opening.only_chosen.isChecked()
        assert str(len(marked)) in stock.opening.only_chosen.text()
        stock.opening.hide()
        _choose(panel, "Stock-take")
        assert not stock.opening.isHidden()


async def test_more_than_can_be_edited_at_once_are_not_chosen_and_it_says_what_to_do(
    bench: Bench, panel: RegisterPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "MOST_ASSETS_AT_ONCE", 2)
    marked = _mark_all(panel, qtbot, "berbisey")
    for entry in ("Show on the map", "QR labels", "Stock-take"):
        _choose(panel, entry)
        assert f"{len(marked)} assets: at most 2 are chosen at once" in panel.notice.text
        assert "filter further" in panel.notice.text
    assert bench.stores.contents.chosen.asset_ids == ()
    assert bench.opened == []


async def test_with_nothing_marked_it_says_what_to_do(bench: Bench, panel: RegisterPanel, qtbot: QtBot) -> None:
    _mark_all(panel, qtbot, "no such thing anywhere")
    _choose(panel, "Open its file")
    assert "Mark lines first" in panel.notice.text
    assert bench.opened == []
