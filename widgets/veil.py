"""A veil over what may no longer be believed: grey, hatched, and it says since when."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.look import GAP, PAD, Palette


class Veil(QWidget):
    """Lies over its parent and lets the mouse through: the past can still be read and scrolled."""

    def __init__(self, parent: QWidget, palette: Palette) -> None:
        super().__init__(parent)
        self._palette = palette
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        parent.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says now; empty while it is lifted."""
        return self._text

    def show_text(self, text: str) -> None:
        """Cover the parent with these words; none lifts the veil."""
        self._text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            self._cover()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size and stay on top of its children."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.Show} and self._text:
            self._cover()
        return super().eventFilter(watched, event)

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
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, max(0, self.width() - 4 * PAD))
        width = metrics.horizontalAdvance(text) + 2 * PAD
        height = metrics.height() + 2 * GAP
        box = QRectF((self.width() - width) / 2, self.height() - height - GAP, width, height)  # titles stay legible
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._palette.border_strong))
        painter.setBrush(QColor(self._palette.raised))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(self._palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
