"""The ground of the map: layers of outlines and streets, base maps of tiles, and who is to be credited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QObject

from widgets.city_map.frames import Frames
from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.ground.tile_wishes import TileWishes
from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.painting import MapPainting
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.values import BaseLayer
from widgets.city_map.view.navigation import Navigator

Extent = tuple[float, float, float, float]


class MapGround(QObject):
    """Feed it what lies under the assets."""

    def __init__(
        self,
        renderer: MapRenderer,
        painting: MapPainting,
        navigator: Navigator,
        frames: Frames,
        extent_changed: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._renderer = renderer
        self._painting = painting
        self._navigator = navigator
        self._frames = frames
        self._extent_changed = extent_changed
        self._wishes = TileWishes()
        self.rasters: tuple[RasterLayer, ...] = ()
        """Base maps of tiles, the first at the bottom."""
        self.layers: tuple[BaseLayer, ...] = ()
        """Outlines, streets and names."""
        self.extent: Extent | None = None
        """The rectangle that holds the layers, in mercator metres."""
        frames.before.append(self._ask)

    def set_base_layers(self, layers: Sequence[BaseLayer]) -> None:
        """Outlines, streets and names under the assets. The same ones again cost nothing."""
        if self._is_same(layers):
            return
        self.layers = tuple(layers)
        self._painting.set_layers(layers)
        self.extent = _extent_of(layers)
        self._attribute()
        self._extent_changed()
        self._frames.all_changed()

    def set_tile_sources(self, layers: Sequence[RasterLayer]) -> None:
        """Base maps of tiles under streets and outlines, the first at the bottom. Replaces all former ones."""
        self.rasters = tuple(layers)
        self._renderer.set_tiles(layers)
        self._wishes.set_layers(layers)
        self._painting.forget_pictures()
        self._attribute()
        self._frames.all_changed()

    def tiles_changed(self, source_id: str) -> None:
        """This source has tiles that it had not: what was lacking is painted anew, and nothing else."""
        self._renderer.tiles_changed(source_id)
        self.painted()

    def painted(self) -> None:
        """A frame was painted: what fades in wants another."""
        self._frames.areas(self._renderer.restless(self._navigator.view))

    def drop_wishes(self) -> None:
        """Nobody looks: no tile is wanted."""
        self._wishes.drop()

    def _ask(self) -> bool:
        if not self._navigator.is_zooming:
            self._wishes.ask(self._navigator.view)
        return False

    def _attribute(self) -> None:
        seen = [layer.source.attribution for layer in self.rasters if layer.opacity > 0]
        seen += [layer.attribution for layer in self.layers if layer.is_visible]
        self._painting.furniture.attribution = " · ".join(dict.fromkeys(one for one in seen if one))

    def _is_same(self, layers: Sequence[BaseLayer]) -> bool:
        return len(layers) == len(self.layers) and all(
            one is other or _is_same_layer(one, other) for one, other in zip(layers, self.layers, strict=True)
        )


def _is_same_layer(one: BaseLayer, other: BaseLayer) -> bool:
    plain = all(
        getattr(one, name) == getattr(other, name)
        for name in ("name", "kind", "names", "attribution", "colour", "opacity", "is_visible")
    )
    return (
        plain
        and np.array_equal(one.offsets, other.offsets)
        and np.array_equal(one.lon, other.lon)
        and np.array_equal(one.lat, other.lat)
        and (one.weights is None) == (other.weights is None)
        and (one.weights is None or other.weights is None or np.array_equal(one.weights, other.weights))
    )


def _extent_of(layers: Sequence[BaseLayer]) -> Extent | None:
    lon = np.concatenate([layer.lon for layer in layers]) if layers else np.empty(0)
    lat = np.concatenate([layer.lat for layer in layers]) if layers else np.empty(0)
    valid = is_on_map(lon, lat)
    if not valid.any():
        return None
    x, y = project(lon[valid], lat[valid])
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
