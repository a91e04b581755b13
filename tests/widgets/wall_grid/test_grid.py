"""Where tiles stand: a form above the wall moves none of them, another shape of the wall arranges them anew."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.look import load_palette
from widgets.wall_grid import WallGrid
from widgets.wall_layout.layout import even


def test_a_form_above_the_wall_makes_no_tile_change_its_row_and_a_portrait_wall_does(qtbot: QtBot) -> None:
    grid = WallGrid(load_palette("dark"))
    qtbot.addWidget(grid)
    tiles = {number: QWidget(grid) for number in range(16)}
    grid.resize(930, 390)
    grid.show()
    grid.show_layout(even(16), tiles)
    rows = len({tile.y() for tile in tiles.values()})
    grid.resize(930, 330)
    assert len({tile.y() for tile in tiles.values()}) == rows
    assert tiles[15].geometry().bottom() <= 330
    grid.resize(390, 930)
    assert len({tile.y() for tile in tiles.values()}) > rows
