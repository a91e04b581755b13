"""What the map says beyond states: feeds of flags, details, supply, heat and light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtWidgets import QWidget

from widgets.city_map.details import AssetDetail, SupplyTree
from widgets.city_map.heat import HeatColumns
from widgets.city_map.looks import ViewMode, theme_for
from widgets.city_map.overlay.detail_plates import PLATES_MPP
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.heat_grid import HeatField
from widgets.city_map.scene.scene import Places
from widgets.city_map.state import PENDING, SUPPRESSED
from widgets.city_map.surface import MapSurface
from widgets.city_map.telling import view_words
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import UInt32s
from widgets.city_map.view.viewport import Viewport
from widgets.frame_clock import FrameClock

_TEXT_ZOOMS: Final = (0.5, 4.0)
_SPOT_PX: Final = 48
_SPOTS_AT_MOST: Final = 60


class MapMeaning(MapSurface):
    """Feed it what assets mean; positions and states are fed to CityMap."""

    follow_ended = Signal()

    def __init__(
        self, clock: FrameClock, renderer: MapRenderer, texts: MapTexts, theme: MapTheme, parent: QWidget | None
    ) -> None:
        super().__init__(clock, renderer, texts, theme, parent)
        self._view_mode = ViewMode.PLAIN
        self._scene.motions.now = clock.now
        self._followed = 0
        self._shown_px: dict[int, tuple[int, int]] = {}
        self._painting.overlay.furniture_boxes = self.furniture_areas

    @property
    def view_mode(self) -> ViewMode:
        """In which light the map is shown."""
        return self._view_mode

    def set_view_mode(self, mode: ViewMode) -> None:
        """Plain states, or lighting as it is by night or by day."""
        if mode is not self._view_mode:
            self._view_mode = mode
            self._show_theme()

    def set_suppressed(self, ids: UInt32s) -> None:
        """Exactly these are explained by their supply: hollow and hatched, in no count of alarms."""
        self._set_flag(SUPPRESSED, ids)

    def set_pending(self, ids: UInt32s) -> None:
        """Exactly these have a command under way."""
        self._set_flag(PENDING, ids)

    def set_details(self, details: Mapping[int, AssetDetail]) -> None:
        """What is known of assets beyond their state; shown when near."""
        self._scene.meaning.set_details(details)
        self._all_changed()

    def update_details(self, changes: Mapping[int, AssetDetail | None]) -> None:
        """Replace the details of these assets only; None forgets them."""
        if changes:
            self._scene.meaning.update_details(changes)
            self._all_changed()

    def set_supply_tree(self, tree: SupplyTree | None) -> None:
        """Draw what a cabinet feeds; None: nothing."""
        self._scene.meaning.supply = tree
        self._all_changed()

    def set_heat(self, columns: HeatColumns | None) -> None:
        """Show a heat map beneath everything else; None: none."""
        self._scene.meaning.heat = None if columns is None else HeatField(columns)
        self._all_changed()

    def set_text_zoom(self, factor: float) -> None:
        """Scale icons, badges and words, for walls that are read from afar."""
        factor = min(max(factor, _TEXT_ZOOMS[0]), _TEXT_ZOOMS[1])
        self._scene.badge_zoom = factor
        self._painting.set_text_zoom(factor)
        self._all_changed()

    def set_trail_s(self, keep_s: float) -> None:
        """Vehicles leave a trail of this many seconds, from the positions seen; 0: none."""
        self._scene.trails.set_length(keep_s)
        self._all_changed()

    @property
    def followed(self) -> int:
        """The id kept in the middle, 0 when there is none."""
        return self._followed

    def follow(self, asset_id: int) -> None:
        """Keep an asset in the middle until the view is moved by hand or by `go_to`; 0: let it go."""
        row = self._scene.store.row_of(asset_id)
        if row is None:
            self._end_follow()
            return
        if self._followed != asset_id:
            self._end_follow()
        x, y = self._scene.place_of(row)
        self._go(self._navigator.destination.moved_to(x, y))
        self._followed = asset_id

    def marker_areas(self) -> list[QRectF]:
        """The pixels of every marker of alarms in view."""
        return [area for _badge, area in self._painting.overlay.markers.areas(self._navigator.view)]

    def furniture_areas(self) -> list[QRectF]:
        """The pixels of scale bar, read-outs, legend and credits in the last frame."""
        return list(self._painting.furniture.boxes.values())

    def animate(self) -> None:
        if self._gestures.is_dragging:
            self._end_follow()
        super().animate()

    def _go(self, target: Viewport, *, animate: bool = True) -> None:
        self._end_follow()
        super()._go(target, animate=animate)

    def _set_flag(self, flag: int, ids: UInt32s) -> None:
        x, y = self._scene.set_flag(flag, ids)
        if x.size:
            self._renderer.places_changed(x, y)
            self._all_changed()  # clocks that share a place reach further than one asset

    def _places_changed(self, places: Places) -> None:
        super()._places_changed(places)
        if places[0].size and self._scene.badge_zoom > 1.0:
            self._all_changed()  # icons are larger than the spots that are painted anew

    def _end_follow(self) -> None:
        if self._followed:
            self._followed = 0
            self.follow_ended.emit()

    def _step(self, now: float) -> bool:
        is_moving = self._move_vehicles()
        self._keep_in_middle()
        return super()._step(now) or is_moving

    def _move_vehicles(self) -> bool:
        """Paint anew what is shown elsewhere than before; True while vehicles are under way."""
        view = self._navigator.view
        if self._scene.motions.ids.size == 0 or not self._scene.has_vehicle_icons(view):
            self._shown_px.clear()
            return False
        ids, x, y = self._scene.motions.moving()
        px = np.round((x * view.scale - view.left) / view.pixel_ratio).astype(np.int64)
        py = np.round((y * view.scale - view.top) / view.pixel_ratio).astype(np.int64)
        seen = (px > -_SPOT_PX) & (px < view.width + _SPOT_PX) & (py > -_SPOT_PX) & (py < view.height + _SPOT_PX)
        now_at = dict(zip(ids[seen].tolist(), zip(px[seen].tolist(), py[seen].tolist(), strict=True), strict=True))
        before = self._shown_px
        moved = {place for one, place in now_at.items() if before.get(one) != place}
        moved |= {place for one, place in before.items() if now_at.get(one) != place}
        self._shown_px = now_at
        reaches_far = view.metres_per_pixel <= PLATES_MPP or self._scene.badge_zoom > 1.0
        if len(moved) > _SPOTS_AT_MOST or (moved and reaches_far):
            self._damage.note_all()
        else:
            for at_x, at_y in moved:
                self._damage.note_area(QRect(at_x - _SPOT_PX // 2, at_y - _SPOT_PX // 2, _SPOT_PX, _SPOT_PX))
        return bool(now_at)

    def _keep_in_middle(self) -> None:
        if not self._followed or self._navigator.is_gliding:
            return
        row = self._scene.store.row_of(self._followed)
        if row is None:
            self._end_follow()
            return
        view = self._navigator.view
        x, y = self._scene.place_of(row)
        if max(abs(view.x - x), abs(view.y - y)) * view.scale >= 0.5:
            self._navigator.view = view.moved_to(x, y)
            self._damage.note_all()

    def _words_of_view(self) -> str:
        view, lost = self._navigator.view, self._lost_words()
        return view_words(self._scene, self._texts, view, self._selected, lost, self._view_mode, self._followed)

    def _show_theme(self) -> None:
        self._painting.set_theme(theme_for(self._theme, self._view_mode), is_lost=self._lost_since is not None)
        self._all_changed()
