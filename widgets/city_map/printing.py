"""The map on paper: a sheet with title, map, legend, scale, time and credits, as a picture or as PDF."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSaveFile, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from widgets.city_map.frame import Frame
from widgets.city_map.mercator import is_on_map, project_point
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.painting import MapPainting
from widgets.city_map.printable import Printable
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.state import FIRST_ALARM, AssetVisual
from widgets.city_map.theme import LIGHT
from widgets.city_map.values import Glyph
from widgets.city_map.view.viewport import Viewport

_INCH_PX: Final = 96.0
_MARGIN: Final = 38.0
_HEAD: Final = 62.0
_FOOT: Final = 26.0
_ROW: Final = 24.0
_COLUMN: Final = 176.0
_LONGEST_SIDE: Final = 12_000
PAPER: Final = replace(
    LIGHT,
    field="#FFFFFF",
    land="#F8F9FA",
    street_minor="#DCE1E5",
    street_major="#C5CDD4",
    street_casing="#FFFFFF",
    label_halo="#FFFFFF",
)
"""Light colours that spare ink, whatever the screen wears."""
Degrees = tuple[float, float, float, float]


class Paper(Enum):
    """Landscape sheets, in millimetres."""

    A4 = (297, 210)
    A3 = (420, 297)


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Every word of a sheet that is not on the map itself, ready to be read."""

    title: str
    made_at: str
    author: str
    legend: str = "Legend"
    subtitle: str = ""
    attribution: str = ""
    page: str = "1 / 1"


class PrintedMap:
    """One picture in the making: `prepare` until it says True, then take it. The screen's map is left alone."""

    def __init__(self, shown: Printable, size: QSize, dpi: float, bounds: Degrees | None = None) -> None:
        """`size` in pixels at 96 a inch; `bounds` west, south, east, north in degrees, None for what is in view."""
        self._shown = shown
        self._view = _view_on_paper(shown.view, size, dpi / _INCH_PX, bounds)
        self._renderer = RasterRenderer()
        self._painting = MapPainting(shown.scene, self._renderer, PAPER, QFont("Roboto"))
        self._renderer.set_classes(shown.scene.styles)
        self._painting.set_layers(shown.ground)
        self._painting.communes_changed()

    @property
    def view(self) -> Viewport:
        """What the picture shows."""
        return self._view

    def prepare(self, budget_s: float) -> bool:
        """Work for about this long; True when the picture can be taken without a wait."""
        return self._renderer.prepare(self._view, budget_s)

    def picture(self) -> QImage:
        """The map alone, in light colours, with its scale bar and credits."""
        view = self._view
        image = QImage(view.device_width, view.device_height, QImage.Format.Format_RGB32)
        image.fill(QColor(PAPER.field))
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(view.pixel_ratio, view.pixel_ratio)
        frame = Frame(view=view, selected=self._shown.selected, is_flash_on=True)
        until = time.perf_counter() + 60
        while not self._painting.paint(painter, frame, self._shown.texts, is_empty=False):
            if time.perf_counter() > until:
                break
        painter.end()
        return image


def render_map(shown: Printable, size: QSize, *, dpi: float = _INCH_PX, bounds: Degrees | None = None) -> QImage:
    """The map alone at once: what is in view, or `bounds`."""
    printed = PrintedMap(shown, size, dpi, bounds)
    while not printed.prepare(1.0):
        pass
    return printed.picture()


def save_png(picture: QImage, file: Path) -> bool:
    """Write a picture whole or not at all; False where the file cannot be written."""
    out = QSaveFile(str(file))
    if not out.open(QSaveFile.OpenModeFlag.WriteOnly):
        return False
    writer = QImageWriter(out, QByteArray(b"png"))
    writer.setQuality(80)  # of PNG that is how hard it is packed: a third quicker, a tenth larger
    return writer.write(picture) and out.commit()


