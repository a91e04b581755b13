"""A table whose cells are edited in place, with the keyboard: values in and out are rows of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from widgets.model_index import Index

Row = tuple[str, ...]
_KEY: Final = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Column:
    """One column: its title, what may be typed, and the choices where there are only some. It widens by `share`."""

    title: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    share: int = 1


class EditTable(QTableWidget):
    """Enter or F2 edits, Insert adds, Delete empties a cell, Ctrl+Delete removes rows, Alt+Up and Alt+Down move one.

    Each row keeps a key that is not shown (empty for a new one), so that a renamed thing stays the same thing.
    """

    edited = Signal()

    def __init__(self, columns: Sequence[Column], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(columns), parent)
        self._columns = tuple(columns)
        self._is_filling = False
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels([column.title for column in columns])
        for number, column in enumerate(columns):
            item = self.horizontalHeaderItem(number)
            if item is not None:
                item.setToolTip(column.hint)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setHighlightSections(False)
        self.setItemDelegate(_Choices(self._columns, self))
        self.itemChanged.connect(self._on_changed)

    def show_rows(self, rows: Sequence[tuple[str, Row]]) -> None:
        """Replace everything: (key, texts)."""
        self._is_filling = True
        self.setRowCount(0)
        for key, texts in rows:
            self._append(key, texts)
        self._is_filling = False
        self._fit()

    def rows(self) -> Sequence[tuple[str, Row]]:
        """As they stand; rows without any text are left out."""
        found: list[tuple[str, Row]] = []
        for row in range(self.rowCount()):
            texts = tuple(self._text(row, column) for column in range(len(self._columns)))
            if any(texts):
                first = self.item(row, 0)
                found.append((str(first.data(_KEY) or "") if first is not None else "", texts))
        return found

    def add_row(self, texts: Row) -> None:
        """One more, ready to be typed into."""
        self._append("", texts)
        self.setCurrentCell(self.rowCount() - 1, 0)
        self.edited.emit()
        first = self.item(self.rowCount() - 1, 0)
        if first is not None:
            self.editItem(first)

    def remove_selected(self) -> None:
        """The selected rows."""
        rows = sorted({index.row() for index in self.selectedIndexes()}, reverse=True)
        for row in rows:
            self.removeRow(row)
        if rows:
            self.edited.emit()

    def move_current(self, by: int) -> None:
        """The current row, up or down."""
        row, place = self.currentRow(), self.currentRow() + by
        if row < 0 or not 0 <= place < self.rowCount():
            return
        rows, column = list(self.all_rows()), self.currentColumn()
        rows.insert(place, rows.pop(row))
        self.show_rows(rows)
        self.setCurrentCell(place, column)
        self.edited.emit()

    def all_rows(self) -> Sequence[tuple[str, Row]]:
        """With the empty ones."""
        made: list[tuple[str, Row]] = []
        for row in range(self.rowCount()):
            first = self.item(row, 0)
            key = str(first.data(_KEY) or "") if first is not None else ""
            made.append((key, tuple(self._text(row, column) for column in range(len(self._columns)))))
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Insert:
                self.add_row(("",) * len(self._columns))
            case Qt.Key.Key_Delete if is_control:
                self.remove_selected()
            case Qt.Key.Key_Delete if self.currentRow() >= 0:
                self.currentItem().setText("")
            case Qt.Key.Key_Up | Qt.Key.Key_Down if is_alt:
                self.move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.currentRow() >= 0:
                self.editItem(self.currentItem())
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the width."""
        super().resizeEvent(event)
        self._fit()

    def _append(self, key: str, texts: Row) -> None:
        row = self.rowCount()
        self.insertRow(row)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(self._columns[column].hint)
            if column == 0:
                item.setData(_KEY, key)
            self.setItem(row, column, item)

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return "" if item is None else item.text().strip()

    def _on_changed(self, _item: QTableWidgetItem) -> None:
        if not self._is_filling:
            self.resizeRowsToContents()
            self.edited.emit()

    def _fit(self) -> None:
        shares = sum(column.share for column in self._columns)
        width = self.viewport().width()
        for number, column in enumerate(self._columns):
            head = QFontMetrics(self.horizontalHeader().font()).horizontalAdvance(column.title) + 16
            self.setColumnWidth(number, max(60, head, width * column.share // shares))
        self.resizeRowsToContents()


class _Choices(QStyledItemDelegate):
    """Cells of columns with choices open a list."""

    def __init__(self, columns: Sequence[Column], parent: EditTable) -> None:
        super().__init__(parent)
        self._columns = columns

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list, or the usual line."""
        choices = self._columns[index.column()].choices
        if not choices:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.addItems(list(choices))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The present text."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data() or ""))
        else:
            super().setEditorData(editor, index)
