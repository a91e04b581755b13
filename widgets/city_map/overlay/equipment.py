"""Icons of equipment once the map is near enough, and their names nearer still."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import ICON_PX, Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import VISUAL_MASK, AssetVisual
from widgets.city_map.values import Glyph
from widgets.city_map.view.viewport import Viewport

_ICONS_AT_MOST: Final = 900
_ASSET_NAMES_MPP: Final = 0.7
_NAMES_AT_MOST: Final = 60


class Equipment:
    """An OverlayPart. Of too many icons the least important become dots."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        rows = self._scene.icon_rows(view)
        store, sprites = self._scene.store, self._sprites
        plain = max(0, rows.size - _ICONS_AT_MOST)
        px = (store.x[rows] * view.scale - view.left) / view.pixel_ratio
        py = (store.y[rows] * view.scale - view.top) / view.pixel_ratio
        for at, row in enumerate(rows.tolist()):
            visual = AssetVisual(int(store.state[row]) & VISUAL_MASK)
            glyph = self._scene.style_of(row).glyph
            if at < plain:
                sprite = sprites.dot(visual)
            elif glyph is Glyph.VEHICLE:
                sprite = sprites.vehicle(float(store.heading[row]), visual)
            else:
                sprite = sprites.icon(glyph, visual)
            blit(painter, sprite, float(px[at]), float(py[at]))
        if view.metres_per_pixel <= _ASSET_NAMES_MPP and self._scene.labels:
            self._paint_names(painter, view, rows[::-1][:_NAMES_AT_MOST].tolist(), store.row_of(frame.selected))

    def _paint_names(self, painter: QPainter, view: Viewport, rows: list[int], selected_row: int | None) -> None:
        taken: list[QRectF] = []
        for row in rows:
            text = self._scene.labels.get(int(self._scene.store.ids[row]))
            if text and row != selected_row:  # the name of the selected one is written larger
                self._paint_name(painter, view, row, shortened(text, 40), taken)

    def _paint_name(self, painter: QPainter, view: Viewport, row: int, text: str, taken: list[QRectF]) -> None:
        px, py = view.to_pixel(float(self._scene.store.x[row]), float(self._scene.store.y[row]))
        width, height = self._sprites.word_size(text, 11)
        box = QRectF(px - width / 2, py + ICON_PX / 2, width, height)
        if any(box.intersects(other) for other in taken):
            return
        taken.append(box)
        words = self._sprites.words(text, 11, self._sprites.theme.place_label)
        blit(painter, words, px, py + ICON_PX / 2 + height / 2)
