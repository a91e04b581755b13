"""No wrapper of a layout's item is left behind: one that outlives its item takes the console down."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLayoutItem, QPushButton, QSpacerItem, QVBoxLayout, QWidget, QWidgetItem
from pytestqt.qtbot import QtBot
from shiboken6 import createdByPython, getAllValidWrappers

from console.kit.panel_registry import load_panels
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from tests.console.conftest import Bench
from widgets.layout_contents import layouts_in, widgets_in
from widgets.nesting import nest
from widgets.wrapping_row import WrappingRow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


def _left() -> list[QLayoutItem]:
    kept = {id(item) for row in getAllValidWrappers() if isinstance(row, WrappingRow) for item in row.held}
    items = [each for each in getAllValidWrappers() if isinstance(each, QWidgetItem | QSpacerItem)]
    return [each for each in items if id(each) not in kept and not createdByPython(each)]


async def test_three_screens_leave_no_item_behind(bench: Bench) -> None:
    configure_docking()
    before = {id(each) for each in _left()}
    desk = Desk(load_panels(), bench.context, Places(3, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    desk.open(DEFAULTS["operator-3-screens"], ())
    assert [each for each in _left() if id(each) not in before] == []
    await desk.close()


def test_a_row_is_put_into_a_column_and_its_items_are_forgotten(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column, row, within = QVBoxLayout(page), QHBoxLayout(), QVBoxLayout()
    buttons = [QPushButton(name) for name in "abc"]
    within.addWidget(buttons[2])
    row.addWidget(buttons[0])
    row.addWidget(buttons[1])
    row.addStretch(1)
    nest(row, within, 1)
    before = {id(each) for each in _left()}
    nest(column, row, 2)
    assert [each for each in _left() if id(each) not in before] == []
    assert (layouts_in(column), layouts_in(row)) == ([row], [within])
    assert (widgets_in(column), widgets_in(row), widgets_in(within)) == ([], buttons[:2], buttons[2:])
    assert (column.stretch(0), row.stretch(3)) == (2, 1)
    assert all(button.parentWidget() is page for button in buttons)


def test_nothing_else_asks_layouts_for_their_items() -> None:
    root = Path(__file__).parents[3]
    files = [file for folder in ("console", "widgets", "tools") for file in (root / folder).rglob("*.py")]
    asking = [file.name for file in files if re.search(r"\.(itemAt|addLayout)\(", file.read_text("utf-8"))]
    assert asking == ["nesting.py"]
