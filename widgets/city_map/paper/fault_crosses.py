"""Faults on paper where discs are mere dots: a cross on each, since a colour alone says nothing on a grey print."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites, painter_on
from widgets.city_map.scene.detail import disc_classes
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import SUPPRESSED, AssetVisual
from widgets.city_map.theme import MapTheme

_ARM: Final = 2.6
_DRAWN_AT_MOST: Final = 20_000


class FaultCrosses:
    """An OverlayPart for one picture. Where discs have room for it a fault is a target, and needs no cross."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self.are_dots = True
        """Whether discs are too small for a shape of their own."""

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.are_dots:
            return
        view, store = frame.view, self._scene.store
        is_disc, _ = disc_classes(self._scene.styles, view.metres_per_pixel)
        rows = self._scene.rows_in_view(view)
        is_fault = (store.visual[rows] == AssetVisual.FAULT) & ((store.state[rows] & SUPPRESSED) == 0)
        rows = rows[is_fault & is_disc[store.class_index[rows]]][:_DRAWN_AT_MOST]
        x, y = self._scene.places_of(np.asarray(rows))
        cross = self._sprites.keep(("fault cross",), self._draw)
        for at in range(rows.size):
            blit(painter, cross, *view.to_pixel(float(x[at]), float(y[at])))

    def _draw(self) -> QPixmap:
        side = 2 * _ARM + 4
        pixmap = self._sprites.canvas(side, side)
        painter = painter_on(pixmap)
        painter.translate(side / 2, side / 2)
        draw_cross(painter, self._sprites.theme)
        painter.end()
        return pixmap


def draw_cross(painter: QPainter, theme: MapTheme) -> None:
    """About the origin, with a halo so that it stands apart from what it covers."""
    for colour, width in ((theme.label_halo, 2.6), (theme.fault, 1.3)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLine(QLineF(-_ARM, -_ARM, _ARM, _ARM))
        painter.drawLine(QLineF(-_ARM, _ARM, _ARM, -_ARM))
