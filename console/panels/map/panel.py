"""The map panel: stores feed the map, the map's wishes select and show."""

from typing import Annotated

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState
from console.panels.map import layers
from console.panels.map.presenter import MapPresenter
from console.store.context import Context
from console.store.states import MoveColumns, StateColumns
from contract.stream import Visual
from widgets.city_map import DARK, LIGHT, AssetVisual, CityMap, MapTexts
from widgets.look import GAP, TIGHT, icon

_PLACE_METRES_PER_PIXEL = 0.6


class MapState(msgspec.Struct, frozen=True):
    """What a workspace keeps of the map."""

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
            texts=_texts(context),
            theme=DARK if context.palette.is_dark else LIGHT,
        )
        self._map.set_tooltip_text(self._presenter.tooltip)
        self._counts = QLabel()
        self._counts.setProperty("role", "muted")
        self._widget = QWidget()
        self._widget.setObjectName("map panel")
        self._lay_out()
        self._connect()
        self._catalogue_changed()
        self._link_changed()

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
        stores.assets.changed_since_tick.disconnect(self._assets_changed)
        stores.states.changed_since_tick.disconnect(self._states_changed)
        stores.states.moved_since_tick.disconnect(self._moved)
        stores.catalogue.changed.disconnect(self._catalogue_changed)
        stores.link.stage_changed.disconnect(self._link_changed)
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.selection.place_requested.disconnect(self._go_to)

    def state(self) -> PanelState:
        """Where it looks."""
        view = self._map.view
        lon, lat = view.lon_lat
        if not self._map.is_placed:
            return {}
        kept: PanelState = msgspec.to_builtins(MapState(round(lon, 6), round(lat, 6), round(view.metres_per_pixel, 3)))
        return kept

    def take_state(self, state: PanelState) -> None:
        """Look where it looked; raises msgspec.ValidationError when it is none of ours."""
        kept = msgspec.convert(state, MapState, strict=False)
        self._map.go_to(kept.lon, kept.lat, kept.metres_per_pixel, animate=False)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        bar.setSpacing(TIGHT)
        tr = self._context.texts
        for name, key, wish in (
            ("mdi6.fit-to-screen-outline", "map.all", self._map.zoom_to_all),
            ("mdi6.target", "map.selection", self._map.zoom_to_selection),
            ("mdi6.bell-ring-outline", "map.next_alarm", self._map.next_alarm),
            ("mdi6.map-legend", "map.legend", self._map.toggle_legend),
            ("mdi6.cctv", "map.look", self._map.look_at_selection),
        ):
            button = QToolButton()
            button.setIcon(icon(name, self._context.palette))
            button.setToolTip(tr(key))
            button.setAccessibleName(tr(key))
            button.clicked.connect(lambda _checked=False, wish=wish: wish())
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self._counts)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self._map, 1)

    def _connect(self) -> None:
        stores = self._stores
        stores.assets.changed_since_tick.connect(self._assets_changed)
        stores.states.changed_since_tick.connect(self._states_changed)
        stores.states.moved_since_tick.connect(self._moved)
        stores.catalogue.changed.connect(self._catalogue_changed)
        stores.link.stage_changed.connect(self._link_changed)
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.selection.place_requested.connect(self._go_to)
        self._map.asset_selected.connect(self._picked)
        self._map.asset_activated.connect(stores.selection.go_to)
        self._map.look_here_requested.connect(self._look_at)
        self._map.context_menu_requested.connect(self._open_menu)

    def _catalogue_changed(self) -> None:
        communes = self._stores.catalogue.communes
        self._map.set_classes(layers.class_styles(self._stores.catalogue.classes, self._context.texts))
        self._map.set_communes(
            [commune.name for commune in communes.values()],
            [(commune.lon, commune.lat) for commune in communes.values()],
        )
        self._assets_changed()

    def _assets_changed(self) -> None:
        assets = self._stores.assets
        catalogue = self._stores.catalogue
        attribution = self._context.texts("map.attribution")
        self._map.set_base_layers(layers.base_layers(assets.all(), catalogue.communes.values(), attribution))
        self._map.set_assets(layers.asset_columns(assets.all(), catalogue.classes, catalogue.communes))
        self._map.set_labels(layers.asset_labels(assets.all()))
        self._map.set_cones(layers.camera_cones(assets.all()))
        self._states_changed(self._stores.states.all())
        self._selection_changed()
        self._counts.setText(self._context.texts("map.count", count=f"{assets.count:,}".replace(",", "\u202f")))

    def _states_changed(self, columns: StateColumns) -> None:
        if len(columns.ids):
            self._map.set_states(columns.ids, columns.visuals)
            self._map.set_levels(columns.ids, columns.levels)

    def _moved(self, moves: MoveColumns) -> None:
        self._map.move_assets(moves.ids, moves.lon, moves.lat, moves.heading)

    def _link_changed(self) -> None:
        self._map.set_link_lost(None if self._stores.link.is_live else "")

    def _picked(self, asset_id: int) -> None:
        self._stores.selection.select(asset_id or None)

    def _selection_changed(self) -> None:
        self._map.select(self._stores.selection.asset_id or 0)

    def _go_to(self, asset_id: int) -> None:
        asset = self._presenter.asset(asset_id)
        if asset is not None:
            near = min(self._map.view.metres_per_pixel, _PLACE_METRES_PER_PIXEL)
            self._map.go_to(asset.lon, asset.lat, near)

    def _look_at(self, lon: float, lat: float) -> None:
        self._stores.selection.look_at(lon, lat)

    def _open_menu(self, asset_id: int, lon: float, lat: float, at: QPoint) -> None:
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        tr = self._context.texts
        look = QAction(tr("map.look_here"), menu)
        look.triggered.connect(lambda: self._look_at(lon, lat))
        menu.addAction(look)
        if asset_id:
            card = QAction(tr("map.open_card"), menu)
            card.triggered.connect(lambda: self._open_card(asset_id))
            menu.addAction(card)
        menu.popup(at)

    def _open_card(self, asset_id: int) -> None:
        self._stores.selection.select(asset_id)
        self._context.open_panel("card")


def _texts(context: Context) -> MapTexts:
    tr = context.texts
    return MapTexts(
        map_name=tr("map.name"),
        empty=tr("map.empty"),
        in_view=tr("map.in_view"),
        in_view_alarms=tr("map.in_view_alarms"),
        selected=tr("map.selected"),
        asset=tr("map.asset"),
        link_lost="",  # the veil says it
        legend=tr("map.legend"),
        unacknowledged=tr("map.unacknowledged"),
        lamp_lit=tr("map.lamp_lit"),
        lamp_unlit=tr("map.lamp_unlit"),
        alarms_here=tr("map.alarms_here"),
        north=tr("map.north"),
        states={AssetVisual(int(visual)): tr(f"visual.{visual.name.lower()}") for visual in Visual},
    )
