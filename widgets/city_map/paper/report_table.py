"""A table over as many pages as it takes: measured and painted in slices, since it may have thousands of rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Final

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from widgets.city_map.paper.paper_look import HEAD_COLOUR, PAPER, paper_font, write

_SIZES_PX: Final = (11.0, 10.0, 9.0, 8.0)
"""The largest at which no word must be broken."""
_PAD: Final = 4.0
_TITLE: Final = 28.0
_LINES_AT_MOST: Final = 6
_LONGEST_WORD: Final = 130.0
_WIDEST: Final = 300.0
_ROWS_A_LOOK: Final = 50
_MEASURED: Final = 20

Line = list[str]


class ReportTable:
    """Columns that are empty in every row are left out; cells break into six lines at most."""

    def __init__(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], body: QRectF) -> None:
        used = [at for at in range(len(headings)) if any(row[at] for row in rows)]
        self._title = title
        self._headings = [headings[at] for at in used]
        self._rows = [[row[at] for at in used] for row in rows]
        self._body = body
        for self._size in _SIZES_PX:  # the last size that was tried is the one
            self._metrics = QFontMetricsF(paper_font(self._size, is_bold=True))
            self._widths, is_whole = self._shares(body.width())
            if is_whole:
                break
        self._line = round(self._size * 1.36)
        inner = [width - 2 * _PAD for width in self._widths]
        self._head_lines = [self._broken(head, width) for head, width in zip(self._headings, inner, strict=True)]
        self._head = self._height(self._head_lines) + 4
        self._metrics = QFontMetricsF(paper_font(self._size))
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
        painter.fillRect(QRectF(body.left(), top, body.width(), self._head - 2), QColor(HEAD_COLOUR))
        painter.setFont(paper_font(self._size, is_bold=True))
        painter.setPen(QColor("#FFFFFF"))
        self._paint_cells(painter, self._head_lines, top)
        top += self._head
        painter.setFont(paper_font(self._size))
        for at in rows:
            top = self._paint_row(painter, self._cells[at], top, is_odd=at % 2 == 1)

    def _measure(self, row: list[str]) -> None:
        cells = [self._broken(text, width - 2 * _PAD) for text, width in zip(row, self._widths, strict=True)]
        high = self._height(cells)
        if not self._pages or high > self._room:
            self._pages.append(range(len(self._cells), len(self._cells)))
            self._room = self._body.height() - _TITLE - self._head
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
        for word in text.split(" "):
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
        body, high = self._body, self._height(cells)
        if is_odd:
            painter.fillRect(QRectF(body.left(), top, body.width(), high), QColor("#F1F4F6"))
        painter.setPen(QColor(PAPER.card_text))
        self._paint_cells(painter, cells, top)
        painter.setPen(QPen(QColor(PAPER.card_line), 0.5))
        painter.drawLine(QLineF(body.left(), top + high, body.right(), top + high))
        return top + high

    def _paint_cells(self, painter: QPainter, cells: list[Line], top: float) -> None:
        left = self._body.left()
        for lines, width in zip(cells, self._widths, strict=True):
            for number, text in enumerate(lines):
                box = QRectF(left + _PAD, top + _PAD / 2 + number * self._line, width - _PAD, self._line)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), text)
            left += width

    def _height(self, cells: list[Line]) -> float:
        return max((len(lines) for lines in cells), default=1) * self._line + _PAD

    def _shares(self, width: float) -> tuple[list[float], bool]:
        """Each column has room for its longest word; long texts share what is left. False where that does not fit."""
        least: list[float] = []
        whole: list[float] = []
        for at, heading in enumerate(self._headings):
            cells = [heading, *{row[at] for row in self._rows}]
            words = {word for cell in cells for word in cell.split(" ")}
            least.append(min(self._widest(words), _LONGEST_WORD) + 2 * _PAD + 1)
            whole.append(max(min(self._widest(cells), _WIDEST) + 2 * _PAD + 1, least[-1]))
        room, wishes = width - sum(least), sum(whole) - sum(least)
        if room < 0:
            return [one * width / sum(least) for one in least], False
        if wishes <= 0:
            return [one * width / max(sum(least), 1.0) for one in least], True
        return [one + (more - one) * room / wishes for one, more in zip(least, whole, strict=True)], True

    def _widest(self, texts: Iterable[str]) -> float:
        """Of the few with the most letters."""
        longest = nlargest(_MEASURED, texts, key=len)
        return max((self._metrics.horizontalAdvance(text) for text in longest), default=0.0)


def _fitting(text: str, width: float, whole: float) -> int:
    """About how many letters fit; one at least."""
    return max(1, min(len(text) - 1, int(len(text) * width / max(whole, 1.0)) + 1))
