"""The frame round what is not live: nobody takes the past for the present."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.look import FONT_FAMILY, GAP, PAD, Palette

_BORDER: Final = 5
_TEXT_PX: Final = 18


class ReplayFrame(QWidget):
    """Lies over its parent and lets the mouse through."""

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
        """What it says now; empty while the present is shown."""
        return self._text

    def show_text(self, text: str) -> None:
        """Frame the parent under these words; none takes the frame away."""
        if text == self._text:
            return
        was_shown, self._text = bool(self._text), text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text and not was_shown:
            self._cover()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size and stay on top of its children."""
        if self._text and event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.Show}:
            self._cover()
        return super().eventFilter(watched, event)

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
        font.setPixelSize(_TEXT_PX)
        font.setBold(True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, max(0, self.width() - 4 * PAD))
        width = metrics.horizontalAdvance(text) + 2 * PAD
        box = QRectF((self.width() - width) / 2, 0, width, metrics.height() + GAP + _BORDER)
        painter.fillRect(box, colour)
        painter.setPen(QColor(self._palette.ink))
        painter.drawText(box.adjusted(0, _BORDER / 2, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
