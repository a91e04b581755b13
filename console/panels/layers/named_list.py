"""A list of named things that can be renamed, ordered and deleted by keyboard and mouse."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

_KEY = Qt.ItemDataRole.UserRole


class NamedList(QListWidget):
    """Speaks of keys. Space, Return, F2, Delete, Ctrl+Up and Ctrl+Down; or drag a line to its place."""

    chosen = Signal(str)
    rename_requested = Signal(str)
    delete_requested = Signal(str)
    moved = Signal(object)  # all keys in their new order
    space_pressed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.itemDoubleClicked.connect(self._clicked_twice)

    @property
    def keys(self) -> Sequence[str]:
        """All keys as they stand."""
        return [_key_of(self.item(row)) for row in range(self.count())]

    @property
    def current_key(self) -> str:
        """The line the keyboard is on, empty when there is none."""
        item = self.currentItem()
        return "" if self.currentRow() < 0 else _key_of(item)

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """(key, words) in their order; the keyboard stays on its line."""
        held = self.current_key
        row = self.currentRow()
        if [key for key, _words in lines] != self.keys:
            self.clear()
            for key, _words in lines:
                item = QListWidgetItem(self)
                item.setData(_KEY, key)
        for at, (_key, words) in enumerate(lines):
            self.item(at).setText(words)
        keys = [key for key, _words in lines]
        if keys:
            self.setCurrentRow(keys.index(held) if held in keys else min(max(row, 0), len(keys) - 1))

    def item_of(self, key: str) -> QListWidgetItem | None:
        """The line of a key."""
        return next((self.item(row) for row in range(self.count()) if _key_of(self.item(row)) == key), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of this list."""
        key = self.current_key
        is_moving = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if not key:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.chosen.emit(key)
            case Qt.Key.Key_F2:
                self.rename_requested.emit(key)
            case Qt.Key.Key_Delete:
                self.delete_requested.emit(key)
            case Qt.Key.Key_Space:
                self.space_pressed.emit(key)
            case Qt.Key.Key_Up if is_moving:
                self._move(-1)
            case Qt.Key.Key_Down if is_moving:
                self._move(1)
            case _:
                super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """A line was dragged to its place."""
        super().dropEvent(event)
        self.moved.emit(self.keys)

    def _clicked_twice(self, item: QListWidgetItem) -> None:
        self.chosen.emit(_key_of(item))

    def _move(self, step: int) -> None:
        row, keys = self.currentRow(), list(self.keys)
        target = row + step
        if 0 <= target < len(keys):
            keys[row], keys[target] = keys[target], keys[row]
            self.moved.emit(keys)


def _key_of(item: QListWidgetItem) -> str:
    key = item.data(_KEY)
    return key if isinstance(key, str) else ""
