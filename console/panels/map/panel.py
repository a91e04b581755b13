"""The map panel: a map, its bar, and what it keeps; feeding and looks stand beside it."""

import uuid
from typing import Annotated, Final

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState, panel_title
from console.panels.map.bar import MapBar
from console.panels.map.choosing import MapChoosing
from console.panels.map.exporting import MapExporting
from console.panels.map.fleet_map import FleetMap
from console.panels.map.guide import MapGuide
from console.panels.map.looking import LookFollower
from console.panels.map.meaning import MeaningFeed
from console.panels.map.placing import MapPlacing
from console.panels.map.presenter import MapPresenter
from console.panels.map.replaying import MapReplay
from console.parts.city_feed import CityFeed
from console.parts.map_words import map_texts
from console.store.bookmarks import Bookmark
from console.store.context import Context
from console.store.map_look import read_look, write_look
from console.store.open_maps import MapPlace, OpenMap
from contract.assets import Label
from widgets.city_map import DARK, LIGHT, CityMap

TITLE: Final = Label(fr="Carte", en="Map")
_PLACE_METRES_PER_PIXEL: Final = 0.6
_DIGITS: Final = "123456789"
_FIND_PX: Final = 90


class MapState(msgspec.Struct, frozen=True):
    """Where a map looks, as a workspace keeps it; what it shows is kept beside it."""

    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-85, le=85)]
    metres_per_pixel: Annotated[float, msgspec.Meta(gt=0, le=1e6)]


