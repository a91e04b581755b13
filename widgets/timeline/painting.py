"""How a timeline is drawn: rows of alarms by priority, gaps hatched, the axis, now, and where one stands."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from contract.alarms import Priority
from contract.replay import ReplayGap, ReplaySpan
from widgets.look import FONT_FAMILY, TIGHT, Palette
from widgets.priority_mark import paint_priority
from widgets.timeline.density import bars
from widgets.timeline.scale import TimeScale, local, ticks
from widgets.timeline.texts import TimelineTexts

GUTTER: Final = 44.0
ROW: Final = 13.0
AXIS: Final = 20.0
TOP: Final = 18.0
HEIGHT: Final = int(TOP + 4 * ROW + AXIS + TIGHT)
_TEXT_PX: Final = 12
_FULL_ROW: Final = 12.0  # alarms in a bar that fill its row: more is told by the tip
_PRIORITIES: Final = (Priority.P1, Priority.P2, Priority.P3, Priority.P4)


def font(*, is_bold: bool = False) -> QFont:
    """The font of the axis."""
    made = QFont(FONT_FAMILY)
    made.setPixelSize(_TEXT_PX)
    made.setBold(is_bold)
    return made


class TimelinePainter:
    """Draws one frame."""

    def __init__(self, painter: QPainter, scale: TimeScale, palette: Palette, texts: TimelineTexts) -> None:
        self._painter = painter
        self._scale = scale
        self._palette = palette
        self._texts = texts
        self._lanes = QRectF(scale.left, TOP, scale.width, 4 * ROW)

    def field(self, zone: dt.tzinfo | None) -> None:
        """Rows with the mark of their priority, and the name of the zone."""
        painter, palette = self._painter, self._palette
        painter.fillRect(self._lanes, QColor(palette.sunken))
        painter.setPen(QColor(palette.border))
        for row in range(1, 4):
            y = TOP + row * ROW
            painter.drawLine(QPointF(self._lanes.left(), y), QPointF(self._lanes.right(), y))
        for row, priority in enumerate(_PRIORITIES):
            box = QRectF(GUTTER - ROW - TIGHT, TOP + row * ROW, ROW, ROW)
            paint_priority(painter, box, priority, palette)
        painter.setFont(font())
        painter.setPen(QColor(palette.text_muted))
        name = local(self._scale.until_ms, zone).tzname() or ""
        box = QRectF(0, self._lanes.bottom(), GUTTER - TIGHT, AXIS)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def alarms(self, span: ReplaySpan) -> None:
        """Bars in the row of their priority, higher the more alarms came."""
        for bar in bars(span.alarms, self._scale):
            share = min(1.0, math.log1p(bar.alarms) / math.log1p(_FULL_ROW))
            height = max(3.0, (ROW - 2.0) * share)
            bottom = TOP + (bar.priority + 1) * ROW - 1.0
            colour = QColor(self._palette.of_priority(_PRIORITIES[bar.priority]))
            self._painter.fillRect(QRectF(bar.left, bottom - height, bar.right - bar.left, height), colour)

    def gaps(self, span: ReplaySpan) -> None:
        """Where nothing is known: hatched, and said where there is room."""
        known = [] if span.first_ms is None or span.last_ms is None else [*span.gaps]
        if span.first_ms is None or span.last_ms is None:
            known.append(ReplayGap(round(self._scale.since_ms), round(self._scale.until_ms)))
        else:
            known.append(ReplayGap(min(round(self._scale.since_ms), span.first_ms), span.first_ms))
        for gap in known:
            left = max(self._scale.x_of(gap.since_ms), self._lanes.left())
            right = min(max(self._scale.x_of(gap.until_ms), left + 2.0), self._lanes.right())
            if right > left and gap.until_ms > self._scale.since_ms:
                self._gap(QRectF(left, TOP, right - left, 4 * ROW))

    def _gap(self, box: QRectF) -> None:
        painter, palette = self._painter, self._palette
        painter.fillRect(box, QColor(palette.field))
        painter.fillRect(box, QBrush(QColor(palette.stale), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(QColor(palette.stale), 1))
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.drawLine(box.topRight(), box.bottomRight())
        painter.setFont(font())
        width = painter.fontMetrics().horizontalAdvance(self._texts.no_recording) + 2 * TIGHT
        if width < box.width():
            words = QRectF(box.center().x() - width / 2, box.center().y() - 9, width, 18)
            painter.fillRect(words, QColor(palette.field))
            painter.setPen(QColor(palette.text))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._texts.no_recording)

    def axis(self, zone: dt.tzinfo | None) -> None:
        """Round local times."""
        painter, palette = self._painter, self._palette
        painter.setFont(font())
        metrics = painter.fontMetrics()
        bottom = self._lanes.bottom()
        last_right = self._lanes.left() - 1.0
        for tick in ticks(self._scale, zone, self._texts.day_format):
            x = self._scale.x_of(tick.at_ms)
            painter.setPen(QColor(palette.border_strong))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 4))
            width = metrics.horizontalAdvance(tick.text)
            left = min(max(x - width / 2, self._lanes.left()), self._lanes.right() - width)
            if left > last_right + TIGHT:
                painter.setPen(QColor(palette.text if tick.has_day else palette.text_muted))
                box = QRectF(left, bottom + 3, width + 1, AXIS - 3)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick.text)
                last_right = left + width

    def now(self, now_ms: float) -> None:
        """The present."""
        x = self._scale.x_of(now_ms)
        if not self._lanes.left() <= x <= self._lanes.right() + 1:
            return
        painter, palette = self._painter, self._palette
        painter.setPen(QPen(QColor(palette.text), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, TOP), QPointF(x, self._lanes.bottom()))
        painter.setFont(font())
        width = painter.fontMetrics().horizontalAdvance(self._texts.now) + 1
        left = min(x - width / 2, self._lanes.right() - width)
        painter.setPen(QColor(palette.text_muted))
        painter.drawText(QRectF(left, 0, width, TOP), Qt.AlignmentFlag.AlignCenter, self._texts.now)

    def head(self, at_ms: float, words: str) -> None:
        """Where one stands."""
        x = self._scale.x_of(at_ms)
        if not self._lanes.left() - 1 <= x <= self._lanes.right() + 1:
            return
        painter, colour = self._painter, QColor(self._palette.replay)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, TOP - 2), QPointF(x, self._lanes.bottom() + 4))
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF(_handle(x, TOP)))
        painter.setFont(font(is_bold=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * TIGHT
        left = min(max(x - width / 2, 0.0), self._lanes.right() - width)
        box = QRectF(left, 0, width, TOP - 3)
        painter.fillRect(box, colour)
        painter.setPen(QColor(self._palette.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def focus(self, size: QRectF) -> None:
        """Who has the keys."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setPen(QPen(QColor(self._palette.focus), 1))
        self._painter.drawRect(size.adjusted(0.5, 0.5, -0.5, -0.5))


def _handle(x: float, y: float) -> Sequence[QPointF]:
    return [QPointF(x - 5, y - 3), QPointF(x + 5, y - 3), QPointF(x, y + 4)]
