"""Tiles in memory: the pictures that were used last, and which tiles are known not to exist."""

from collections import OrderedDict
from typing import Final

from PySide6.QtGui import QImage

MOST_BYTES: Final = 128 * 1024 * 1024
_MOST_MISSING: Final = 50_000

TileId = tuple[str, int, int, int]
"""Base map, z, x, y."""


class TileCache:
    """At most so many bytes of pictures; the one that was not used for longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._images: OrderedDict[TileId, QImage] = OrderedDict()
        self._missing: OrderedDict[TileId, None] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """How much the pictures take."""
        return self._held

    def image(self, tile: TileId) -> QImage | None:
        """A picture that is held; it counts as used."""
        found = self._images.get(tile)
        if found is not None:
            self._images.move_to_end(tile)
        return found

    def holds(self, tile: TileId) -> bool:
        """Whether its picture is held."""
        return tile in self._images

    def is_missing(self, tile: TileId) -> bool:
        """Whether it is known that there is no such tile."""
        return tile in self._missing

    def put(self, tile: TileId, image: QImage | None) -> None:
        """Keep a picture; None: there is no such tile."""
        self._drop(tile)
        if image is None:
            self._missing[tile] = None
            while len(self._missing) > _MOST_MISSING:
                self._missing.popitem(last=False)
            return
        self._images[tile] = image
        self._held += image.sizeInBytes()
        while self._held > self._most and len(self._images) > 1:
            _oldest, gone = self._images.popitem(last=False)
            self._held -= gone.sizeInBytes()

    def forget(self, base_map: str) -> None:
        """Everything of a base map: its content may have changed."""
        for tile in [tile for tile in self._images if tile[0] == base_map]:
            self._drop(tile)
        for tile in [tile for tile in self._missing if tile[0] == base_map]:
            del self._missing[tile]

    def _drop(self, tile: TileId) -> None:
        self._missing.pop(tile, None)
        gone = self._images.pop(tile, None)
        if gone is not None:
            self._held -= gone.sizeInBytes()
