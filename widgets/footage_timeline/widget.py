"""The timeline of recordings: drag, wheel and keys say where one wants to be; it never goes there by itself."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.footage_timeline.hover import Hover
from widgets.footage_timeline.lanes import FootageLane, Period, next_mark
from widgets.footage_timeline.painting import AXIS, GUTTER, LANE, TOP, FootagePainter, height_of
from widgets.footage_timeline.texts import FootageTimelineTexts
from widgets.look import GAP, Palette
from widgets.room_for_words import text_zoom
from widgets.timeline.scale import TimeScale, local

_ZOOM: Final = 1.25
_NOTCH: Final = 120
_SHORTEST_MS: Final = 5_000.0
_HOUR_MS: Final = 3_600_000.0
_NEAR_PX: Final = 6.0
_NAMES_AT_MOST: Final = 0.35  # of the width: the rest is time


class FootageTimeline(QWidget):
    """Fed with lanes and a moment; speaks by signals. Times are milliseconds since 1970; `zone` None: the machine's."""

    seek_requested = Signal(float)  # while dragging too: the newest wish counts
    play_requested = Signal()
    jump_requested = Signal(float)  # seconds, negative: back
    step_requested = Signal(int)  # pictures, negative: back
    faster_requested = Signal()
    slower_requested = Signal()
    lane_chosen = Signal(int)  # its row
    mark_activated = Signal(str)
    selection_changed = Signal(object)  # Period or None
    hover_changed = Signal(object)  # Hover or None

    def __init__(
        self,
        palette: Palette,
        texts: FootageTimelineTexts,
        zone: dt.tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._zone = zone
        self._lanes: Sequence[FootageLane] = ()
        self._chosen = 0
        self._now_ms = 0.0
        self._at_ms: float | None = None
        self._bounds = Period(0.0, _HOUR_MS)
        self._scale = TimeScale(0.0, _HOUR_MS, GUTTER, 1.0)  # in the pixels of usual text
        self._zoom = 1.0  # how much larger text, and with it everything, is
        self._selection: Period | None = None
        self._selecting_from: float | None = None
        self._pointer_ms: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(texts.name)
        self.setAccessibleDescription(texts.keys)

    @property
    def scale(self) -> TimeScale:
        """What is in view."""
        return self._scale

    @property
    def view(self) -> Period:
        """From when to when is seen."""
        return Period(self._scale.since_ms, self._scale.until_ms)

    @property
    def selection(self) -> Period | None:
        """The period that is to be taken out."""
        return self._selection

    @property
    def chosen(self) -> int:
        """The row of the chosen camera."""
        return self._chosen

    def sizeHint(self) -> QSize:
        """As high as its lanes."""
        return QSize(640, round(height_of(len(self._lanes)) * self._zoom))

    def minimumSizeHint(self) -> QSize:
        """Narrow panels see less time."""
        return QSize(int(GUTTER) + 120, round(height_of(len(self._lanes)) * self._zoom))

    def show_lanes(self, lanes: Sequence[FootageLane]) -> None:
        """The cameras, top to bottom."""
        is_other_height = len(lanes) != len(self._lanes)
        self._lanes = tuple(lanes)
        self._chosen = min(self._chosen, max(0, len(lanes) - 1))
        if is_other_height:
            self.updateGeometry()
        self.update()

    def show_bounds(self, since_ms: float, until_ms: float) -> None:
        """The longest period one may look at; what is in view stays within."""
        self._bounds = Period(since_ms, max(until_ms, since_ms + _SHORTEST_MS))
        self._scale = self._scale.panned(0.0, *self._bounds)
        self.update()

    def show_view(self, since_ms: float, until_ms: float) -> None:
        """See this period."""
        length = max(until_ms - since_ms, _SHORTEST_MS)
        scale = TimeScale(since_ms, since_ms + length, self._scale.left, self._scale.width)
        self._scale = scale.panned(0.0, *self._bounds)
        self.update()

    def show_now(self, now_ms: float) -> None:
        """Time goes by outside."""
        self._now_ms = now_ms
        self.update()

    def show_moment(self, at_ms: float | None) -> None:
        """Where one stands; what is in view follows when the moment leaves it."""
        if at_ms == self._at_ms:
            return
        self._at_ms = at_ms
        if at_ms is not None and not self.view.holds(at_ms):
            middle = (self._scale.since_ms + self._scale.until_ms) / 2
            self._scale = self._scale.panned(at_ms - middle, *self._bounds)
        self.update()

    def show_selection(self, period: Period | None) -> None:
        """The period that is to be taken out, or none; says so when it is another."""
        if period != self._selection:
            self._selection = period
            self.selection_changed.emit(period)
            self.update()

    def choose(self, row: int) -> None:
        """The lane that keys and thumbnails mean."""
        if 0 <= row < len(self._lanes) and row != self._chosen:
            self._chosen = row
            self.lane_chosen.emit(row)
            self.update()

    def zoom(self, factor: float, at_ms: float | None = None) -> None:
        """See more (factor above 1) or less."""
        middle = (self._scale.since_ms + self._scale.until_ms) / 2
        around = at_ms if at_ms is not None else self._at_ms if self._at_ms is not None else middle
        self._scale = self._scale.zoomed(factor, around, *self._bounds, _SHORTEST_MS)
        self.update()

    # --- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._palette.surface))
        painter.scale(self._zoom, self._zoom)
        drawing = FootagePainter(painter, self._scale, self._palette, self._texts, len(self._lanes))
        drawing.field(self._zone)
        if not self._lanes:
            drawing.nothing()
        for row, lane in enumerate(self._lanes):
            drawing.lane(row, lane, is_chosen=row == self._chosen and len(self._lanes) > 1)
        drawing.axis(self._zone)
        drawing.now(self._now_ms)
        if self._selection is not None:
            drawing.selection(self._selection, self._texts.selection.format(length=_length(self._selection)))
        if self._pointer_ms is not None:
            drawing.pointer(self._pointer_ms)
        if self._at_ms is not None:
            drawing.head(self._at_ms, local(self._at_ms, self._zone).strftime("%H:%M:%S"))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._palette.focus)
            painter.resetTransform()
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same time over other pixels."""
        self._spread()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there; on a name choose the camera; with Shift, or the right button, begin a period."""
        place = event.position() / self._zoom
        row = self._row_at(place)
        if row is not None:
            self.choose(row)
        if place.x() < self._scale.left:
            return
        at_ms = self._ms_at(place.x())
        wants_period = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if wants_period or event.button() is Qt.MouseButton.RightButton:
            self._selecting_from = at_ms
        elif event.button() is Qt.MouseButton.LeftButton:
            self.seek_requested.emit(at_ms)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag through time, draw a period, or see what lies under the pointer."""
        place = event.position() / self._zoom
        at_ms = self._ms_at(place.x())
        if self._selecting_from is not None:
            self.show_selection(_ordered(self._selecting_from, at_ms))
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self.seek_requested.emit(at_ms)
        self._point(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A period without length is none."""
        del event
        if self._selecting_from is not None:
            self._selecting_from = None
            if self._selection is not None and self._selection.length_ms < 1000:
                self.show_selection(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what is marked there."""
        place = event.position() / self._zoom
        row = self._row_at(place)
        if row is None or place.x() < self._scale.left:
            return
        at_ms = self._ms_at(place.x())
        marks = self._lanes[row].marks_near(at_ms, _NEAR_PX * self._scale.ms_per_px)
        if marks:
            self.mark_activated.emit(marks[0].id)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._pointer_ms = None
        self.hover_changed.emit(None)
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom round the pointer; sideways, or with Shift, move through time."""
        turned = event.angleDelta()
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            notches = (turned.x() or turned.y()) / _NOTCH
            by = -notches * (self._scale.until_ms - self._scale.since_ms) / 8
            self._scale = self._scale.panned(by, *self._bounds)
            self.update()
        elif turned.y():
            self.zoom(_ZOOM ** (-turned.y() / _NOTCH), self._ms_at(event.position().x() / self._zoom))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything the mouse can do."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        seconds = 10.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        match event.key():
            case Qt.Key.Key_Space | Qt.Key.Key_K:
                self.play_requested.emit()
            case Qt.Key.Key_Left | Qt.Key.Key_Right if is_control:
                self._to_mark(is_back=event.key() == Qt.Key.Key_Left)
            case Qt.Key.Key_Left:
                self.jump_requested.emit(-seconds)
            case Qt.Key.Key_Right:
                self.jump_requested.emit(seconds)
            case Qt.Key.Key_PageUp:
                self.jump_requested.emit(-60.0)
            case Qt.Key.Key_PageDown:
                self.jump_requested.emit(60.0)
            case Qt.Key.Key_Comma:
                self.step_requested.emit(-1)
            case Qt.Key.Key_Period:
                self.step_requested.emit(1)
            case Qt.Key.Key_L:
                self.faster_requested.emit()
            case Qt.Key.Key_J:
                self.slower_requested.emit()
            case Qt.Key.Key_Up:
                self.choose(self._chosen - 1)
            case Qt.Key.Key_Down:
                self.choose(self._chosen + 1)
            case Qt.Key.Key_I:
                self._end_selection(is_begin=True)
            case Qt.Key.Key_O:
                self._end_selection(is_begin=False)
            case Qt.Key.Key_Escape if self._selection is not None:
                self.show_selection(None)
            case Qt.Key.Key_Plus:
                self.zoom(1 / _ZOOM)
            case Qt.Key.Key_Minus:
                self.zoom(_ZOOM)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring comes."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """A tip says what lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        if event.type() is QEvent.Type.FontChange:
            self._zoom = text_zoom(self)
            self._spread()
            self.updateGeometry()
        return super().event(event)

    def tip_at(self, pixel: QPoint) -> str:
        """The moment there, why it is not recorded, and what happened in it."""
        place = QPointF(pixel) / self._zoom
        row = self._row_at(place)
        if row is None:
            return ""
        lane = self._lanes[row]
        if place.x() < self._scale.left:
            return lane.name
        at_ms = self._ms_at(place.x())
        lines = [local(at_ms, self._zone).strftime(f"{self._texts.day_format} %H:%M:%S")]
        gap = lane.gap_at(at_ms)
        if gap is not None:
            lines.append(gap.words)
        elif not lane.is_recorded(at_ms):
            lines.append(self._texts.not_recorded)
        marks = lane.marks_near(at_ms, _NEAR_PX * self._scale.ms_per_px)[:5]
        lines.extend(": ".join(part for part in (self._texts.kinds[mark.kind], mark.label) if part) for mark in marks)
        return "\n".join(lines)

    # --- private

    def _spread(self) -> None:
        width = self.width() / self._zoom
        left = min(GUTTER, width * _NAMES_AT_MOST)
        self._scale = self._scale.with_width(left, max(1.0, width - left - GAP))
        self.update()

    def _ms_at(self, x: float) -> float:
        return self._scale.ms_at(min(max(x, self._scale.left), self._scale.left + self._scale.width))

    def _row_at(self, place: QPointF) -> int | None:
        row = int((place.y() - TOP) // LANE)
        is_lane = place.y() >= TOP and 0 <= row < len(self._lanes) and place.y() < self.height() / self._zoom - AXIS
        return row if is_lane else None

    def _point(self, place: QPointF) -> None:
        row = self._row_at(place)
        is_over_time = row is not None and place.x() >= self._scale.left
        self._pointer_ms = self._ms_at(place.x()) if is_over_time else None
        self.update()
        if row is None or not is_over_time:
            self.hover_changed.emit(None)
            return
        lane, at_ms = self._lanes[row], self._ms_at(place.x())
        self.hover_changed.emit(Hover(lane.camera_id, at_ms, place.x() * self._zoom, lane.is_recorded(at_ms)))

    def _to_mark(self, *, is_back: bool) -> None:
        if self._at_ms is not None:
            mark = next_mark(self._lanes, self._at_ms, is_back=is_back)
            if mark is not None:
                self.seek_requested.emit(mark.since_ms)

    def _end_selection(self, *, is_begin: bool) -> None:
        if self._at_ms is None:
            return
        if self._selection is None:
            other = self._at_ms + 10_000 if is_begin else self._at_ms - 10_000
        else:
            other = self._selection.until_ms if is_begin else self._selection.since_ms
        self.show_selection(_ordered(self._at_ms, other))


def _ordered(one_ms: float, other_ms: float) -> Period:
    return Period(min(one_ms, other_ms), max(one_ms, other_ms))


def _length(period: Period) -> str:
    seconds = round(period.length_ms / 1000)
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
