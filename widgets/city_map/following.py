"""Vehicles under way: painted where they are shown, and one of them kept in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal

from widgets.city_map.frames import Frames
from widgets.city_map.overlay.detail_plates import PLATES_MPP
from widgets.city_map.scene.scene import Scene
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.viewport import Viewport

_SPOT_PX: Final = 48
_SPOTS_AT_MOST: Final = 60


class Following(QObject):
    """Keeps an asset in the middle until the view is moved by hand or to another place."""

    ended = Signal()

    def __init__(
        self, scene: Scene, navigator: Navigator, frames: Frames, go: Callable[[Viewport], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._scene = scene
        self._navigator = navigator
        self._frames = frames
        self._go = go
        self._asset_id = 0
        self._shown_px: dict[int, tuple[int, int]] = {}
        frames.before.append(self._step)

    @property
    def asset_id(self) -> int:
        """The id kept in the middle, 0 when there is none."""
        return self._asset_id

    def start(self, asset_id: int) -> None:
        """Follow this one; an id that is not on the map ends it."""
        row = self._scene.store.row_of(asset_id)
        if row is None or self._asset_id != asset_id:
            self.stop()
        if row is not None:
            self._asset_id = 0
            x, y = self._scene.place_of(row)
            self._go(self._navigator.destination.moved_to(x, y))
            self._asset_id = asset_id

    def stop(self) -> None:
        """Let it go."""
        if self._asset_id:
            self._asset_id = 0
            self.ended.emit()

    def _step(self) -> bool:
        is_moving = self._move_vehicles()
        self._keep_in_middle()
        return is_moving

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
            self._frames.dirty()
        else:
            half = _SPOT_PX // 2
            self._frames.areas([QRect(at_x - half, at_y - half, _SPOT_PX, _SPOT_PX) for at_x, at_y in moved])
        return bool(now_at)

    def _keep_in_middle(self) -> None:
        if not self._asset_id or self._navigator.is_gliding:
            return
        row = self._scene.store.row_of(self._asset_id)
        if row is None:
            self.stop()
            return
        view = self._navigator.view
        x, y = self._scene.place_of(row)
        if max(abs(view.x - x), abs(view.y - y)) * view.scale >= 0.5:
            self._navigator.view = view.moved_to(x, y)
            self._frames.dirty()
