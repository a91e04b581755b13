"""Find and go on one map: the find field, the menu of a place, marks, and the keys for them."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from console.panels.map.mark_board import MarkBoard
from console.panels.map.menu import place_menu
from console.panels.map.place_acts import NEAREST, PlaceActs
from console.panels.map.search import FOUND, MapSearch
from console.store.context import Context
from console.store.open_maps import OpenMap
from widgets.city_map import CityMap, MapMark, MarkKind


class MapGuide:
    """Joins them to the map; the panel places `search.box`."""

    def __init__(self, context: Context, city_map: CityMap, opened: OpenMap, over: QWidget) -> None:
        self._context = context
        self._map = city_map
        self._opened = opened
        self._over = over
        self._marks = marks = MarkBoard(city_map)
        self.acts = PlaceActs(context, city_map, partial(marks.put, "nearest"))
        self.search = MapSearch(context, city_map, over, partial(marks.put, "found"))
        city_map.context_menu_requested.connect(self._open_menu)
        city_map.marks.activated.connect(self._mark_taken)
        opened.look_changed.connect(self._show_bookmarks)
        for key, act in (
            ("/", self._find),
            ("Ctrl+F", self._find),
            ("Shift+C", self._turn_cameras),
            ("F", self._follow),
        ):
            shortcut = QShortcut(QKeySequence(key), over)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        context.stores.map_shelf.changed.connect(self._show_bookmarks)
        self._show_bookmarks()

    def close(self) -> None:
        """Hear nothing more."""
        self.search.close()
        self._opened.look_changed.disconnect(self._show_bookmarks)
        self._context.stores.map_shelf.changed.disconnect(self._show_bookmarks)

    def _find(self) -> None:
        self.search.box.setFocus()
        self.search.box.selectAll()

    def _turn_cameras(self) -> None:
        self.acts.turn_cameras(*self._place())

    def _follow(self) -> None:
        selected = self._map.selected
        if self.acts.can_follow(selected):
            self.acts.follow(selected)
        else:
            self._context.announce(self._context.texts("map.nothing_to_follow"))

    def _place(self) -> tuple[float, float]:
        """The selected asset, or the middle of the view."""
        asset = self._context.stores.assets.get(self._map.selected)
        return self._map.view.lon_lat if asset is None else (asset.lon, asset.lat)

    def _open_menu(self, asset_id: int, lon: float, lat: float, at: QPoint) -> None:
        place_menu(self.acts, self._context.texts, self._over, asset_id, lon, lat).popup(at)

    def _mark_taken(self, mark_id: str) -> None:
        if mark_id.startswith(FOUND):
            self.search.take(mark_id.removeprefix(FOUND))
        elif mark_id.startswith(NEAREST):
            self._context.stores.selection.go_to(int(mark_id.removeprefix(NEAREST)))

    def _show_bookmarks(self) -> None:
        kept = self._context.stores.map_shelf.bookmarks if self._opened.look.has_bookmarks else ()
        self._marks.put("kept", [MapMark(one.id, one.lon, one.lat, one.name, MarkKind.BOOKMARK) for one in kept])
