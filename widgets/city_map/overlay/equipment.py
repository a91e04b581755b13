"""Icons of equipment once the map is near enough, and their names nearer still."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QPainter, QPixmap

from widgets.city_map.details import CameraDetail, JunctionState
from widgets.city_map.frame import Frame
from widgets.city_map.overlay.detail_sprites import DetailSprites
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import ICON_PX, Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import SUPPRESSED, VISUAL_MASK, AssetVisual
from widgets.city_map.values import Glyph
from widgets.city_map.view.viewport import Viewport

_ICONS_AT_MOST: Final = 900
ASSET_NAMES_MPP: Final = 0.7
_NAMES_AT_MOST: Final = 60


class Equipment:
    """An OverlayPart. Of too many icons the least important become dots."""

    def __init__(self, scene: Scene, sprites: Sprites, room: Occupancy) -> None:
        self._scene = scene
        self._sprites = sprites
        self._details = DetailSprites(sprites)
        self._room = room

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        rows = self._scene.icon_rows(view)
        if rows.size == 0:
            return
        store = self._scene.store
        plain = max(0, rows.size - _ICONS_AT_MOST)
        x, y = self._scene.places_of(rows)
        px = ((x * view.scale - view.left) / view.pixel_ratio).tolist()
        py = ((y * view.scale - view.top) / view.pixel_ratio).tolist()
        states = store.state[rows].tolist()
        for at, row in enumerate(rows.tolist()):
            if at < plain:
                sprite = self._sprites.dot(AssetVisual(states[at] & VISUAL_MASK))
            else:
                sprite = self._picture(row, states[at])
            blit(painter, sprite, px[at], py[at])
        if view.metres_per_pixel <= ASSET_NAMES_MPP * self._sprites.zoom and self._scene.labels:
            selected_row = store.row_of(frame.selected)
            names = [(at, row) for at, row in enumerate(rows.tolist()) if at >= plain and row != selected_row]
            for at, row in names[::-1][:_NAMES_AT_MOST]:
                self._paint_name(painter, view, row, px[at], py[at])

    def _picture(self, row: int, state: int) -> QPixmap:
        visual, is_suppressed = AssetVisual(state & VISUAL_MASK), bool(state & SUPPRESSED)
        glyph = self._scene.style_of(row).glyph
        if glyph is Glyph.VEHICLE:
            return self._sprites.vehicle(float(self._scene.store.heading[row]), visual)
        detail = self._scene.meaning.details.get(int(self._scene.store.ids[row]))
        if isinstance(detail, CameraDetail):
            return self._details.camera(detail, visual, is_suppressed=is_suppressed)
        if isinstance(detail, JunctionState):
            return self._details.junction(detail.mode, visual, is_suppressed=is_suppressed)
        return self._sprites.icon(glyph, visual, is_suppressed=is_suppressed)

    def _paint_name(self, painter: QPainter, view: Viewport, row: int, px: float, py: float) -> None:
        text = shortened(self._scene.labels.get(int(self._scene.store.ids[row]), ""), 40)
        if not text:
            return
        width, height = self._sprites.word_size(text, 11)
        middle = py + ICON_PX * self._sprites.zoom / 2 + height / 2
        on_view = -width < px < view.width + width and -height < middle < view.height + height
        if on_view and self._room.take(px, middle, width, height):
            blit(painter, self._sprites.words(text, 11, self._sprites.theme.place_label), px, middle)
