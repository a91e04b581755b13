"""The list of alarm types: searched, those whose review is overdue, how many there are."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.panels.alarm_rules.presenter import RuleWords
from contract.alarm_rules import AlarmType
from widgets.plain_text import PlainLabel, tip
from widgets.room_for_words import hint_in_full, room_for_columns, room_for_heads, room_for_rows
from widgets.texts import Texts

_COLUMNS: Final = ("class", "kind", "priority", "conditions", "overrides", "review")
_WIDTHS: Final = (116, 126, 56, 78, 74, 98)


class TypesList(QWidget):
    """Emits the class and kind of the line that is chosen; a refresh keeps the line."""

    chosen = Signal(str, str)

    def __init__(self, tr: Texts, words: RuleWords) -> None:
        super().__init__()
        self._tr = tr
        self._words = words
        self._types: Sequence[AlarmType] = ()
        self._listed: Sequence[AlarmType] = ()
        self.search = QLineEdit()
        hint_in_full(self.search, tr("alarm_rules.filter"))
        self.search.setClearButtonEnabled(True)
        self.overdue = QCheckBox(tr("alarm_rules.overdue_only"))
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        self.table = _table([tr(f"alarm_rules.col_{name}") for name in _COLUMNS], tr("alarm_rules.filter"))
        column = QVBoxLayout(self)
        for widget in (self.search, self.overdue, self.summary):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self.search.textChanged.connect(lambda _text="": self._list())
        self.overdue.toggled.connect(lambda _is_on=False: self._list())
        self.table.itemSelectionChanged.connect(self._row_chosen)

    def show_types(self, types: Sequence[AlarmType]) -> None:
        """What there is now."""
        self._types = types
        self._list()

    def _list(self) -> None:
        held = self._current()
        wanted, overdue_only = self.search.text(), self.overdue.isChecked()
        self._listed = [item for item in self._types if self._words.matches(item, wanted, overdue_only=overdue_only)]
        self.summary.setText(self._words.summary(self._listed) if self._listed else self._tr("alarm_rules.empty"))
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setRowCount(len(self._listed))
        for row, item in enumerate(self._listed):
            for column, text in enumerate(self._words.row(item)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(tip(text))
                self.table.setItem(row, column, cell)
            if held == (item.class_, item.kind):
                self.table.selectRow(row)
        self.table.blockSignals(False)

    def _current(self) -> tuple[str, str] | None:
        rows = self.table.selectionModel().selectedRows()
        row = rows[0].row() if rows else -1
        return (self._listed[row].class_, self._listed[row].kind) if 0 <= row < len(self._listed) else None

    def _row_chosen(self) -> None:
        current = self._current()
        if current is not None:
            self.chosen.emit(*current)


def _table(titles: Sequence[str], name: str) -> QTableWidget:
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(list(titles))
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    room_for_columns(header, dict(enumerate(_WIDTHS)))
    room_for_rows(table)
    header.setSectionResizeMode(_COLUMNS.index("kind"), QHeaderView.ResizeMode.Stretch)
    room_for_heads(header)
    return table
