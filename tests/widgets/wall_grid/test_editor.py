"""The layout editor under mouse and keys; the grid places what it is given."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ear import Ear
from widgets.look import load_palette
from widgets.wall_grid import LayoutEditor, WallGrid
from widgets.wall_layout.cells import Cell
from widgets.wall_layout.editing import Edited
from widgets.wall_layout.layout import arranged, even, spotlight

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qtbot: QtBot) -> LayoutEditor:
    shown = LayoutEditor(load_palette("dark"), "Drag the borders")
    shown.resize(800, 450)
    shown.show_cells(arranged(even(4), 16 / 9))
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_a_border_follows_the_hand_and_the_way_back_begins_where_the_pull_began(editor: LayoutEditor) -> None:
    heard = Ear()
    editor.reshaped.connect(heard)

    def reshape(cells: tuple[Cell, ...], _is_first: bool) -> None:
        editor.show_cells(cells)

    editor.reshaped.connect(reshape)
    QTest.mousePress(editor, LEFT, pos=QPoint(400, 100))
    QTest.mouseMove(editor, QPoint(480, 100))
    QTest.mouseMove(editor, QPoint(560, 100))
    QTest.mouseRelease(editor, LEFT, pos=QPoint(560, 100))
    assert [is_first for _cells, is_first in heard.heard] == [True, False]
    assert editor.cells[0].width == pytest.approx(0.7)
    assert editor.cells[1].x == pytest.approx(0.7)
    assert editor.cells[2].width == pytest.approx(0.5)


def test_a_double_click_splits_and_keys_join_remove_and_end(editor: LayoutEditor) -> None:
    edited, done, refused = Ear(), Ear(), Ear()
    editor.edited.connect(edited)
    editor.done.connect(done)
    editor.refused.connect(refused)
    QTest.mouseDClick(editor, LEFT, pos=QPoint(100, 100))
    QTest.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClick(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    counts = [len(change.cells) for (change,) in edited.heard if isinstance(change, Edited)]
    assert counts == [5, 3, 3]
    assert len(refused.heard) == 1
    assert len(done.heard) == 1


def test_the_grid_shows_what_stands_in_it_and_one_alone_over_all(qtbot: QtBot) -> None:
    grid = WallGrid(load_palette("dark"))
    grid.resize(900, 506)
    qtbot.addWidget(grid)
    tiles = {number: QWidget(grid) for number in range(6)}
    grid.show()
    grid.show_layout(spotlight(5), tiles)
    assert tiles[0].width() > 1.9 * tiles[1].width()
    assert all(tile.isVisible() for tile in tiles.values())
    grid.show_layout(spotlight(5), tiles, alone=3)
    assert [number for number, tile in tiles.items() if tile.isVisible()] == [3]
    assert tiles[3].geometry() == grid.rect()
    grid.show_layout(even(1), {0: tiles[0]})
    assert [number for number, tile in tiles.items() if tile.isVisible()] == [0]
    grid.resize(400, 1200)
    grid.show_layout(even(4), {number: tiles[number] for number in range(4)})
    assert len({tiles[number].y() for number in range(4)}) == 4
