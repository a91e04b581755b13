"""The few hundred things worth an icon: equipment when near, alarms, names, selection, fields of view."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QRadialGradient

from widgets.city_map.badges import Badge
from widgets.city_map.labels import Label, LabelPlacer
from widgets.city_map.mercator import ground_scale
from widgets.city_map.scene import Scene, cone_outline
from widgets.city_map.sprites import ICON_PX, MARKER_PX, Sprites
from widgets.city_map.state import VISUAL_MASK, AssetVisual
from widgets.city_map.values import Glyph
from widgets.city_map.viewport import Viewport

_ICONS_AT_MOST: Final = 900
_CONES_MPP: Final = 2.2
_ASSET_NAMES_MPP: Final = 0.7
_NAMES_AT_MOST: Final = 60


class Overlay:
    """Paints over the tiles with QPainter. Remembers the names it placed while the view stays near."""

    def __init__(self, scene: Scene, sprites: Sprites, placer: LabelPlacer) -> None:
        self._scene = scene
        self._sprites = sprites
        self._placer = placer
        self._labels: list[Label] = []
        self._labels_for: Viewport | None = None
        self._labels_with = -1

    def forget_labels(self) -> None:
        """Names or layers changed: place them anew."""
        self._labels_for = None

    def paint(self, painter: QPainter, view: Viewport, *, selected: int, is_flash_on: bool, is_settled: bool) -> None:
        """Everything over the discs. While zooming the names stay as they were."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_settled and self._must_place(view):
            in_commune = self._scene.has_commune_badges(view)
            markers = [] if in_commune else [(badge.x, badge.y) for badge in self._scene.badges_in_view(view)]
            self._labels = self._placer.place(view, self._measure, markers)
            self._labels_for, self._labels_with = view, self._scene.alarm_version
        self._paint_cones(painter, view, selected)
        self._paint_labels(painter, view)
        self._paint_icons(painter, view, selected)
        self._paint_badges(painter, view, is_flash_on=is_flash_on)
        self._paint_selection(painter, view, selected)

    def badge_at(self, view: Viewport, px: float, py: float) -> Badge | None:
        """The alarm marker under a pixel; of several the one drawn last."""
        for badge in reversed(self._scene.badges_in_view(view)):
            x, y = self._marker_place(view, badge)
            width = MARKER_PX / 2 if badge.count == 1 else MARKER_PX / 2 + 14 + 8 * len(str(badge.count))
            if -MARKER_PX / 2 <= px - x <= width and abs(py - y) <= MARKER_PX / 2:
                return badge
        return None

    def _measure(self, text: str, pixels: float) -> tuple[float, float]:
        return self._sprites.word_size(text, pixels)

    def _must_place(self, view: Viewport) -> bool:
        last = self._labels_for
        if (
            last is None
            or self._labels_with != self._scene.alarm_version
            or (last.units, last.width, last.height) != (view.units, view.width, view.height)
        ):
            return True
        moved = max(abs(view.x - last.x) / max(view.width, 1), abs(view.y - last.y) / max(view.height, 1))
        return moved / view.units > 0.4

    def _paint_labels(self, painter: QPainter, view: Viewport) -> None:
        theme = self._sprites.theme
        for label in self._labels:
            px, py = view.to_pixel(label.x, label.y)
            if not (-200 < px < view.width + 200 and -200 < py < view.height + 200):
                continue
            colour = theme.place_label if label.is_place else theme.street_label
            words = self._sprites.words(label.text, label.pixels, colour, label.angle_deg)
            _blit(painter, words, px, py)

    def _paint_cones(self, painter: QPainter, view: Viewport, selected: int) -> None:
        cones = self._scene.cones
        shown = set[int]()
        if selected in cones:
            shown.add(selected)
        if view.metres_per_pixel <= _CONES_MPP and cones:
            rows = self._scene.rows_in_view(view)
            shown |= cones.keys() & set(self._scene.store.ids[rows].tolist())
        for asset_id in sorted(shown):
            row = self._scene.store.row_of(asset_id)
            if row is not None:
                self._paint_cone(painter, view, row, cones[asset_id], is_selected=asset_id == selected)

    def _paint_cone(
        self, painter: QPainter, view: Viewport, row: int, cone: tuple[float, float, float], *, is_selected: bool
    ) -> None:
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

    def _paint_icons(self, painter: QPainter, view: Viewport, selected: int) -> None:
        rows = self._scene.icon_rows(view)
        store, sprites = self._scene.store, self._sprites
        plain = rows[: max(0, rows.size - _ICONS_AT_MOST)]
        px = (store.x[rows] * view.scale - view.left) / view.pixel_ratio
        py = (store.y[rows] * view.scale - view.top) / view.pixel_ratio
        for at, row in enumerate(rows.tolist()):
            visual = AssetVisual(int(store.state[row]) & VISUAL_MASK)
            glyph = self._scene.style_of(row).glyph
            if at < plain.size:
                sprite = sprites.dot(visual)
            elif glyph is Glyph.VEHICLE:
                sprite = sprites.vehicle(float(store.heading[row]), visual)
            else:
                sprite = sprites.icon(glyph, visual)
            _blit(painter, sprite, float(px[at]), float(py[at]))
        if view.metres_per_pixel <= _ASSET_NAMES_MPP and self._scene.labels:
            self._paint_names(painter, view, rows[::-1][:_NAMES_AT_MOST].tolist(), self._scene.store.row_of(selected))

    def _paint_names(self, painter: QPainter, view: Viewport, rows: list[int], selected_row: int | None) -> None:
        taken: list[QRectF] = []
        for row in rows:
            text = self._scene.labels.get(int(self._scene.store.ids[row]))
            if not text or row == selected_row:  # its name is written larger
                continue
            self._name(painter, view, row, text, taken)

    def _name(self, painter: QPainter, view: Viewport, row: int, text: str, taken: list[QRectF]) -> None:
        text = text if len(text) <= 40 else text[:39] + "…"
        px, py = view.to_pixel(float(self._scene.store.x[row]), float(self._scene.store.y[row]))
        width, height = self._sprites.word_size(text, 11)
        box = QRectF(px - width / 2, py + ICON_PX / 2, width, height)
        if any(box.intersects(other) for other in taken):
            return
        taken.append(box)
        words = self._sprites.words(text, 11, self._sprites.theme.place_label)
        _blit(painter, words, px, py + ICON_PX / 2 + height / 2)

    def _paint_badges(self, painter: QPainter, view: Viewport, *, is_flash_on: bool) -> None:
        for badge in self._scene.badges_in_view(view):
            px, py = self._marker_place(view, badge)
            flashes = badge.unacknowledged > 0
            sprite = self._sprites.marker(
                badge.worst,
                badge.count,
                filled=is_flash_on or not flashes,
                pulse=is_flash_on and flashes,
            )
            _blit(painter, sprite, px, py)

    def _marker_place(self, view: Viewport, badge: Badge) -> tuple[float, float]:
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

    def _paint_selection(self, painter: QPainter, view: Viewport, selected: int) -> None:
        row = self._scene.store.row_of(selected)
        if row is None:
            return
        theme = self._sprites.theme
        px, py = view.to_pixel(float(self._scene.store.x[row]), float(self._scene.store.y[row]))
        centre, radius = QPointF(px, py), 19.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.label_halo), 5))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(QColor(theme.selection), 2.2))
        painter.drawEllipse(centre, radius, radius)
        for turn in (0, 90, 180, 270):
            dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            painter.drawLine(
                QPointF(px + dx * radius, py + dy * radius),
                QPointF(px + dx * (radius + 6), py + dy * (radius + 6)),
            )
        text = self._scene.labels.get(selected)
        if text:
            text = text if len(text) <= 60 else text[:59] + "…"
            _, height = self._sprites.word_size(text, 12.5, bold=True)
            words = self._sprites.words(text, 12.5, theme.selection, bold=True)
            _blit(painter, words, px, py + radius + 6 + height / 2)


def _blit(painter: QPainter, sprite: QPixmap, px: float, py: float) -> None:
    ratio = sprite.devicePixelRatio()
    # Whole device pixels keep icons and words crisp.
    x = round((px - sprite.width() / ratio / 2) * ratio) / ratio
    y = round((py - sprite.height() / ratio / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), sprite)
