"""Over the wall: cells as they will stand; borders pulled by hand, everything by keys."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.look import GAP, PAD, Palette
from widgets.wall_layout.cells import Cell, neighbour
from widgets.wall_layout.editing import Border, Edge, border_of, borders, merge, move_border, remove, split

_REACH_PX: Final = 7
_KEY_STEP: Final = 0.02
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LayoutEditor(QWidget):
    """Fed with cells; says what they should become. The owner decides, keeps the way back and feeds them again."""

    edited = Signal(object)  # Edited: split, joined, removed
    reshaped = Signal(object, bool)  # cells, whether a pull begins here
    undo_requested = Signal()
    done = Signal()
    refused = Signal()  # what was asked cannot be done there

    def __init__(self, palette: Palette, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._hint = hint
        self._cells: tuple[Cell, ...] = (Cell(0, 0, 1, 1),)
        self._pulled: Border | None = None
        self._hover: Border | None = None
        self._is_first = False
        self.chosen = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(hint)

    @property
    def cells(self) -> Sequence[Cell]:
        """What is shown."""
        return self._cells

    def show_cells(self, cells: tuple[Cell, ...]) -> None:
        """As they stand now."""
        self._cells = cells
        self.chosen = min(self.chosen, len(cells) - 1)
        self._hover = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        veil = QColor(self._palette.sunken)
        veil.setAlpha(205)
        painter.fillRect(self.rect(), veil)
        font = QFont(self.font())
        font.setPixelSize(max(12, min(self.width(), self.height()) // 18))
        font.setBold(True)
        for number, cell in enumerate(self._cells):
            box = self._rect(cell).adjusted(2, 2, -2, -2)
            is_chosen = number == self.chosen
            painter.fillRect(box, QColor(self._palette.selected if is_chosen else self._palette.raised))
            colour = self._palette.focus if is_chosen else self._palette.border_strong
            painter.setPen(QPen(QColor(colour), 2 if is_chosen else 1))
            painter.drawRect(box)
            painter.setPen(QColor(self._palette.text))
            painter.setFont(font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        painter.setFont(self.font())
        if self._hover is not None:
            painter.setPen(QPen(QColor(self._palette.focus), 4))
            painter.drawLine(*self._line(self._hover))
        self._paint_hint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A border is taken, or a cell chosen."""
        self._pulled = self._border_at(event.position())
        self._is_first = True
        if self._pulled is None:
            self.chosen = self._cell_at(event.position())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The border follows the hand."""
        if self._pulled is None:
            self._hover = self._border_at(event.position())
            upright = self._hover is not None and self._hover.edge is Edge.UPRIGHT
            level = self._hover is not None and not upright
            shape = Qt.CursorShape.SplitHCursor if upright else Qt.CursorShape.ArrowCursor
            self.setCursor(Qt.CursorShape.SplitVCursor if level else shape)
            self.update()
            return
        is_upright = self._pulled.edge is Edge.UPRIGHT
        share = (
            event.position().x() / max(1, self.width()) if is_upright else event.position().y() / max(1, self.height())
        )
        cells = move_border(self._cells, self._pulled, share)
        if cells != self._cells:
            self.reshaped.emit(cells, self._is_first)
            self._is_first = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._pulled = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Shift+arrows join, Ctrl+arrows move the border; V and H split, Delete removes."""
        arrow = _ARROWS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if arrow is not None and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._push(arrow, is_first=not event.isAutoRepeat())
        elif arrow is not None:
            self._go(arrow, joins=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Z and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.undo_requested.emit()
        elif event.key() in {Qt.Key.Key_V, Qt.Key.Key_H}:
            self._say(split(self._cells, self.chosen, is_side_by_side=event.key() == Qt.Key.Key_V))
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._say(remove(self._cells, self.chosen))
        elif event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A cell is split along its longer side."""
        self.chosen = self._cell_at(event.position())
        box = self._rect(self._cells[self.chosen])
        self._say(split(self._cells, self.chosen, is_side_by_side=box.width() >= box.height()))

    def _go(self, arrow: tuple[int, int], *, joins: bool) -> None:
        beside = neighbour(self._cells, self.chosen, *arrow)
        if joins:
            self._say(None if beside is None else merge(self._cells, self.chosen, beside))
        elif beside is not None:
            self.chosen = beside
            self.update()

    def _push(self, arrow: tuple[int, int], *, is_first: bool) -> None:
        dx, dy = arrow
        border = border_of(self._cells, self.chosen, Edge.UPRIGHT if dx else Edge.LEVEL)
        if border is None:
            self.refused.emit()
            return
        self.reshaped.emit(move_border(self._cells, border, border.at + _KEY_STEP * (dx or dy)), is_first)

    def _say(self, edited: object | None) -> None:
        if edited is None:
            self.refused.emit()
        else:
            self.edited.emit(edited)

    def _paint_hint(self, painter: QPainter) -> None:
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        wide = min(self.width() - 2 * PAD, 760)
        room = QRectF(0, 0, wide - 2 * GAP, self.height())
        wanted = painter.boundingRect(room, flags, self._hint)
        high = wanted.height() + 2 * GAP
        box = QRectF((self.width() - wide) / 2, self.height() - high - PAD, wide, high)
        painter.fillRect(box, QColor(self._palette.surface))
        painter.setPen(QColor(self._palette.border_strong))
        painter.drawRect(box)
        painter.setPen(QColor(self._palette.text))
        painter.drawText(box.adjusted(GAP, 0, -GAP, 0), flags, self._hint)

    def _rect(self, cell: Cell) -> QRectF:
        width, height = self.width(), self.height()
        return QRectF(cell.x * width, cell.y * height, cell.width * width, cell.height * height)

    def _line(self, border: Border) -> tuple[QPointF, QPointF]:
        width, height = self.width(), self.height()
        if border.edge is Edge.UPRIGHT:
            return QPointF(border.at * width, border.begins * height), QPointF(border.at * width, border.ends * height)
        return QPointF(border.begins * width, border.at * height), QPointF(border.ends * width, border.at * height)

    def _border_at(self, at: QPointF) -> Border | None:
        for border in borders(self._cells):
            begin, end = self._line(border)
            if border.edge is Edge.UPRIGHT:
                is_near = abs(at.x() - begin.x()) <= _REACH_PX and begin.y() <= at.y() <= end.y()
            else:
                is_near = abs(at.y() - begin.y()) <= _REACH_PX and begin.x() <= at.x() <= end.x()
            if is_near:
                return border
        return None

    def _cell_at(self, at: QPointF) -> int:
        return next((number for number, cell in enumerate(self._cells) if self._rect(cell).contains(at)), self.chosen)
