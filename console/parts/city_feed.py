"""Stores feed a map: register, states, places, link. What changed is fed, not the city."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from console.parts import city_layers as layers
from console.store.city_columns import CityChange
from console.store.context import Context
from console.store.placed import PlacedColumns
from console.store.replay import ReplayStore
from console.store.states import MoveColumns, StateColumns, StateStore
from contract.assets import Asset
from widgets.city_map import AssetColumns, BaseLayer, CityMap, ConeColumns

_NO_CONES: Final = layers.camera_cones(())


StateSource = StateStore | ReplayStore  # where states and places come from: live, or a moment of the past


class CityFeed:
    """Feeds one map until closed."""

    def __init__(self, context: Context, city_map: CityMap) -> None:
        self._context = context
        self._stores = context.stores
        self._map = city_map
        self._labels: dict[int, str] = {}
        self._cameras: dict[int, Asset] = {}
        self._lines: set[int] = set()
        self._own_ground: tuple[BaseLayer, ...] = ()
        self._other_ground: tuple[BaseLayer, ...] = ()
        self._ground_opacity = 1.0
        self._has_labels = True
        self._has_cones = True
        self._source: StateSource = self._stores.states
        self._stores.city.changed.connect(self._city_changed)
        self._stores.link.stage_changed.connect(self._link_changed)
        self._listen()
        self._feed_all()
        self._link_changed()

    def close(self) -> None:
        """Feed nothing more."""
        self._stop_listening()
        self._stores.city.changed.disconnect(self._city_changed)
        self._stores.link.stage_changed.disconnect(self._link_changed)

    @property
    def is_live(self) -> bool:
        """Whether what it shows is now."""
        return self._source is self._stores.states

    @property
    def states(self) -> StateColumns:
        """The states that are shown."""
        return self._source.all()

    def take_states_from(self, source: StateSource) -> None:
        """Show this source's states and places from now on."""
        if source is not self._source:
            self._stop_listening()
            self._source = source
            self._listen()
            self._states_changed(source.all())
            self._moved(source.places())

    def show_names(self, *, has_labels: bool, has_cones: bool) -> None:
        """Names of equipment, and fields of view of cameras: shown or not."""
        if has_labels != self._has_labels:
            self._has_labels = has_labels
            self._map.set_labels(self._labels if has_labels else {})
        if has_cones != self._has_cones:
            self._has_cones = has_cones
            self._map.set_cones(self._cones())

    def set_ground(self, lines: Sequence[BaseLayer], *, opacity: float) -> None:
        """Lines of base maps under the register's own, and how strong the register's are."""
        if _same(lines) != _same(self._other_ground) or opacity != self._ground_opacity:
            self._other_ground, self._ground_opacity = tuple(lines), opacity
            self._show_ground()

    def _listen(self) -> None:
        self._source.changed_since_tick.connect(self._states_changed)
        self._source.moved_since_tick.connect(self._moved)

    def _stop_listening(self) -> None:
        self._source.changed_since_tick.disconnect(self._states_changed)
        self._source.moved_since_tick.disconnect(self._moved)

    def _city_changed(self, change: CityChange) -> None:
        if change.is_whole:
            self._feed_all()
            return
        if len(change.removed):
            self._map.remove_assets(change.removed)
        if len(change.upserted.ids):
            self._map.upsert_assets(_columns(change.upserted))
            self._feed_states_of(change.upserted)
        self._feed_names(change.assets, change.removed.tolist())

    def _feed_all(self) -> None:
        catalogue = self._stores.catalogue
        communes = catalogue.communes.values()
        self._map.set_classes(layers.class_styles(catalogue.classes, self._context.texts))
        self._map.set_communes(
            [commune.name for commune in communes], [(commune.lon, commune.lat) for commune in communes]
        )
        assets = list(self._stores.assets.all())
        self._lines = {asset.id for asset in assets if asset.line is not None}
        self._feed_ground()
        self._map.set_assets(_columns(self._stores.city.all()))
        self._labels = layers.asset_labels(assets)
        self._cameras = {asset.id: asset for asset in assets if asset.class_ == layers.CAMERA}
        self._map.set_labels(self._labels if self._has_labels else {})
        self._map.set_cones(self._cones())
        self._states_changed(self._source.all())
        self._moved(self._source.places())

    def _feed_ground(self) -> None:
        attribution = self._context.texts("map.attribution")
        lines = [asset for asset in map(self._stores.assets.get, self._lines) if asset is not None]
        self._own_ground = layers.base_layers(lines, self._stores.catalogue.communes.values(), attribution)
        self._show_ground()

    def _show_ground(self) -> None:
        opacity = self._ground_opacity
        own = [replace(layer, opacity=opacity, is_visible=opacity > 0) for layer in self._own_ground]
        self._map.ground.set_base_layers([*self._other_ground, *own])

    def _feed_names(self, changed: Sequence[Asset], removed: Sequence[int]) -> None:
        gone = [asset_id for asset_id in removed if asset_id in self._labels]
        named = layers.asset_labels(changed)
        if gone or any(self._labels.get(asset_id) != label for asset_id, label in named.items()):
            for asset_id in gone:
                del self._labels[asset_id]
            self._labels.update(named)
            if self._has_labels:
                self._map.set_labels(self._labels)
        cameras = {asset.id: asset for asset in changed if asset.class_ == layers.CAMERA}
        if cameras or any(asset_id in self._cameras for asset_id in removed):
            self._cameras.update(cameras)
            for asset_id in removed:
                self._cameras.pop(asset_id, None)
            self._map.set_cones(self._cones())
        lines = {asset.id for asset in changed if asset.line is not None}
        lost = {asset_id for asset_id in self._lines if self._stores.assets.get(asset_id) is None}
        if lines or lost:
            self._lines = (self._lines | lines) - lost
            self._feed_ground()

    def _feed_states_of(self, upserted: PlacedColumns) -> None:
        """What is new on the map is unknown there until it is told; states may have come before it."""
        states = self._source.all()
        known = np.isin(states.ids, upserted.ids)
        self._states_changed(StateColumns(states.ids[known], states.visuals[known], states.levels[known]))

    def _cones(self) -> ConeColumns:
        return layers.camera_cones(self._cameras.values()) if self._has_cones else _NO_CONES

    def _states_changed(self, columns: StateColumns) -> None:
        if len(columns.ids):
            self._map.set_states(columns.ids, columns.visuals)
            self._map.set_levels(columns.ids, columns.levels)

    def _moved(self, moves: MoveColumns) -> None:
        if len(moves.ids):
            self._map.move_assets(moves.ids, moves.lon, moves.lat, moves.heading)

    def _link_changed(self) -> None:
        self._map.set_link_lost(None if self._stores.link.is_live else "")


def _same(layers_: Sequence[BaseLayer]) -> list[tuple[str, int, float]]:
    return [(layer.name, id(layer.lon), layer.opacity) for layer in layers_]


def _columns(placed: PlacedColumns) -> AssetColumns:
    return AssetColumns(
        ids=placed.ids,
        lon=placed.lon,
        lat=placed.lat,
        class_index=placed.class_index,
        commune_index=placed.commune_index,
    )
