"""The way that somebody asked for: where a vehicle was, from its beginning to its end."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene

_WIDTH: Final = 3.0
_END_PX: Final = 4.0
_NEAREST_PX: Final = 1.5  # points of a way that lie closer together are not drawn apart


class WayLine:
    """An OverlayPart. A ring where it begins, a disc where it ends; dashed where nothing was heard for long."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        way = self._scene.meaning.way
        if way is None or way.x.size == 0:
            return
        view, zoom = frame.view, self._sprites.zoom
        px = (way.x * view.scale - view.left) / view.pixel_ratio
        py = (way.y * view.scale - view.top) / view.pixel_ratio
        told, guessed = QPainterPath(), QPainterPath()
        last_x, last_y = float(px[0]), float(py[0])
        told.moveTo(last_x, last_y)
        for x, y, is_gap in zip(px[1:].tolist(), py[1:].tolist(), way.is_gap[1:].tolist(), strict=True):
            if is_gap:
                guessed.moveTo(last_x, last_y)
                guessed.lineTo(x, y)
                told.moveTo(x, y)
            elif np.hypot(x - last_x, y - last_y) < _NEAREST_PX:
                continue
            else:
                told.lineTo(x, y)
            last_x, last_y = x, y
        theme = self._sprites.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme.label_halo, _WIDTH + 2.5), (theme.selection, _WIDTH)):
            pen = QPen(QColor(colour), width * zoom)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(told)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawPath(guessed)
        radius = _END_PX * zoom
        painter.setPen(QPen(QColor(theme.selection), 2.0 * zoom))
        painter.setBrush(QColor(theme.label_halo))
        painter.drawEllipse(QPointF(float(px[0]), float(py[0])), radius, radius)
        painter.setBrush(QColor(theme.selection))
        painter.drawEllipse(QPointF(float(px[-1]), float(py[-1])), radius, radius)
