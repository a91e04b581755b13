"""One page about one map: title, map, legend, scale, time and credits, as a picture or as a page of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets.city_map.paper.paper_legend import PaperLegend
from widgets.city_map.paper.paper_look import INCH_PX, PAPER, PaperFormat, SheetWords
from widgets.city_map.paper.paper_tiles import PaperTiles
from widgets.city_map.paper.printed_map import Degrees, PrintedMap, view_on_paper
from widgets.city_map.paper.sheet_frame import SheetFrame, credits_of
from widgets.city_map.printable import Printable

_GAP: Final = 8.0
_LEAST_MAP: Final = 80.0
_TRIES: Final = 4
_BAND_PIXELS: Final = 400_000


class Sheet:
    """Ask `tiles` first, then `prepare` until it says True, then take the sheet."""

    def __init__(
        self,
        shown: Printable,
        words: SheetWords,
        form: PaperFormat | None = None,
        dpi: float = 200,
        bounds: Degrees | None = None,
    ) -> None:
        self.words, self.form, self.dpi = words, form or PaperFormat(), dpi
        self.frame = SheetFrame(words, self.form, credits_on(shown))
        body, ratio, high = self.frame.body, dpi / INCH_PX, 0.0
        for _ in range(_TRIES):  # more legend leaves less map, which may need less legend: the first that holds it
            self._area = QRectF(body.topLeft(), body.bottomRight())
            self._area.setHeight(max(body.height() - high - _GAP, _LEAST_MAP))
            view = view_on_paper(shown.view, self._map_size, ratio, bounds)
            self._legend = PaperLegend(shown, view, words.legend, body.width(), ratio)
            if self._legend.height <= high:
                break
            high = self._legend.height
        self._map = PrintedMap(shown, self._map_size, dpi, bounds)
        self._picture: QImage | None = None

    @property
    def _map_size(self) -> QSize:
        return QSize(round(self._area.width()), round(self._area.height()))

    @property
    def tiles(self) -> PaperTiles:
        """The tiles of base maps that the sheet wants."""
        return self._map.tiles

    def prepare(self, budget_s: float) -> bool:
        """Work for about this long; True when the sheet can be painted without a wait."""
        if self._picture is None and self._map.prepare(budget_s):
            self._picture = self._map.picture(self.words.tiles_missing)
            return False  # painting took its time: the rest in the next slice
        return self._picture is not None

    def picture(self) -> QImage:
        """The sheet as a picture."""
        ratio, size = self.dpi / INCH_PX, self.form.size
        image = QImage(round(size.width() * ratio), round(size.height() * ratio), QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(round(self.dpi / 0.0254))
        image.setDotsPerMeterY(round(self.dpi / 0.0254))
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.scale(ratio, ratio)
        try:
            self.paint(painter)
        finally:
            painter.end()  # a painter left open takes the whole process down
        return image

    def paint(self, painter: QPainter, number: int = 1, total: int = 1) -> None:
        """As this page of so many, in pixels at 96 an inch."""
        for _ in self.painting(painter, number, total):
            pass

    def painting(self, painter: QPainter, number: int = 1, total: int = 1) -> Iterator[None]:
        """The same in slices: a PDF packs a picture while it is painted, a large one in a third of a second."""
        self.frame.paint(painter, number, total)
        if self._picture is None:
            self._picture = self._map.picture(self.words.tiles_missing)
        picture, area = self._picture, self._area
        rows = max(_BAND_PIXELS // max(picture.width(), 1), 1)
        scale = area.height() / picture.height()
        for top in range(0, picture.height(), rows):
            # One row more than its own: readers of PDF would show a seam where two pictures only meet.
            high = min(rows + 1, picture.height() - top)
            painter.drawImage(
                QRectF(area.left(), area.top() + top * scale, area.width(), high * scale),
                picture,
                QRectF(0, top, picture.width(), high),
            )
            yield
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(PAPER.card_line), 1))
        painter.drawRect(area)
        self._legend.paint(painter, area.left(), area.bottom() + _GAP)


def credits_on(shown: Printable) -> tuple[str, ...]:
    """Whom the layers that are seen owe, the lowest first."""
    rasters = [layer.source.attribution for layer in shown.rasters if layer.opacity > 0]
    lines = [layer.attribution for layer in shown.ground if layer.is_visible and layer.opacity > 0]
    return credits_of([*rasters, *lines])
