"""Areas as large tiles that are read across a room: worst priority, counts, what it is. Grey while all is calm."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from contract.alarms import Priority
from widgets.area_tiles import AreaTile
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import FONT_FAMILY, GAP, PAD, Palette
from widgets.priority_mark import paint_priority
from widgets.texts import Texts

_BEST_SHAPE: Final = 2.1  # width to height
_LEAST_TEXT_PX: Final = 11
_LARGEST_NAME_PX: Final = 64


class AreaBoard(QWidget):
    """Fed with tiles in a fixed order; says which one was chosen."""

    tile_chosen = Signal(str)

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("area_board")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._palette = palette
        self._texts = texts
        self._clock = clock
        self._tiles: Sequence[AreaTile] = ()
        self._current = 0
        self._is_on = True
        self._flash: Ticking | None = None

    @property
    def tiles(self) -> Sequence[AreaTile]:
        """What is shown."""
        return self._tiles

    @property
    def current(self) -> AreaTile | None:
        """The tile the keyboard stands on."""
        return self._tiles[self._current] if self._current < len(self._tiles) else None

    @property
    def is_flashing(self) -> bool:
        """Whether some tile waits for an acknowledgement."""
        return self._flash is not None

    def sizeHint(self) -> QSize:
        """Room for a dozen tiles."""
        return QSize(640, 420)

    def stop(self) -> None:
        """Flash no more: the panel goes."""
        if self._flash is not None:
            self._flash.stop()
            self._flash = None

    def show_tiles(self, tiles: Sequence[AreaTile]) -> None:
        """Other figures; the keyboard stays on the area it stands on."""
        if tiles == self._tiles:
            return
        key = "" if self.current is None else self.current.key
        self._tiles = tuple(tiles)
        self._current = next((number for number, tile in enumerate(tiles) if tile.key == key), 0)
        self._flash_as_needed()
        self._name()
        self.update()

    def box(self, number: int) -> QRectF:
        """Where a tile stands."""
        columns, rows = self._grid()
        width = (self.width() - GAP * (columns + 1)) / columns
        height = (self.height() - GAP * (rows + 1)) / rows
        row, column = divmod(number, columns)
        return QRectF(GAP + column * (width + GAP), GAP + row * (height + GAP), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._palette.field))
        for number, tile in enumerate(self._tiles):
            box = self.box(number)
            if box.intersects(QRectF(event.rect())):
                self._paint_tile(painter, box, tile, is_current=number == self._current and self.hasFocus())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        number = self._at(event.position().toPoint())
        if number is not None:
            self._go(number)
            self.tile_chosen.emit(self._tiles[number].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Home and End jump, Enter chooses."""
        columns, _rows = self._grid()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        key = Qt.Key(event.key())
        if key in steps:
            self._go(self._current + steps[key])
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(0 if key is Qt.Key.Key_Home else len(self._tiles) - 1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.current is not None:
            self.tile_chosen.emit(self.current.key)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The whole tile in words where the pointer rests; the focus frame comes and goes."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            number = self._at(event.pos())
            QToolTip.showText(event.globalPos(), "" if number is None else self._tiles[number].spoken, self)
            return True
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().event(event)

    def _grid(self) -> tuple[int, int]:
        """Columns and rows that bring the tiles nearest to their best shape."""
        count = max(1, len(self._tiles))
        best = min(range(1, count + 1), key=lambda columns: self._misfit(columns, math.ceil(count / columns)))
        return best, math.ceil(count / best)

    def _misfit(self, columns: int, rows: int) -> float:
        width = max(1.0, self.width() / columns)
        height = max(1.0, self.height() / rows)
        empty = (columns * rows - len(self._tiles)) / (columns * rows)
        return abs(math.log(width / height / _BEST_SHAPE)) + empty

    def _go(self, number: int) -> None:
        if 0 <= number < len(self._tiles):
            self._current = number
            self._name()
            self.update()

    def _at(self, point: QPoint) -> int | None:
        return next((number for number in range(len(self._tiles)) if self.box(number).contains(point)), None)

    def _name(self) -> None:
        tile = self.current
        self.setAccessibleName(self._texts("area.title") if tile is None else tile.spoken)

    def _flash_as_needed(self) -> None:
        wants = any(tile.is_waiting for tile in self._tiles)
        if wants and self._flash is None:
            self._is_on = self._clock.is_flash_on()
            self._flash = self._clock.subscribe_flash(self._on_flash)
        elif not wants:
            self.stop()
            self._is_on = True

    def _on_flash(self, is_on: bool) -> None:
        self._is_on = is_on
        for number, tile in enumerate(self._tiles):
            if tile.is_waiting:
                self.update(self.box(number).toAlignedRect())

    def _paint_tile(self, painter: QPainter, box: QRectF, tile: AreaTile, *, is_current: bool) -> None:
        palette = self._palette
        edge = palette.focus if is_current else palette.border
        if tile.worst is not None and tile.is_waiting and not is_current:
            edge = palette.of_priority(tile.worst)
        painter.setPen(QPen(QColor(edge), 3 if is_current or tile.is_waiting else 1))
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        inner = box.adjusted(PAD, GAP, -PAD, -GAP)
        if tile.worst is None:
            self._paint_calm(painter, inner, tile)
            return
        side = min(inner.height() * 0.5, inner.width() * 0.25)
        mark = QRectF(inner.left(), inner.top() + GAP / 2, side, side)
        paint_priority(painter, mark, tile.worst, palette, is_filled=tile.is_waiting and self._is_on)
        text = QRectF(mark.right() + PAD, inner.top(), inner.right() - mark.right() - PAD, inner.height())
        name_px = _fitting(tile.name, text.width(), min(_LARGEST_NAME_PX, inner.height() * 0.26))
        top = self._line(painter, text, text.top(), tile.name, name_px, palette.text, is_bold=True)
        foot = max(_LEAST_TEXT_PX + 6.0, inner.height() * 0.2)
        line_px = max(_LEAST_TEXT_PX, inner.height() * 0.135)
        room = QRectF(text.left(), top, text.width(), inner.bottom() - foot - top)
        for words in tile.what:
            room.setTop(room.top() + self._wrapped(painter, room, words, line_px))
        self._paint_counts(painter, QRectF(inner.left(), inner.bottom() - foot, inner.width(), foot), tile)

    def _paint_calm(self, painter: QPainter, inner: QRectF, tile: AreaTile) -> None:
        px = _fitting(tile.name, inner.width(), min(_LARGEST_NAME_PX, inner.height() * 0.26))
        top = self._line(painter, inner, inner.top(), tile.name, px, self._palette.text_muted)
        small = max(_LEAST_TEXT_PX, px * 0.6)
        if top + small * 1.3 <= inner.bottom():
            self._line(painter, inner, top, tile.more, small, self._palette.text_muted)

    def _paint_counts(self, painter: QPainter, box: QRectF, tile: AreaTile) -> None:
        px = max(_LEAST_TEXT_PX, box.height() * 0.72)
        left = box.left()
        for priority in Priority:
            count = tile.waiting.get(priority, 0)
            if not count:
                continue
            side = box.height() * 0.86
            paint_priority(painter, QRectF(left, box.top() + box.height() * 0.07, side, side), priority, self._palette)
            left += side + GAP / 2
            font = _font(px, is_bold=True)
            painter.setFont(font)
            painter.setPen(QColor(self._palette.text))
            width = QFontMetricsF(font).horizontalAdvance(str(count))
            painter.drawText(
                QRectF(left, box.top(), width + 2, box.height()), Qt.AlignmentFlag.AlignVCenter, str(count)
            )
            left += width + PAD
        rest = QRectF(left, box.top(), box.right() - left, box.height())
        small = max(_LEAST_TEXT_PX, px * 0.62)
        self._line(painter, rest, box.center().y() - small * 0.65, tile.more, small, self._palette.text_muted)

    def _wrapped(self, painter: QPainter, room: QRectF, words: str, px: float) -> float:
        """Words on as many lines as there are, the last one cut short; answers their height."""
        px = _fitting(max(words.split(), key=len, default=""), room.width(), px)
        font = _font(px)
        metrics = QFontMetricsF(font)
        lines = int(room.height() / (px * 1.25))
        if lines < 1:
            return 0.0
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        needed = metrics.boundingRect(QRectF(0, 0, room.width(), 10_000), int(wrap), words).height()
        painter.setFont(font)
        painter.setPen(QColor(self._palette.text))
        height = min(needed, lines * metrics.lineSpacing())
        if needed > height + 1:
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() * lines * 0.85)
        painter.drawText(QRectF(room.left(), room.top(), room.width(), height + 2), int(wrap), words)
        return height + px * 0.15

    def _line(
        self, painter: QPainter, box: QRectF, top: float, words: str, px: float, colour: str, *, is_bold: bool = False
    ) -> float:
        font = _font(px, is_bold=is_bold)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, box.width()))
        painter.drawText(QRectF(box.left(), top, box.width(), px * 1.3), Qt.AlignmentFlag.AlignVCenter, shown)
        return top + px * 1.3


def _font(px: float, *, is_bold: bool = False) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(_LEAST_TEXT_PX, round(px)))
    font.setBold(is_bold)
    return font


def _fitting(words: str, width: float, px: float) -> float:
    """The largest size up to `px` in which the words fit, half of it at least."""
    needed = QFontMetricsF(_font(px, is_bold=True)).horizontalAdvance(words)
    return max(_LEAST_TEXT_PX, px if needed <= width else max(px * 0.45, math.floor(px * (width - 2) / needed)))
