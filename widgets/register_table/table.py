"""The table itself: marks kept over a new list, groups that open, keys that ask."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from widgets.look import GAP, TIGHT, Palette, icon
from widgets.model_index import Index
from widgets.register_rows import RegisterRow
from widgets.register_table.heads import RegisterHeads
from widgets.register_table.model import ROW_ROLE, Lines, RegisterModel, Words
from widgets.texts import Texts

MOST_RUNS: Final = 2000
"""Marks that lie in more pieces than these are given up when the list changes."""
_ROOM: Final = 10  # pixels of a row beside its text
_PLAIN_HEIGHT: Final = 18  # of text at 100 %
_SIGN: Final = 16
_FLAGS: Final = QItemSelectionModel.SelectionFlag
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class RegisterTable(QTableView):
    """Fed with lines; says what is current, what is marked and what is wanted."""

    current_moved = Signal()
    marked_changed = Signal()
    place_requested = Signal()
    group_requested = Signal(int, bool)  # a line, whether it is to be open
    key_pressed = Signal(str)  # a letter that may be an act of the panel
    pointer_left = Signal()
    zoom_changed = Signal()

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = RegisterModel(palette)
        self._is_telling = True
        self.setModel(self.lines)
        self._closed, self._open = icon("mdi6.chevron-right", palette), icon("mdi6.chevron-down", palette)
        self._field, self._text, self._muted = QColor(palette.raised), QColor(palette.text), QColor(palette.text_muted)
        self.heads = RegisterHeads(self, self.lines, texts)
        self.setAccessibleName(texts("assets.title"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        # Names of one street begin alike; what tells them apart ("point 7") stands at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        # Qt's heads ask, for each column, whether all of its lines are selected: line by line, seconds for a long list.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(self.lines, self))
        self._size_rows()
        self.selectionModel().currentRowChanged.connect(self._tell_current)
        self.selectionModel().selectionChanged.connect(self._tell_marked)
        self.doubleClicked.connect(self._double_clicked)

    @property
    def current_line(self) -> int | None:
        """The number of the current line, None where none is."""
        number = self.currentIndex().row()
        return number if 0 <= number < len(self.lines.lines) else None

    @property
    def marked(self) -> NDArray[np.int64]:
        """The numbers of the marked lines, in order: ranges, never an object a line."""
        parts = [np.arange(part.top(), part.bottom() + 1, dtype=np.int64) for part in self._ranges()]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64)

    @property
    def marked_count(self) -> int:
        """How many lines are marked."""
        return sum(part.height() for part in self._ranges())

    def show_lines(self, lines: Lines, words: Words) -> None:
        """List these. What was marked and current stays so, where it is still listed."""
        held_line = self.current_line
        held = None if held_line is None else int(self.lines.lines[held_line])
        marked = self.lines.lines[self.marked]
        at = self.verticalScrollBar().value()
        was_in_sight = held_line is not None and self.viewport().rect().intersects(self.visualRect(self.currentIndex()))
        self._is_telling = False
        if self.lines.show_lines(lines, words):
            self._mark(np.flatnonzero(np.isin(lines, marked)) if len(marked) else marked)
            place = np.flatnonzero(lines == held) if held is not None else np.zeros(0, np.intp)
            index = QModelIndex()
            if len(place):
                index = self.lines.index(int(place[0]), 0)
                self.selectionModel().setCurrentIndex(index, _FLAGS.NoUpdate)
            self.verticalScrollBar().setValue(at)
            if len(place) and was_in_sight:
                self.scrollTo(index)
        else:
            self.viewport().update()
        self._is_telling = True
        self.marked_changed.emit()

    def select_line(self, line: int | None) -> None:
        """Make a line (its content, not its place) current, and bring it into sight, without telling."""
        self._is_telling = False
        place = np.flatnonzero(self.lines.lines == line) if line is not None else np.zeros(0, np.intp)
        keeps_marks = self.marked_count > 1  # marks of many are not lost to a look elsewhere
        if not len(place):
            if not keeps_marks:
                self.setCurrentIndex(QModelIndex())
                self.clearSelection()
        elif int(place[0]) != self.currentIndex().row():
            index = self.lines.index(int(place[0]), 0)
            flags = _FLAGS.NoUpdate if keeps_marks else _FLAGS.ClearAndSelect | _FLAGS.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)
        self._is_telling = True
        self.marked_changed.emit()

    def repaint_words(self) -> None:
        """Ages, states and names may have changed; the lines stay."""
        self.lines.forget_words()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's leave."""
        super().leaveEvent(event)
        self.pointer_left.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger text wants higher rows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "heads"):
            self._size_rows()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells by Qt, then the names of groups over the whole width of their lines."""
        super().paintEvent(event)
        height = self.viewport().height()
        first, last = self.rowAt(0), self.rowAt(height - 1)
        if first < 0:
            return
        last = len(self.lines.lines) - 1 if last < 0 else last
        heads = [number for number in range(first, last + 1) if self.lines.lines[number] < 0]
        if heads:
            painter = QPainter(self.viewport())
            for number in heads:
                self._paint_group(painter, number)
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self.heads.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a group opens or closes it."""
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW_ROLE)
        super().mousePressEvent(event)
        if isinstance(row, RegisterRow) and row.is_group and not event.modifiers():
            self.group_requested.emit(index.row(), not row.is_open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the place, arrows open and close groups, letters are acts; the rest is Qt's."""
        key, modifiers = event.key(), event.modifiers()
        is_plain = modifiers in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        row = self.currentIndex().data(ROW_ROLE)
        is_group = isinstance(row, RegisterRow) and row.is_group
        if is_plain and is_group and key in {*_ENTER, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space}:
            is_open = isinstance(row, RegisterRow) and row.is_open
            wants = key == Qt.Key.Key_Right or (key != Qt.Key.Key_Left and not is_open)
            self.group_requested.emit(self.currentIndex().row(), wants)
        elif is_plain and key in _ENTER:
            self.place_requested.emit()
        elif is_plain and event.text().isalpha():
            self.key_pressed.emit(event.text().upper())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _paint_group(self, painter: QPainter, number: int) -> None:
        row = self.lines.row(number)
        line = QRect(0, self.rowViewportPosition(number), self.viewport().width(), self.rowHeight(number))
        is_selected = self.selectionModel().isSelected(self.lines.index(number, 0))
        painter.fillRect(line, self.palette().highlight() if is_selected else self._field)
        sign = self._open if row.is_open else self._closed
        sign.paint(painter, TIGHT, line.center().y() - _SIGN // 2, _SIGN, _SIGN)
        line.setLeft(_SIGN + 2 * TIGHT)
        name = row.cells[0] if row.cells else ""
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.AlignmentFlag.AlignLeft)
        painter.setPen(self._text)
        painter.drawText(line, flags, name)
        line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(name) + 2 * GAP)
        painter.setPen(self._muted)
        painter.drawText(line, flags, row.count)
        if number == self.currentIndex().row() and self.hasFocus():
            painter.setPen(self.palette().highlightedText().color())
            painter.drawRect(line.adjusted(-line.left(), 0, -1, -1))

    def _ranges(self) -> Sequence[QItemSelectionRange]:
        selection: Any = self.selectionModel().selection()  # a list of ranges, which the stubs do not say
        return list(selection)

    def _size_rows(self) -> None:
        height = self.fontMetrics().height() + _ROOM
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.heads.zoom = max(self.fontMetrics().height() / _PLAIN_HEIGHT, 1.0)
        self.heads.fit()

    def _mark(self, places: NDArray[np.intp] | NDArray[np.int64]) -> None:
        selection = QItemSelection()
        if len(places):
            breaks = np.flatnonzero(np.diff(places) > 1)
            firsts = places[np.concatenate(([0], breaks + 1))]
            lasts = places[np.concatenate((breaks, [len(places) - 1]))]
            last_column = len(self.lines.columns) - 1
            if len(firsts) <= MOST_RUNS:
                for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
                    selection.select(self.lines.index(first, 0), self.lines.index(last, last_column))
        self.selectionModel().select(selection, _FLAGS.ClearAndSelect)

    def _double_clicked(self, index: Index) -> None:
        if not self.lines.row(index.row()).is_group:
            self.place_requested.emit()

    def _tell_current(self, *_ignored: object) -> None:
        if self._is_telling:
            self.current_moved.emit()

    def _tell_marked(self, *_ignored: object) -> None:
        if self._is_telling:
            self.marked_changed.emit()


def copied(rows: Sequence[Sequence[str]]) -> str:
    """Rows as spreadsheets take them from the clipboard."""
    return "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) for row in rows)
