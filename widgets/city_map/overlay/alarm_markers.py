"""Markers of alarms: one alone with its priority, or a badge with the exact number of several."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import MARKER_PX, Sprites
from widgets.city_map.scene.badges import Badge
from widgets.city_map.scene.scene import Scene
from widgets.city_map.values import Glyph
from widgets.city_map.view.viewport import Viewport


class AlarmMarkers:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites

    def paint(self, painter: QPainter, frame: Frame) -> None:
        for badge in self._scene.badges_in_view(frame.view):
            px, py = self._place(frame.view, badge)
            flashes = badge.unacknowledged > 0
            sprite = self._sprites.marker(
                badge.worst,
                badge.count,
                filled=frame.shows_flash or not flashes,
                pulse=frame.shows_flash and flashes,
            )
            blit(painter, sprite, px, py)

    def badge_at(self, view: Viewport, px: float, py: float) -> Badge | None:
        """The alarm marker under a pixel; of several the one drawn last."""
        for badge in reversed(self._scene.badges_in_view(view)):
            x, y = self._place(view, badge)
            width = MARKER_PX / 2 if badge.count == 1 else MARKER_PX / 2 + 14 + 8 * len(str(badge.count))
            if -MARKER_PX / 2 <= px - x <= width and abs(py - y) <= MARKER_PX / 2:
                return badge
        return None

    def _place(self, view: Viewport, badge: Badge) -> tuple[float, float]:
        """At its alarm, beside its icon when there is one, under the name of its commune."""
        px, py = view.to_pixel(badge.x, badge.y)
        if badge.count > 1 and self._scene.has_commune_badges(view):
            return px, py + 22
        if badge.count == 1:
            row = self._scene.store.row_of(badge.asset_id)
            if row is not None:
                style = self._scene.style_of(row)
                if style.glyph is not Glyph.DOT and view.metres_per_pixel <= style.icon_mpp:
                    return px + 13, py - 13
        return px, py
