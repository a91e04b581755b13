"""What cameras see: a sector for the selected one at every scale, for all of them when near."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QRadialGradient

from widgets.city_map.details import CameraDetail
from widgets.city_map.frame import Frame
from widgets.city_map.mercator import ground_scale
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Cone, Scene, cone_outline
from widgets.city_map.values import UInt32s
from widgets.city_map.view.viewport import Viewport

_CONES_MPP: Final = 2.2
_CONES_AT_MOST: Final = 250
_REACH_M: Final = 250.0


class FieldsOfView:
    """An OverlayPart. A PTZ camera has a dashed ring as far as it reaches; hatching tells of masks."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._known: tuple[int, UInt32s] = (0, np.empty(0, np.uint32))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        cones, view = self._scene.cones, frame.view
        shown = {frame.selected} & cones.keys()
        if view.metres_per_pixel <= _CONES_MPP and cones:
            rows, _ = self._scene.store.rows_of(self._ids())
            store = self._scene.store
            # A camera outside of the view may look into it.
            x0, y0, x1, y1 = view.bounds
            x, y = store.x[rows], store.y[rows]
            near = (x > x0 - _REACH_M) & (x < x1 + _REACH_M) & (y > y0 - _REACH_M) & (y < y1 + _REACH_M)
            shown |= set(store.ids[rows[near & store.is_shown[rows]]][:_CONES_AT_MOST].tolist())
        for asset_id in sorted(shown):
            row = self._scene.store.row_of(asset_id)
            if row is not None:
                self._paint_one(painter, view, row, cones[asset_id], is_selected=asset_id == frame.selected)

    def _ids(self) -> UInt32s:
        if self._known[0] != id(self._scene.cones):
            self._known = id(self._scene.cones), np.array(list(self._scene.cones), np.uint32)
        return self._known[1]

    def _paint_one(self, painter: QPainter, view: Viewport, row: int, cone: Cone, *, is_selected: bool) -> None:
        x, y = float(self._scene.store.x[row]), float(self._scene.store.y[row])
        scale = ground_scale(y)
        outline = QPolygonF([QPointF(*view.to_pixel(*point)) for point in cone_outline(x, y, cone, scale)])
        theme = self._sprites.theme
        colour = QColor(theme.selection if is_selected else theme.cone)
        reach_px = max(cone[2] / scale / view.units, 1.0)
        middle = QPointF(*view.to_pixel(x, y))
        fade = QRadialGradient(middle, reach_px)
        for stop, opacity in ((0.0, 0.34), (0.6, 0.16), (1.0, 0.03)):
            colour.setAlphaF(opacity * (1.0 if is_selected else 0.6))
            fade.setColorAt(stop, colour)
        colour.setAlphaF(0.5 if is_selected else 0.22)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(fade)
        painter.drawPolygon(outline)
        detail = self._scene.meaning.details.get(int(self._scene.store.ids[row]))
        if not isinstance(detail, CameraDetail):
            return
        if detail.is_masked:
            colour.setAlphaF(0.16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
            painter.drawPolygon(outline)
        if detail.is_ptz and cone[1] < 360:
            colour.setAlphaF(0.6 if is_selected else 0.35)
            ring = QPen(colour, 1)
            ring.setDashPattern([6, 5])
            painter.setPen(ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, reach_px, reach_px)
