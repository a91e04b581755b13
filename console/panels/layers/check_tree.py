"""A list of boxes with counts, one under another; boxes are pressed with the mouse or the space bar."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from console.panels.layers.presenter import Check, Row
from widgets.texts import Texts

_KEY: Final = Qt.ItemDataRole.UserRole
_STATES: Final = {
    Check.OFF: Qt.CheckState.Unchecked,
    Check.PART: Qt.CheckState.PartiallyChecked,
    Check.ON: Qt.CheckState.Checked,
}
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CheckTree(QTreeWidget):
    """Shows rows; `toggled` says which box was pressed and what is wanted. What is shown changes by show_rows alone."""

    toggled = Signal(str, bool)

    def __init__(self, name: str, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._keys: tuple[tuple[str, str], ...] = ()
        self._checks: dict[str, Check] = {}
        self._icons: Mapping[str, QIcon] = {}
        self._is_filling = False
        self.setAccessibleName(name)
        self.setColumnCount(3)
        self.setHeaderLabels([name, tr("layers.column.total"), tr("layers.column.in_alarm")])
        self.headerItem().setTextAlignment(1, _RIGHT)
        self.headerItem().setTextAlignment(2, _RIGHT)
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setIndentation(18)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.itemChanged.connect(self._changed)

    def set_icons(self, icons: Mapping[str, QIcon]) -> None:
        """Pictures by key."""
        self._icons = icons

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Lines that stay keep their place under the pointer, and what is folded stays folded."""
        self._is_filling = True
        keys = tuple((row.key, row.parent) for row in rows)
        if keys != self._keys:
            self._build(rows, keys)
        for row in rows:
            self._fill(self._items[row.key], row)
        self._checks = {row.key: row.check for row in rows}
        self._is_filling = False

    def check_of(self, key: str) -> Check:
        """How a box stands."""
        return self._checks[key]

    def press(self, key: str) -> None:
        """As a hand would; a box that is half on is turned on."""
        self.toggled.emit(key, self._checks[key] is not Check.ON)

    def texts_of(self, key: str) -> tuple[str, str, str]:
        """What a line says."""
        item = self._items[key]
        return item.text(0), item.text(1), item.text(2)

    def _build(self, rows: Sequence[Row], keys: tuple[tuple[str, str], ...]) -> None:
        current = self.currentItem()
        held = None if current is None else current.data(0, _KEY)
        at = self.verticalScrollBar().value()
        folded = {key for key, item in self._items.items() if item.childCount() and not item.isExpanded()}
        self.clear()
        self._items = {}
        for row in rows:
            above = self._items.get(row.parent)
            item = QTreeWidgetItem(self) if above is None else QTreeWidgetItem(above)
            item.setData(0, _KEY, row.key)
            # An item that was never told has no box at all, though it answers that it is not checked.
            item.setCheckState(0, _STATES[row.check])
            item.setTextAlignment(1, _RIGHT)
            item.setTextAlignment(2, _RIGHT)
            if row.key in self._icons:
                item.setIcon(0, self._icons[row.key])
            self._items[row.key] = item
        for key, item in self._items.items():
            item.setExpanded(key not in folded)
        self.setRootIsDecorated(any(row.parent for row in rows))
        self._keys = keys
        if isinstance(held, str) and held in self._items:
            self.setCurrentItem(self._items[held])
        elif rows:
            self.setCurrentItem(self._items[rows[0].key])
        self.verticalScrollBar().setValue(at)

    def _fill(self, item: QTreeWidgetItem, row: Row) -> None:
        for column, text in enumerate((row.name, row.total, row.in_alarm)):
            if item.text(column) != text:
                item.setText(column, text)
        if item.checkState(0) != _STATES[row.check]:
            item.setCheckState(0, _STATES[row.check])
        if item.data(0, Qt.ItemDataRole.AccessibleTextRole) != row.words:
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.words)

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._is_filling or column != 0:
            return
        key = item.data(0, _KEY)
        if isinstance(key, str) and item.checkState(0) != _STATES[self._checks[key]]:
            self.press(key)
            self._restore(item, key)

    def _restore(self, item: QTreeWidgetItem, key: str) -> None:
        """The box stands as the look says, whatever was pressed."""
        self._is_filling = True
        item.setCheckState(0, _STATES[self._checks[key]])
        self._is_filling = False
