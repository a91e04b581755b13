"""The table of the alarm list: marks that flash until acknowledged, keys that ask for acts, what opens and closes."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from widgets.alarm_list.model import ROW_ROLE
from widgets.alarm_list_columns import WHAT
from widgets.alarm_rows import AlarmRow
from widgets.look import Palette
from widgets.model_index import Index
from widgets.priority_mark import paint_priority
from widgets.room_for_words import text_zoom

_MARK_SIDE: Final = 20
_HANDLE_WIDTH: Final = 22
_ACT_KEYS: Final = frozenset(
    {
        Qt.Key.Key_A,
        Qt.Key.Key_R,
        Qt.Key.Key_S,
        Qt.Key.Key_O,
        Qt.Key.Key_C,
        Qt.Key.Key_T,
        Qt.Key.Key_U,
        Qt.Key.Key_D,
        Qt.Key.Key_G,
    }
)
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class MarkDelegate(QStyledItemDelegate):
    """Paints the priority into the first column."""

    def __init__(self, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette = palette
        self.is_flash_on = True

    @property
    def _zoom(self) -> float:
        table = self.parent()
        return text_zoom(table) if isinstance(table, QWidget) else 1.0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt's paint of one cell."""
        super().paint(painter, option, index)
        row = index.data(ROW_ROLE)
        box = _box_of(option)
        if isinstance(row, AlarmRow):
            side = min(round(_MARK_SIDE * self._zoom), box.height() - 4, box.width() - 2)
            square = QRectF(box.center().x() - side / 2, box.center().y() - side / 2 + 0.5, side, side)
            paint_priority(
                painter,
                square,
                row.priority,
                self._palette,
                is_filled=row.wants_acknowledgement and self.is_flash_on,
                is_set_aside=row.is_set_aside or row.is_gone,
            )


class AlarmTable(QTableView):
    """A table that tells when the pointer leaves it and which act a key asks for."""

    pointer_left = Signal()
    key_pressed = Signal(int)
    open_pressed = Signal(bool)  # the current line is to be opened, or closed
    handle_clicked = Signal(QModelIndex)
    select_all_pressed = Signal()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's leave."""
        super().leaveEvent(event)
        self.pointer_left.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the small triangle opens or closes what stands behind the line."""
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW_ROLE)
        can_open = index.column() == WHAT and isinstance(row, AlarmRow) and row.behind_count
        if can_open and 0 <= event.position().x() - self.visualRect(index).left() < _HANDLE_WIDTH:
            self.handle_clicked.emit(index)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Acts first, then Qt's own keys; letters never search."""
        key, modifiers = event.key(), event.modifiers()
        is_plain = modifiers in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if is_plain and (key in _ACT_KEYS or key in _ENTER):
            self.key_pressed.emit(int(key))
        elif is_plain and key in {Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space}:
            row = self.currentIndex().data(ROW_ROLE)
            is_open = isinstance(row, AlarmRow) and row.is_open
            self.open_pressed.emit(key == Qt.Key.Key_Right or (key == Qt.Key.Key_Space and not is_open))
        elif modifiers == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_A:
            self.select_all_pressed.emit()
        elif event.text() and event.text().isalnum() and not modifiers:
            event.ignore()
            return
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def flash(self, *, is_on: bool, mark_section: int) -> None:
        """The dark or the light half of a second: only the marks are painted anew."""
        delegate = self.itemDelegateForColumn(mark_section)
        if isinstance(delegate, MarkDelegate):
            delegate.is_flash_on = is_on
        left, width = self.columnViewportPosition(mark_section), self.columnWidth(mark_section)
        self.viewport().update(QRect(left, 0, width, self.viewport().height()))

    def dress(self) -> None:
        """As a list of alarms looks."""
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setDragEnabled(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # no line is cut in half at the top
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()


def _box_of(option: QStyleOptionViewItem) -> QRect:
    box: object = getattr(option, "rect", None)  # missing from PySide6's stubs
    return box if isinstance(box, QRect) else QRect()
