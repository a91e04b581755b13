"""Icons, markers and words, drawn once and blitted ever after."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
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
        self._zoom = 1.0
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    @property
    def theme(self) -> MapTheme:
        return self._theme

    @property
    def zoom(self) -> float:
        """How much larger than usual icons, markers and words are."""
        return self._zoom

    @property
    def ratio(self) -> float:
        """Device pixels that make a logical one."""
        return self._ratio

    def set_look(self, theme: MapTheme, font: QFont, pixel_ratio: float, zoom: float = 1.0) -> None:
        """Draw with these from now on."""
        if (theme, font, pixel_ratio, zoom) != (self._theme, self._font, self._ratio, self._zoom):
            self._theme, self._font, self._ratio, self._zoom = theme, QFont(font), pixel_ratio, zoom
            self._kept.clear()

    def forget(self) -> None:
        """Keep no picture."""
        self._kept.clear()

    def font(self, pixels: float, *, bold: bool = False) -> QFont:
        """The map's font at a size, following the application's text zoom and the map's own."""
        font = QFont(self._font)
        points = self._font.pointSizeF()
        zoom = max(points / 9.0, 0.8) if points > 0 else 1.0
        font.setPixelSize(max(6, round(pixels * zoom * self._zoom)))
        font.setBold(bold)
        return font

    def icon(self, glyph: Glyph, visual: AssetVisual, *, is_suppressed: bool = False) -> QPixmap:
        """The icon of a class in the colour of its state; hollow and hatched when its supply explains it."""
        key = ("icon", glyph, visual, is_suppressed)
        return self.keep(key, lambda: self._draw_icon(glyph, visual, is_suppressed=is_suppressed))

    def vehicle(self, heading_deg: float, visual: AssetVisual) -> QPixmap:
        """An arrow that points where the vehicle goes; a dot when that is not known."""
        if not math.isfinite(heading_deg):
            return self.icon(Glyph.OTHER, visual)
        step = round(heading_deg / 360 * HEADINGS) % HEADINGS
        return self.keep(("vehicle", step, visual), lambda: self._draw_vehicle(step, visual))

    def dot(self, visual: AssetVisual) -> QPixmap:
        """A plain disc, where icons would cover each other."""
        return self.keep(("dot", visual), lambda: self._draw_dot(visual))

    def marker(self, visual: AssetVisual, *, filled: bool, pulse: bool) -> QPixmap:
        """Shape, number and colour of a priority."""
        key = ("marker", visual, filled, pulse)
        return self.keep(key, lambda: self._draw_marker(visual, filled=filled, pulse=pulse))

    def words(self, text: str, pixels: float, colour: str, angle_deg: float = 0.0, *, bold: bool = False) -> QPixmap:
        """Words with a halo, turned about their middle."""
        key = ("words", text, pixels, colour, round(angle_deg), bold)
        return self.keep(key, lambda: self._draw_words(text, pixels, colour, angle_deg, bold=bold))

    def word_size(self, text: str, pixels: float, *, bold: bool = False) -> tuple[float, float]:
        """Width and height that words take before they are turned."""
        metrics = QFontMetricsF(self.font(pixels, bold=bold))
        return metrics.horizontalAdvance(text) + 4, metrics.height() + 2

    def keep(self, key: tuple[object, ...], draw: Callable[[], QPixmap]) -> QPixmap:
        """The picture kept under a key, drawn now when there is none."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        drawn = draw()
        self._kept[key] = drawn
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return drawn

    def canvas(self, width: float, height: float) -> QPixmap:
        """An empty transparent picture of this size in logical pixels."""
        pixmap = QPixmap(math.ceil(width * self._ratio), math.ceil(height * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _draw_icon(self, glyph: Glyph, visual: AssetVisual, *, is_suppressed: bool) -> QPixmap:
        pixmap, painter = self._zoomed(ICON_PX + 2)
        painter.scale(ICON_PX / BOX, ICON_PX / BOX)
        painter.translate(-BOX / 2, -BOX / 2)
        colour = QColor(self._theme.stale if is_suppressed else self._theme.of(visual))
        plate = QPainterPath()
        plate.addRoundedRect(QRectF(1, 1, BOX - 2, BOX - 2), 6, 6)
        field = QColor(self._theme.icon_field)
        painter.fillPath(plate, field)
        if is_suppressed:
            hatch(painter, plate, colour)
        rim = QColor(colour)
        rim.setAlphaF(0.55 if visual is AssetVisual.NORMAL else 1.0)
        pen = QPen(rim, 1.3 if visual is AssetVisual.NORMAL or is_suppressed else 2.0)
        if visual is AssetVisual.UNKNOWN:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.strokePath(plate, pen)
        if is_suppressed or visual is AssetVisual.STALE:
            # Hollow: what is seen here is not what is so now.
            painter.strokePath(glyph_path(glyph), QPen(field, 3.0, j=Qt.PenJoinStyle.RoundJoin))
            painter.fillPath(glyph_path(glyph), field)
            painter.strokePath(glyph_path(glyph), QPen(colour, 1.1, j=Qt.PenJoinStyle.RoundJoin))
        else:
            painter.fillPath(glyph_path(glyph), colour)
        if visual is AssetVisual.FAULT and not is_suppressed:
            cross = QPainterPath()
            for x0, y0, x1, y1 in ((15.5, 15.5, 22.5, 22.5), (22.5, 15.5, 15.5, 22.5)):
                cross.moveTo(x0, y0)
                cross.lineTo(x1, y1)
            painter.strokePath(cross, QPen(field, 5.2, c=Qt.PenCapStyle.RoundCap))
            painter.strokePath(cross, QPen(colour, 2.4, c=Qt.PenCapStyle.RoundCap))
        painter.end()
        return pixmap

    def _draw_vehicle(self, step: int, visual: AssetVisual) -> QPixmap:
        pixmap, painter = self._zoomed(ICON_PX + 2)
        painter.rotate(step * 360 / HEADINGS)
        painter.scale(ICON_PX / BOX, ICON_PX / BOX)
        painter.translate(-BOX / 2, -BOX / 2)
        arrow = glyph_path(Glyph.VEHICLE)
        painter.strokePath(arrow, QPen(QColor(self._theme.icon_field), 3.4, j=Qt.PenJoinStyle.RoundJoin))
        if visual in (AssetVisual.STALE, AssetVisual.UNKNOWN):
            painter.strokePath(arrow, QPen(QColor(self._theme.of(visual)), 1.8, j=Qt.PenJoinStyle.RoundJoin))
            painter.fillPath(arrow, QColor(self._theme.icon_field))
        else:
            painter.fillPath(arrow, QColor(self._theme.of(visual)))
        painter.end()
        return pixmap

    def _draw_dot(self, visual: AssetVisual) -> QPixmap:
        pixmap, painter = self._zoomed(8)
        painter.setPen(QPen(QColor(self._theme.icon_field), 1))
        painter.setBrush(QColor(self._theme.of(visual)))
        painter.drawEllipse(QPointF(0, 0), 3, 3)
        painter.end()
        return pixmap

    def _draw_marker(self, visual: AssetVisual, *, filled: bool, pulse: bool) -> QPixmap:
        theme, colour = self._theme, QColor(self._theme.of(visual))
        pixmap, painter = self._zoomed(MARKER_PX + 2 * _PULSE_PX)
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
        font = self.font(11.5 if visual is AssetVisual.ALARM_P2 else 13.5, bold=True)
        font.setPixelSize(max(6, round(font.pixelSize() / self._zoom)))
        lower = 2.6 if visual is AssetVisual.ALARM_P2 else 0.0
        ink = QColor(theme.marker_ink) if filled else colour
        draw_digits(painter, QRectF(0, lower, BOX, BOX), font, str(priority_number(visual)), ink)
        painter.end()
        return pixmap

    def _zoomed(self, side: float) -> tuple[QPixmap, QPainter]:
        """A square picture with a painter at its middle that draws at the map's zoom."""
        pixmap = self.canvas(side * self._zoom, side * self._zoom)
        painter = painter_on(pixmap)
        painter.translate(side * self._zoom / 2, side * self._zoom / 2)
        painter.scale(self._zoom, self._zoom)
        return pixmap, painter

    def _draw_words(self, text: str, pixels: float, colour: str, angle_deg: float, *, bold: bool) -> QPixmap:
        wide, high = self.word_size(text, pixels, bold=bold)
        turn = math.radians(angle_deg)
        full_w = abs(wide * math.cos(turn)) + abs(high * math.sin(turn)) + 4
        full_h = abs(wide * math.sin(turn)) + abs(high * math.cos(turn)) + 4
        pixmap = self.canvas(full_w, full_h)
        painter = painter_on(pixmap)
        painter.translate(full_w / 2, full_h / 2)
        painter.rotate(angle_deg)
        font = self.font(pixels, bold=bold)
        metrics = QFontMetricsF(font)
        base_line = (metrics.ascent() - metrics.descent()) / 2
        path = text_shape(font, text).translated(QPointF(-metrics.horizontalAdvance(text) / 2, base_line))
        halo = QPen(QColor(self._theme.label_halo), 3, j=Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, halo)
        painter.fillPath(path, QColor(colour))
        painter.end()
        return pixmap


