"""A blind before pictures: nothing shines through, and it says why."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.cover import Cover
from widgets.look import PAD, Palette


class Blind(Cover):
    """Down while it has words."""

    def __init__(self, parent: QWidget, palette: Palette) -> None:
        super().__init__(parent)
        self._palette = palette

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.field))
        painter.setPen(QColor(self._palette.text_muted))
        room = QRectF(self.rect()).adjusted(PAD, PAD, -PAD, -PAD)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text)
        painter.end()
