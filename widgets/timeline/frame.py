"""The frame round what is not live: nobody takes the past for the present."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.cover import Cover
from widgets.look import FONT_FAMILY, GAP, Palette
from widgets.room_for_words import text_zoom

_BORDER: Final = 5
_TEXT_PX: Final = 18


class ReplayFrame(Cover):
    """A thick border in the colour of replay, with its words at the top."""

    def __init__(self, parent: QWidget, palette: Palette) -> None:
        super().__init__(parent)
        self._palette = palette

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        colour = QColor(self._palette.replay)
        half = _BORDER / 2
        painter.setPen(
            QPen(colour, _BORDER, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))
        font = QFont(FONT_FAMILY)
        font.setPixelSize(round(_TEXT_PX * text_zoom(self)))
        font.setBold(True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        text, width = self._fitting(metrics)
        box = QRectF((self.width() - width) / 2, 0, width, metrics.height() + GAP + _BORDER)
        painter.fillRect(box, colour)
        painter.setPen(QColor(self._palette.ink))
        painter.drawText(box.adjusted(0, _BORDER / 2, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
