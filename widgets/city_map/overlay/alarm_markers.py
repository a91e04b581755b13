"""Markers of alarms: one alone with its priority, or a badge with the exact numbers of several."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.badge_layout import BadgeLayout, lay_out, seen
from widgets.city_map.overlay.badge_sprites import BadgeSprites
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.badges import Badge, BadgeColumns
from widgets.city_map.scene.scene import Scene
from widgets.city_map.values import Glyph, Rows
from widgets.city_map.view.viewport import Viewport

_BESIDE_ICON_PX: Final = 13.0
_LEADER_PX: Final = 3.0

Shown = tuple[Badge, QRectF, bool]
"""A badge, its pixels, and whether it shows its split by priority."""


class AlarmMarkers:
    """An OverlayPart."""

    def __init__(self, scene: Scene, sprites: Sprites) -> None:
        self._scene = scene
        self._sprites = sprites
        self._plates = BadgeSprites(sprites)
        self._laid: BadgeLayout | None = None
        self._laid_for: tuple[float, float] | None = None
        self._badges: BadgeColumns | None = None
        self._values: dict[int, Badge] = {}
        self._rank: Rows = np.empty(0, np.int64)
        self._kept: list[Shown] = []
        self._shown_laid: BadgeLayout | None = None
        self._shown_view: Viewport | None = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        for badge, area, has_split in self._shown(view):
            flashes = badge.unacknowledged > 0
            middle = area.center()
            if badge.count == 1:
                self._paint_leader(painter, view, badge, middle)
            else:
                split = badge.by_priority if has_split else ()
                plate = self._plates.plate(badge.count, badge.worst, split, area.width(), area.height())
                blit(painter, plate, middle.x(), middle.y())
                half = self._plates.marker_px / 2
                middle = QPointF(area.left() + half, area.top() + half)
            marker = self._sprites.marker(
                badge.worst, filled=frame.shows_flash or not flashes, pulse=frame.shows_flash and flashes
            )
            blit(painter, marker, middle.x(), middle.y())

    def badge_at(self, view: Viewport, px: float, py: float) -> Badge | None:
        """The alarm marker under a pixel; of several the one drawn last."""
        at = QPointF(px, py)
        for badge, area, _ in reversed(self._shown(view)):
            if area.contains(at):
                return badge
        return None

    def areas(self, view: Viewport) -> list[tuple[Badge, QRectF]]:
        """Every marker that is seen, worst last, with the pixels it takes."""
        return [(badge, area) for badge, area, _ in self._shown(view)]

    def _shown(self, view: Viewport) -> list[Shown]:
        """Asked for several times in a frame, and by every move of the pointer: kept while nothing changes."""
        badges, laid = self._layout(view)
        if self._shown_laid is laid and self._shown_view == view:
            return self._kept
        self._shown_laid, self._shown_view = laid, view
        within = seen(laid, view)
        self._kept = [self._at(badges, laid, index, view) for index in within[np.argsort(self._rank[within])].tolist()]
        return self._kept

    def _at(self, badges: BadgeColumns, laid: BadgeLayout, index: int, view: Viewport) -> Shown:
        badge = self._values.get(index)
        if badge is None:
            badge = self._values[index] = badges.at(index)
        px, py = view.to_pixel(float(laid.x[index]), float(laid.y[index]))
        width, height = float(laid.width[index]), float(laid.height[index])
        if badge.count == 1:
            px, py = self._beside_icon(view, badge, px, py)
        return badge, QRectF(px - width / 2, py - height / 2, width, height), bool(laid.has_split[index])

    def _layout(self, view: Viewport) -> tuple[BadgeColumns, BadgeLayout]:
        badges = self._scene.badges_near(view)
        key = (view.units, self._sprites.zoom)
        if badges is not self._badges:
            self._badges, self._laid = badges, None
            self._values.clear()
            self._rank = np.argsort(badges.drawing_order())
        if self._laid is None or self._laid_for != key:
            self._laid = lay_out(badges, self._plates.sizes(badges), view.units, self._sprites.zoom)
            self._laid_for = key
        return badges, self._laid

    def _beside_icon(self, view: Viewport, badge: Badge, px: float, py: float) -> tuple[float, float]:
        row = self._scene.store.row_of(badge.asset_id)
        if row is not None:
            style = self._scene.style_of(row)
            if style.glyph is not Glyph.DOT and view.metres_per_pixel <= style.icon_mpp:
                aside = _BESIDE_ICON_PX * self._sprites.zoom
                return px + aside, py - aside
        return px, py

    def _paint_leader(self, painter: QPainter, view: Viewport, badge: Badge, middle: QPointF) -> None:
        """A line to the true place of an alarm whose marker had to make room."""
        place = QPointF(*view.to_pixel(badge.x, badge.y))
        gap = place - middle
        length = math.hypot(gap.x(), gap.y())
        if length > _LEADER_PX * self._sprites.zoom:
            # A filled shape and no line: lines come out differently when only a part of them is painted anew.
            side = QPointF(-gap.y(), gap.x()) * (0.8 * self._sprites.zoom / length)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._sprites.theme.of(badge.worst)))
            painter.drawPolygon(QPolygonF([middle + side, place + side, place - side, middle - side]))
