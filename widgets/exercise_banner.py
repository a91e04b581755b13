"""The strip that says that nothing is real: words on a hatched band, in greys, on every screen of an exercise."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from widgets.look import GAP, PAD, TIGHT, Palette
from widgets.texts import Texts

_BAND: Final = 16.0  # wide enough to be seen as stripes from the back of the room
_TRACKING: Final = 108  # per cent: capitals read better apart


class ExerciseBanner(QFrame):
    """Hidden in the city. Where the sentence has no room it is the word alone; a wide strip repeats it."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exercise_banner")
        self._palette = palette
        self._word, self._sentence = texts("exercise.word").upper(), texts("exercise.sentence")
        self.setToolTip(texts("exercise.hint"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def words(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._said()

    def show_exercise(self, *, is_exercise: bool) -> None:
        """Show it, or hide it."""
        self.setAccessibleName(f"{self._word}. {self._sentence}" if is_exercise else "")
        self.setVisible(is_exercise)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """A line of its text, whatever its size."""
        return QSize(200, round(QFontMetricsF(self._font()).height()) + 2 * TIGHT)

    def minimumSizeHint(self) -> QSize:
        """As high as its text."""
        return QSize(0, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Larger text wants a higher strip."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stripes, and plates with the words on them."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._hatch(painter)
        font = self._font()
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        middle = self._plate(painter, metrics, self._said(), self.width() / 2)
        side = metrics.horizontalAdvance(self._word) / 2 + 3 * PAD
        if middle.left() > 2 * side:
            self._plate(painter, metrics, self._word, side)
            self._plate(painter, metrics, self._word, self.width() - side)
        painter.end()

    def _hatch(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._palette.sunken))
        pen = QPen(QColor(self._palette.text_muted), _BAND / 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        height = float(self.height())
        for number in range(-2, int(self.width() / _BAND) + 3):
            x = number * _BAND
            painter.drawLine(round(x - 4), round(height + 4), round(x + height + 4), -4)

    def _plate(self, painter: QPainter, metrics: QFontMetricsF, words: str, middle: float) -> QRectF:
        width = metrics.horizontalAdvance(words) + 2 * PAD
        plate = QRectF(middle - width / 2, 0, width, self.height())
        painter.fillRect(plate, QColor(self._palette.text))
        painter.setPen(QColor(self._palette.field))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
        return plate

    def _said(self) -> str:
        whole = f"{self._word} — {self._sentence}"
        room = self.width() - 2 * PAD - 2 * GAP
        return whole if QFontMetricsF(self._font()).horizontalAdvance(whole) <= room else self._word

    def _font(self) -> QFont:
        self.ensurePolished()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _TRACKING)
        return font
