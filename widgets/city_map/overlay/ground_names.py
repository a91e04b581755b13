"""Names of communes and streets, placed once and kept while the view stays near."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.alarm_markers import AlarmMarkers
from widgets.city_map.overlay.labels import STREET_NAMES_MPP, Label, LabelPlacer, Obstacle, turned_size
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import ICON_PX, Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.view.viewport import Viewport

_ICONS_AT_MOST: Final = 500


class GroundNames:
    """An OverlayPart. While zooming the names stay as they were."""

    def __init__(
        self, scene: Scene, sprites: Sprites, placer: LabelPlacer, markers: AlarmMarkers, room: Occupancy
    ) -> None:
        self._scene = scene
        self._sprites = sprites
        self._placer = placer
        self._markers = markers
        self._room = room
        self._labels: list[Label] = []
        self._labels_for: Viewport | None = None
        self._labels_with = -1

    def forget(self) -> None:
        """Names or layers changed: place them anew."""
        self._labels_for = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        if not frame.is_zooming and self._must_place(view):
            self._labels = self._placer.place(view, self._measure, self._obstacles(view), self._joined(view))
            self._labels_for, self._labels_with = view, self._scene.alarm_version
        theme = self._sprites.theme
        for label in self._labels:
            px, py = view.to_pixel(label.x, label.y)
            if not (-200 < px < view.width + 200 and -200 < py < view.height + 200):
                continue
            width, height = turned_size(*self._measure(label.text, label.pixels), label.angle_deg)
            # What is drawn beside the map and what moves was not known when names were placed.
            if label.is_place or self._room.is_free(px, py, width, height):
                self._room.mark(px, py, width, height)
                colour = theme.place_label if label.is_place else theme.street_label
                blit(painter, self._sprites.words(label.text, label.pixels, colour, label.angle_deg), px, py)

    def _obstacles(self, view: Viewport) -> list[Obstacle]:
        """Markers everywhere, and near enough to name streets the icons that stand still."""
        found: list[Obstacle] = [
            Obstacle(*view.to_world(area.center().x(), area.center().y()), area.width(), area.height())
            for _, area in self._markers.areas(view)
        ]
        if view.metres_per_pixel <= STREET_NAMES_MPP:
            rows = self._scene.icon_rows(view)
            rows = rows[~np.isin(self._scene.store.ids[rows], self._scene.motions.ids)][-_ICONS_AT_MOST:]
            side = ICON_PX * self._sprites.zoom
            x, y = self._scene.store.x[rows].tolist(), self._scene.store.y[rows].tolist()
            found += [Obstacle(one, other, side, side) for one, other in zip(x, y, strict=True)]
        return found

    def _joined(self, view: Viewport) -> dict[int, int]:
        """Communes whose badge stands at another one's centre -> that other one."""
        if not self._scene.has_commune_badges(view):
            return {}
        groups = self._scene.communes.at_scale(view.units, self._sprites.zoom)
        return {at: int(group) for at, group in enumerate(groups.tolist()) if at != group}

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
