"""How a footage timeline is drawn: lanes, gaps hatched, motion below, alarms and bookmarks above, the head."""

import datetime as dt
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from contract.alarms import Priority
from widgets.footage_timeline.lanes import FootageLane, LaneMark, MarkKind, Period
from widgets.footage_timeline.texts import FootageTimelineTexts
from widgets.look import GAP, TIGHT, Palette
from widgets.priority_mark import paint_priority
from widgets.timeline.painting import font
from widgets.timeline.scale import TimeScale, local, ticks

GUTTER: Final = 150.0  # for the names of cameras, where there is room
LANE: Final = 26.0
AXIS: Final = 20.0
TOP: Final = 20.0
_BAR: Final = 12.0  # the recorded band within its lane
_MARK: Final = 11.0
_MOTION: Final = 4.0


def height_of(lanes: int) -> int:
    """Pixels of a timeline with so many lanes."""
    return int(TOP + max(1, lanes) * LANE + AXIS + TIGHT)


def lane_box(scale: TimeScale, row: int) -> QRectF:
    """Where a lane lies."""
    return QRectF(scale.left, TOP + row * LANE, scale.width, LANE)


class FootagePainter:
    """Draws one frame."""

    def __init__(
        self, painter: QPainter, scale: TimeScale, palette: Palette, texts: FootageTimelineTexts, lanes: int
    ) -> None:
        self._painter = painter
        self._scale = scale
        self._palette = palette
        self._texts = texts
        self._field = QRectF(scale.left, TOP, scale.width, max(1, lanes) * LANE)

    def field(self, zone: dt.tzinfo | None) -> None:
        """The ground of all lanes and the name of the zone."""
        painter = self._painter
        painter.fillRect(self._field, QColor(self._palette.sunken))
        painter.setFont(font())
        painter.setPen(QColor(self._palette.text_muted))
        name = local(self._scale.until_ms, zone).tzname() or ""
        box = QRectF(0, self._field.bottom(), self._scale.left - GAP, AXIS)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)

    def nothing(self) -> None:
        """No camera yet: what to do."""
        self._painter.setPen(QColor(self._palette.text_muted))
        self._painter.drawText(self._field, Qt.AlignmentFlag.AlignCenter, self._texts.empty)

    def lane(self, row: int, lane: FootageLane, *, is_chosen: bool) -> None:
        """A camera: its name, what is recorded, why not, and what happened."""
        box = lane_box(self._scale, row)
        self._name(box, lane, is_chosen=is_chosen)
        band = QRectF(box.left(), box.bottom() - _BAR - _MOTION - 1, box.width(), _BAR)
        for span in lane.spans:
            shown = self._cut(band, span.since_ms, span.until_ms)
            if shown is not None:
                self._painter.fillRect(shown, QColor(self._palette.border_strong))
        for gap in lane.gaps:
            shown = self._cut(band, gap.since_ms, gap.until_ms)
            if shown is not None:
                self._gap(shown, gap.words)
        if lane.is_loading and not lane.spans:
            self._painter.setPen(QColor(self._palette.text_muted))
            self._painter.drawText(band.adjusted(GAP, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._texts.loading)
        for mark in lane.marks:
            self._mark(box, band, mark)
        self._painter.setPen(QColor(self._palette.border))
        self._painter.drawLine(box.bottomLeft(), box.bottomRight())

    def selection(self, period: Period, words: str) -> None:
        """The period that is taken out: what is outside is dimmed, its ends are handles."""
        left = min(max(self._scale.x_of(period.since_ms), self._field.left()), self._field.right())
        right = min(max(self._scale.x_of(period.until_ms), self._field.left()), self._field.right())
        shade = QColor(self._palette.field)
        shade.setAlpha(150)
        painter = self._painter
        painter.fillRect(QRectF(self._field.topLeft(), QPointF(left, self._field.bottom())), shade)
        painter.fillRect(QRectF(QPointF(right, self._field.top()), self._field.bottomRight()), shade)
        painter.setPen(QPen(QColor(self._palette.focus), 2))
        for x in (left, right):
            painter.drawLine(QPointF(x, self._field.top() - 4), QPointF(x, self._field.bottom()))
        painter.drawLine(QPointF(left, self._field.top() - 3), QPointF(right, self._field.top() - 3))
        painter.setFont(font(is_bold=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * TIGHT
        box = QRectF((left + right - width) / 2, self._field.bottom() + 2, width, AXIS - 3)
        painter.fillRect(box, QColor(self._palette.focus))
        painter.setPen(QColor(self._palette.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def axis(self, zone: dt.tzinfo | None) -> None:
        """Round local times."""
        painter = self._painter
        painter.setFont(font())
        metrics = painter.fontMetrics()
        last_right = self._field.left() - 1.0
        for tick in ticks(self._scale, zone, self._texts.day_format):
            x = self._scale.x_of(tick.at_ms)
            painter.setPen(QColor(self._palette.border_strong))
            painter.drawLine(QPointF(x, self._field.bottom()), QPointF(x, self._field.bottom() + 4))
            width = metrics.horizontalAdvance(tick.text)
            left = min(max(x - width / 2, self._field.left()), self._field.right() - width)
            if left > last_right + TIGHT:
                painter.setPen(QColor(self._palette.text if tick.has_day else self._palette.text_muted))
                box = QRectF(left, self._field.bottom() + 3, width + 1, AXIS - 3)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick.text)
                last_right = left + width

    def now(self, now_ms: float) -> None:
        """The present."""
        x = self._scale.x_of(now_ms)
        if self._field.left() <= x <= self._field.right() + 1:
            self._painter.setPen(QPen(QColor(self._palette.text), 1.5, Qt.PenStyle.DashLine))
            self._painter.drawLine(QPointF(x, TOP), QPointF(x, self._field.bottom()))

    def pointer(self, at_ms: float) -> None:
        """A thin line under the pointer."""
        x = self._scale.x_of(at_ms)
        self._painter.setPen(QPen(QColor(self._palette.text_muted), 1, Qt.PenStyle.DotLine))
        self._painter.drawLine(QPointF(x, TOP), QPointF(x, self._field.bottom()))

    def head(self, at_ms: float, words: str) -> None:
        """Where one stands."""
        x = self._scale.x_of(at_ms)
        if not self._field.left() - 1 <= x <= self._field.right() + 1:
            return
        painter, colour = self._painter, QColor(self._palette.replay)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, TOP - 2), QPointF(x, self._field.bottom() + 4))
        painter.setFont(font(is_bold=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * TIGHT
        left = min(max(x - width / 2, 0.0), self._field.right() - width)
        box = QRectF(left, 0, width, TOP - 3)
        painter.fillRect(box, colour)
        painter.setPen(QColor(self._palette.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _name(self, box: QRectF, lane: FootageLane, *, is_chosen: bool) -> None:
        painter, palette = self._painter, self._palette
        left = QRectF(0, box.top(), box.left() - TIGHT, LANE)
        if is_chosen:
            painter.fillRect(left, QColor(palette.selected))
            painter.fillRect(QRectF(0, box.top(), 3, LANE), QColor(palette.focus))
        painter.setFont(font(is_bold=is_chosen))
        painter.setPen(QColor(palette.text))
        room = left.adjusted(GAP, 0, -TIGHT, 0)
        text = painter.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _cut(self, band: QRectF, since_ms: float, until_ms: float) -> QRectF | None:
        left = max(self._scale.x_of(since_ms), band.left())
        right = min(max(self._scale.x_of(until_ms), left + 1.0), band.right())
        return QRectF(left, band.top(), right - left, band.height()) if right > left else None

    def _gap(self, box: QRectF, words: str) -> None:
        painter, palette = self._painter, self._palette
        painter.fillRect(box, QColor(palette.field))
        painter.fillRect(box, QBrush(QColor(palette.stale), Qt.BrushStyle.BDiagPattern))
        painter.setFont(font())
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * TIGHT
        if width < box.width():
            place = QRectF(box.center().x() - width / 2, box.top(), width, box.height())
            painter.fillRect(place, QColor(palette.field))
            painter.setPen(QColor(palette.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _mark(self, box: QRectF, band: QRectF, mark: LaneMark) -> None:
        painter, palette = self._painter, self._palette
        if mark.kind is MarkKind.MOTION:
            below = QRectF(band.left(), band.bottom(), band.width(), _MOTION)
            shown = self._cut(below, mark.since_ms, mark.until_ms if mark.until_ms is not None else mark.since_ms)
            if shown is not None:
                painter.fillRect(shown, QColor(palette.text_muted))
            return
        if mark.kind is MarkKind.LOCK:
            shown = self._cut(band, mark.since_ms, mark.until_ms if mark.until_ms is not None else mark.since_ms)
            if shown is not None:
                painter.setPen(QPen(QColor(palette.text), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(shown)
            return
        x = self._scale.x_of(mark.since_ms)
        if not box.left() <= x <= box.right():
            return
        place = QRectF(x - _MARK / 2, box.top() + 1, _MARK, _MARK)
        if mark.kind is MarkKind.ALARM and 1 <= mark.priority <= 4:
            paint_priority(painter, place, Priority(mark.priority), palette)
            return
        painter.setPen(QPen(QColor(palette.text), 1))
        if mark.kind is MarkKind.BOOKMARK:
            painter.setBrush(QColor(palette.replay))
            painter.drawPolygon(QPolygonF(_flag(place)))
        else:
            painter.setBrush(QColor(palette.surface))
            painter.drawEllipse(place.adjusted(2, 2, -2, -2))


def _flag(place: QRectF) -> list[QPointF]:
    left, right, middle = place.left() + 2, place.right() - 2, place.center().x()
    return [
        QPointF(left, place.top()),
        QPointF(right, place.top()),
        QPointF(right, place.bottom()),
        QPointF(middle, place.bottom() - 4),
        QPointF(left, place.bottom()),
    ]
