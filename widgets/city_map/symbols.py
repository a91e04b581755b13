"""The map's own symbol of a state, for lists and legends outside of it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from widgets.city_map.overlay.glyphs import BOX, marker_path
from widgets.city_map.state import FIRST_ALARM, AssetVisual, priority_number
from widgets.city_map.theme import MapTheme

SYMBOL_PX = 18


def state_symbol(visual: AssetVisual, theme: MapTheme, pixel_ratio: float = 1.0) -> QPixmap:
    """Shape, number and colour of an alarm; the disc of any other state."""
    pixmap, painter = _canvas(pixel_ratio)
    if visual >= FIRST_ALARM:
        painter.fillPath(marker_path(visual), QColor(theme.of(visual)))
        font = QFont()
        font.setPixelSize(round(BOX * 0.52))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.marker_ink))
        lower = 3.0 if visual is AssetVisual.ALARM_P2 else 0.0
        painter.drawText(QRectF(0, lower, BOX, BOX), Qt.AlignmentFlag.AlignCenter, str(priority_number(visual)))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.of(visual)))
        painter.drawEllipse(QPointF(BOX / 2, BOX / 2), BOX / 4, BOX / 4)
        if visual is AssetVisual.STALE:
            # Hollow, as on the map: a lamp nobody hears from must not look lit.
            painter.setBrush(QColor(theme.marker_field))
            painter.drawEllipse(QPointF(BOX / 2, BOX / 2), BOX / 8, BOX / 8)
    painter.end()
    return pixmap


def _canvas(pixel_ratio: float) -> tuple[QPixmap, QPainter]:
    side = math.ceil(SYMBOL_PX * pixel_ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.scale(SYMBOL_PX / BOX, SYMBOL_PX / BOX)
    return pixmap, painter
