"""An alarm priority as shape + number: P1 octagon, P2 triangle, P3 diamond, P4 circle."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from contract.alarms import Priority
from widgets.look import FONT_FAMILY, Palette
from widgets.room_for_words import text_zoom


def paint_priority(
    painter: QPainter,
    box: QRectF,
    priority: Priority,
    palette: Palette,
    *,
    is_filled: bool = True,
    is_set_aside: bool = False,
) -> None:
    """Paint the mark into a square box. Hollow: acknowledged, or the dark half of a flash. Set aside: grey, hatched."""
    colour = QColor(palette.suppressed if is_set_aside else palette.of_priority(priority))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.4, box.width() / 12)))
    if is_set_aside:
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    else:
        painter.setBrush(colour if is_filled else Qt.BrushStyle.NoBrush)
    inner = box.adjusted(1.2, 1.2, -1.2, -1.2)
    if priority is Priority.P4:
        painter.drawEllipse(inner)
    else:
        painter.drawPolygon(_outline(inner, priority))
    font = QFont(FONT_FAMILY)
    font.setBold(True)
    font.setPixelSize(max(8, round(box.height() * (0.5 if priority is Priority.P2 else 0.58))))
    painter.setFont(font)
    painter.setPen(QColor(palette.ink) if is_filled and not is_set_aside else colour)
    text_box = inner.translated(0, inner.height() * 0.14) if priority is Priority.P2 else inner
    painter.drawText(text_box, Qt.AlignmentFlag.AlignCenter, str(int(priority)))
    painter.restore()


def _outline(box: QRectF, priority: Priority) -> QPolygonF:
    centre, radius = box.center(), box.width() / 2
    if priority is Priority.P1:
        reach = radius * 1.06
        angles = [math.radians(22.5 + 45 * step) for step in range(8)]
        return QPolygonF([centre + QPointF(reach * math.cos(a), reach * math.sin(a)) for a in angles])
    if priority is Priority.P2:
        return QPolygonF([QPointF(centre.x(), box.top()), box.bottomRight(), box.bottomLeft()])
    return QPolygonF(
        [
            QPointF(centre.x(), box.top() - 0.8),
            QPointF(box.right() + 0.8, centre.y()),
            QPointF(centre.x(), box.bottom() + 0.8),
            QPointF(box.left() - 0.8, centre.y()),
        ]
    )


class PriorityMark(QWidget):
    """The mark as a small widget; hollow when nothing of its priority stands."""

    def __init__(self, priority: Priority, palette: Palette, side: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._priority = priority
        self._palette = palette
        self._side = side
        self._is_filled = False
        self._is_calm = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A square, as large beside large text as beside usual text."""
        return QSize(self._side, self._side) * text_zoom(self)

    def show_priority(self, priority: Priority, *, is_filled: bool, is_calm: bool = False) -> None:
        """Change what is shown; calm is grey and hollow."""
        if (priority, is_filled, is_calm) != (self._priority, self._is_filled, self._is_calm):
            self._priority = priority
            self._is_filled = is_filled
            self._is_calm = is_calm
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        box = QRectF(0, 0, self.width(), self.height()).adjusted(1, 1, -1, -1)
        if self._is_calm:
            painter.setOpacity(0.55)
            calm = _calm(self._palette)
            paint_priority(painter, box, self._priority, calm, is_filled=False)
        else:
            paint_priority(painter, box, self._priority, self._palette, is_filled=self._is_filled)
        painter.end()


def _calm(palette: Palette) -> Palette:
    values = dict(vars(palette))
    values.update(dict.fromkeys(("p1", "p2", "p3", "p4"), palette.stale))
    return Palette(**values)
