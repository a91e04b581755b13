"""A table of words, row by row: read, never typed into."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from widgets.plain_text import tip
from widgets.reading_table import made_for_reading
from widgets.room_for_words import room_for_columns, room_for_heads


def words_table(titles: Sequence[str], name: str, widths: Sequence[int], *, stretched: int) -> QTableWidget:
    """A table that is read, never typed into; one column takes what room is left."""
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    made_for_reading(table, name)
    header = table.horizontalHeader()
    room_for_columns(header, dict(enumerate(widths)))
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    room_for_heads(header)
    return table


def fill(table: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    """Show these rows; the cursor stays on its row where there is one."""
    held = table.currentRow()
    table.blockSignals(True)
    table.setRowCount(len(rows))
    for number, words in enumerate(rows):
        for column, text in enumerate(words):
            item = QTableWidgetItem(text)
            item.setToolTip(tip(text))
            table.setItem(number, column, item)
    if 0 <= held < len(rows):
        table.setCurrentCell(held, 0)
    table.blockSignals(False)


def choose_rows(table: QTableWidget, rows: Sequence[int]) -> None:
    """Select these rows and no others, without telling anybody."""
    if rows == chosen_rows(table):
        return
    table.blockSignals(True)
    table.setCurrentCell(rows[0] if rows else -1, 0)
    selection = table.selectionModel()
    selection.clearSelection()
    for row in rows:
        way = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        selection.select(table.model().index(row, 0), way)
    table.blockSignals(False)


def chosen_rows(table: QTableWidget) -> Sequence[int]:
    """The selected rows from the top."""
    return sorted({index.row() for index in table.selectionModel().selectedRows()})
