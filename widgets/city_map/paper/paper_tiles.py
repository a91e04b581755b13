"""The tiles of base maps that a picture on paper needs, held until it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtGui import QImage

from widgets.city_map.ground.tile_grid import by_distance, keys_touching, zoom_for
from widgets.city_map.ground.tile_source import GroundBox, RasterLayer, TileKey, TileSource
from widgets.city_map.view.viewport import Viewport

_PARTS: Final = 8  # a side of the picture is asked about in so many pieces: no piece has too many tiles


class PaperSource:
    """A TileSource that keeps what it was given: no tile leaves memory before it is printed."""

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._held: dict[TileKey, QImage] = {}
        self._asked: tuple[TileKey, ...] = ()
        self.wanted: tuple[TileKey, ...] = ()

    @property
    def id(self) -> str:
        return self._source.id

    @property
    def attribution(self) -> str:
        return self._source.attribution

    @property
    def min_zoom(self) -> int:
        return self._source.min_zoom

    @property
    def max_zoom(self) -> int:
        return self._source.max_zoom

    @property
    def tile_px(self) -> int:
        return self._source.tile_px

    @property
    def bounds(self) -> GroundBox | None:
        return self._source.bounds

    def image(self, z: int, x: int, y: int) -> QImage | None:
        """A tile that is held, or in the memory of the source."""
        held = self._held.get((z, x, y))
        return self._source.image(z, x, y) if held is None else held

    def is_missing(self, z: int, x: int, y: int) -> bool:
        """True when it is known that there is no such tile."""
        return self._source.is_missing(z, x, y)

    def request(self, keys: Sequence[TileKey]) -> None:
        """Ask for exactly these from now on."""
        if self._asked != tuple(keys):
            self._asked = tuple(keys)
            self._source.request(keys)

    def lacking(self) -> tuple[TileKey, ...]:
        """What is wanted and neither came nor is known not to exist; what came is held from now on."""
        found: list[TileKey] = []
        for key in self.wanted:
            if key in self._held:
                continue
            image = self._source.image(*key)
            if image is not None:
                self._held[key] = image
            elif not self._source.is_missing(*key):
                found.append(key)
        return tuple(found)


class PaperTiles:
    """Ask, look again until nothing is lacking or patience ends, then paint, then stop."""

    def __init__(self, layers: Sequence[RasterLayer], view: Viewport) -> None:
        shown = [layer for layer in layers if layer.opacity > 0]
        self._sources = [PaperSource(layer.source) for layer in shown]
        self.layers = tuple(replace(layer, source=source) for layer, source in zip(shown, self._sources, strict=True))
        """The layers to be painted."""
        for source in self._sources:
            source.wanted = _keys_of(source, view)

    @property
    def total(self) -> int:
        """How many tiles the picture needs."""
        return sum(len(source.wanted) for source in self._sources)

    def ask(self) -> int:
        """Ask for what is lacking; how many tiles that are."""
        lacking = [source.lacking() for source in self._sources]
        for source, keys in zip(self._sources, lacking, strict=True):
            source.request(keys)
        return sum(map(len, lacking))

    def missing(self) -> int:
        """How many tiles did not come."""
        return sum(len(source.lacking()) for source in self._sources)

    def stop(self) -> None:
        """Want nothing more."""
        for source in self._sources:
            source.request(())


def _keys_of(source: TileSource, view: Viewport) -> tuple[TileKey, ...]:
    zoom = zoom_for(source, view.scale)
    if zoom is None:
        return ()
    left, top = view.left / view.scale, view.top / view.scale
    wide, high = view.device_width / view.scale / _PARTS, view.device_height / view.scale / _PARTS
    found: dict[TileKey, None] = {}
    for row in range(_PARTS):
        for column in range(_PARTS):
            x, y = left + column * wide, top + row * high
            found.update(dict.fromkeys(keys_touching(source, zoom, (x, y, x + wide, y + high))))
    return tuple(by_distance(list(found), view.x, view.y))
