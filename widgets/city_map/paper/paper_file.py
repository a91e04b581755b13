"""Sheets as files: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QSaveFile
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPainter, QPdfWriter

from widgets.city_map.paper.paper_look import PaperFormat

_HINTS = (
    QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing | QPainter.RenderHint.SmoothPixmapTransform
)


class PdfFile:
    """A PDF in the making. Without `keep` nothing stands at its place."""

    def __init__(self, file: Path, form: PaperFormat, dpi: float, title: str) -> None:
        self._out = QSaveFile(str(file))
        self.painter = QPainter()
        """Paints on the first page, in pixels at 96 an inch."""
        self.is_open = self._out.open(QSaveFile.OpenModeFlag.WriteOnly)
        if not self.is_open:
            return
        self._writer = QPdfWriter(self._out)
        self._writer.setPageLayout(QPageLayout(form.page_size, form.orientation, QMarginsF(0, 0, 0, 0)))
        self._writer.setResolution(round(dpi))
        self._writer.setTitle(title)
        self._writer.setCreator("Beffroi")
        self.is_open = self.painter.begin(self._writer)
        self._scale = (self._writer.width() / form.size.width(), self._writer.height() / form.size.height())
        self._dress()

    def new_page(self) -> None:
        """`painter` paints on the next page from now on."""
        self._writer.newPage()
        self.painter.resetTransform()
        self._dress()

    def keep(self) -> bool:
        """Put it in its place; False where it cannot be."""
        return self.is_open and self.painter.end() and self._out.commit()

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self.painter.isActive():
            self.painter.end()
        self._out.cancelWriting()

    def _dress(self) -> None:
        self.painter.scale(*self._scale)
        self.painter.setRenderHints(_HINTS)


def png_of(picture: QImage) -> bytes:
    """The content of a PNG file. Takes its time and holds nobody up: to be called in a thread."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setQuality(80)  # of PNG that is how hard it is packed: a third quicker, a tenth larger
    return bytes(buffer.data().data()) if writer.write(picture) else b""
