"""What the fleet's list wishes of this map: to stay with a vehicle, to draw where one was."""

from typing import Final

import numpy as np
from PySide6.QtCore import QObject

from console.panels.map.place_acts import PlaceActs
from console.store.context import Context
from console.store.open_maps import OpenMap
from widgets.city_map import CityMap

_GAP_S: Final = 120.0


class FleetMap(QObject):
    """Every map draws the way; the one that was worked on last follows and goes there."""

    def __init__(self, context: Context, city_map: CityMap, opened: OpenMap, acts: PlaceActs) -> None:
        super().__init__(city_map)
        self._context = context
        self._wishes = context.stores.fleet
        self._map = city_map
        self._opened = opened
        self._acts = acts
        self._wishes.follow_requested.connect(self._follow)
        self._wishes.way_changed.connect(self._show_way)
        if self._wishes.way:
            self._show_way()

    def close(self) -> None:
        """Hear nothing more."""
        self._wishes.follow_requested.disconnect(self._follow)
        self._wishes.way_changed.disconnect(self._show_way)

    def _follow(self, asset_id: int) -> None:
        if self._context.stores.maps.active is self._opened:
            self._acts.follow(asset_id)

    def _show_way(self) -> None:
        way = self._wishes.way
        lon = np.array([point.lon for point in way], np.float64)
        lat = np.array([point.lat for point in way], np.float64)
        at = np.array([point.at.timestamp() for point in way], np.float64)
        is_gap = np.concatenate([[False], np.diff(at) > _GAP_S]) if len(way) else np.zeros(0, np.bool_)
        self._map.meaning.set_way(lon, lat, is_gap.astype(np.bool_))
        if len(way) > 1 and self._context.stores.maps.active is self._opened:
            self._map.show_area(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
