"""Everything painted over the discs, part by part from the ground upwards."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.alarm_markers import AlarmMarkers
from widgets.city_map.overlay.equipment import Equipment
from widgets.city_map.overlay.fields_of_view import FieldsOfView
from widgets.city_map.overlay.ground_names import GroundNames
from widgets.city_map.overlay.labels import LabelPlacer
from widgets.city_map.overlay.part import Height, OverlayPart
from widgets.city_map.overlay.selected_mark import SelectedMark
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene


class Overlay:
    """Holds the parts in the order of their heights; those of one height in the order they were added."""

    def __init__(self, scene: Scene, sprites: Sprites, placer: LabelPlacer) -> None:
        self.names = GroundNames(scene, sprites, placer)
        self.markers = AlarmMarkers(scene, sprites)
        self._parts: list[tuple[Height, OverlayPart]] = []
        self.add(FieldsOfView(scene, sprites), Height.FIELDS)
        self.add(self.names, Height.NAMES)
        self.add(Equipment(scene, sprites), Height.EQUIPMENT)
        self.add(self.markers, Height.MARKERS)
        self.add(SelectedMark(scene, sprites), Height.SELECTION)

    def add(self, part: OverlayPart, height: Height) -> None:
        """Paint this too."""
        self._parts.append((height, part))
        self._parts.sort(key=lambda held: held[0])

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint all parts, the highest last."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for _height, part in self._parts:
            part.paint(painter, frame)
