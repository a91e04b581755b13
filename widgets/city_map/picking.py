"""What is seen at a pixel: a marker of alarms, an asset, or the ground."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF

from widgets.city_map.painting import MapPainting
from widgets.city_map.scene.badges import Badge
from widgets.city_map.scene.scene import Scene
from widgets.city_map.view.viewport import Viewport

_PICK_PX: Final = 12.0


class Picking:
    """Exact: what it answers is what is painted there."""

    def __init__(self, scene: Scene, painting: MapPainting) -> None:
        self._scene = scene
        self._painting = painting

    def asset_at(self, view: Viewport, position: QPointF) -> int:
        """The id of what is seen at a pixel, 0 for the ground and for a marker of several alarms."""
        badge = self.badge_at(view, position)
        if badge is not None:
            return badge.asset_id if badge.count == 1 else 0
        row = self._scene.pick(view, position.x(), position.y(), _PICK_PX)
        return 0 if row is None else int(self._scene.store.ids[row])

    def badge_at(self, view: Viewport, position: QPointF) -> Badge | None:
        """The marker of alarms at a pixel."""
        return self._painting.overlay.markers.badge_at(view, position.x(), position.y())

    def opened(self, badge: Badge, view: Viewport) -> Viewport | None:
        """The view in which the alarms of a badge part; None when they stand at one place."""
        target = view.showing(*badge.box, margin=1.6)
        return None if view.units <= target.units * 1.05 else target


def lon_lat_at(view: Viewport, position: QPointF) -> tuple[float, float]:
    """The place under a pixel, on the earth whatever is asked."""
    return view.moved_to(*view.to_world(position.x(), position.y())).lon_lat
