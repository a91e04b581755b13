"""A clock at what has a command under way; one clock with their number where they stand too close."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites, painter_on
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import PENDING
from widgets.city_map.texts import grouped_digits

_RING_PX: Final = 9.0
_CLOCK_PX: Final = 6.0
_CELL_PX: Final = 34.0
"""Closer than this they share a clock."""


class PendingMarks:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self._scene.meaning.has_flag(PENDING):
            return
        view, rows = frame.view, self._scene.meaning.rows_with(PENDING)
        x, y = self._scene.places_of(rows)
        margin = 20 * self._sprites.zoom * view.units
        x0, y0, x1, y1 = view.bounds
        seen = (x > x0 - margin) & (x < x1 + margin) & (y > y0 - margin) & (y < y1 + margin)
        x, y = x[seen], y[seen]
        if x.size == 0:
            return
        cell = 2.0 ** np.ceil(np.log2(_CELL_PX * view.units * self._sprites.zoom))
        square = np.floor(x / cell).astype(np.int64) * 4_294_967_296 + np.floor(y / cell).astype(np.int64)
        _, member, counts = np.unique(square, return_inverse=True, return_counts=True)
        mean_x, mean_y = np.bincount(member, x) / counts, np.bincount(member, y) / counts
        for at, count in enumerate(counts.tolist()):
            px, py = view.to_pixel(float(mean_x[at]), float(mean_y[at]))
            blit(painter, self._clock(is_alone=count == 1), px, py)
            if count > 1:
                words = self._sprites.words(grouped_digits(count), 10.5, self._sprites.theme.place_label)
                blit(painter, words, px, py + (_RING_PX + 5) * self._sprites.zoom)

    def _clock(self, *, is_alone: bool) -> QPixmap:
        return self._sprites.keep(("pending", is_alone), lambda: self._draw(is_alone=is_alone))

    def _draw(self, *, is_alone: bool) -> QPixmap:
        """Alone: a dashed ring with a small clock at its rim, so that the asset is seen. Several: a clock."""
        theme, zoom = self._sprites.theme, self._sprites.zoom
        side = 2 * (_RING_PX + _CLOCK_PX + 4) * zoom
        pixmap = self._sprites.canvas(side, side)
        painter = painter_on(pixmap)
        painter.translate(side / 2, side / 2)
        painter.scale(zoom, zoom)
        if is_alone:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((theme.label_halo, 3.4), (theme.selection, 1.4)):
                pen = QPen(QColor(colour), width)
                if width < 2:
                    pen.setDashPattern([2.6, 2.0])
                painter.setPen(pen)
                painter.drawEllipse(QPointF(0, 0), _RING_PX, _RING_PX)
            painter.translate(-_RING_PX * 0.75, -_RING_PX * 0.75)
        painter.setPen(QPen(QColor(theme.selection), 1.3))
        painter.setBrush(QColor(theme.icon_field))
        painter.drawEllipse(QPointF(0, 0), _CLOCK_PX, _CLOCK_PX)
        painter.drawLine(QPointF(0, 0), QPointF(0, -_CLOCK_PX * 0.62))
        painter.drawLine(QPointF(0, 0), QPointF(_CLOCK_PX * 0.5, _CLOCK_PX * 0.2))
        painter.end()
        return pixmap