class Sheet:
    """One landscape page about one map."""

    def __init__(
        self,
        shown: Printable,
        words: SheetWords,
        paper: Paper = Paper.A4,
        dpi: float = 200,
        bounds: Degrees | None = None,
    ) -> None:
        self._words, self._paper, self._dpi = words, paper, dpi
        self._ground_credits = tuple(layer.attribution for layer in shown.ground)
        self._width, self._height = (side / 25.4 * _INCH_PX for side in paper.value)
        self._columns = max(1, int((self._width - 2 * _MARGIN) // _COLUMN))
        rows = 0
        while True:  # more legend leaves less map, which may need less legend: the first height that holds it stands
            self._map_area = self._area_above(rows)
            size = QSize(round(self._map_area.width()), round(self._map_area.height()))
            view = _view_on_paper(shown.view, size, dpi / _INCH_PX, bounds)
            self._entries = _entries(shown, view)
            needed = -(-len(self._entries) // self._columns)
            if needed <= rows:
                break
            rows = needed
        self._map = PrintedMap(shown, size, dpi, bounds)
        self._picture: QImage | None = None

    def prepare(self, budget_s: float) -> bool:
        """Work for about this long; True when the sheet can be painted without a wait."""
        if self._picture is None and self._map.prepare(budget_s):
            self._picture = self._map.picture()
            return False  # painting took its time: the rest in the next slice
        return self._picture is not None

    def picture(self) -> QImage:
        """The sheet as a picture."""
        ratio = self._dpi / _INCH_PX
        image = QImage(round(self._width * ratio), round(self._height * ratio), QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(round(self._dpi / 0.0254))
        image.setDotsPerMeterY(round(self._dpi / 0.0254))
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.scale(ratio, ratio)
        self._paint(painter)
        painter.end()
        return image

    def save_pdf(self, file: Path) -> bool:
        """Write the sheet as PDF, whole or not at all; False where the file cannot be written."""
        out = QSaveFile(str(file))
        if not out.open(QSaveFile.OpenModeFlag.WriteOnly):
            return False
        writer = QPdfWriter(out)
        size = QPageSize(QPageSize.PageSizeId.A4 if self._paper is Paper.A4 else QPageSize.PageSizeId.A3)
        writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0)))
        writer.setResolution(round(self._dpi))
        writer.setTitle(self._words.title)
        writer.setCreator("Beffroi")
        painter = QPainter()
        if not painter.begin(writer):
            out.cancelWriting()
            return False
        painter.scale(writer.width() / self._width, writer.height() / self._height)
        self._paint(painter)
        is_painted = painter.end()
        return is_painted and out.commit()

    def _area_above(self, legend_rows: int) -> QRectF:
        around = 2 * _MARGIN + _HEAD + _FOOT + _ROW * (legend_rows + 1) + 6
        return QRectF(_MARGIN, _MARGIN + _HEAD, self._width - 2 * _MARGIN, max(self._height - around, 80))

    # --- parts of the sheet --------------------------------------------------------------------

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        self._paint_head(painter)
        if self._picture is None:
            self._picture = self._map.picture()
        painter.drawImage(self._map_area, self._picture)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(PAPER.card_line), 1))
        painter.drawRect(self._map_area)
        self._paint_legend(painter, self._map_area.bottom() + 8)
        self._paint_foot(painter)

    def _paint_head(self, painter: QPainter) -> None:
        words, right = self._words, self._width - _MARGIN
        painter.fillRect(QRectF(_MARGIN, _MARGIN - 10, right - _MARGIN, 3), QColor("#1F4E74"))
        room = (right - _MARGIN) * 0.66
        _write(painter, QRectF(_MARGIN, _MARGIN, room, 30), words.title, 22, is_bold=True)
        _write(painter, QRectF(_MARGIN, _MARGIN + 30, room, 22), words.subtitle, 13, colour=PAPER.street_label)
        side = QRectF(right - (right - _MARGIN) * 0.33, _MARGIN + 4, (right - _MARGIN) * 0.33, 22)
        _write(painter, side, words.made_at, 12, align=Qt.AlignmentFlag.AlignRight)
        side.translate(0, 22)
        _write(painter, side, words.author, 12, align=Qt.AlignmentFlag.AlignRight, colour=PAPER.street_label)

    def _paint_legend(self, painter: QPainter, top: float) -> None:
        _write(painter, QRectF(_MARGIN, top, 300, _ROW - 4), self._words.legend, 12, is_bold=True)
        sprites = Sprites(PAPER, QFont("Roboto"))
        sprites.set_look(PAPER, QFont("Roboto"), self._dpi / _INCH_PX)
        wide = (self._width - 2 * _MARGIN) / self._columns
        for at, (what, text) in enumerate(self._entries):
            left = _MARGIN + wide * (at % self._columns)
            line = top + _ROW * (1 + at // self._columns)
            if isinstance(what, Glyph):
                symbol = (
                    sprites.dot(AssetVisual.NORMAL) if what is Glyph.DOT else sprites.icon(what, AssetVisual.NORMAL)
                )
            elif what >= FIRST_ALARM:
                symbol = sprites.marker(what, filled=True, pulse=False)
            else:
                symbol = sprites.dot(what)
            side = min(symbol.deviceIndependentSize().width(), 20.0)
            box = QRectF(left + 10 - side / 2, line + _ROW / 2 - side / 2, side, side)
            painter.drawPixmap(box, symbol, QRectF(symbol.rect()))
            if what is AssetVisual.STALE:  # hollow, as on the map
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(PAPER.field))
                painter.drawEllipse(box.center(), 2.0, 2.0)
            _write(painter, QRectF(left + 28, line, wide - 32, _ROW), text, 11.5)

    def _paint_foot(self, painter: QPainter) -> None:
        line = QRectF(_MARGIN, self._height - _MARGIN - _FOOT + 8, self._width - 2 * _MARGIN, _FOOT - 8)
        parts = dict.fromkeys((self._words.attribution, *self._ground_credits, "Beffroi"))
        credit = " · ".join(part for part in parts if part)
        _write(painter, QRectF(line).adjusted(0, 0, -120, 0), credit, 10.5, colour=PAPER.street_label)
        _write(painter, line, self._words.page, 10.5, align=Qt.AlignmentFlag.AlignRight, colour=PAPER.street_label)


