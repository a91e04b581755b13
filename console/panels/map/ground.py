"""What lies under the assets of one map: base maps as its look says, and words where one does not work."""

from dataclasses import replace
from typing import Final

from console.parts.city_feed import CityFeed
from console.store.base_maps import BaseMapTrouble, MapTiles, is_raster
from console.store.context import Context
from console.store.ground_order import UsedGround, used_grounds
from console.store.open_maps import OpenMap
from console.store.wording import trouble_text
from contract.base_maps import BaseMap
from widgets.city_map import CityMap, RasterLayer

_WHOLE: Final = 100


class GroundFollower:
    """Follows look and base maps; fetches nothing that is not on."""

    def __init__(self, context: Context, opened: OpenMap, city_map: CityMap, feed: CityFeed) -> None:
        self._context = context
        self._store = context.stores.base_maps
        self._opened = opened
        self._map = city_map
        self._feed = feed
        self._tiles: dict[str, MapTiles] = {}
        self._shown: tuple[RasterLayer, ...] = ()
        self._store.changed.connect(self.apply)
        self._store.lines_changed.connect(self._lines_changed)
        self._store.tiles_changed.connect(city_map.ground.tiles_changed)

    def close(self) -> None:
        """Want nothing more."""
        self._store.changed.disconnect(self.apply)
        self._store.lines_changed.disconnect(self._lines_changed)
        self._store.tiles_changed.disconnect(self._map.ground.tiles_changed)
        for tiles in self._tiles.values():
            tiles.request(())

    def apply(self) -> None:
        """Show what the look says, as far as it is there."""
        used = used_grounds(self._opened.look, self._store.items)
        on = [ground for ground in used if ground.use.is_on and ground.use.opacity_percent > 0]
        rasters = tuple(_raster(ground, self._source(base_map)) for ground, base_map in _maps_of(on, are_raster=True))
        for gone in self._tiles.keys() - {layer.source.id for layer in rasters}:
            self._tiles.pop(gone).request(())
        if rasters != self._shown:
            self._shown = rasters
            self._map.ground.set_tile_sources(rasters)
        lines = [
            replace(layer, opacity=ground.use.opacity_percent / _WHOLE)
            for ground, base_map in _maps_of(on, are_raster=False)
            for layer in self._store.lines(base_map.id)
        ]
        register = next(ground.use for ground in used if ground.base_map is None)
        self._feed.set_ground(lines, opacity=register.opacity_percent / _WHOLE if register.is_on else 0.0)
        troubles = [self._store.troubles.get(ground.use.id) for ground in reversed(on)]
        self._map.readout.set_notices([self._notice(trouble) for trouble in troubles if trouble is not None])

    def _lines_changed(self, _base_map: str) -> None:
        self.apply()

    def _source(self, base_map: BaseMap) -> MapTiles:
        """The same source as before while the base map is the same: the map keeps what it has painted."""
        known = self._tiles.get(base_map.id)
        if known is None or not known.is_for(base_map):
            if known is not None:
                known.request(())
            known = self._store.tiles_for_map(base_map)
            self._tiles[base_map.id] = known
        return known

    def _notice(self, trouble: BaseMapTrouble) -> str:
        tr = self._context.texts
        words = trouble_text(trouble.base_map, trouble.failure, trouble.since, tr)
        return tr("map.base_map_notice", name=trouble.base_map.name, words=words.rstrip("."))


def _maps_of(grounds: list[UsedGround], *, are_raster: bool) -> list[tuple[UsedGround, BaseMap]]:
    return [
        (ground, ground.base_map)
        for ground in grounds
        if ground.base_map is not None and is_raster(ground.base_map) is are_raster
    ]


def _raster(ground: UsedGround, source: MapTiles) -> RasterLayer:
    return RasterLayer(source, ground.use.opacity_percent / _WHOLE, dim=ground.use.dim_percent / _WHOLE)
