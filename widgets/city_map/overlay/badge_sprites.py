"""The plates of badges: the total beside the worst, and beneath how many of each priority."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from widgets.city_map.overlay.badge_layout import BadgeSizes
from widgets.city_map.overlay.glyphs import BOX, marker_path
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import MARKER_PX, Sprites, draw_digits, painter_on
from widgets.city_map.scene.badges import BadgeColumns
from widgets.city_map.state import ALARMS_WORST_FIRST, AssetVisual
from widgets.city_map.texts import grouped_digits
from widgets.city_map.values import Float64s, Rows

_TOTAL_PX: Final = 12.5
_SHARE_PX: Final = 10.5
_SHAPE_PX: Final = 9.5
_ROW_PX: Final = 14.0
_PAD_PX: Final = 6.0


class BadgeSprites:
    """Measures and draws; all sizes follow the zoom of the sprites."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites
        self._digit_key: tuple[object, ...] = ()
        self._total_digit = self._share_digit = 8.0

    @property
    def marker_px(self) -> float:
        """Side of a marker with its outline."""
        return (MARKER_PX + 2) * self._sprites.zoom

    def sizes(self, badges: BadgeColumns) -> BadgeSizes:
        """Room that the badges take."""
        self._measure_digits()
        zoom, side = self._sprites.zoom, self.marker_px
        several = badges.count > 1
        total = self._digits(badges.count) * self._total_digit
        width = np.where(several, side + total + 1.7 * _PAD_PX * zoom, side)
        shares = np.where(badges.by_priority > 0, self._share_widths(badges.by_priority), 0.0)
        # Two in a row: a badge stays nearly square, so that it fits its square of the ground.
        present = badges.by_priority > 0
        place = np.cumsum(present, axis=1) - 1
        upper = np.where(present & (place < 2), shares, 0.0).sum(axis=1)
        lower = np.where(present & (place >= 2), shares, 0.0).sum(axis=1)
        lines = 1 + (present.sum(axis=1) > 2)
        return BadgeSizes(
            width=width,
            height=np.full(badges.size, side),
            split_width=np.maximum(width, np.maximum(upper, lower) + _PAD_PX * zoom),
            split_height=side + lines * _ROW_PX * zoom + 2 * zoom,
        )

    def plate(self, count: int, worst: AssetVisual, split: tuple[int, ...], width: float, height: float) -> QPixmap:
        """Everything but the marker, which flashes; an empty split shows the total alone."""
        key = ("badge", count, worst, split, round(width), round(height))
        return self._sprites.keep(key, lambda: self._draw(count, worst, split, width, height))

    def _draw(self, count: int, worst: AssetVisual, split: tuple[int, ...], width: float, height: float) -> QPixmap:
        """Put together from pictures that many badges share: numbers change all the time."""
        zoom, side = self._sprites.zoom, self.marker_px
        field = self._sprites.keep(("plate", worst, width, height), lambda: self._draw_field(worst, width, height))
        pixmap = QPixmap(field)
        painter = QPainter(pixmap)
        blit(painter, self._number(count, _TOTAL_PX, is_bold=True), 1 + (side + width - 3 * zoom) / 2, 1 + side / 2)
        shares = [(visual, n) for visual, n in zip(ALARMS_WORST_FIRST, split, strict=False) if n]
        for line in range(0, len(shares), 2):
            row = shares[line : line + 2]
            left = 1 + (width - sum(self._share_width(n) for _, n in row)) / 2
            middle = 1 + side + (line // 2 + 0.5) * _ROW_PX * zoom - 1.5 * zoom
            for visual, n in row:
                wide = self._share_width(n)
                blit(painter, self._shape(visual), left + (2 + _SHAPE_PX / 2) * zoom, middle)
                blit(painter, self._number(n, _SHARE_PX), left + (wide + _SHAPE_PX * zoom) / 2, middle)
                left += wide
        painter.end()
        return pixmap

    def _draw_field(self, worst: AssetVisual, width: float, height: float) -> QPixmap:
        zoom, inset = self._sprites.zoom, 2.5 * self._sprites.zoom
        pixmap = self._sprites.canvas(width + 2, height + 2)
        painter = painter_on(pixmap)
        painter.translate(1, 1)
        plate = QPainterPath()
        area = QRectF(inset, inset, width - 2 * inset, height - 2 * inset)
        plate.addRoundedRect(area, min(area.height() / 2, 10 * zoom), min(area.height() / 2, 10 * zoom))
        field = QColor(self._sprites.theme.marker_field)
        field.setAlphaF(0.92)
        painter.fillPath(plate, field)
        painter.strokePath(plate, QPen(QColor(self._sprites.theme.of(worst)), 1.5 * zoom))
        painter.end()
        return pixmap

    def _shape(self, visual: AssetVisual) -> QPixmap:
        return self._sprites.keep(("share", visual), lambda: self._draw_shape(visual))

    def _draw_shape(self, visual: AssetVisual) -> QPixmap:
        side = _SHAPE_PX * self._sprites.zoom
        pixmap = self._sprites.canvas(side + 2, side + 2)
        painter = painter_on(pixmap)
        painter.translate(1, 1)
        painter.scale(side / BOX, side / BOX)
        painter.fillPath(marker_path(visual), QColor(self._sprites.theme.of(visual)))
        painter.end()
        return pixmap

    def _number(self, count: int, pixels: float, *, is_bold: bool = False) -> QPixmap:
        key = ("number", count, pixels, is_bold)
        return self._sprites.keep(key, lambda: self._draw_number(grouped_digits(count), pixels, is_bold=is_bold))

    def _draw_number(self, text: str, pixels: float, *, is_bold: bool) -> QPixmap:
        font = self._sprites.font(pixels, bold=is_bold)
        metrics = QFontMetricsF(font)
        pixmap = self._sprites.canvas(metrics.horizontalAdvance(text) + 2, metrics.height() + 2)
        painter = painter_on(pixmap)
        area = QRectF(0, 0, metrics.horizontalAdvance(text) + 2, metrics.height() + 2)
        draw_digits(painter, area, font, text, QColor(self._sprites.theme.card_text))
        painter.end()
        return pixmap

    def _share_width(self, count: int) -> float:
        digits = len(str(count)) + 0.5 * (len(str(count)) > 3)
        return digits * self._share_digit + (_SHAPE_PX + 9) * self._sprites.zoom

    def _share_widths(self, counts: Rows) -> Float64s:
        return self._digits(counts) * self._share_digit + (_SHAPE_PX + 9) * self._sprites.zoom

    def _digits(self, counts: Rows) -> Float64s:
        digits: Float64s = np.floor(np.log10(np.maximum(counts, 1))) + 1
        return np.asarray(digits + 0.5 * (digits > 3), np.float64)

    def _measure_digits(self) -> None:
        total, share = self._sprites.font(_TOTAL_PX, bold=True), self._sprites.font(_SHARE_PX)
        key = (total.key(), share.key())
        if key != self._digit_key:
            self._digit_key = key
            self._total_digit = QFontMetricsF(total).horizontalAdvance("0")
            self._share_digit = QFontMetricsF(share).horizontalAdvance("0")
