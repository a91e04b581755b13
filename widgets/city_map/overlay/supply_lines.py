"""From a cabinet to everything it feeds: hairlines, dashed to what is cut off."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.city_map.details import SupplyTree
from widgets.city_map.frame import Frame
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.values import Rows

_LINES_AT_MOST: Final = 8_000


class SupplyLines:
    """An OverlayPart. Lines are made anew only when tree, assets or view change."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._key: tuple[object, ...] = ()
        self._fed: list[QLineF] = []
        self._cut_off: list[QLineF] = []

    def paint(self, painter: QPainter, frame: Frame) -> None:
        tree = self._scene.meaning.supply
        if tree is None:
            return
        self._make(tree, frame)
        theme = self._sprites.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(self._fed) + len(self._cut_off) < 600)
        calm = QColor(theme.normal)
        calm.setAlphaF(0.45)
        painter.setPen(QPen(calm, 1))
        painter.drawLines(self._fed)
        lost = QPen(QColor(theme.fault), 1.4)
        lost.setDashPattern([4, 3])
        lost.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(lost)
        painter.drawLines(self._cut_off)
        painter.restore()

    def _make(self, tree: SupplyTree, frame: Frame) -> None:
        view, store = frame.view, self._scene.store
        key = (id(tree), view, store.count, self._scene.alarm_version)
        row = store.row_of(tree.parent_id)
        if row is None:
            self._key, self._fed, self._cut_off = (), [], []
            return
        if key == self._key:
            return
        self._key = key
        rows, _ = store.rows_of(tree.fed_ids.astype(np.uint32)[:_LINES_AT_MOST])
        lost, _ = store.rows_of(tree.cut_off_ids.astype(np.uint32)[:_LINES_AT_MOST])
        is_lost = np.isin(rows, lost)
        self._fed = self._lines(frame, row, rows[~is_lost])
        self._cut_off = self._lines(frame, row, lost)

    def _lines(self, frame: Frame, parent: int, rows: Rows) -> list[QLineF]:
        view, store = frame.view, self._scene.store
        x0, y0 = view.to_pixel(float(store.x[parent]), float(store.y[parent]))
        x = (store.x[rows] * view.scale - view.left) / view.pixel_ratio
        y = (store.y[rows] * view.scale - view.top) / view.pixel_ratio
        seen = (
            (np.maximum(x, x0) > 0)
            & (np.minimum(x, x0) < view.width)
            & (np.maximum(y, y0) > 0)
            & (np.minimum(y, y0) < view.height)
        )
        return [QLineF(x0, y0, px, py) for px, py in zip(x[seen].tolist(), y[seen].tolist(), strict=True)]
