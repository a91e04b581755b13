"""Sensors that speak and that nobody has bound: what to write into a binding, ready to be copied."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

_COLUMNS: Final = ("address", "device", "type", "connection", "heard", "messages")


class StrangersPage:
    """A list that is asked for when it is looked at."""

    def __init__(self, tr: Texts, palette: Palette) -> None:
        self._tr = tr
        self.widget = QWidget()
        self.hint = quiet_label(tr("parking.strangers_hint"))
        self.empty = quiet_label(tr("parking.no_strangers"), is_centred=True)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setAccessibleName(tr("parking.strangers"))
        self.table.setHorizontalHeaderLabels([tr(f"parking.stranger.{name}") for name in _COLUMNS])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.copy = QPushButton(tr("parking.copy_address"))
        self.copy.setIcon(icon("mdi6.content-copy", palette))
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        line = QHBoxLayout()
        line.addWidget(self.copy)
        line.addStretch(1)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.hint)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        nest(column, line)
        self.show_rows(())

    def show_rows(self, rows: Sequence[tuple[str, ...]]) -> None:
        """As the backend says."""
        chosen = self.chosen
        self.table.setRowCount(len(rows))
        for row, words in enumerate(rows):
            for column, word in enumerate(words):
                self.table.setItem(row, column, QTableWidgetItem(word))
            if words[0] == chosen:
                self.table.selectRow(row)
        self.table.setVisible(bool(rows))
        self.copy.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    @property
    def chosen(self) -> str:
        """The address of the current row."""
        item = self.table.item(self.table.currentRow(), 0)
        return "" if item is None else str(item.data(Qt.ItemDataRole.DisplayRole))

    def _copy(self) -> None:
        if self.chosen:
            QGuiApplication.clipboard().setText(self.chosen)
