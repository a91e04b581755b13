"""The ring around the selected asset, with its name."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene

_RADIUS = 19.0


class SelectedMark:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        row = self._scene.store.row_of(frame.selected)
        if row is None:
            return
        theme = self._sprites.theme
        px, py = frame.view.to_pixel(float(self._scene.store.x[row]), float(self._scene.store.y[row]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(theme.label_halo), 5), QPen(QColor(theme.selection), 2.2)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(px, py), _RADIUS, _RADIUS)
        for turn in (0, 90, 180, 270):
            dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            painter.drawLine(
                QPointF(px + dx * _RADIUS, py + dy * _RADIUS),
                QPointF(px + dx * (_RADIUS + 6), py + dy * (_RADIUS + 6)),
            )
        text = shortened(self._scene.labels.get(frame.selected, ""), 60)
        if text:
            _, height = self._sprites.word_size(text, 12.5, bold=True)
            words = self._sprites.words(text, 12.5, theme.selection, bold=True)
            blit(painter, words, px, py + _RADIUS + 6 + height / 2)
