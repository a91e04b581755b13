"""The bays of a car park as a board: free is empty, taken is filled, unknown is hatched, too long stands out."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.look import FONT_FAMILY, TIGHT, Palette
from widgets.parking_lines import BayCell, BayLook
from widgets.room_for_words import text_zoom

_CELL: Final = QSize(46, 40)
_LABEL_PX, _NOTE_PX = 12, 11


class BayBoard(QWidget):
    """Fed with bays in the order of their numbers; says which one was chosen."""

    bay_selected = Signal(int)
    place_requested = Signal(int)

    def __init__(self, palette: Palette, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bay_board")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._palette = palette
        self._cells: Sequence[BayCell] = ()
        self._current = 0
        self._selected: int | None = None

    @property
    def _cell(self) -> QSize:
        return _CELL * text_zoom(self)

    @property
    def cells(self) -> Sequence[BayCell]:
        """What is shown."""
        return self._cells

    def hasHeightForWidth(self) -> bool:
        """As many rows as the width asks for."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt's question."""
        columns = self._columns(width)
        rows = (len(self._cells) + columns - 1) // columns
        return max(1, rows) * (self._cell.height() + TIGHT) + TIGHT

    def sizeHint(self) -> QSize:
        """Room for two rows of a dozen."""
        return QSize(12 * (self._cell.width() + TIGHT), self.heightForWidth(12 * (self._cell.width() + TIGHT)))

    def show_cells(self, cells: Sequence[BayCell]) -> None:
        """Other bays, or other states of the same."""
        if tuple(cells) == self._cells:
            return
        is_other = [cell.asset_id for cell in cells] != [cell.asset_id for cell in self._cells]
        self._cells = tuple(cells)
        if is_other:
            self._current = 0
            self.updateGeometry()
            self.setMinimumHeight(self.heightForWidth(self.width()))
        self._tell()
        self.update()

    def select(self, asset_id: int | None) -> None:
        """Frame this bay without saying so."""
        self._selected = asset_id
        for number, cell in enumerate(self._cells):
            if cell.asset_id == asset_id:
                self._current = number
        self._tell()
        self.update()

    def box(self, number: int) -> QRectF:
        """Where a bay is drawn."""
        row, column = divmod(number, self._columns(self.width()))
        return QRectF(
            TIGHT + column * (self._cell.width() + TIGHT),
            TIGHT + row * (self._cell.height() + TIGHT),
            self._cell.width(),
            self._cell.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._palette.field))
        for number, cell in enumerate(self._cells):
            box = self.box(number)
            if box.intersects(QRectF(event.rect())):
                self._paint_cell(painter, box, cell, is_current=number == self._current and self.hasFocus())
        painter.end()

    def resizeEvent(self, event: object) -> None:
        """Another width asks for other rows."""
        del event
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        number = self._at(event.position().toPoint())
        if number is not None:
            self._go(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click goes there."""
        number = self._at(event.position().toPoint())
        if number is not None:
            self.place_requested.emit(self._cells[number].asset_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Home and End jump, Enter goes there."""
        columns = self._columns(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        key = Qt.Key(event.key())
        if key in steps:
            self._go(self._current + steps[key])
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(0 if key is Qt.Key.Key_Home else len(self._cells) - 1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._cells:
            self.place_requested.emit(self._cells[self._current].asset_id)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The bay in words where the pointer rests; the focus frame comes and goes."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            number = self._at(event.pos())
            QToolTip.showText(event.globalPos(), "" if number is None else self._cells[number].spoken, self)
            return True
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().event(event)

    def _columns(self, width: int) -> int:
        return max(1, (width - TIGHT) // (self._cell.width() + TIGHT))

    def _at(self, point: QPoint) -> int | None:
        return next((n for n in range(len(self._cells)) if self.box(n).contains(point)), None)

    def _go(self, number: int) -> None:
        if 0 <= number < len(self._cells):
            self._current = number
            self._selected = self._cells[number].asset_id
            self._tell()
            self.update()
            self.bay_selected.emit(self._cells[number].asset_id)

    def _tell(self) -> None:
        spoken = self._cells[self._current].spoken if self._current < len(self._cells) else ""
        self.setAccessibleDescription(spoken)

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: BayCell, *, is_current: bool) -> None:
        look, palette = cell.look, self._palette
        is_filled = look in {BayLook.TAKEN, BayLook.OVER}
        background = {BayLook.TAKEN: palette.text_muted, BayLook.OVER: palette.p4}.get(look, palette.sunken)
        painter.fillRect(box, QColor(background))
        if look is BayLook.UNKNOWN:
            painter.fillRect(box, QBrush(QColor(palette.text_disabled), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(QColor(palette.border_strong), 1))
        painter.drawRect(box)
        font = QFont(FONT_FAMILY)
        font.setPixelSize(round(_LABEL_PX * text_zoom(self)))
        font.setBold(look is BayLook.OVER)
        painter.setFont(font)
        painter.setPen(
            QColor(palette.ink if is_filled and not palette.is_dark else palette.field if is_filled else palette.text)
        )
        painter.drawText(
            box.adjusted(0, 3, 0, 0), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, cell.label
        )
        font.setPixelSize(round(_NOTE_PX * text_zoom(self)))
        painter.setFont(font)
        painter.drawText(
            box.adjusted(0, 0, 0, -3), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, cell.note
        )
        if is_current or cell.asset_id == self._selected:
            painter.setPen(QPen(QColor(palette.focus), 2))
            painter.drawRect(box.adjusted(-1, -1, 1, 1))
