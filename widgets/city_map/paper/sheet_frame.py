"""What stands around the content of every page: title, time, author, what must not be overlooked, credits, number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.city_map.paper.paper_look import (
    HEAD_COLOUR,
    MARGIN,
    PAPER,
    PaperFormat,
    SheetWords,
    wrapped_height,
    write,
    write_wrapped,
)

_HEAD: Final = 62.0
_CREDIT_PX: Final = 10.5
_NOTE_PX: Final = 12.5
_NOTE_PAD: Final = 6.0
_NUMBER_WIDE: Final = 110.0


class SheetFrame:
    """The same on each page."""

    def __init__(self, words: SheetWords, form: PaperFormat, owed: Sequence[str]) -> None:
        """`owed`: whom each layer of the map owes; all of them are printed, on as many lines as it takes."""
        self._words = words
        self.size = form.size
        parts = dict.fromkeys((words.attribution, *owed, "Beffroi"))
        self._credit = " · ".join(part for part in parts if part)
        self._width = self.size.width() - 2 * MARGIN
        self._credit_high = wrapped_height(self._credit, _CREDIT_PX, self._width - _NUMBER_WIDE)
        note = wrapped_height(words.note, _NOTE_PX, self._width - 2 * _NOTE_PAD, is_bold=True)
        self._note_high = note + 2 * _NOTE_PAD if note else 0.0

    @property
    def body(self) -> QRectF:
        """What is left for the content."""
        top = MARGIN + _HEAD + (self._note_high + 8 if self._note_high else 0)
        lower = self.size.height() - MARGIN - max(self._credit_high, 14) - 6
        return QRectF(MARGIN, top, self._width, max(lower - top, 80))

    def paint(self, painter: QPainter, number: int, total: int) -> None:
        """All but the content."""
        self._paint_head(painter)
        if self._note_high:
            box = QRectF(MARGIN, MARGIN + _HEAD, self._width, self._note_high)
            painter.setPen(QPen(QColor(PAPER.card_text), 1.6))
            painter.setBrush(QColor("#FFF4D6"))
            painter.drawRect(box)
            inner = box.adjusted(_NOTE_PAD, _NOTE_PAD, -_NOTE_PAD, -_NOTE_PAD)
            write_wrapped(painter, inner, self._words.note, _NOTE_PX, is_bold=True)
        box = QRectF(MARGIN, self.body.bottom() + 6, self._width - _NUMBER_WIDE, self._credit_high + 2)
        write_wrapped(painter, box, self._credit, _CREDIT_PX, colour=PAPER.street_label)
        line = QRectF(MARGIN, self.size.height() - MARGIN - 16, self._width, 16)
        page = self._words.page.format(number=number, total=total)
        write(painter, line, page, _CREDIT_PX, align=Qt.AlignmentFlag.AlignRight, colour=PAPER.street_label)

    def _paint_head(self, painter: QPainter) -> None:
        words, wide = self._words, self._width
        painter.fillRect(QRectF(MARGIN, MARGIN - 10, wide, 3), QColor(HEAD_COLOUR))
        side_wide = max(wide * 0.4, min(wide * 0.5, 330.0))
        room = wide - side_wide - 12
        write(painter, QRectF(MARGIN, MARGIN, room, 30), words.title, 22, is_bold=True)
        write(painter, QRectF(MARGIN, MARGIN + 30, room, 22), words.subtitle, 13, colour=PAPER.street_label)
        side = QRectF(MARGIN + wide - side_wide, MARGIN + 4, side_wide, 22)
        write(painter, side, words.made_at, 12, align=Qt.AlignmentFlag.AlignRight)
        side.translate(0, 22)
        write(painter, side, words.author, 12, align=Qt.AlignmentFlag.AlignRight, colour=PAPER.street_label)


def credits_of(attributions: Sequence[str]) -> tuple[str, ...]:
    """Each once, in order, without the empty ones."""
    return tuple(one for one in dict.fromkeys(attributions) if one)
