"""Where vehicles came from, fading with age."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import AssetVisual

TRAILS_MPP: Final = 2.5
_SHADES: Final = 5
_VEHICLES_AT_MOST: Final = 120
_LINES_AT_MOST: Final = 2_500


class TrailLines:
    """An OverlayPart. Far away only the selected vehicle leaves a trail."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        scene, view = self._scene, frame.view
        if not scene.trails.keep_s or scene.motions.ids.size == 0 or not scene.has_vehicle_icons(view):
            return
        ids = scene.motions.ids
        if view.metres_per_pixel > TRAILS_MPP:
            ids = ids[ids == frame.selected]
        rows, _ = scene.store.rows_of(ids)
        rows = rows[scene.store.is_shown[rows] & (scene.store.visual[rows] != AssetVisual.STALE)]
        x, y = scene.places_of(rows)
        x0, y0, x1, y1 = view.bounds
        seen = np.flatnonzero((x > x0) & (x < x1) & (y > y0) & (y < y1))
        near = np.hypot(x[seen] - view.x, y[seen] - view.y)
        seen = seen[np.argsort(near)][:_VEHICLES_AT_MOST]
        shades: list[list[QLineF]] = [[] for _ in range(_SHADES)]
        now, drawn = scene.motions.now(), 0
        for at in seen.tolist():
            drawn += self._add(shades, frame, int(scene.store.ids[rows[at]]), float(x[at]), float(y[at]), now)
            if drawn > _LINES_AT_MOST:
                break
        self._draw(painter, shades)

    def _add(self, shades: list[list[QLineF]], frame: Frame, asset_id: int, x: float, y: float, now: float) -> int:
        points = self._scene.trails.of(asset_id, now)
        if not points:
            return 0
        # The last position seen lies ahead of where the vehicle is shown: its trail ends where it is shown.
        places = [frame.view.to_pixel(px, py) for _, px, py in points[:-1]] + [frame.view.to_pixel(x, y)]
        for (age, _, _), start, end in zip(points, places, places[1:], strict=False):
            shades[min(int(age * _SHADES), _SHADES - 1)].append(QLineF(*start, *end))
        return len(places) - 1

    def _draw(self, painter: QPainter, shades: list[list[QLineF]]) -> None:
        colour = QColor(self._sprites.theme.normal)
        for shade, lines in enumerate(shades):
            if lines:
                colour.setAlphaF(0.75 * (1 - shade / _SHADES))
                pen = QPen(colour, 2.0 * self._sprites.zoom)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawLines(lines)
