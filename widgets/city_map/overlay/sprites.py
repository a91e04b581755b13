"""Icons, markers, badges and words, drawn once and blitted ever after."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from widgets.city_map.overlay.glyphs import BOX, glyph_path, marker_path
from widgets.city_map.state import AssetVisual, priority_number
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Glyph

ICON_PX: Final = 22
MARKER_PX: Final = 24
HEADINGS: Final = 48
_KEPT: Final = 1_200
_PULSE_PX: Final = 7


class Sprites:
    """Pictures by what they show; forgets all when the theme or the pixel ratio changes."""

    def __init__(self, theme: MapTheme, font: QFont) -> None:
        self._theme = theme
        self._font = QFont(font)
        self._ratio = 1.0
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    @property
    def theme(self) -> MapTheme:
        return self._theme

    def set_look(self, theme: MapTheme, font: QFont, pixel_ratio: float) -> None:
        """Draw with these from now on."""
        if (theme, font, pixel_ratio) != (self._theme, self._font, self._ratio):
            self._theme, self._font, self._ratio = theme, QFont(font), pixel_ratio
            self._kept.clear()

    def font(self, pixels: float, *, bold: bool = False) -> QFont:
        """The map's font at a size, following the application's text zoom."""
        font = QFont(self._font)
        zoom = max(self._font.pointSizeF(), 1.0) / 9.0 if self._font.pointSizeF() > 0 else 1.0
        font.setPixelSize(max(6, round(pixels * max(zoom, 0.8))))
        font.setBold(bold)
        return font

    def icon(self, glyph: Glyph, visual: AssetVisual) -> QPixmap:
        """The icon of a class in the colour of its state."""
        return self._keep(("icon", glyph, visual), lambda: self._draw_icon(glyph, visual))

    def vehicle(self, heading_deg: float, visual: AssetVisual) -> QPixmap:
        """An arrow that points where the vehicle goes; a dot when that is not known."""
        if math.isnan(heading_deg):
            return self.icon(Glyph.OTHER, visual)
        step = round(heading_deg / 360 * HEADINGS) % HEADINGS
        return self._keep(("vehicle", step, visual), lambda: self._draw_vehicle(step, visual))

    def dot(self, visual: AssetVisual) -> QPixmap:
        """A plain disc, where icons would cover each other."""
        return self._keep(("dot", visual), lambda: self._draw_dot(visual))

    def marker(self, visual: AssetVisual, count: int, *, filled: bool, pulse: bool) -> QPixmap:
        """Shape, number and colour of a priority; with a count when it stands for several."""
        key = ("marker", visual, count, filled, pulse)
        return self._keep(key, lambda: self._draw_marker(visual, count, filled=filled, pulse=pulse))

    def words(self, text: str, pixels: float, colour: str, angle_deg: float = 0.0, *, bold: bool = False) -> QPixmap:
        """Words with a halo, turned about their middle."""
        key = ("words", text, pixels, colour, round(angle_deg), bold)
        return self._keep(key, lambda: self._draw_words(text, pixels, colour, angle_deg, bold=bold))

    def word_size(self, text: str, pixels: float, *, bold: bool = False) -> tuple[float, float]:
        """Width and height that words take before they are turned."""
        metrics = QFontMetricsF(self.font(pixels, bold=bold))
        return metrics.horizontalAdvance(text) + 4, metrics.height() + 2

    def _keep(self, key: tuple[object, ...], draw: Callable[[], QPixmap]) -> QPixmap:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        drawn = draw()
        self._kept[key] = drawn
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return drawn

    def _canvas(self, width: float, height: float) -> QPixmap:
        pixmap = QPixmap(math.ceil(width * self._ratio), math.ceil(height * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _draw_icon(self, glyph: Glyph, visual: AssetVisual) -> QPixmap:
        pixmap = self._canvas(ICON_PX + 2, ICON_PX + 2)
        painter = _painter_on(pixmap)
        painter.translate(1, 1)
        painter.scale(ICON_PX / BOX, ICON_PX / BOX)
        colour = QColor(self._theme.of(visual))
        plate = QPainterPath()
        plate.addRoundedRect(QRectF(1, 1, BOX - 2, BOX - 2), 6, 6)
        painter.fillPath(plate, QColor(self._theme.icon_field))
        rim = QColor(colour)
        rim.setAlphaF(0.55 if visual is AssetVisual.NORMAL else 1.0)
        pen = QPen(rim, 1.3 if visual is AssetVisual.NORMAL else 2.0)
        if visual is AssetVisual.UNKNOWN:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.strokePath(plate, pen)
        painter.fillPath(glyph_path(glyph), colour)
        painter.end()
        return pixmap

    def _draw_vehicle(self, step: int, visual: AssetVisual) -> QPixmap:
        pixmap = self._canvas(ICON_PX + 2, ICON_PX + 2)
        painter = _painter_on(pixmap)
        middle = (ICON_PX + 2) / 2
        painter.translate(middle, middle)
        painter.rotate(step * 360 / HEADINGS)
        painter.scale(ICON_PX / BOX, ICON_PX / BOX)
        painter.translate(-BOX / 2, -BOX / 2)
        arrow = glyph_path(Glyph.VEHICLE)
        painter.strokePath(arrow, QPen(QColor(self._theme.icon_field), 3.4, j=Qt.PenJoinStyle.RoundJoin))
        painter.fillPath(arrow, QColor(self._theme.of(visual)))
        painter.end()
        return pixmap

    def _draw_dot(self, visual: AssetVisual) -> QPixmap:
        pixmap = self._canvas(8, 8)
        painter = _painter_on(pixmap)
        painter.setPen(QPen(QColor(self._theme.icon_field), 1))
        painter.setBrush(QColor(self._theme.of(visual)))
        painter.drawEllipse(QPointF(4, 4), 3, 3)
        painter.end()
        return pixmap

    def _draw_marker(self, visual: AssetVisual, count: int, *, filled: bool, pulse: bool) -> QPixmap:
        theme, colour = self._theme, QColor(self._theme.of(visual))
        digits = f"{count:,}".replace(",", "\u202f") if count > 1 else ""
        count_font = self.font(12.5, bold=True)
        pill = QFontMetricsF(count_font).horizontalAdvance(digits) + 20 if digits else 0.0
        # Symmetric about the marker, so that its middle is the picture's middle.
        side = MARKER_PX / 2 + _PULSE_PX
        pixmap = self._canvas(2 * (side + pill), 2 * side)
        painter = _painter_on(pixmap)
        painter.translate(side + pill, side)
        if digits:
            plate = QRectF(0, -10, MARKER_PX / 2 + pill - 7, 20)
            shape = QPainterPath()
            shape.addRoundedRect(plate, 10, 10)
            painter.fillPath(shape, QColor(theme.marker_field))
            painter.strokePath(shape, QPen(colour, 1.6))
            painter.setFont(count_font)
            painter.setPen(QColor(theme.card_text))
            words = plate.adjusted(MARKER_PX / 2 + 3, 0, -4, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, digits)
        shape = marker_path(visual)
        painter.scale(MARKER_PX / BOX, MARKER_PX / BOX)
        painter.translate(-BOX / 2, -BOX / 2)
        if pulse:
            glow = QColor(colour)
            glow.setAlphaF(0.45)
            painter.strokePath(shape, QPen(glow, 10, j=Qt.PenJoinStyle.RoundJoin))
        painter.strokePath(shape, QPen(QColor(theme.marker_field), 4, j=Qt.PenJoinStyle.RoundJoin))
        painter.fillPath(shape, colour if filled else QColor(theme.marker_field))
        painter.strokePath(shape, QPen(colour, 2, j=Qt.PenJoinStyle.MiterJoin))
        digit_font = self.font(11.5 if visual is AssetVisual.ALARM_P2 else 13.5, bold=True)
        painter.setFont(digit_font)
        painter.setPen(QColor(theme.marker_ink) if filled else colour)
        lower = 2.6 if visual is AssetVisual.ALARM_P2 else 0.0
        box = QRectF(0, lower, BOX, BOX)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(priority_number(visual)))
        painter.end()
        return pixmap

    def _draw_words(self, text: str, pixels: float, colour: str, angle_deg: float, *, bold: bool) -> QPixmap:
        wide, high = self.word_size(text, pixels, bold=bold)
        turn = math.radians(angle_deg)
        full_w = abs(wide * math.cos(turn)) + abs(high * math.sin(turn)) + 4
        full_h = abs(wide * math.sin(turn)) + abs(high * math.cos(turn)) + 4
        pixmap = self._canvas(full_w, full_h)
        painter = _painter_on(pixmap)
        painter.translate(full_w / 2, full_h / 2)
        painter.rotate(angle_deg)
        font = self.font(pixels, bold=bold)
        metrics = QFontMetricsF(font)
        path = QPainterPath()
        base_line = (metrics.ascent() - metrics.descent()) / 2
        path.addText(QPointF(-metrics.horizontalAdvance(text) / 2, base_line), font, text)
        halo = QPen(QColor(self._theme.label_halo), 3, j=Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, halo)
        painter.fillPath(path, QColor(colour))
        painter.end()
        return pixmap


def _painter_on(pixmap: QPixmap) -> QPainter:
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    return painter
