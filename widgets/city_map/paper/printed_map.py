"""One picture of the map for paper, of what the screen shows; the screen's map is left alone."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.looks import ViewMode, theme_for
from widgets.city_map.mercator import is_on_map, project_point
from widgets.city_map.overlay.part import Height
from widgets.city_map.painting import MapPainting
from widgets.city_map.paper.fault_crosses import FaultCrosses
from widgets.city_map.paper.paper_look import INCH_PX, PAPER
from widgets.city_map.paper.paper_tiles import PaperTiles
from widgets.city_map.printable import Printable
from widgets.city_map.raster.discs import disc_size
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.theme import MapTheme
from widgets.city_map.tools.chosen_part import ChosenPart
from widgets.city_map.tools.marks_part import MarksPart
from widgets.city_map.view.viewport import Viewport

_LONGEST_SIDE: Final = 12_000
_PATIENCE_S: Final = 60.0

Degrees = tuple[float, float, float, float]
"""West, south, east, north."""


def theme_on_paper(shown: Printable) -> MapTheme:
    """Paper has no night: lighting is printed as by day, the brighter the larger."""
    return PAPER if shown.view_mode is ViewMode.PLAIN else theme_for(PAPER, ViewMode.LIGHTING_DAY)


def has_rings_on_paper(shown: Printable, view: Viewport) -> bool:
    """Whether discs are wide enough for a shape of their own."""
    return disc_size(shown.scene.index.spacing() * view.scale, view.pixel_ratio).has_rings


class PrintedMap:
    """One picture in the making: `prepare` until it says True, then take it."""

    def __init__(self, shown: Printable, size: QSize, dpi: float, bounds: Degrees | None = None) -> None:
        """`size` in pixels at 96 an inch; `bounds` in degrees, None for what is in view."""
        self._shown = shown
        self._view = view_on_paper(shown.view, size, dpi / INCH_PX, bounds)
        self._renderer = RasterRenderer()
        self._painting = MapPainting(shown.scene, self._renderer, theme_on_paper(shown), QFont("Roboto"))
        self._renderer.set_classes(shown.scene.styles)
        self._painting.set_layers(shown.ground)
        self._painting.communes_changed()
        self.tiles = PaperTiles(shown.rasters, self._view)
        """Ask them before `prepare`: what did not come by then is stood in for by coarser tiles."""
        self._renderer.set_tiles(self.tiles.layers)
        chosen, marks = ChosenPart(shown.scene, self._painting.sprites), MarksPart(self._painting.sprites)
        chosen.set_ids(shown.chosen)
        marks.set_marks(shown.marks)
        self._faults = FaultCrosses(shown.scene, self._painting.sprites)
        self._faults.are_dots = not has_rings_on_paper(shown, self._view)
        self._painting.overlay.add(self._faults, Height.AREAS)
        self._painting.overlay.add(chosen, Height.DETAILS)
        self._painting.overlay.add(marks, Height.SELECTION)

    @property
    def view(self) -> Viewport:
        """What the picture shows."""
        return self._view

    def prepare(self, budget_s: float) -> bool:
        """Work for about this long; True when the picture can be taken without a wait."""
        return self._renderer.prepare(self._view, budget_s)

    def picture(self, tiles_missing: str = "") -> QImage:
        """The map alone, in light colours, with its scale bar; the words say it where `{count}` tiles did not come."""
        view, missing = self._view, self.tiles.missing()
        notices = (*self._shown.notices, tiles_missing.format(count=missing)) if missing else self._shown.notices
        self._painting.furniture.notices = tuple(notice for notice in notices if notice)
        image = QImage(view.device_width, view.device_height, QImage.Format.Format_RGB32)
        image.fill(QColor(PAPER.field))
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(view.pixel_ratio, view.pixel_ratio)
        frame = Frame(view=view, selected=self._shown.selected, is_flash_on=True)
        until = time.perf_counter() + _PATIENCE_S
        try:
            while not self._painting.paint(painter, frame, self._shown.texts, is_empty=False):
                if time.perf_counter() > until:
                    break
        finally:
            painter.end()  # a painter left open takes the whole process down
        return image


def render_map(shown: Printable, size: QSize, *, dpi: float = INCH_PX, bounds: Degrees | None = None) -> QImage:
    """The map alone at once: what is in view, or `bounds`; with the tiles that are in memory."""
    printed = PrintedMap(shown, size, dpi, bounds)
    while not printed.prepare(1.0):
        pass
    return printed.picture()


def view_on_paper(seen: Viewport, size: QSize, ratio: float, bounds: Degrees | None) -> Viewport:
    """A view of this size that shows `bounds`, or all that was seen."""
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
