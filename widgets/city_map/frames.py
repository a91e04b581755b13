"""When the map is painted, and which part of it: only what changed, and nothing while nothing does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from widgets.city_map.damage import Damage
from widgets.city_map.painting import MapPainting
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.scene import Places, Scene
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.pace import Pace
from widgets.city_map.view.viewport import Viewport
from widgets.frame_clock import FrameClock


class Frames:
    """What changes the picture says so here; the widget is told to update at the pace of the clock."""

    def __init__(
        self,
        widget: QWidget,
        clock: FrameClock,
        scene: Scene,
        renderer: MapRenderer,
        painting: MapPainting,
        navigator: Navigator,
    ) -> None:
        self._widget = widget
        self._scene = scene
        self._renderer = renderer
        self._painting = painting
        self._navigator = navigator
        self._damage = Damage()
        self._pace = Pace(clock, self._step, self._on_flash, self._tell)
        self._told_view: Viewport | None = None
        self._seen_alarms = -1
        self.is_live = True
        """False while the picture is of the past: nothing flashes."""
        self.before: list[Callable[[], bool]] = []
        """Asked before each frame; True: there is more to come."""
        self.view_moved: list[Callable[[Viewport], None]] = []
        """Told of each other view, before it is painted."""
        self.tellers: list[Callable[[], None]] = []
        """Called within a second after something changed: for words about the picture."""

    @property
    def is_settled(self) -> bool:
        """True when the last frame was final and no other is asked for."""
        return self._pace.is_resting and self._damage.is_none

    def dirty(self, *, is_hand: bool = False) -> None:
        """Paint all of it anew; at the pace of a hand while one moves the map."""
        self._damage.note_all()
        if self._widget.isVisible():
            self._pace.run(is_hand=is_hand or self._navigator.is_moving)

    def all_changed(self) -> None:
        """Paint all of it anew, and say in words what it shows."""
        self.dirty()
        self._seen_alarms = self._scene.alarm_version
        is_visible = self._widget.isVisible()
        self._pace.flash(wanted=self.is_live and is_visible and self._scene.has_unacknowledged())
        if is_visible:
            self._pace.tell_soon()

    def areas(self, areas: list[QRect]) -> None:
        """Paint these logical pixels anew."""
        if areas and self._widget.isVisible():
            for area in areas:
                self._damage.note_area(area)
            self._pace.run(is_hand=False)

    def places_changed(self, places: Places, selected: int) -> None:
        """Paint anew where something changed, and all of it when alarms did or what is selected."""
        x, y = places
        if x.size == 0:
            return
        self._renderer.places_changed(x, y)
        view = self._navigator.view
        # Enlarged icons reach beyond the spots that are painted anew.
        is_more = self._scene.badge_zoom > 1.0 or self._seen_alarms != self._scene.alarm_version
        if is_more or self._damage.is_whole or self._is_at(selected, places) or not self._painting.is_whole(view):
            self.all_changed()
        elif self._damage.note_places(view, x, y) and self._widget.isVisible():
            self._pace.run(is_hand=False)
            self._pace.tell_soon()

    def rest(self) -> None:
        """Nobody looks: stop everything at once."""
        self._pace.rest()

    def _is_at(self, selected: int, places: Places) -> bool:
        row = self._scene.store.row_of(selected)
        if row is None:
            return False
        return bool(np.any((places[0] == self._scene.store.x[row]) & (places[1] == self._scene.store.y[row])))

    def _step(self, now: float) -> bool:
        """One tick: True while there is more to do."""
        has_more = [step() for step in self.before]
        if self._navigator.is_moving:
            self._navigator.step(now)
            self._damage.note_all()
        view = self._navigator.view
        if self._told_view != view:
            self._told_view = view
            for tell in self.view_moved:
                tell(view)
            self._pace.tell_soon()
        if not self._damage.is_none:
            region = self._damage.take()
            self._widget.update() if region is None else self._widget.update(region)
            return True
        return any(has_more) or self._navigator.is_moving or not self._painting.work_ahead(view)

    def _on_flash(self) -> None:
        for badge, area in self._painting.overlay.markers.areas(self._navigator.view):
            if badge.unacknowledged:
                self._widget.update(area.toAlignedRect().adjusted(-8, -8, 8, 8))

    def _tell(self) -> None:
        for tell in self.tellers:
            tell()
