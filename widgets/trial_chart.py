"""A small chart: what would have been told beside what was, part by part, and where nothing is known."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.look import Palette

_HEIGHT = 96


class TrialChart(QWidget):
    """Full bars would have been told, outlines were; hatched parts are not known."""

    def __init__(self, palette: Palette, name: str) -> None:
        super().__init__()
        self._palette = palette
        self._would: Sequence[int] = ()
        self._did: Sequence[int] = ()
        self._unknown: Sequence[float] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def show_bins(self, would: Sequence[int], did: Sequence[int], unknown: Sequence[float]) -> None:
        """Draw these parts of the period; empty: nothing."""
        self._would, self._did, self._unknown = would, did, unknown
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._palette.sunken))
        if not self._would:
            return
        width, height = self.width() / len(self._would), self.height() - 2
        most = max(*self._would, *self._did, 1)
        for index, (would, did) in enumerate(zip(self._would, self._did, strict=True)):
            left = index * width
            if self._unknown[index] > 0:
                share = min(self._unknown[index], 1.0)
                shade = QColor(self._palette.text_disabled)
                painter.fillRect(QRectF(left, 0, width * share, height), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(QRectF(left, height - 2, width * share, 2), shade)
            bar = height * would / most
            painter.fillRect(QRectF(left + 1, height - bar, max(width - 2, 1), bar), QColor(self._palette.focus))
            line = height * did / most
            if did:
                painter.setPen(QPen(QColor(self._palette.text), 1))
                painter.drawRect(QRectF(left + 0.5, height - line, max(width - 2, 1), line))
