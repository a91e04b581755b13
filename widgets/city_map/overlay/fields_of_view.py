"""What cameras see: a cone for the selected one at every scale, for all of them when near."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRadialGradient

from widgets.city_map.frame import Frame
from widgets.city_map.mercator import ground_scale
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Cone, Scene, cone_outline
from widgets.city_map.view.viewport import Viewport

_CONES_MPP: Final = 2.2


class FieldsOfView:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        cones, view = self._scene.cones, frame.view
        shown = {frame.selected} & cones.keys()
        if view.metres_per_pixel <= _CONES_MPP and cones:
            rows = self._scene.rows_in_view(view)
            shown |= cones.keys() & set(self._scene.store.ids[rows].tolist())
        for asset_id in sorted(shown):
            row = self._scene.store.row_of(asset_id)
            if row is not None:
                self._paint_one(painter, view, row, cones[asset_id], is_selected=asset_id == frame.selected)

    def _paint_one(self, painter: QPainter, view: Viewport, row: int, cone: Cone, *, is_selected: bool) -> None:
        x, y = float(self._scene.store.x[row]), float(self._scene.store.y[row])
        scale = ground_scale(y)
        outline = [QPointF(*view.to_pixel(*point)) for point in cone_outline(x, y, cone, scale)]
        theme = self._sprites.theme
        colour = QColor(theme.selection if is_selected else theme.cone)
        reach_px = max(cone[2] / scale / view.units, 1.0)
        fade = QRadialGradient(QPointF(*view.to_pixel(x, y)), reach_px)
        for stop, opacity in ((0.0, 0.34), (0.6, 0.16), (1.0, 0.03)):
            colour.setAlphaF(opacity * (1.0 if is_selected else 0.6))
            fade.setColorAt(stop, colour)
        colour.setAlphaF(0.5 if is_selected else 0.22)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(fade)
        painter.drawPolygon(QPolygonF(outline))
