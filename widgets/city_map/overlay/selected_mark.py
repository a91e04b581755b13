"""The ring around the selected asset, with its name."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene

_RADIUS = 19.0


class SelectedMark:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._name_area: QRectF | None = None

    def reserve(self, frame: Frame, room: Occupancy) -> None:
        """Take room for ring and name: below, else above or beside, else below all the same."""
        self._name_area = None
        row = self._scene.store.row_of(frame.selected)
        text = self._name(frame)
        if row is None:
            return
        px, py = frame.view.to_pixel(*self._scene.place_of(row))
        reach = (_RADIUS + 6) * self._sprites.zoom
        if text:
            width, height = self._sprites.word_size(text, 12.5, bold=True)
            down, aside = reach + height / 2, reach + width / 2
            for x, y in ((px, py + down), (px, py - down), (px + aside, py), (px - aside, py)):
                if room.is_free(x, y, width, height):
                    break
            else:
                x, y = px, py + down
            self._name_area = QRectF(x - width / 2, y - height / 2, width, height)
            room.mark_area(self._name_area)
        room.mark(px, py, 2 * reach, 2 * reach)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        row = self._scene.store.row_of(frame.selected)
        if row is None:
            return
        theme, zoom = self._sprites.theme, self._sprites.zoom
        radius = _RADIUS * zoom
        px, py = frame.view.to_pixel(*self._scene.place_of(row))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(theme.label_halo), 5 * zoom), QPen(QColor(theme.selection), 2.2 * zoom)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(px, py), radius, radius)
        for turn in (0, 90, 180, 270):
            dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            outer = radius + 6 * zoom
            painter.drawLine(QPointF(px + dx * radius, py + dy * radius), QPointF(px + dx * outer, py + dy * outer))
        area = self._name_area
        if area is not None:
            words = self._sprites.words(self._name(frame), 12.5, theme.selection, bold=True)
            blit(painter, words, area.center().x(), area.center().y())

    def _name(self, frame: Frame) -> str:
        return shortened(self._scene.labels.get(frame.selected, ""), 60)
