"""The map asks its user where something stands, for whoever wants to know."""

from PySide6.QtCore import QObject

from console.store.context import Context
from console.store.open_maps import OpenMap
from widgets.city_map import CityMap, MapTool


class MapPlacing(QObject):
    """Only the map that was worked on last asks; on a map of the past nothing is placed."""

    def __init__(self, context: Context, city_map: CityMap, opened: OpenMap) -> None:
        super().__init__(city_map)
        self._context = context
        self._store = context.stores.placing
        self._map = city_map
        self._opened = opened
        self._is_ours = False
        self.is_past = False
        self._store.asked.connect(self._ask)
        self._store.given_up.connect(self._given_up)
        city_map.tools.placed.connect(self._placed)
        city_map.tools.changed.connect(self._tool_changed)

    def close(self) -> None:
        """Hear nothing more; what was asked here is given up."""
        self._store.asked.disconnect(self._ask)
        self._store.given_up.disconnect(self._given_up)
        if self._is_ours:
            self._store.give_up()

    def _ask(self, origin: tuple[float, float] | None) -> None:
        if self._context.stores.maps.active is not self._opened:
            return
        if self.is_past:
            self._context.announce(self._context.texts("replay.no_commands"))
            self._store.give_up()
            return
        self._is_ours = True
        if origin is not None:
            self._map.go_to(*origin, self._map.view.metres_per_pixel)
        self._map.tools.start_placing(origin)

    def _placed(self, lon: float, lat: float) -> None:
        if self._is_ours:
            self._is_ours = False
            self._store.answer(lon, lat)

    def _tool_changed(self, tool: object) -> None:
        """Escape, or another tool in its place."""
        if self._is_ours and tool is not MapTool.PLACE:
            self._is_ours = False
            self._store.give_up()

    def _given_up(self) -> None:
        if self._is_ours:
            self._is_ours = False
            if self._map.tools.kind is MapTool.PLACE:
                self._map.tools.stop()
