"""Names of communes and streets, placed once and kept while the view stays near."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.labels import Label, LabelPlacer
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.view.viewport import Viewport


class GroundNames:
    """An OverlayPart. While zooming the names stay as they were."""

    def __init__(self, scene: Scene, sprites: Sprites, placer: LabelPlacer) -> None:
        self._scene = scene
        self._sprites = sprites
        self._placer = placer
        self._labels: list[Label] = []
        self._labels_for: Viewport | None = None
        self._labels_with = -1

    def forget(self) -> None:
        """Names or layers changed: place them anew."""
        self._labels_for = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        if not frame.is_zooming and self._must_place(view):
            in_commune = self._scene.has_commune_badges(view)
            near = self._scene.badges_near(view)
            markers = [] if in_commune else list(zip(near.x.tolist(), near.y.tolist(), strict=True))
            self._labels = self._placer.place(view, self._measure, markers)
            self._labels_for, self._labels_with = view, self._scene.alarm_version
        theme = self._sprites.theme
        for label in self._labels:
            px, py = view.to_pixel(label.x, label.y)
            if not (-200 < px < view.width + 200 and -200 < py < view.height + 200):
                continue
            colour = theme.place_label if label.is_place else theme.street_label
            blit(painter, self._sprites.words(label.text, label.pixels, colour, label.angle_deg), px, py)

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
