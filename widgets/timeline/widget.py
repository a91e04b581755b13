"""The scrubber: drag, wheel and keys say where one wants to be; it never goes there by itself."""

import datetime as dt
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
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

from contract.replay import ReplaySpan
from widgets.look import GAP, Palette
from widgets.room_for_words import text_zoom
from widgets.timeline.density import counts_at
from widgets.timeline.painting import GUTTER, HEIGHT, TimelinePainter
from widgets.timeline.scale import TimeScale, local
from widgets.timeline.texts import TimelineTexts

_ZOOM: Final = 1.25
_NOTCH: Final = 120
_PAGE_MINUTES: Final = 10
_HOUR_MS: Final = 3_600_000.0
_TELL_EVERY_MS: Final = 10_000.0  # a screen reader is not told of every frame
_AFTER_NOW: Final = 0.02  # a little of the future, so that now can be seen


class Timeline(QWidget):
    """Fed with a span and a moment; speaks by signals. `zone` None: the machine's."""

    seek_requested = Signal(float)  # milliseconds since 1970
    step_requested = Signal(float)  # minutes
    play_requested = Signal()
    alarm_requested = Signal(bool)  # is_back

    def __init__(
        self, palette: Palette, texts: TimelineTexts, zone: dt.tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._zone = zone
        self._span: ReplaySpan | None = None
        self._now_ms = 0.0
        self._at_ms: float | None = None
        self._told_ms = 0.0
        self._is_fitted = True  # shows everything, and goes on doing so as time goes by
        self._scale = TimeScale(0.0, _HOUR_MS, GUTTER, 1.0)  # in the pixels of usual text
        self._zoom = 1.0  # how much larger text, and with it everything, is
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(texts.name)
        self.setAccessibleDescription(texts.keys)

    @property
    def scale(self) -> TimeScale:
        """What is in view."""
        return self._scale

    @property
    def at_ms(self) -> float | None:
        """Where one stands."""
        return self._at_ms

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(480, round(HEIGHT * self._zoom))

    def minimumSizeHint(self) -> QSize:
        """Narrow panels see less time."""
        return QSize(160, round(HEIGHT * self._zoom))

    def show_span(self, span: ReplaySpan, now_ms: float) -> None:
        """What can be replayed, as of now."""
        self._span = span
        self._now_ms = now_ms
        if self._is_fitted:
            self._fit()
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
        if at_ms is not None and not self._scale.since_ms <= at_ms <= self._scale.until_ms:
            first, last = self._bounds()
            middle = (self._scale.since_ms + self._scale.until_ms) / 2
            self._scale = self._scale.panned(at_ms - middle, first, last)
        if at_ms is None or abs(at_ms - self._told_ms) >= _TELL_EVERY_MS:
            self._told_ms = at_ms or 0.0
            self.setAccessibleDescription(f"{self._words()} {self._texts.keys}")
        self.update()

    def zoom(self, factor: float, at_ms: float | None = None) -> None:
        """See more (factor above 1) or less."""
        first, last = self._bounds()
        middle = (self._scale.since_ms + self._scale.until_ms) / 2
        around = at_ms if at_ms is not None else self._at_ms if self._at_ms is not None else middle
        self._scale = self._scale.zoomed(factor, around, first, last)
        self._is_fitted = self._scale.since_ms <= first and self._scale.until_ms >= last
        self.update()

    def fit(self) -> None:
        """See everything."""
        self._is_fitted = True
        self._fit()
        self.update()

    # --- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._zoom, self._zoom)
        drawing = TimelinePainter(painter, self._scale, self._palette, self._texts)
        drawing.field(self._zone)
        if self._span is not None:
            drawing.alarms(self._span)
            drawing.gaps(self._span)
        drawing.axis(self._zone)
        drawing.now(self._now_ms)
        if self._at_ms is not None:
            drawing.head(self._at_ms, local(self._at_ms, self._zone).strftime("%H:%M:%S"))
        if self.hasFocus():
            painter.resetTransform()
            drawing.focus(QRectF(self.rect()))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same time over other pixels."""
        self._spread()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x() / self._zoom)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag through time."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x() / self._zoom)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See everything."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom round the pointer; sideways, or with Shift, move through time."""
        turned = event.angleDelta()
        notches = turned.y() / _NOTCH
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            notches = (turned.x() or turned.y()) / _NOTCH
            first, last = self._bounds()
            by = -notches * (self._scale.until_ms - self._scale.since_ms) / 8
            self._scale = self._scale.panned(by, first, last)
            self.update()
        elif notches:
            self.zoom(_ZOOM**-notches, self._scale.ms_at(event.position().x() / self._zoom))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, arrows, Home, End, Page keys, plus and minus."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Space:
                self.play_requested.emit()
            case Qt.Key.Key_Left | Qt.Key.Key_Right if is_control:
                self.alarm_requested.emit(event.key() == Qt.Key.Key_Left)
            case Qt.Key.Key_Left:
                self.step_requested.emit(-1.0)
            case Qt.Key.Key_Right:
                self.step_requested.emit(1.0)
            case Qt.Key.Key_PageUp:
                self.step_requested.emit(-float(_PAGE_MINUTES))
            case Qt.Key.Key_PageDown:
                self.step_requested.emit(float(_PAGE_MINUTES))
            case Qt.Key.Key_Home:
                self._seek_end(is_first=True)
            case Qt.Key.Key_End:
                self._seek_end(is_first=False)
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

    def tip_at(self, place: QPoint) -> str:
        """The moment there, and the alarms that came in it."""
        at_ms = self._scale.ms_at(place.x() / self._zoom)
        words = local(at_ms, self._zone).strftime("%H:%M")
        if self._span is None or place.x() < GUTTER * self._zoom:
            return ""
        if self._is_unknown(at_ms):
            return f"{words}: {self._texts.not_known}"
        counts = counts_at(self._span.alarms, self._scale, at_ms)
        told = ", ".join(f"P{number} × {count}" for number, count in enumerate(counts, start=1) if count)
        return self._texts.alarms.format(time=words, counts=told) if told else words

    # --- private

    def _words(self) -> str:
        if self._at_ms is None:
            return ""
        at = local(self._at_ms, self._zone)
        told = self._texts.at.format(time=at.strftime(f"{self._texts.day_format} %H:%M:%S"), zone=at.tzname() or "")
        return f"{told}: {self._texts.not_known}." if self._is_unknown(self._at_ms) else f"{told}."

    def _is_unknown(self, at_ms: float) -> bool:
        span = self._span
        if span is None or span.first_ms is None or span.last_ms is None:
            return True
        in_gap = any(gap.since_ms < at_ms < gap.until_ms for gap in span.gaps)
        return in_gap or at_ms < span.first_ms or at_ms > span.last_ms

    def _bounds(self) -> tuple[float, float]:
        span = self._span
        if span is None or span.first_ms is None:
            return self._now_ms - _HOUR_MS, self._now_ms
        first = float(min(span.first_ms, self._now_ms - 60_000))
        return first, self._now_ms + (self._now_ms - first) * _AFTER_NOW

    def _fit(self) -> None:
        first, last = self._bounds()
        self._scale = TimeScale(first, last, self._scale.left, self._scale.width)

    def _spread(self) -> None:
        self._scale = self._scale.with_width(GUTTER, max(1.0, self.width() / self._zoom - GUTTER - GAP))
        self.update()

    def _seek_to(self, x: float) -> None:
        self.seek_requested.emit(self._scale.ms_at(min(max(x, GUTTER), GUTTER + self._scale.width)))

    def _seek_end(self, *, is_first: bool) -> None:
        span = self._span
        if span is not None and span.first_ms is not None and span.last_ms is not None:
            self.seek_requested.emit(float(span.first_ms if is_first else span.last_ms))
