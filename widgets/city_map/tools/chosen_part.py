"""Those that are chosen: in brackets while they are few and apart, tinted discs when they are many."""

from __future__ import annotations

import math
from typing import Final, cast

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.raster.tiles import TILE, TileLayer, keys_of
from widgets.city_map.scene.scene import Scene
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Bytes, Float64s, Mask, Rows, UInt32s
from widgets.city_map.view.viewport import Viewport

_BRACKETS_AT_MOST: Final = 300
_SIDE: Final = 24
_FEW: Final = 8
_LOOKED_AT_ONE_BY_ONE: Final = 5_000
_NEAR_MPP: Final = 2.5
_NO_IDS: Final[UInt32s] = np.empty(0, np.uint32)


class ChosenPart:
    """An OverlayPart. Discs lie in blocks, so that a pan only blits them."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self.ids: UInt32s = _NO_IDS
        """Ascending; those that are not on the map are remembered."""
        self._blocks = TileLayer(self._draw_block)
        self._radius = 3
        self._looks: tuple[MapTheme, float] | None = None
        self._bracket: QPixmap | None = None

    def set_ids(self, ids: UInt32s) -> None:
        """Exactly these."""
        self.ids = np.unique(np.asarray(ids, np.uint32))
        self._blocks.clear()

    def scene_changed(self) -> None:
        """Assets came or went, or others are shown."""
        self._blocks.clear()

    def places_changed(self, x: Float64s, y: Float64s) -> None:
        """What stands at these places may have come or gone."""
        scale = self._blocks.scale
        if self.ids.size == 0 or scale == 0:
            return
        reach = self._radius + 2
        for dx, dy in ((-reach, -reach), (-reach, reach), (reach, -reach), (reach, reach)):
            column, line = np.floor((x * scale + dx) / TILE), np.floor((y * scale + dy) / TILE)
            for key in {(int(a), int(b)) for a, b in zip(column, line, strict=True)}:
                self._blocks.forget(key)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self.ids.size == 0:
            return
        view = frame.view
        self._take_looks(view)
        is_far_and_many = self.ids.size > _LOOKED_AT_ONE_BY_ONE and view.metres_per_pixel > _NEAR_MPP
        rows = np.empty(0, np.int64) if is_far_and_many else self._rows_in_view(view)
        x, y = self._scene.store.x[rows], self._scene.store.y[rows]
        if is_far_and_many or rows.size > _BRACKETS_AT_MOST or _is_crowded(x / view.units, y / view.units):
            self._paint_discs(painter, frame)
            return
        bracket = self._bracket_picture(view.pixel_ratio)
        for at in range(rows.size):
            blit(painter, bracket, *view.to_pixel(float(x[at]), float(y[at])))

    def _rows_in_view(self, view: Viewport) -> Rows:
        x0, y0, x1, y1 = view.bounds
        margin = _SIDE * view.units
        box = (x0 - margin, y0 - margin, x1 + margin, y1 + margin)
        store = self._scene.store
        if self.ids.size > _LOOKED_AT_ONE_BY_ONE:
            rows = self._scene.index.in_rectangle(*box)
            return rows[self._is_chosen(rows)]
        rows, _ = store.rows_of(self.ids)
        x, y = store.x[rows], store.y[rows]
        return rows[(x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3]) & store.is_shown[rows]]

    def _is_chosen(self, rows: Rows) -> Mask:
        store = self._scene.store
        ids = store.ids[rows]
        found: UInt32s = self.ids[np.minimum(np.searchsorted(self.ids, ids), self.ids.size - 1)]
        return np.equal(found, ids) & store.is_shown[rows]

    def _paint_discs(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        # While the scale changes the blocks of the former one stand in.
        if not (frame.is_zooming and self._blocks.drawn()):
            self._blocks.prepare(view, 0, math.inf)
        wanted = set(keys_of(view, 0)) if self._blocks.scale == view.scale else set(self._blocks.drawn())
        side = TILE if self._blocks.scale == view.scale else TILE / self._blocks.scale * view.scale
        painter.save()
        painter.scale(1 / view.pixel_ratio, 1 / view.pixel_ratio)
        for key in wanted:
            image = self._blocks.image(key)
            at = QPointF(key[0] * side - view.left, key[1] * side - view.top)
            if image is not None and side == TILE:
                painter.drawImage(at, image)
            elif image is not None:
                painter.drawImage(QRectF(at, QSizeF(side, side)), image)
        painter.restore()

    def _draw_block(self, column: int, line: int, scale: float) -> QImage | None:
        reach = self._radius
        left, top = column * TILE - reach, line * TILE - reach
        side = TILE + 2 * reach
        rows = self._scene.index.in_rectangle(left / scale, top / scale, (left + side) / scale, (top + side) / scale)
        rows = rows[self._is_chosen(rows)]
        if rows.size == 0:
            return None
        seeds = np.zeros((side, side), np.uint8)
        px = np.clip(np.floor(self._scene.store.x[rows] * scale).astype(np.int64) - left, 0, side - 1)
        py = np.clip(np.floor(self._scene.store.y[rows] * scale).astype(np.int64) - top, 0, side - 1)
        seeds[py, px] = 255
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        spread = cast("Bytes", cv2.dilate(seeds, disc))[reach : reach + TILE, reach : reach + TILE]
        heart = seeds[reach : reach + TILE, reach : reach + TILE]
        colour = QColor(self._sprites.theme.focus)
        pixels = np.zeros((TILE, TILE, 4), np.uint8)
        tint = (colour.blue(), colour.green(), colour.red())
        pixels[spread > 0] = (*(channel // 2 for channel in tint), 128)
        # The middle stays free: the state of what is chosen must be seen.
        pixels[heart > 0] = 0
        return QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()

    def _take_looks(self, view: Viewport) -> None:
        looks = (self._sprites.theme, view.pixel_ratio)
        if looks != self._looks:
            self._looks, self._bracket = looks, None
            self._radius = round(4 * view.pixel_ratio)
            self._blocks.clear()

    def _bracket_picture(self, ratio: float) -> QPixmap:
        if self._bracket is None:
            picture = QPixmap(round((_SIDE + 4) * ratio), round((_SIDE + 4) * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = self._sprites.theme
            for colour, width in ((theme.label_halo, 4.0), (theme.focus, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                low, high = 2.0, 2.0 + _SIDE
                for x, dx in ((low, 6), (high, -6)):
                    for y, dy in ((low, 6), (high, -6)):
                        painter.drawPolyline([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)])
            painter.end()
            self._bracket = picture
        return self._bracket


def _is_crowded(px: Float64s, py: Float64s) -> bool:
    """True where brackets would run into each other."""
    cells = np.unique(np.stack((np.floor(px / _SIDE), np.floor(py / _SIDE))), axis=1)
    return px.size > _FEW and cells.shape[1] < px.size * 0.7
