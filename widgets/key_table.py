"""All keys, by where they work: a tree of acts with their keys, found by words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from widgets.look import Palette
from widgets.plain_text import tip
from widgets.room_for_words import room_for_columns
from widgets.texts import Texts

_ID: Final = int(Qt.ItemDataRole.UserRole)
_TITLE, _KEY, _NOTE = range(3)


@dataclass(frozen=True)
class KeyRow:
    """One act. `words` are all by which it is found."""

    id: str
    group: str
    title: str
    key: str
    note: str
    words: str
    can_change: bool
    is_clashing: bool


class KeyTable(QTreeWidget):
    """Return asks for another key of the act it stands on, Delete takes the key away."""

    change_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__()
        self._palette = palette
        self.setColumnCount(3)
        self.setHeaderLabels([texts("shortcuts.act"), texts("shortcuts.key"), texts("shortcuts.note")])
        self.setAccessibleName(texts("menu.shortcuts"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(_TITLE, QHeaderView.ResizeMode.Interactive)
        room_for_columns(header, {_TITLE: 400, _KEY: 170})
        self.itemDoubleClicked.connect(self._double_clicked)

    @property
    def current_id(self) -> str:
        """The act on which it stands."""
        return _id_of(self.currentItem())

    def show_rows(self, rows: Sequence[KeyRow], wanted: Sequence[str]) -> int:
        """Show those rows that hold every wanted word; how many there are. The same act stays current."""
        current = self.current_id
        self.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        shown = [row for row in rows if all(word in row.words for word in wanted)]
        for row in shown:
            group = groups.get(row.group)
            if group is None:
                group = groups[row.group] = self._heading(row.group)
            item = QTreeWidgetItem(group, [row.title, row.key, row.note])
            item.setData(_TITLE, _ID, row.id)
            item.setToolTip(_NOTE, tip(row.note))
            muted = QColor(self._palette.text_muted)
            item.setForeground(_NOTE, QColor(self._palette.fault) if row.is_clashing else muted)
            if not row.can_change:
                item.setForeground(_KEY, muted)
            if row.id == current:
                self.setCurrentItem(item)
        self.expandAll()
        standing = self.currentItem()
        if standing is not None:
            self.scrollToItem(standing)
        elif shown:
            self._stand_on_first(self.topLevelItem(0))
        return len(shown)

    def show_group(self, title: str) -> None:
        """Bring the acts of one place to the top."""
        for number in range(self.topLevelItemCount()):
            group = self.topLevelItem(number)
            if group is not None and group.text(_TITLE) == title:
                self._stand_on_first(group)
                self.scrollToItem(group, QTreeWidget.ScrollHint.PositionAtTop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act_id = self.current_id
        if act_id and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.change_requested.emit(act_id)
        elif act_id and event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit(act_id)
        else:
            super().keyPressEvent(event)

    def _stand_on_first(self, group: QTreeWidgetItem | None) -> None:
        first = None if group is None else group.child(0)
        if first is not None:
            self.setCurrentItem(first)

    def _heading(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFirstColumnSpanned(True)
        font = self.font()
        font.setBold(True)
        group.setFont(_TITLE, font)
        return group

    def _double_clicked(self, item: QTreeWidgetItem) -> None:
        if _id_of(item):
            self.change_requested.emit(_id_of(item))


def _id_of(item: QTreeWidgetItem | None) -> str:
    found: object = item.data(_TITLE, _ID) if item is not None else None
    return found if isinstance(found, str) else ""