def _entries(shown: Printable, view: Viewport) -> list[tuple[AssetVisual | Glyph, str]]:
    """States worst first, then classes, each with how many stand in the picture."""
    counts = shown.scene.counts(view)
    states = sorted(counts.by_state, reverse=True)
    entries: list[tuple[AssetVisual | Glyph, str]] = [
        (visual, f"{shown.texts.states[visual]} ({_number(counts.by_state[visual], shown)})") for visual in states
    ]
    entries += [
        (style.glyph, f"{style.label} ({_number(counts.by_class[style.code], shown)})")
        for style in shown.scene.styles
        if counts.by_class.get(style.code)
    ]
    return entries


def _number(count: int, shown: Printable) -> str:
    return f"{count:,}".replace(",", "\u202f" if shown.texts.decimal_mark == "," else ",")


def _view_on_paper(seen: Viewport, size: QSize, ratio: float, bounds: Degrees | None) -> Viewport:
    width, height = max(size.width(), 1), max(size.height(), 1)
    ratio = max(min(ratio, _LONGEST_SIDE / max(width, height)), 0.25)
    paper = replace(seen, width=width, height=height, pixel_ratio=ratio)
    if bounds is not None and _is_sound(bounds):
        x0, y0 = project_point(bounds[0], bounds[3])
        x1, y1 = project_point(bounds[2], bounds[1])
        return paper.showing(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), margin=1.04)
    return paper.showing(*seen.bounds, margin=1.0)


def _is_sound(bounds: Degrees) -> bool:
    west, south, east, north = bounds
    on_map = is_on_map(np.array([west, east], np.float64), np.array([south, north], np.float64))
    return bool(on_map.all()) and west <= east and south <= north


def _write(
    painter: QPainter,
    box: QRectF,
    text: str,
    pixels: float,
    *,
    is_bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    colour: str = PAPER.card_text,
) -> None:
    font = QFont("Roboto")
    font.setPixelSize(round(pixels))
    font.setBold(is_bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, int(align) | int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine), fitted)
