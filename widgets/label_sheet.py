"""Sheets of QR labels as PDF: the code to be scanned, and the words beside it for who has no scanner."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import segno
from PySide6.QtCore import QMarginsF, QRectF, QSaveFile, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter

from widgets.look import FONT_FAMILY

MOST_LABELS: Final = 5_000
_DPI: Final = 600
_QUIET: Final = 4  # modules of white around, as ISO/IEC 18004 asks
_PAD_MM: Final = 2.0
_HEAD_PT, _LINE_PT = 9.0, 6.5


@dataclass(frozen=True)
class SheetLabel:
    """What is scanned, the code in large letters, and some lines in small ones."""

    content: str
    code: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetLayout:
    """Labels on a page, in millimetres; a roll is a page of one label."""

    key: str
    page_mm: tuple[float, float]
    label_mm: tuple[float, float]
    columns: int
    rows: int
    left_mm: float = 0.0
    top_mm: float = 0.0
    between_mm: float = 0.0

    @property
    def per_page(self) -> int:
        """Labels on one page."""
        return self.columns * self.rows


LAYOUTS: Final = (
    SheetLayout("a4_3x8", (210.0, 297.0), (70.0, 37.0), 3, 8, 0.0, 0.5),
    SheetLayout("a4_2x7", (210.0, 297.0), (99.1, 38.1), 2, 7, 4.65, 15.15, 2.5),
    SheetLayout("a4_4x10", (210.0, 297.0), (48.5, 25.4), 4, 10, 8.0, 21.5),
    SheetLayout("roll_62x29", (62.0, 29.0), (62.0, 29.0), 1, 1),
)


def write_labels(labels: Sequence[SheetLabel], layout: SheetLayout, file: Path, title: str, *, skip: int = 0) -> bool:
    """False where it cannot be written; nothing is left then. `skip`: places of the first page used already."""
    out = QSaveFile(str(file))
    if not out.open(QSaveFile.OpenModeFlag.WriteOnly):
        return False
    writer = QPdfWriter(out)
    size = QPageSize(QSizeF(*layout.page_mm), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    margins = QMarginsF(0, 0, 0, 0)
    writer.setPageLayout(
        QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter, margins)
    )
    writer.setResolution(_DPI)
    writer.setTitle(title)
    writer.setCreator("Beffroi")
    painter = QPainter()
    if not painter.begin(writer):
        out.cancelWriting()
        return False
    place = skip % layout.per_page
    for number, label in enumerate(labels[:MOST_LABELS]):
        if number and place % layout.per_page == 0:
            writer.newPage()
        paint_label(painter, label, _place_of(layout, place % layout.per_page))
        place += 1
    return painter.end() and out.commit()


def paint_label(painter: QPainter, label: SheetLabel, place_mm: QRectF) -> None:
    """One label at a place in millimetres, at the painter's resolution."""
    device = painter.device()
    scale = device.logicalDpiX() / 25.4
    place = QRectF(place_mm.x() * scale, place_mm.y() * scale, place_mm.width() * scale, place_mm.height() * scale)
    pad = _PAD_MM * scale
    side = min(place.height() - 2 * pad, place.width() * 0.45)
    square = QRectF(place.left() + pad, place.top() + (place.height() - side) / 2, side, side)
    paint_code(painter, label.content, square)
    words = QRectF(square.right() + pad / 2, place.top() + pad, 0, place.height() - 2 * pad)
    words.setRight(place.right() - pad)
    _paint_words(painter, label, words, scale)


def paint_code(painter: QPainter, content: str, square: QRectF) -> None:
    """A QR code with the white it needs around, in a square of the painter's units."""
    rows = [bytes(row) for row in segno.make_qr(content, error="m").matrix]
    module = square.width() / (len(rows) + 2 * _QUIET)
    painter.save()
    painter.fillRect(square, QColor("white"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for at_row, row in enumerate(rows):
        for at_column, is_dark in enumerate(row):
            if is_dark:
                left = square.left() + (at_column + _QUIET) * module
                top = square.top() + (at_row + _QUIET) * module
                painter.fillRect(QRectF(left, top, module * 1.02, module * 1.02), QColor("black"))
    painter.restore()


def _place_of(layout: SheetLayout, number: int) -> QRectF:
    row, column = divmod(number, layout.columns)
    width, height = layout.label_mm
    left = layout.left_mm + column * (width + layout.between_mm)
    return QRectF(left, layout.top_mm + row * height, width, height)


def _paint_words(painter: QPainter, label: SheetLabel, room: QRectF, scale: float) -> None:
    painter.setPen(QColor("black"))
    top = room.top()
    for number, text in enumerate((label.code, *label.lines)):
        font = QFont(FONT_FAMILY)
        point = _HEAD_PT if number == 0 else _LINE_PT
        font.setPixelSize(max(1, round(point * 25.4 / 72 * scale)))
        font.setBold(number == 0)
        metrics = QFontMetricsF(font)
        if top + metrics.height() > room.bottom():
            break
        painter.setFont(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRectF(room.left(), top, room.width(), metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)
        top += metrics.height()