def hatch(painter: QPainter, area: QPainterPath, colour: QColor, step: float = 4.5) -> None:
    """Slanting lines within an area."""
    painter.save()
    painter.setClipPath(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(colour, 1.1))
    box = area.boundingRect()
    at = box.left() - box.height()
    while at < box.right():
        painter.drawLine(QPointF(at, box.bottom()), QPointF(at + box.height(), box.top()))
        at += step
    painter.restore()


def painter_on(pixmap: QPixmap) -> QPainter:
    """A painter that smooths edges."""
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    return painter


def draw_digits(painter: QPainter, area: QRectF, font: QFont, text: str, colour: QColor) -> None:
    """Text in the middle of an area, as a shape."""
    metrics = QFontMetricsF(font)
    base = area.center().y() + metrics.capHeight() / 2
    at = QPointF(area.center().x() - metrics.horizontalAdvance(text) / 2, round(base))
    painter.fillPath(text_shape(font, text).translated(at), colour)


def text_shape(font: QFont, text: str) -> QPainterPath:
    """Text as a shape that starts at the origin of its base line."""
    return _shape_of(font.toString(), text)


@lru_cache(maxsize=2_000)
def _shape_of(font_words: str, text: str) -> QPainterPath:
    # Asked for again, Qt may give slightly other shapes once the font was drawn as text as well:
    # kept, the same words look the same in every window and in every repaint.
    font = QFont()
    font.fromString(font_words)
    shape = QPainterPath()
    shape.addText(QPointF(0, 0), font, text)
    return shape
