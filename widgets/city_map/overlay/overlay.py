"""Everything painted over the discs, part by part from the ground upwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.alarm_markers import AlarmMarkers
from widgets.city_map.overlay.detail_plates import DetailPlates
from widgets.city_map.overlay.equipment import Equipment
from widgets.city_map.overlay.fields_of_view import FieldsOfView
from widgets.city_map.overlay.ground_names import GroundNames
from widgets.city_map.overlay.heat_layer import HeatLayer
from widgets.city_map.overlay.labels import LabelPlacer
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import Height, OverlayPart
from widgets.city_map.overlay.pending_marks import PendingMarks
from widgets.city_map.overlay.selected_mark import SelectedMark
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.overlay.supply_lines import SupplyLines
from widgets.city_map.overlay.trail_lines import TrailLines
from widgets.city_map.overlay.way_line import WayLine
from widgets.city_map.scene.scene import Scene


class Overlay:
    """Holds the parts in the order of their heights; those of one height in the order they were added."""

    def __init__(self, scene: Scene, sprites: Sprites, placer: LabelPlacer) -> None:
        self._room = Occupancy()
        self.furniture_boxes: Callable[[], Iterable[QRectF]] = lambda: ()
        """Where the frame of the map stands: nothing is written under it."""
        self.markers = AlarmMarkers(scene, sprites)
        self.names = GroundNames(scene, sprites, placer, self.markers, self._room)
        self._plates = DetailPlates(scene, sprites, self._room)
        self._selected = SelectedMark(scene, sprites)
        self._parts: list[tuple[Height, OverlayPart]] = []
        self._heat = HeatLayer(scene, sprites)
        self.add(self._heat, Height.AREAS)
        self.add(SupplyLines(scene, sprites), Height.FIELDS)
        self.add(FieldsOfView(scene, sprites), Height.FIELDS)
        self.add(self.names, Height.NAMES)
        self.add(TrailLines(scene, sprites), Height.TRAILS)
        self.add(WayLine(scene, sprites), Height.TRAILS)
        self.add(Equipment(scene, sprites, self._room), Height.EQUIPMENT)
        self.add(PendingMarks(scene, sprites), Height.EQUIPMENT)
        self.add(self._plates, Height.DETAILS)
        # Under the markers: the number of a badge is read before the ring around what it stands for.
        self.add(self._selected, Height.DETAILS)
        self.add(self.markers, Height.MARKERS)

    def add(self, part: OverlayPart, height: Height) -> None:
        """Paint this too."""
        self._parts.append((height, part))
        self._parts.sort(key=lambda held: held[0])

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint all parts, the highest last."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._reserve(frame)
        for _height, part in self._parts:
            part.paint(painter, frame)
        self._heat.paint_legend(painter, frame)

    def _reserve(self, frame: Frame) -> None:
        """Room is taken by what must be read first; names get what is left."""
        self._room.clear()
        for box in self.furniture_boxes():
            self._room.mark_area(box)
        for _badge, area in self.markers.areas(frame.view):
            self._room.mark_area(area)
        legend = self._heat.legend_area(frame)
        if legend is not None:
            self._room.mark_area(legend)
        self._selected.reserve(frame, self._room)
        self._plates.reserve(frame)
