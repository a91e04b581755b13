"""Places widgets in the cells of a layout, to the pixel."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.look import Palette
from widgets.wall_layout.cells import Cell, boxes
from widgets.wall_layout.layout import Layout, arranged

_GAP_PX = 2
_SAME_SHAPE = 1.25


class WallGrid(QWidget):
    """Whose children stand where; a child that stands nowhere is hidden."""

    cells_changed = Signal()  # another layout, or the wall turned from landscape to portrait

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._layout = Layout()
        self._cells: tuple[Cell, ...] = arranged(self._layout, 16 / 9)
        self._reckoned = 16 / 9  # the shape for which the cells were chosen
        self._faces: dict[int, QWidget] = {}
        self._alone: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where the tiles stand now, on a wall of this shape."""
        return self._cells

    def show_layout(self, layout: Layout, faces: Mapping[int, QWidget], alone: int | None = None) -> None:
        """These widgets in the cells of their numbers, or one of them alone over the whole wall."""
        for widget in self._faces.values():
            if widget not in faces.values():
                widget.hide()
        if layout != self._layout:
            self._reckoned = self.width() / max(1, self.height())
        self._layout, self._faces, self._alone = layout, dict(faces), alone
        self._arrange()
        for number, widget in self._faces.items():
            is_seen = number == alone if alone is not None else number < len(self._cells)
            widget.setVisible(is_seen)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field between the tiles."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._palette.field))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The layout is chosen anew by the wall's shape."""
        super().resizeEvent(event)
        self._arrange()

    def _shape(self) -> float:
        """Width by height. A form that comes and goes above the wall makes no tile change its place."""
        shape = self.width() / max(1, self.height())
        if not self._reckoned / _SAME_SHAPE < shape < self._reckoned * _SAME_SHAPE:
            self._reckoned = shape
        return self._reckoned

    def _arrange(self) -> None:
        before = self._cells
        self._cells = arranged(self._layout, self._shape())
        placed = boxes(self._cells, self.width(), self.height(), _GAP_PX)
        previous: QWidget | None = None
        for number, widget in sorted(self._faces.items()):
            if widget.parentWidget() is not self:
                widget.setParent(self)
            if number == self._alone:
                widget.setGeometry(self.rect())
            elif number < len(placed):
                widget.setGeometry(*placed[number])
            if previous is not None:
                QWidget.setTabOrder(previous, widget)
            previous = widget
        if before != self._cells:
            self.cells_changed.emit()
