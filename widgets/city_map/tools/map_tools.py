"""Tools that take the left button: areas that choose, lines and rings that measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from widgets.city_map.frames import Frames
from widgets.city_map.mercator import unproject
from widgets.city_map.scene.scene import Scene
from widgets.city_map.tools.chosen import Chosen
from widgets.city_map.tools.geodesy import ring_area_m2
from widgets.city_map.tools.inside import ids_inside
from widgets.city_map.tools.placing import Placing
from widgets.city_map.tools.pointer_tool import DrawnArea, Outcome, PointerTool
from widgets.city_map.tools.tool_desk import ToolDesk, made
from widgets.city_map.tools.values import (
    AreaMode,
    AreaSelection,
    LonLat,
    MapArea,
    MapTool,
    Measurement,
    PlacedPoint,
)
from widgets.city_map.view.gestures import Gestures
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.viewport import Viewport


class MapTools(QObject):
    """One tool at a time, or none; what comes out of it is told."""

    changed = Signal(object)
    """MapTool, or None when the tool is laid down."""
    area_selected = Signal(object)
    """AreaSelection: a user drew an area."""
    measured = Signal(object)
    """Measurement: a user finished one."""
    placed = Signal(float, float)
    """lon, lat: a user said where something stands; the tool is laid down."""

    def __init__(
        self,
        widget: QWidget,
        scene: Scene,
        navigator: Navigator,
        gestures: Gestures,
        frames: Frames,
        chosen: Chosen,
        pan_by: Callable[[float, float], None],
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._scene = scene
        self._navigator = navigator
        self._gestures = gestures
        self._chosen = chosen
        self._pan_by = pan_by
        self.desk = ToolDesk(self, frames.dirty, self._came_out)
        """Where the tool lies, for hands and for who draws it."""

    @property
    def view(self) -> Viewport:
        """What is visible now."""
        return self._navigator.view

    @property
    def kind(self) -> MapTool | None:
        """The tool in the user's hand."""
        return None if self.desk.tool is None else self.desk.tool.kind

    @property
    def crosshair(self) -> tuple[float, float] | None:
        """Where the keys of a tool are, in logical pixels; None while the mouse is in charge."""
        at = self.desk.crosshair
        return None if at is None else self.view.to_pixel(*at)

    def pan_by(self, dx: float, dy: float) -> None:
        """Look this many pixels further."""
        self._pan_by(dx, dy)

    def start(self, kind: MapTool) -> None:
        """Give the left button to a tool until Escape or `stop`; the same again starts afresh."""
        self._take_up(made(kind))

    def start_placing(self, origin: LonLat | None = None) -> None:
        """Ask where something stands, that stood at `origin` so far; Escape or `stop` gives it up."""
        self._take_up(Placing(origin))

    def stop(self) -> None:
        """The left button moves and selects again."""
        if self.desk.tool is not None:
            self.desk.take(None)
            self._gestures.take_tool(None)
            self._widget.unsetCursor()
            self.changed.emit(None)

    def _take_up(self, tool: PointerTool) -> None:
        self.desk.take(tool)
        self._gestures.take_tool(self.desk)
        self._widget.setCursor(Qt.CursorShape.CrossCursor)
        # The keys go to the tool, not to the button that took it up.
        self._widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit(tool.kind)

    def _came_out(self, outcome: Outcome, mode: AreaMode) -> None:
        if isinstance(outcome, Measurement):
            self.measured.emit(outcome)
            return
        if isinstance(outcome, PlacedPoint):
            self.placed.emit(outcome.lon, outcome.lat)
            self.stop()
            return
        found = ids_inside(self._scene, self.view, outcome)
        before = self._chosen.ids
        match mode:
            case AreaMode.ADD:
                chosen = np.union1d(before, found)
            case AreaMode.REMOVE:
                chosen = np.setdiff1d(before, found, assume_unique=True)
            case AreaMode.REPLACE:
                chosen = found
        self._chosen.set_ids(chosen)
        self.area_selected.emit(AreaSelection(_on_earth(outcome), mode, found, self._chosen.ids))
        self._chosen.changed.emit(self._chosen.ids)


def _on_earth(drawn: DrawnArea) -> MapArea:
    lons, lats = unproject(*np.array(drawn.ring, np.float64).T)
    ring = tuple(zip(lons.tolist(), lats.tolist(), strict=True))
    return MapArea(drawn.kind, ring, ring_area_m2(lons, lats), drawn.centre, drawn.radius_m)
