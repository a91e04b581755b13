"""A list on paper: a heading, columns, as many rows a page as fit; page by page, so that nobody waits at the screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from widgets.city_map.paper.paper_file import PdfFile
from widgets.city_map.paper.paper_look import PaperFormat
from widgets.look import FONT_FAMILY

_DPI: Final = 150.0
_MARGIN: Final = 40.0
_TITLE_PX: Final = 18
_TEXT_PX: Final = 10
_LINE: Final = 15.0
_INK, _MUTED, _RULE = QColor("#1a1f24"), QColor("#5b6670"), QColor("#c4cbd1")


class ListPaper:
    """One PDF in the making; `keep` puts it in its place, `give_up` leaves nothing behind."""

    def __init__(self, file: Path, form: PaperFormat, title: str, under: str, widths: Sequence[float]) -> None:
        """`widths`: the shares of the columns."""
        self._file = PdfFile(file, form, _DPI, title)
        self._width, self._height = float(form.size.width()), float(form.size.height())
        self._title, self._under = title, under
        whole = sum(widths) or 1.0
        room = self._width - 2 * _MARGIN
        self._widths = [room * width / whole for width in widths]
        self._page = 0
        self.rows_a_page = int((self._height - 2 * _MARGIN - 62.0) // _LINE)

    @property
    def is_open(self) -> bool:
        """Whether there is a place for it."""
        return self._file.is_open

    def add_page(self, heads: Sequence[str], rows: Sequence[Sequence[str]], page_text: str) -> None:
        """One page; at most `rows_a_page` rows."""
        if self._page:
            self._file.new_page()
        self._page += 1
        painter = self._file.painter
        y = _MARGIN
        painter.setFont(_font(_TITLE_PX))
        painter.setPen(_INK)
        painter.drawText(QRectF(_MARGIN, y, self._width - 2 * _MARGIN, 24), Qt.AlignmentFlag.AlignLeft, self._title)
        painter.setFont(_font(_TEXT_PX))
        painter.setPen(_MUTED)
        line = QRectF(_MARGIN, y + 25, self._width - 2 * _MARGIN, _LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self._under)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, page_text)
        y += 46
        self._row(heads, y)
        painter.setPen(QPen(_RULE))
        painter.drawLine(round(_MARGIN), round(y + _LINE), round(self._width - _MARGIN), round(y + _LINE))
        painter.setPen(_INK)
        for number, row in enumerate(rows, start=1):
            self._row(row, y + number * _LINE + 1)

    def keep(self) -> bool:
        """Put it in its place; False where it cannot be."""
        return self._file.keep()

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._file.give_up()

    def _row(self, cells: Sequence[str], y: float) -> None:
        painter, x = self._file.painter, _MARGIN
        metrics = QFontMetricsF(_font(_TEXT_PX))
        for cell, width in zip(cells, self._widths, strict=False):
            box = QRectF(x, y, width - 6, _LINE)
            text = metrics.elidedText(cell, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            x += width


def _font(pixels: int) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(pixels)
    return font
