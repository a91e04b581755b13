"""From a cabinet to everything it feeds: hairlines, dashed to what is cut off."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from PySide6.QtGui import QColor, QPainter

from widgets.city_map.details import SupplyTree
from widgets.city_map.frame import Frame
from widgets.city_map.overlay.anchored_picture import AnchoredPicture, DeviceArea, Pixels, seen_area
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Bytes, Rows

_LINES_AT_MOST: Final = 20_000
_OVERSCAN: Final = 0.25
_SUBPIXEL_BITS: Final = 4
_FAR: Final = 1 << 24
_DASH_PX: Final = (7, 5)
_CALM_OPACITY: Final = 0.45


class SupplyLines:
    """An OverlayPart. Drawn when tree, alarms or scale change; a pan only blits."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._key: tuple[object, ...] = ()
        self._tree: SupplyTree | None = None
        self._made: AnchoredPicture | None = None
        self._reach: DeviceArea | None = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        tree = self._scene.meaning.supply
        row = None if tree is None else self._scene.store.row_of(tree.parent_id)
        if tree is None or row is None:
            self._tree = self._made = self._reach = None
            return
        view, theme = frame.view, self._sprites.theme
        key = (theme, self._sprites.zoom, self._scene.alarm_version)
        is_same = self._tree is tree and self._key == key and self._reach is not None
        if not (is_same and (frame.is_zooming or (self._reach is not None and self._reach.holds(seen_area(view))))):
            self._tree, self._key, self._reach = tree, key, seen_area(view, _OVERSCAN)
            self._made = self._drawn(tree, row, self._reach)
        if self._made is not None:
            self._made.paint(painter, view)

    def _drawn(self, tree: SupplyTree, row: int, reach: DeviceArea) -> AnchoredPicture | None:
        store = self._scene.store
        rows, _ = store.rows_of(tree.fed_ids.astype(np.uint32)[:_LINES_AT_MOST])
        lost, _ = store.rows_of(tree.cut_off_ids.astype(np.uint32)[:_LINES_AT_MOST])
        every = np.concatenate((rows, lost, [row])).astype(np.int64)
        x, y = store.x[every] * reach.scale, store.y[every] * reach.scale
        left, right = max(int(x.min()) - 4, reach.left), min(int(x.max()) + 4, reach.left + reach.width)
        top, bottom = max(int(y.min()) - 4, reach.top), min(int(y.max()) + 4, reach.top + reach.height)
        if right - left < 2 or bottom - top < 2:
            return None
        area = DeviceArea(left, top, right - left, bottom - top, reach.scale)
        thick = max(round(self._sprites.ratio * self._sprites.zoom), 1)
        calm = self._mask(area, row, rows[~np.isin(rows, lost)], thick)
        broken = self._mask(area, row, lost, thick)
        line, column = np.nonzero(broken)
        distance = np.hypot(column + left - store.x[row] * reach.scale, line + top - store.y[row] * reach.scale)
        unit = self._sprites.ratio * self._sprites.zoom
        gap = distance % (sum(_DASH_PX) * unit) > _DASH_PX[0] * unit
        broken[line[gap], column[gap]] = 0
        codes = np.where(broken > 1, 128 + (broken >> 1), calm >> 1)
        return AnchoredPicture(area, np.take(_palette(self._sprites.theme), codes))

    def _mask(self, area: DeviceArea, parent: int, rows: Rows, thick: int) -> Bytes:
        mask = np.zeros((area.height, area.width), np.uint8)
        if rows.size:
            store, unit = self._scene.store, 1 << _SUBPIXEL_BITS
            ends = np.empty((rows.size, 2, 2), np.float64)
            for axis, places, start in ((0, store.x, area.left), (1, store.y, area.top)):
                ends[:, 0, axis] = places[parent] * area.scale - start
                ends[:, 1, axis] = places[rows] * area.scale - start
            points = np.clip(ends * unit, -_FAR, _FAR).astype(np.int32)
            cv2.polylines(mask, list(points), False, 255, thick, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask


def _palette(theme: MapTheme) -> Pixels:
    """127 shades of calm, then 127 of cut off; premultiplied."""
    table = np.zeros(256, np.uint32)
    for start, name, opacity in ((0, theme.normal, _CALM_OPACITY), (128, theme.fault, 1.0)):
        colour = QColor(name)
        alpha = np.arange(128) / 127 * opacity
        channels = (255, colour.red(), colour.green(), colour.blue())
        parts = [np.round(channel * alpha).astype(np.uint32) for channel in channels]
        table[start : start + 128] = (parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]
    return table