class MapPanel:
    """The city, live."""

    def __init__(self, context: Context) -> None:
        self._context = context
        stores = context.stores
        self._stores = stores
        self._presenter = MapPresenter(stores.assets, stores.states, stores.catalogue, context.texts)
        self._map = CityMap(
            context.ticker.frame_clock,
            texts=map_texts(context.texts),
            theme=DARK if context.palette.is_dark else LIGHT,
        )
        self._map.set_tooltip_text(self._presenter.tooltip)
        self.bar = MapBar(context, self._map)
        self._widget = QWidget()
        self._widget.setObjectName("map panel")
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._map, 1)
        title = panel_title(context.texts.label(TITLE), context.panel_id)
        self.opened = OpenMap(context.panel_id, title, self._place)
        self.feed = CityFeed(context, self._map)
        self._meaning = MeaningFeed(context, self.opened, self._map, self.feed)
        self._follower = LookFollower(context, self.opened, self._map, self.feed)
        self.exporting = MapExporting(context, self._map, self._widget)
        column.addWidget(self.exporting.form)
        self.guide = MapGuide(context, self._map, self.opened, self._widget)
        self.fleet = FleetMap(context, self._map, self.opened, self.guide.acts)
        self.choosing = MapChoosing(context, self._map, self.opened)
        self.placing = MapPlacing(context, self._map, self.opened)
        self.replay = MapReplay(context, self._map, self.feed, self._widget)
        column.addWidget(self.replay.bar)
        self.bar.add_tool(self.choosing.button)
        self.bar.add_tool(self.replay.button)
        self.bar.add_tool(self.guide.search.box, 2)
        self.guide.search.box.setMinimumWidth(_FIND_PX)
        self._connect()
        self._add_keys()
        stores.maps.add(self.opened)
        self._follower.apply()
        self._city_changed()
        self._selection_changed()

    @property
    def widget(self) -> QWidget:
        """The map with its bar."""
        return self._widget

    @property
    def city_map(self) -> CityMap:
        """The map itself."""
        return self._map

    def focus_first(self) -> None:
        """The map takes the keys."""
        self._map.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        stores = self._stores
        self.feed.close()
        self._follower.close()
        self._meaning.close()
        self.exporting.cancel()
        stores.contents.report_requested.disconnect(self._report)
        self.fleet.close()
        self.guide.close()
        self.choosing.close()
        self.placing.close()
        self.replay.close()
        stores.city.changed.disconnect(self._city_changed)
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.selection.place_requested.disconnect(self._go_to_asset)
        self.opened.look_changed.disconnect(self._look_told)
        self.opened.told.disconnect(self._look_told)
        self.opened.place_requested.disconnect(self._go_to)
        self.opened.bookmark_requested.disconnect(self.keep_bookmark)
        qt = QApplication.instance()
        if isinstance(qt, QApplication):
            qt.focusChanged.disconnect(self._focus_moved)
        stores.maps.remove(self.opened)

    def state(self) -> PanelState:
        """What it shows, and where it looks once somebody moved it."""
        kept: PanelState = {}
        if self._map.is_placed:
            place = self._place()
            at = MapState(round(place.lon, 6), round(place.lat, 6), round(place.metres_per_pixel, 3))
            kept.update(msgspec.to_builtins(at))
        look = write_look(self.opened.look)
        if look:
            kept["look"] = look
        return kept

    def take_state(self, state: PanelState) -> None:
        """Stand as it stood; raises msgspec.ValidationError when the place is none of ours."""
        read = read_look(state.get("look"))
        if not read.is_whole:
            self._context.announce(self._context.texts("map.look_lost", name=self.opened.title))
        self.opened.set_look(read.look)
        if state.keys() - {"look"}:
            kept = msgspec.convert(state, MapState, strict=False)
            self._map.go_to(kept.lon, kept.lat, kept.metres_per_pixel, animate=False)

    def keep_bookmark(self) -> None:
        """Keep the place where the map looks, and what it shows there, under a name that can be changed."""
        shelf = self._stores.map_shelf
        place = self._place()
        name = self._presenter.place_name(
            place.lon, place.lat, self._stores.selection.asset_id, {item.name for item in shelf.bookmarks}
        )
        new = Bookmark(
            id=uuid.uuid4().hex,
            name=name,
            lon=round(place.lon, 6),
            lat=round(place.lat, 6),
            metres_per_pixel=place.metres_per_pixel,
            look=self.opened.look,
        )
        shelf.set_bookmarks((*shelf.bookmarks, new))
        self._context.announce(self._context.texts("map.bookmark_kept", name=name))

    def go_to_bookmark(self, bookmark: Bookmark) -> None:
        """Look there, and show what was shown there; the base maps stay as they are now."""
        if bookmark.look is not None:
            self.opened.set_look(msgspec.structs.replace(bookmark.look, base_maps=self.opened.look.base_maps))
        self._go_to(MapPlace(bookmark.lon, bookmark.lat, bookmark.metres_per_pixel))

    def _connect(self) -> None:
        stores = self._stores
        stores.city.changed.connect(self._city_changed)
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.selection.place_requested.connect(self._go_to_asset)
        self.replay.mode_changed.connect(self._mode_changed)
        self._map.asset_selected.connect(self._picked)
        self._map.asset_activated.connect(stores.selection.go_to)
        self._map.look_here_requested.connect(stores.selection.look_at)
        self.bar.layers_requested.connect(self._open_layers)
        self.bar.export_requested.connect(self.exporting.open_view)
        stores.contents.report_requested.connect(self._report)
        self.bar.bookmark_requested.connect(self.keep_bookmark)
        self.bar.bookmark_chosen.connect(self.go_to_bookmark)
        self.bar.hidden_alarms_requested.connect(self._show_alarms)
        self.opened.look_changed.connect(self._look_told)
        self.opened.told.connect(self._look_told)
        self.opened.place_requested.connect(self._go_to)
        self.opened.bookmark_requested.connect(self.keep_bookmark)
        qt = QApplication.instance()
        if isinstance(qt, QApplication):
            qt.focusChanged.connect(self._focus_moved)

    def _add_keys(self) -> None:
        self._key("Ctrl+D").activated.connect(self.keep_bookmark)
        for number, digit in enumerate(_DIGITS):
            self._key(digit).activated.connect(lambda number=number: self._go_to_number(number))

    def _key(self, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self._map)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        return shortcut

    def _place(self) -> MapPlace:
        view = self._map.view
        return MapPlace(*view.lon_lat, view.metres_per_pixel)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and (new is self._widget or self._widget.isAncestorOf(new)):
            self._stores.maps.activate(self.opened)

    def _city_changed(self) -> None:
        self.bar.show_count(len(self._stores.city.all().ids))

    def _look_told(self) -> None:
        self.bar.show_look(self._presenter.look_text(self.opened.look))
        self.bar.show_hidden(self.opened.alarms_hidden)

    def _report(self) -> None:
        if self._stores.maps.active is self.opened:
            self.exporting.open_report(self._stores.contents.chosen.asset_ids)

    def _show_alarms(self) -> None:
        self.opened.set_look(msgspec.structs.replace(self.opened.look, shows_all_alarms=True))

    def _open_layers(self) -> None:
        self._stores.maps.activate(self.opened)
        self._context.open_panel("layers")

    def _mode_changed(self, is_past: bool) -> None:
        """Words and commands follow what the map shows: then, or now."""
        self._presenter.read_states(self.replay.past if is_past else self._stores.states)
        self.exporting.read_past(self.replay.past if is_past else None)
        self.guide.acts.is_past = self.placing.is_past = is_past
        self.guide.acts.moment = self.replay.moment
        self._meaning.mode_changed()

    def _picked(self, asset_id: int) -> None:
        self._stores.selection.select(asset_id or None)

    def _selection_changed(self) -> None:
        self._map.select(self._stores.selection.asset_id or 0)

    def _go_to_asset(self, asset_id: int) -> None:
        """Of several maps the one that was worked on goes there: the others keep their own view."""
        asset = self._presenter.asset(asset_id)
        if asset is not None and self._stores.maps.active is self.opened:
            near = min(self._map.view.metres_per_pixel, _PLACE_METRES_PER_PIXEL)
            self._map.go_to(asset.lon, asset.lat, near)

    def _go_to(self, place: MapPlace) -> None:
        self._map.go_to(*place)

    def _go_to_number(self, number: int) -> None:
        bookmarks = self._stores.map_shelf.bookmarks
        if number < len(bookmarks):
            self.go_to_bookmark(bookmarks[number])
        else:
            self._context.announce(self._context.texts("map.no_bookmark", number=number + 1))
