"""A table over as many pages as it takes: measured and painted in slices, since it may have thousands of rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.city_map.paper.paper_look import HEAD_COLOUR, PAPER, paper_font, write

_TEXT_PX: Final = 11.0
_LINE: Final = 15.0
_PAD: Final = 4.0
_HEAD: Final = 24.0
_TITLE: Final = 28.0
_LINES_AT_MOST: Final = 4
_NARROWEST: Final = 6
_WIDEST: Final = 34
_ROWS_A_LOOK: Final = 50

Line = list[str]


class ReportTable:
    """Columns that are empty in every row are left out. Cells break into lines; the fifth line is not shown."""

    def __init__(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], body: QRectF) -> None:
        used = [at for at in range(len(headings)) if any(row[at] for row in rows)]
        self._title = title
        self._headings = [headings[at] for at in used]
        self._rows = [[row[at] for at in used] for row in rows]
        self._body = body
        self._widths = _shares(self._headings, self._rows, body.width())
        self._metrics = QFontMetricsF(paper_font(_TEXT_PX))
        self._cells: list[list[Line]] = []
        self._pages: list[range] = []
        self._room = 0.0

    @property
    def page_count(self) -> int:
        """How many pages it takes; known when `prepare` said True."""
        return len(self._pages)

    def prepare(self, budget_s: float) -> bool:
        """Measure for about this long; True when all is measured."""
        until = time.perf_counter() + budget_s
        while len(self._cells) < len(self._rows):
            if len(self._cells) % _ROWS_A_LOOK == 0 and time.perf_counter() > until:
                return False
            self._measure(self._rows[len(self._cells)])
        return True

    def paint(self, painter: QPainter, page: int) -> None:
        """One page, the first is 0."""
        body, rows = self._body, self._pages[page]
        top = body.top()
        write(painter, QRectF(body.left(), top, body.width(), _TITLE - 6), self._title, 14, is_bold=True)
        top += _TITLE
        painter.fillRect(QRectF(body.left(), top, body.width(), _HEAD - 4), QColor(HEAD_COLOUR))
        left = body.left()
        for heading, width in zip(self._headings, self._widths, strict=True):
            box = QRectF(left + _PAD, top, width - 2 * _PAD, _HEAD - 4)
            write(painter, box, heading, _TEXT_PX, is_bold=True, colour="#FFFFFF")
            left += width
        top += _HEAD
        painter.setFont(paper_font(_TEXT_PX))
        for at in rows:
            top = self._paint_row(painter, self._cells[at], top, is_odd=at % 2 == 1)

    def _measure(self, row: list[str]) -> None:
        cells = [self._broken(text, width - 2 * _PAD) for text, width in zip(row, self._widths, strict=True)]
        high = _height(cells)
        if not self._pages or high > self._room:
            self._pages.append(range(len(self._cells), len(self._cells)))
            self._room = self._body.height() - _TITLE - _HEAD
        self._room -= high
        self._pages[-1] = range(self._pages[-1].start, len(self._cells) + 1)
        self._cells.append(cells)

    def _broken(self, text: str, width: float) -> Line:
        """Lines that fit, broken between words where there are any."""
        wide = self._metrics.horizontalAdvance
        if not text or wide(text) <= width:
            return [text] if text else []
        lines: Line = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if wide(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while wide(line) > width and len(line) > 1:
                fitting = _fitting(line, width, wide(line))
                while fitting > 1 and wide(line[:fitting]) > width:
                    fitting -= 1
                lines.append(line[:fitting])
                line = line[fitting:]
        lines.append(line)
        if len(lines) > _LINES_AT_MOST:
            last = self._metrics.elidedText(f"{lines[_LINES_AT_MOST - 1]}…", Qt.TextElideMode.ElideRight, width)
            lines = [*lines[: _LINES_AT_MOST - 1], last]
        return lines

    def _paint_row(self, painter: QPainter, cells: list[Line], top: float, *, is_odd: bool) -> float:
        body, high = self._body, _height(cells)
        if is_odd:
            painter.fillRect(QRectF(body.left(), top, body.width(), high), QColor("#F1F4F6"))
        painter.setPen(QColor(PAPER.card_text))
        left = body.left()
        for lines, width in zip(cells, self._widths, strict=True):
            for number, text in enumerate(lines):
                box = QRectF(left + _PAD, top + _PAD / 2 + number * _LINE, width - _PAD, _LINE)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), text)
            left += width
        painter.setPen(QPen(QColor(PAPER.card_line), 0.5))
        painter.drawLine(QLineF(body.left(), top + high, body.right(), top + high))
        return top + high


def _height(cells: list[Line]) -> float:
    return max((len(lines) for lines in cells), default=1) * _LINE + _PAD if any(cells) else _LINE + _PAD


def _fitting(text: str, width: float, whole: float) -> int:
    """About how many letters fit; one at least."""
    return max(1, min(len(text) - 1, int(len(text) * width / max(whole, 1.0)) + 1))


def _shares(headings: list[str], rows: list[list[str]], width: float) -> list[float]:
    """Wide columns for long texts, within bounds."""
    longest = [
        min(max(len(heading), max((len(row[at]) for row in rows), default=0), _NARROWEST), _WIDEST)
        for at, heading in enumerate(headings)
    ]
    whole = sum(longest) or 1
    return [width * share / whole for share in longest]
