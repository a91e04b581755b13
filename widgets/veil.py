"""A veil over what may no longer be believed: grey, hatched, and it says since when."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.cover import Cover
from widgets.look import GAP, Palette


class Veil(Cover):
    """The past can still be read and scrolled below it."""

    def __init__(self, parent: QWidget, palette: Palette) -> None:
        super().__init__(parent)
        self._palette = palette

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        field = QColor(self._palette.field)
        field.setAlpha(150)
        painter.fillRect(self.rect(), field)
        hatch = QColor(self._palette.stale)
        hatch.setAlpha(46)
        painter.fillRect(self.rect(), QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        metrics = painter.fontMetrics()
        text, width = self._fitting(metrics)
        height = metrics.height() + 2 * GAP
        box = QRectF((self.width() - width) / 2, self.height() - height - GAP, width, height)  # titles stay legible
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._palette.border_strong))
        painter.setBrush(QColor(self._palette.raised))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(self._palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
