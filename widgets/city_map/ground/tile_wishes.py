"""Tells the sources which tiles the view wants, once for each change, the middle of the view first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from widgets.city_map.ground.tile_grid import by_distance, keys_touching, zoom_for
from widgets.city_map.ground.tile_source import RasterLayer, TileKey, TileSource
from widgets.city_map.view.viewport import Viewport

_COARSER: Final = 2
"""This many levels up, tiles are fetched too: they stand in when the view moves on."""


class TileWishes:
    """Wishes replace each other; a hidden map wishes nothing."""

    def __init__(self) -> None:
        self._layers: tuple[RasterLayer, ...] = ()
        self._asked_for: Viewport | None = None
        self._asked: dict[str, tuple[TileKey, ...]] = {}

    def set_layers(self, layers: Sequence[RasterLayer]) -> None:
        """Ask these sources from now on; sources that are no longer shown are asked for nothing."""
        kept = {id(layer.source) for layer in layers}
        for layer in self._layers:
            if id(layer.source) not in kept:
                self._tell(layer.source, ())
        self._layers = tuple(layers)
        self._asked_for = None

    def ask(self, view: Viewport) -> None:
        """What this view wants. The same view again costs nothing."""
        if view == self._asked_for:
            return
        self._asked_for = view
        for layer in self._layers:
            self._tell(layer.source, wanted_tiles(layer.source, view) if layer.opacity > 0 else ())

    def drop(self) -> None:
        """Nothing is wanted until the next `ask`."""
        self._asked_for = None
        for layer in self._layers:
            self._tell(layer.source, ())

    def _tell(self, source: TileSource, keys: tuple[TileKey, ...]) -> None:
        if self._asked.get(source.id, ()) != keys:
            self._asked[source.id] = keys
            source.request(keys)


def wanted_tiles(source: TileSource, view: Viewport) -> tuple[TileKey, ...]:
    """What a view lacks: what it shows, the middle first, coarser tiles to stand in, then what a pan would uncover."""
    zoom = zoom_for(source, view.scale)
    if zoom is None:
        return ()
    x0, y0 = view.left / view.scale, view.top / view.scale
    box = (x0, y0, x0 + view.device_width / view.scale, y0 + view.device_height / view.scale)
    seen = by_distance(keys_touching(source, zoom, box), view.x, view.y)
    coarser = max(zoom - _COARSER, source.min_zoom, 0)
    around = keys_touching(source, coarser, box) if coarser < zoom else []
    ring = by_distance(keys_touching(source, zoom, box, 1), view.x, view.y)
    wanted = dict.fromkeys((*seen, *around, *ring))
    return tuple(key for key in wanted if source.image(*key) is None and not source.is_missing(*key))
