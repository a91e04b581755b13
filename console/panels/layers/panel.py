"""The layers panel: what the active map shows, with counts, presets, base maps and named places."""

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from console.kit.failures import failure_text
from console.kit.formats import number_text
from console.panels.layers.base_map_page import BaseMapPage
from console.panels.layers.grounds import ground_lines
from console.panels.layers.pages import CommunePage, ContentPage, DisplayPage
from console.panels.layers.places_page import PlacesPage
from console.panels.layers.presenter import LayersPresenter, PresetLine
from console.panels.layers.preset_row import PresetRow
from console.store.bookmarks import Bookmark
from console.store.context import Context
from console.store.ground_order import with_order, with_use
from console.store.map_look import BaseMapUse, HeatKind, MapLook, ViewKind
from console.store.open_maps import MapPlace
from contract.stream import Visual
from widgets.city_map import DARK, LIGHT, AssetVisual, MapTheme
from widgets.city_map.symbols import state_symbol
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label

_NOTHING_OPEN: Final = MapLook()
_LISTED_EVERY_S: Final = 5  # while base maps are in sight: an administrator may just be adding one


class LayersPanel:
    """Steers the map that was worked on last, and says which."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr = context.texts
        self._presenter = LayersPresenter(self._stores.catalogue, tr)
        self._counts = self._stores.city.counts()
        self._is_dirty = False
        theme = DARK if context.palette.is_dark else LIGHT
        states = {str(int(visual)): _symbol(AssetVisual(int(visual)), theme) for visual in Visual}
        self.maps = QComboBox()
        self.maps.setAccessibleName(tr("layers.map"))
        self.presets = PresetRow(self._stores.map_shelf, self._presenter, context.palette, tr)
        self.content = ContentPage(tr, states, self._class_icons())
        self.communes = CommunePage(tr)
        self.grounds = BaseMapPage(tr)
        self.display = DisplayPage(tr)
        self.places = PlacesPage(self._stores.map_shelf, tr)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("layers tabs")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        for key, page in (
            ("layers.tab.content", self.content),
            ("layers.tab.communes", self.communes),
            ("layers.tab.base_maps", self.grounds),
            ("layers.tab.display", self.display),
            ("layers.tab.places", self.places),
        ):
            self.tabs.addTab(page, tr(key))
        self._summary = quiet_label()
        self._no_map = quiet_label(tr("layers.no_map"), is_centred=True)
        self._widget = QWidget()
        self._widget.setObjectName("layers panel")
        self._seconds_in_sight = 0
        self._each_second = context.ticker.every_second(self._second)
        self._lay_out()
        self._connect()
        self._maps_changed()

    @property
    def widget(self) -> QWidget:
        """Presets above, pages below."""
        return self._widget

    def focus_first(self) -> None:
        """The page in sight takes the keys."""
        page = self.tabs.currentWidget()
        target = self.content.services if page is self.content else page
        target.setFocus() if target is self.content.services else self.tabs.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        stores = self._stores
        stores.maps.changed.disconnect(self._maps_changed)
        stores.maps.look_changed.disconnect(self.refresh)
        stores.map_shelf.changed.disconnect(self._shelf_changed)
        stores.base_maps.changed.disconnect(self.refresh)
        stores.energy.changed.disconnect(self.refresh)
        stores.city.changed.disconnect(self._note)
        stores.states.changed_since_tick.disconnect(self._note)
        stores.catalogue.changed.disconnect(self._catalogue_changed)

    @property
    def look(self) -> MapLook:
        """What the active map shows."""
        active = self._stores.maps.active
        return _NOTHING_OPEN if active is None else active.look

    def refresh(self) -> None:
        """Everything as the active map's look says."""
        look, active = self.look, self._stores.maps.active
        presenter, counts = self._presenter, self._counts
        self.presets.show_look(look)
        self.content.show_look(look, presenter.services(look, counts), presenter.states(look, counts))
        self.communes.show_rows(presenter.communes(look, counts, self.communes.search.text()))
        self.display.show_look(look, self._heat_words(look))
        self.grounds.show_lines(ground_lines(look, self._stores.base_maps, self._context.texts))
        hidden = 0 if active is None else active.alarms_hidden
        self._summary.setText(presenter.summary(look, hidden, counts))

    def _change(self, look: MapLook) -> None:
        active = self._stores.maps.active
        if active is None:
            return
        if look == active.look:
            self.refresh()  # a box was pressed that stays as it is
        active.set_look(look)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(GAP, GAP, GAP, GAP)
        head.setSpacing(TIGHT)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        picture = PlainLabel()
        picture.setPixmap(icon("mdi6.map-outline", self._context.palette).pixmap(16, 16))
        row.addWidget(picture)
        row.addWidget(self.maps, 1)
        nest(head, row)
        head.addWidget(self.presets)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        foot.addWidget(self._summary, 1)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, head)
        column.addWidget(self._no_map, 1)
        column.addWidget(self.tabs, 1)
        nest(column, foot)

    def _connect(self) -> None:
        stores, presenter = self._stores, self._presenter
        stores.maps.changed.connect(self._maps_changed)
        stores.maps.look_changed.connect(self.refresh)
        stores.map_shelf.changed.connect(self._shelf_changed)
        stores.base_maps.changed.connect(self.refresh)
        stores.energy.changed.connect(self.refresh)
        stores.city.changed.connect(self._note)
        stores.states.changed_since_tick.connect(self._note)
        stores.catalogue.changed.connect(self._catalogue_changed)
        self.maps.activated.connect(self._choose_map)
        self.presets.preset_chosen.connect(self._choose_preset)
        self.content.content_toggled.connect(self._toggle_content)
        self.content.state_toggled.connect(self._toggle_state)
        self.content.all_alarms_toggled.connect(self._toggle_all_alarms)
        self.communes.toggled.connect(self._toggle_commune)
        self.communes.all_requested.connect(lambda: self._change(presenter.all_communes(self.look)))
        self.communes.none_requested.connect(lambda: self._change(presenter.no_commune(self.look)))
        self.communes.search_changed.connect(self.refresh)
        self.display.view_chosen.connect(self._choose_view)
        self.display.heat_chosen.connect(self._choose_heat)
        self.display.switched.connect(self._switch)
        self.grounds.used.connect(self._use)
        self.grounds.ordered.connect(self._order)
        self.grounds.again_requested.connect(stores.base_maps.try_again)
        self.places.go_requested.connect(self._go)
        self.places.keep_requested.connect(self._keep_place)
        self.tabs.currentChanged.connect(self._page_turned)
        for key, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._turn(step))

    def _maps_changed(self) -> None:
        maps = self._stores.maps
        self.maps.clear()
        for opened in maps.all:
            self.maps.addItem(opened.title)
        if maps.active is not None:
            self.maps.setCurrentIndex(list(maps.all).index(maps.active))
        is_open = maps.active is not None
        for widget in (self.tabs, self.maps, self.presets):
            widget.setVisible(is_open)
        self._no_map.setVisible(not is_open)
        self.refresh()

    def _choose_map(self, index: int) -> None:
        self._stores.maps.activate(self._stores.maps.all[index])

    def _choose_preset(self, line: PresetLine) -> None:
        self._change(self._presenter.with_preset(self.look, line))

    def _toggle_content(self, key: str, is_on: bool) -> None:
        self._change(self._presenter.toggle_content(self.look, key, is_on=is_on))

    def _toggle_state(self, key: str, is_on: bool) -> None:
        self._change(self._presenter.toggle_state(self.look, key, is_on=is_on))

    def _toggle_all_alarms(self, is_on: bool) -> None:
        self._change(replace(self.look, shows_all_alarms=is_on))

    def _toggle_commune(self, code: str, is_on: bool) -> None:
        self._change(self._presenter.toggle_commune(self.look, code, is_on=is_on))

    def _switch(self, name: str, is_on: bool) -> None:
        self._change(replace(self.look, **{name: is_on}))

    def _choose_view(self, view: ViewKind) -> None:
        self._change(replace(self.look, view=view))

    def _choose_heat(self, heat: HeatKind) -> None:
        self._change(replace(self.look, heat=heat))

    def _use(self, use: BaseMapUse) -> None:
        self._change(with_use(self.look, self._stores.base_maps.items, use))

    def _order(self, ids: list[str]) -> None:
        self._change(with_order(self.look, self._stores.base_maps.items, ids))

    def _go(self, bookmark: Bookmark) -> None:
        active = self._stores.maps.active
        if active is not None:
            if bookmark.look is not None:
                self._change(replace(bookmark.look, base_maps=active.look.base_maps))
            active.place_requested.emit(MapPlace(bookmark.lon, bookmark.lat, bookmark.metres_per_pixel))

    def _keep_place(self) -> None:
        active = self._stores.maps.active
        if active is not None:
            active.bookmark_requested.emit()

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())
        self.focus_first()

    def _heat_words(self, look: MapLook) -> str:
        tr, energy = self._context.texts, self._stores.energy
        if look.heat is HeatKind.NONE:
            return ""
        if look.heat is HeatKind.FAULTS:
            return tr("layers.heat_words.faults")
        if energy.failure is not None:
            return failure_text(energy.failure, tr)
        if energy.is_asking:
            return tr("layers.heat_words.energy_asking")
        if not energy.kwh:
            return tr("layers.heat_words.energy_unknown")
        return tr("layers.heat_words.energy_known", count=number_text(len(energy.kwh), tr.language))

    def _shelf_changed(self) -> None:
        self.places.show_places()
        self.presets.show_look(self.look)

    def _catalogue_changed(self) -> None:
        self.content.set_class_icons(self._class_icons())
        self._recount()

    def _note(self, _columns: object) -> None:
        self._is_dirty = True

    def _page_turned(self, _index: int) -> None:
        if self.tabs.currentWidget() is self.grounds:
            self._stores.base_maps.refresh()

    def _second(self) -> None:
        self._count()
        self._seconds_in_sight = self._seconds_in_sight + 1 if self.grounds.isVisible() else 0
        if self._seconds_in_sight % _LISTED_EVERY_S == _LISTED_EVERY_S - 1:
            self._stores.base_maps.refresh()

    def _count(self) -> None:
        """Once a second, where somebody looks and something changed."""
        if self._is_dirty and self._widget.isVisible():
            self._recount()

    def _recount(self) -> None:
        self._is_dirty = False
        self._counts = self._stores.city.counts()
        self.refresh()

    def _class_icons(self) -> dict[str, QIcon]:
        palette = self._context.palette
        classes = self._stores.catalogue.classes.values()
        return {f"class:{item.code}": icon(item.icon, palette, palette.text_muted) for item in classes if item.icon}


def _symbol(visual: AssetVisual, theme: MapTheme) -> QIcon:
    symbol = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # a selected line keeps its colours
        symbol.addPixmap(state_symbol(visual, theme, 2.0), mode)
    return symbol
