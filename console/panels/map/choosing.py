"""Tools of one map, what they choose, and what is in view for the list beside it."""

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton

from console.store.context import Context
from console.store.map_contents import MapListing
from console.store.open_maps import OpenMap
from widgets.city_map import CityMap, MapTool
from widgets.city_map.mercator import unproject_point
from widgets.frame_clock import Ticking
from widgets.look import icon

MOST_LISTED: Final = 500
_PAUSE_S: Final = 0.4
_TOOLS: Final = (
    (MapTool.SELECT_RECTANGLE, "mdi6.select", "R"),
    (MapTool.SELECT_LASSO, "mdi6.lasso", "O"),
    (MapTool.SELECT_RADIUS, "mdi6.radius-outline", "D"),
    (MapTool.MEASURE_DISTANCE, "mdi6.ruler", "M"),
    (MapTool.MEASURE_AREA, "mdi6.vector-polygon", "Shift+M"),
)


class MapChoosing(QObject):
    """`button` opens the tools; each has its key. What is chosen is one thing for all maps of the console."""

    def __init__(self, context: Context, city_map: CityMap, opened: OpenMap) -> None:
        super().__init__(city_map)
        self._context = context
        self._contents = context.stores.contents
        self._map = city_map
        self._opened = opened
        self._pause: Ticking | None = None
        self._each_second = context.ticker.every_second(self._view_changed)
        self.button = QToolButton()
        self.button.setIcon(icon("mdi6.shape-outline", context.palette))
        self.button.setToolTip(context.texts("map.tools"))
        self.button.setAccessibleName(context.texts("map.tools"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        self.button.setMenu(menu)
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self.actions: dict[MapTool, QAction] = {}
        for tool, name, key in _TOOLS:
            action = QAction(icon(name, context.palette), context.texts(f"map.tool.{tool.value}"), self)
            action.setCheckable(True)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(self._take, tool))
            group.addAction(action)
            menu.addAction(action)
            city_map.addAction(action)
            self.actions[tool] = action
        city_map.tools.changed.connect(self._tool_changed)
        city_map.chosen.changed.connect(self._chosen_by_hand)
        city_map.view_changed.connect(self._view_changed)
        self._contents.chosen_changed.connect(self._show_chosen)
        self._contents.reading_changed.connect(self._view_changed)
        self._show_chosen()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        if self._pause is not None:
            self._pause.stop()
        self._contents.chosen_changed.disconnect(self._show_chosen)
        self._contents.reading_changed.disconnect(self._view_changed)

    def _take(self, tool: MapTool, *_checked: bool) -> None:
        if self.actions[tool].isChecked():
            self._map.setFocus()
            self._map.tools.start(tool)
        else:
            self._map.tools.stop()

    def _tool_changed(self, tool: object) -> None:
        for kind, action in self.actions.items():
            action.setChecked(kind is tool)

    def _chosen_by_hand(self, _ids: object) -> None:
        ids = [int(asset_id) for asset_id in self._map.chosen.ids.tolist()]
        self._contents.choose(ids, self._opened.title)
        if ids:
            self._context.open_panel("selection")
            self._map.setFocus()

    def _show_chosen(self) -> None:
        ids = np.array(self._contents.chosen.asset_ids, np.uint32)
        if not np.array_equal(np.sort(ids), self._map.chosen.ids):
            self._map.chosen.set_ids(ids)

    def _view_changed(self, *_ignored: object) -> None:
        """Soon, once for all that happens until then; only the map that was worked on speaks."""
        is_wanted = self._contents.is_read and self._context.stores.maps.active is self._opened
        if is_wanted and (self._pause is None or not self._pause.is_running):
            self._pause = self._context.ticker.frame_clock.after(_PAUSE_S, self._tell_view)

    def _tell_view(self) -> None:
        table = self._map.in_view(MOST_LISTED)
        ids = tuple(int(asset_id) for asset_id in table.ids.tolist())
        x0, y0, x1, y1 = self._map.view.bounds
        (west, south), (east, north) = unproject_point(x0, y0), unproject_point(x1, y1)
        self._contents.show_view(MapListing(ids, table.total, self._opened.title, (west, south, east, north)))
