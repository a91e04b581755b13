"""Alarms a minute by priority over the last hours; a press or a drag chooses a period, the arrows move it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from contract.alarms import Priority
from widgets.look import FONT_FAMILY, Palette
from widgets.texts import Texts

_LEAST_BIN_PX: Final = 4
_LABEL_PX: Final = 10
_NICE_MINUTES: Final = (1, 2, 5, 10, 15, 30, 60)


@dataclass(frozen=True)
class Minute:
    """How many came in the minute that begins at `at`, P1 to P4."""

    at: dt.datetime
    counts: tuple[int, int, int, int]


class AlarmStrip(QWidget):
    """Fed with minutes; says which period is meant."""

    period_chosen = Signal(object, object)  # datetime from, datetime until; None, None: every time

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._minutes: Sequence[Minute] = ()
        self._since = self._until = dt.datetime.fromtimestamp(0, dt.UTC)
        self._chosen: tuple[int, int] | None = None  # first and last bin
        self._pressed_at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(texts("alarms.strip.name"))
        self.setMouseTracking(True)

    @property
    def step_minutes(self) -> int:
        """How many minutes one bar is."""
        span = max(int((self._until - self._since).total_seconds() // 60), 1)
        bars = max(self.width() // _LEAST_BIN_PX, 1)
        return next((step for step in _NICE_MINUTES if span / step <= bars), _NICE_MINUTES[-1])

    @property
    def bars(self) -> Sequence[tuple[int, int, int, int]]:
        """What is painted: counts a bar, from the oldest."""
        step = self.step_minutes
        count = max(int((self._until - self._since).total_seconds() // 60) // step, 1)
        bars = [[0, 0, 0, 0] for _bar in range(count)]
        for minute in self._minutes:
            number = int((minute.at - self._since).total_seconds() // 60) // step
            if 0 <= number < count:
                for priority, come in enumerate(minute.counts):
                    bars[number][priority] += come
        return [(one, two, three, four) for one, two, three, four in bars]

    def show_minutes(self, minutes: Sequence[Minute], since: dt.datetime, until: dt.datetime) -> None:
        """Take the figures; a period that was chosen stays chosen."""
        if self._chosen is not None and (since, until) != (self._since, self._until):
            moved = int((since - self._since).total_seconds() // 60) // self.step_minutes
            first, last = self._chosen
            self._chosen = (first - moved, last - moved) if last - moved >= 0 else None
        self._minutes, self._since, self._until = minutes, since, until
        self.update()

    def choose_all(self) -> None:
        """No period is meant any more."""
        self._chosen = None
        self.update()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(300, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Bars, and the hours below."""
        return QSize(120, round(self.fontMetrics().height() * 2.6))

    def event(self, event: QEvent) -> bool:
        """A hint says what a bar counts."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._words(self._bar_at(event.pos())), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A period begins."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = self._bar_at(event.position().toPoint())
            self._mark(self._pressed_at, self._pressed_at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It grows."""
        if self._pressed_at is not None:
            self._mark(self._pressed_at, self._bar_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It is meant."""
        if self._pressed_at is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = None
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, right: another bar; with Shift: a longer period; Escape: every time."""
        key, is_longer = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape and self._chosen is not None:
            self._chosen = None
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            newest = len(self.bars) - 1
            first, last = self._chosen or (newest + 1, newest + 1)
            move = -1 if key == Qt.Key.Key_Left else 1
            first = min(max(first + (move if not is_longer or move < 0 else 0), 0), newest)
            last = min(max(last + (move if not is_longer or move > 0 else 0), first), newest)
            self._chosen = (first, last)
        else:
            super().keyPressEvent(event)
            return
        self.update()
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars from below, most urgent on top; hours under them."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.sunken))
        bars = self.bars
        label = max(_LABEL_PX, round(self.fontMetrics().height() * 0.6))
        foot = label + 4
        room = self.height() - foot - 2
        width = self.width() / len(bars)
        most = max((sum(bar) for bar in bars), default=0)
        if self._chosen is not None:
            first, last = self._chosen
            box = QRectF(first * width, 0, (last - first + 1) * width, self.height() - foot)
            painter.fillRect(box, QColor(self._palette.selected))
            painter.setPen(QPen(QColor(self._palette.focus)))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        for number, bar in enumerate(bars):
            y = float(self.height() - foot)
            for priority in reversed(Priority):
                count = bar[int(priority) - 1]
                if count:
                    height = max(room * count / max(most, 4), 1.5)
                    painter.fillRect(
                        QRectF(number * width + 0.5, y - height, max(width - 1, 1), height),
                        QColor(self._palette.of_priority(priority)),
                    )
                    y -= height
        self._paint_hours(painter, label)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._palette.focus)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_hours(self, painter: QPainter, label: int) -> None:
        font = QFont(FONT_FAMILY)
        font.setPixelSize(label)
        painter.setFont(font)
        painter.setPen(QColor(self._palette.text_muted))
        span = max((self._until - self._since).total_seconds(), 1)
        apart = label * 5
        step = next((m for m in (15, 30, 60, 120, 240) if m * 60 / span * self.width() >= apart), 480)
        at = self._since.astimezone().replace(minute=0, second=0, microsecond=0)
        last_x = -apart
        while at < self._until:
            x = (at - self._since).total_seconds() / span * self.width()
            if x >= 0 and x - last_x >= apart and x + apart * 0.6 < self.width():
                painter.drawText(round(x) + 2, self.height() - 3, at.strftime("%H:%M"))
                painter.drawLine(round(x), self.height() - label - 3, round(x), self.height())
                last_x = round(x)
            at += dt.timedelta(minutes=step)

    def _bar_at(self, at: QPoint) -> int:
        count = len(self.bars)
        return min(max(int(at.x() / max(self.width(), 1) * count), 0), count - 1)

    def _mark(self, one: int, other: int) -> None:
        self._chosen = (min(one, other), max(one, other))
        self.update()

    def _tell(self) -> None:
        if self._chosen is None:
            self.period_chosen.emit(None, None)
            return
        step = dt.timedelta(minutes=self.step_minutes)
        first, last = self._chosen
        is_newest = last >= len(self.bars) - 1
        self.period_chosen.emit(self._since + first * step, None if is_newest else self._since + (last + 1) * step)

    def _words(self, number: int) -> str:
        bars, step = self.bars, dt.timedelta(minutes=self.step_minutes)
        begin = (self._since + number * step).astimezone()
        counts = ", ".join(f"P{place} {count}" for place, count in enumerate(bars[number], start=1) if count)
        time = f"{begin:%H:%M} - {begin + step:%H:%M}"
        return self._texts("alarms.strip.bar", time=time, counts=counts or self._texts("alarms.strip.calm"))
