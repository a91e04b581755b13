"""Icons that say more than a class: kinds of cameras, what a junction does."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from widgets.city_map.details import CameraDetail, JunctionMode
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import ICON_PX, Sprites, draw_digits, hatch, painter_on
from widgets.city_map.state import AssetVisual
from widgets.city_map.values import Glyph

_TAG_PX: Final = 12.0
_MARGIN_PX: Final = 7.0
JUNCTION_LETTERS: Final = {
    JunctionMode.FLASHING_AMBER: "~",
    JunctionMode.DARK: "0",
    JunctionMode.FAULT: "!",
    JunctionMode.UNKNOWN: "?",
}


class DetailSprites:
    """The icon of the class with what is known of the asset in its corners."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites

    def camera(self, detail: CameraDetail, visual: AssetVisual, *, is_suppressed: bool) -> QPixmap:
        """A dome for a PTZ camera; a dot when it records; lines over it when parts of its picture are masked."""
        key = ("camera", detail, visual, is_suppressed)
        return self._sprites.keep(key, lambda: self._draw_camera(detail, visual, is_suppressed=is_suppressed))

    def junction(self, mode: JunctionMode, visual: AssetVisual, *, is_suppressed: bool) -> QPixmap:
        """A plain icon while a plan runs; else a tag with a letter, of a shape for each trouble."""
        key = ("junction", mode, visual, is_suppressed)
        return self._sprites.keep(key, lambda: self._draw_junction(mode, visual, is_suppressed=is_suppressed))

    def _draw_camera(self, detail: CameraDetail, visual: AssetVisual, *, is_suppressed: bool) -> QPixmap:
        glyph = Glyph.PTZ_CAMERA if detail.is_ptz else Glyph.CAMERA
        pixmap, painter = self._over(self._sprites.icon(glyph, visual, is_suppressed=is_suppressed))
        theme = self._sprites.theme
        if detail.is_masked:
            plate = QPainterPath()
            half = ICON_PX / 2 - 1.5
            plate.addRoundedRect(QRectF(-half, 1.5, 2 * half, half - 1.5), 3, 3)
            painter.fillPath(plate, QColor(theme.icon_field))
            hatch(painter, plate, QColor(theme.normal), 3.2)
        if detail.is_recording:
            at = QPointF(ICON_PX / 2 - 1, -ICON_PX / 2 + 1)
            painter.setPen(QPen(QColor(theme.icon_field), 1.6))
            painter.setBrush(QColor(theme.normal))
            painter.drawEllipse(at, 4.0, 4.0)
        painter.end()
        return pixmap

    def _draw_junction(self, mode: JunctionMode, visual: AssetVisual, *, is_suppressed: bool) -> QPixmap:
        pixmap, painter = self._over(self._sprites.icon(Glyph.JUNCTION, visual, is_suppressed=is_suppressed))
        if mode is not JunctionMode.RUNNING:
            painter.translate(ICON_PX / 2 + 0.5, -1)
            self._draw_tag(painter, mode)
        painter.end()
        return pixmap

    def _draw_tag(self, painter: QPainter, mode: JunctionMode) -> None:
        theme = self._sprites.theme
        half = _TAG_PX / 2
        shape = QPainterPath()
        match mode:
            case JunctionMode.FLASHING_AMBER:
                colour, is_filled = QColor(theme.p2), True
                shape.moveTo(0, -half * 1.15)
                shape.lineTo(half * 1.2, half)
                shape.lineTo(-half * 1.2, half)
                shape.closeSubpath()
            case JunctionMode.DARK:
                colour, is_filled = QColor(theme.stale), False
                shape.addRect(QRectF(-half, -half, _TAG_PX, _TAG_PX))
            case JunctionMode.FAULT:
                colour, is_filled = QColor(theme.fault), True
                shape.addRoundedRect(QRectF(-half, -half, _TAG_PX, _TAG_PX), 2, 2)
            case _:
                colour, is_filled = QColor(theme.unknown), False
                shape.addEllipse(QRectF(-half, -half, _TAG_PX, _TAG_PX))
        painter.strokePath(shape, QPen(QColor(theme.icon_field), 3, j=Qt.PenJoinStyle.RoundJoin))
        painter.fillPath(shape, colour if is_filled else QColor(theme.icon_field))
        painter.strokePath(shape, QPen(colour, 1.2, j=Qt.PenJoinStyle.RoundJoin))
        ink = QColor(theme.marker_ink) if is_filled else colour
        font = self._sprites.font(10, bold=True)
        font.setPixelSize(max(5, round(font.pixelSize() / self._sprites.zoom)))
        lower = 2.0 if mode is JunctionMode.FLASHING_AMBER else 0.0
        draw_digits(painter, QRectF(-half, -half + lower, _TAG_PX, _TAG_PX), font, JUNCTION_LETTERS[mode], ink)

    def _over(self, icon: QPixmap) -> tuple[QPixmap, QPainter]:
        """A larger picture with the icon in its middle, and a painter there at the map's zoom."""
        zoom = self._sprites.zoom
        side = (ICON_PX + 2 + 2 * _MARGIN_PX) * zoom
        pixmap = self._sprites.canvas(side, side)
        painter = painter_on(pixmap)
        blit(painter, icon, side / 2, side / 2)
        painter.translate(side / 2, side / 2)
        painter.scale(zoom, zoom)
        return pixmap, painter
