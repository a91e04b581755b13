"""Rich text as a PDF of A4 pages, each numbered; written whole or not at all."""

from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, QSaveFile, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from widgets.look import FONT_FAMILY

_DPI: Final = 96  # layout is in pixels of a screen; the PDF scales
_MARGIN_MM: Final = 15.0
_FOOT_PX: Final = 28.0


def write_pdf(html: str, file: Path, title: str, *, mark: str = "") -> bool:
    """False where it cannot be written; nothing is left then. `mark` stands over the first page and under each."""
    out = QSaveFile(str(file))
    if not out.open(QSaveFile.OpenModeFlag.WriteOnly):
        return False
    writer = QPdfWriter(out)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
    )
    writer.setPageLayout(page)
    writer.setResolution(_DPI)
    title, html = (f"{mark} — {title}", f"<p><b>{escape(mark)}</b></p>{html}") if mark else (title, html)
    writer.setTitle(title)
    writer.setCreator("Beffroi")
    painter = QPainter()
    if not painter.begin(writer):
        out.cancelWriting()
        return False
    _paint(painter, writer, html, title)
    return painter.end() and out.commit()


def _paint(painter: QPainter, writer: QPdfWriter, html: str, title: str) -> None:
    width, height = float(writer.width()), float(writer.height()) - _FOOT_PX
    document = QTextDocument()
    document.setDefaultFont(QFont(FONT_FAMILY, 9))
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setHtml(html)
    document.setPageSize(QSizeF(width, height))
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * height)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, number * height, width, height)
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(QFont(FONT_FAMILY, 7))
        foot = QRectF(0, height, width, _FOOT_PX)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{number + 1} / {count}")
