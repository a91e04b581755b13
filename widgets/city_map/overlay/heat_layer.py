"""The heat map: made when data or scale change, blitted while the ground is dragged, with its scale beside it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.anchored_picture import AnchoredPicture, DeviceArea
from widgets.city_map.overlay.heat_colours import heat_palette
from widgets.city_map.overlay.sprites import Sprites, draw_digits
from widgets.city_map.scene.heat_grid import CELL_PX, HeatArea, HeatField, area_around
from widgets.city_map.scene.scene import Scene
from widgets.city_map.theme import MapTheme

_BAR_PX = 150.0
_MARGIN_PX = 14.0


@dataclass(frozen=True, slots=True)
class _Made:
    field: HeatField
    area: HeatArea
    theme: MapTheme
    maximum: float
    picture: AnchoredPicture


class HeatLayer:
    """An OverlayPart. While zooming the last picture stands in, scaled."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._made: _Made | None = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        field = self._scene.meaning.heat
        if field is None:
            self._made = None
            return
        made = self._ready(field, frame)
        made.picture.paint(painter, frame.view)

    def legend_area(self, frame: Frame) -> QRectF | None:
        """Where the scale stands: at the right, above the attribution."""
        field = self._scene.meaning.heat
        if field is None:
            return None
        zoom, font = self._sprites.zoom, self._sprites.font(11)
        metrics = QFontMetricsF(font)
        words = metrics.horizontalAdvance(field.columns.legend) + 20 * zoom
        width = min(max(_BAR_PX * zoom + 20 * zoom, words), frame.view.width - 2 * _MARGIN_PX)
        height = 2 * metrics.height() + 26 * zoom
        lower = 40 * zoom
        return QRectF(frame.view.width - width - _MARGIN_PX, frame.view.height - height - lower, width, height)

    def paint_legend(self, painter: QPainter, frame: Frame) -> None:
        """What is shown, its colours, and the values at both ends."""
        area, made = self.legend_area(frame), self._made
        if area is None or made is None:
            return
        theme, zoom, font = self._sprites.theme, self._sprites.zoom, self._sprites.font(11)
        line = QFontMetricsF(font).height()
        field = QColor(theme.card_field)
        field.setAlphaF(0.92)
        painter.setPen(QPen(QColor(theme.card_line), 1))
        painter.setBrush(field)
        painter.drawRoundedRect(area, 5, 5)
        ink = QColor(theme.card_text)
        inner = area.adjusted(10 * zoom, 5 * zoom, -10 * zoom, -5 * zoom)
        draw_digits(
            painter, QRectF(inner.left(), inner.top(), inner.width(), line), font, made.field.columns.legend, ink
        )
        bar = QRectF(inner.left(), inner.top() + line + 3 * zoom, inner.width(), 9 * zoom)
        painter.fillRect(bar, QColor(theme.land))
        steps = np.ascontiguousarray(heat_palette(theme).reshape(1, -1))
        picture = QImage(steps.data, steps.shape[1], 1, steps.shape[1] * 4, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(bar, picture)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        ends = QRectF(inner.left(), bar.bottom() + 2 * zoom, inner.width(), line)
        most = f"{value_words(made.maximum, made.field.columns.decimal_mark)} {made.field.columns.unit}".strip()
        metrics = QFontMetricsF(font)
        for text, middle in (
            ("0", ends.left() + metrics.horizontalAdvance("0") / 2),
            (most, ends.right() - metrics.horizontalAdvance(most) / 2),
        ):
            draw_digits(painter, QRectF(middle - 1, ends.top(), 2, line), font, text, ink)

    def _ready(self, field: HeatField, frame: Frame) -> _Made:
        made, theme = self._made, self._sprites.theme
        is_same = made is not None and made.field is field and made.theme == theme
        if made is not None and is_same and (frame.is_zooming or made.area.holds(frame.view)):
            return made
        area = area_around(frame.view)
        values = field.over(area)
        is_same_scale = made is not None and is_same and made.area.scale == area.scale
        maximum = made.maximum if made is not None and is_same_scale else field.maximum(values)
        steps = np.clip(values * (255 / maximum), 0, 255).astype(np.uint8)
        size = (area.across * CELL_PX, area.down * CELL_PX)
        # Coloured before it is enlarged: sixty times fewer look-ups, and premultiplied colours mix rightly.
        coloured = np.take(heat_palette(theme), steps).view(np.uint8).reshape(*steps.shape, 4)
        smooth = np.ascontiguousarray(cv2.resize(coloured, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        place = DeviceArea(area.column * CELL_PX, area.line * CELL_PX, *size, area.scale)
        picture = AnchoredPicture(place, smooth.view(np.uint32)[:, :, 0])
        self._made = _Made(field, area, theme, maximum, picture)
        return self._made


def value_words(value: float, decimal_mark: str) -> str:
    """Three figures are enough for a scale."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", "\u202f" if decimal_mark == "," else ",")
    return f"{value:.3g}".replace(".", decimal_mark)
