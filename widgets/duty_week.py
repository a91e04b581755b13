"""A week of rosters: a row each, who is on call in blocks of time, gaps hatched and told in words."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.duty_rows import DutyBlock, DutyRow
from widgets.look import GAP, TIGHT, Palette
from widgets.room_for_words import text_zoom

_HEAD: Final = 36
_ROW: Final = 64
_LEFT: Final = 150
_LEAST_BLOCK: Final = 3.0


class DutyWeek(QWidget):
    """Fed with rows. Left and Right walk from block to block, Up and Down from roster to roster."""

    chosen = Signal(str)  # the words of the block

    def __init__(self, palette: Palette, gap_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._gap_word = gap_word
        self._rows: tuple[DutyRow, ...] = ()
        self._days: tuple[tuple[dt.datetime, str], ...] = ()
        self._until = dt.datetime.max.replace(tzinfo=dt.UTC)
        self._now: dt.datetime | None = None
        self._current = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def _head(self) -> int:
        return round(_HEAD * text_zoom(self))

    @property
    def _row(self) -> int:
        return round(_ROW * text_zoom(self))

    @property
    def _left(self) -> int:
        return round(_LEFT * text_zoom(self))

    def show_week(
        self,
        days: Sequence[tuple[dt.datetime, str]],
        until: dt.datetime,
        rows: Sequence[DutyRow],
        now: dt.datetime | None,
    ) -> None:
        """Days by their beginning and name; `now` is marked where it lies within."""
        self._days, self._until, self._rows, self._now = tuple(days), until, tuple(rows), now
        self._current = (0, 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A row a roster."""
        return QSize(700, self._head + self._row * max(1, len(self._rows)) + GAP)

    def minimumSizeHint(self) -> QSize:
        """As high as it must be."""
        return QSize(360, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Days, blocks, the present moment."""
        if not self._days:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_days(painter)
        for number, row in enumerate(self._rows):
            self._paint_row(painter, number, row)
        if self._now is not None and self._days[0][0] <= self._now < self._until:
            x = self._x(self._now)
            painter.setPen(QPen(QColor(self._palette.focus), 2))
            painter.drawLine(QPointF(x, self._head - 6), QPointF(x, self._head + self._row * len(self._rows)))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Under the pointer: all of a block in words."""
        if isinstance(event, QHelpEvent):
            block = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if block is None else block.words, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a block."""
        block = self._at(event.position())
        if block is not None:
            self._choose(block)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk."""
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._rows:
            super().keyPressEvent(event)
            return
        row = min(max(0, self._current[0] + step[0]), len(self._rows) - 1)
        place = min(max(0, self._current[1] + step[1]), len(self._rows[row].blocks) - 1)
        if place >= 0:
            self._current = (row, place)
            self._choose(self._rows[row].blocks[place])

    def _choose(self, block: DutyBlock) -> None:
        for row, one in enumerate(self._rows):
            if block in one.blocks:
                self._current = (row, one.blocks.index(block))
        self.setAccessibleDescription(block.words)
        self.update()
        self.chosen.emit(block.words)

    def _at(self, point: QPointF) -> DutyBlock | None:
        row = int((point.y() - self._head) // self._row)
        if not 0 <= row < len(self._rows):
            return None
        return next((block for block in self._rows[row].blocks if self._rect(row, block).contains(point)), None)

    def _x(self, at: dt.datetime) -> float:
        first = self._days[0][0]
        share = (at - first).total_seconds() / max(1.0, (self._until - first).total_seconds())
        return self._left + share * (self.width() - self._left - 1)

    def _rect(self, row: int, block: DutyBlock) -> QRectF:
        left, right = self._x(max(block.since, self._days[0][0])), self._x(min(block.until, self._until))
        return QRectF(
            left, self._head + row * self._row + TIGHT, max(_LEAST_BLOCK, right - left - 1), self._row - 2 * TIGHT
        )

    def _paint_days(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._palette.text_muted))
        edges = [*(day for day, _ in self._days), self._until]
        for (start, name), end in zip(self._days, edges[1:], strict=True):
            left, right = self._x(start), self._x(end)
            box = QRectF(left + TIGHT, 0, right - left - TIGHT, self._head - 4)
            painter.setPen(QColor(self._palette.text_muted))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
            painter.setPen(QPen(QColor(self._palette.border), 1))
            painter.drawLine(QPointF(left, 6), QPointF(left, self._head + self._row * len(self._rows)))

    def _paint_row(self, painter: QPainter, number: int, row: DutyRow) -> None:
        top = self._head + number * self._row
        painter.setPen(QColor(self._palette.text))
        name = QRectF(0, top, self._left - GAP, self._row)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, int(align) | int(Qt.TextFlag.TextWordWrap), row.name)
        for place, block in enumerate(row.blocks):
            self._paint_block(painter, self._rect(number, block), block, is_current=self._current == (number, place))

    def _paint_block(self, painter: QPainter, box: QRectF, block: DutyBlock, *, is_current: bool) -> None:
        look = self._palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.sunken if block.is_gap else look.selected if block.is_exception else look.raised))
        painter.drawRoundedRect(box, 3, 3)
        if block.is_gap:
            painter.setBrush(_hatch(look.p2))
            painter.drawRoundedRect(box, 3, 3)
        is_focused = is_current and self.hasFocus()
        edge = look.p2 if block.is_gap else look.focus if block.is_exception or is_focused else look.border_strong
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(edge), 2 if is_focused else 1))
        painter.drawRoundedRect(box, 3, 3)
        words = self._gap_word if block.is_gap else block.names
        text = box.adjusted(TIGHT, 2, -2, -2)
        font = QFont(self.font())
        font.setBold(block.is_gap)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        if block.is_gap and text.width() > metrics.horizontalAdvance(words):
            shade = QColor(look.sunken)
            wide = metrics.horizontalAdvance(words) + 2 * TIGHT
            high = metrics.height() + TIGHT
            painter.fillRect(QRectF(box.left() + 2, box.center().y() - high / 2, wide, high), shade)
        painter.setPen(QColor(look.p2 if block.is_gap else look.text))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        lines = [_fitting(line, text.width(), metrics) for line in words.split(", ")]
        painter.drawText(text, int(align), "\n".join(lines))
        painter.setFont(self.font())


def _fitting(name: str, width: float, metrics: QFontMetrics) -> str:
    """The name, or its initials where there is no room for it; nothing where there is none for those."""
    initials = "".join(part[:1] for part in name.split()).upper()
    return next((words for words in (name, initials) if metrics.horizontalAdvance(words) <= width), "")


def _hatch(color: str) -> QBrush:
    """Diagonal lines: colour is never the only sign."""
    pale = QColor(color)
    pale.setAlpha(110)
    return QBrush(pale, Qt.BrushStyle.BDiagPattern)
