"""Which rows stand on a tile, and on which of its pixels: looked up once, kept while they stand there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.city_map.raster.tiles import TILE, Key
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.values import Mask, Rows

_Pixels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Standing:
    """Parallel: rows and their pixels from the tile's upper left corner, some of them just beside the tile."""

    rows: Rows
    x: _Pixels
    y: _Pixels

    def only(self, wanted: Mask) -> Standing:
        """Those of them that are wanted."""
        return Standing(self.rows[wanted], self.x[wanted], self.y[wanted])

    def and_also(self, other: Standing) -> Standing:
        """Both."""
        return Standing(
            np.concatenate((self.rows, other.rows)),
            np.concatenate((self.x, other.x)),
            np.concatenate((self.y, other.y)),
        )


@dataclass(slots=True)
class _Kept:
    standing: Standing
    loose_count: int


class TileRows:
    """States change all the time and places hardly ever: what moved since the index was built is asked for anew."""

    def __init__(self, store: AssetStore, index: GridIndex) -> None:
        self._store = store
        self._index = index
        self._is_wanted: Mask = np.ones(256, np.bool_)
        self._scale = 0.0
        self._reach = 0
        self._version = -1
        self._kept: dict[Key, _Kept] = {}

    def take_scale(self, scale: float, reach: int, is_wanted: Mask) -> None:
        """Tiles of this scale from now on, discs of this reach, and only the classes wanted."""
        self._scale, self._reach, self._is_wanted = scale, reach, is_wanted
        self._kept.clear()

    def of(self, key: Key) -> Standing:
        """All whose discs may touch the tile."""
        index = self._index
        if self._version != index.version:
            self._version = index.version
            self._kept.clear()
        left, top = key[0] * TILE, key[1] * TILE
        box = self._box(left, top, TILE, TILE)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(self._standing(index.fixed_in(*box), left, top), index.loose_count)
        elif kept.loose_count != index.loose_count:
            kept.standing = kept.standing.only(index.is_fixed(kept.standing.rows))
            kept.loose_count = index.loose_count
        loose = index.loose_in(*box)
        return kept.standing.and_also(self._standing(loose, left, top)) if loose.size else kept.standing

    def around(self, left: int, top: int, width: int, height: int) -> Standing:
        """All whose discs may touch these pixels, which are no whole tile; nothing is kept."""
        return self._standing(self._index.in_rectangle(*self._box(left, top, width, height)), left, top)

    def keep_only(self, keys: Container[Key]) -> None:
        """Forget all other tiles."""
        for key in [key for key in self._kept if key not in keys]:
            del self._kept[key]

    def _box(self, left: int, top: int, width: int, height: int) -> tuple[float, float, float, float]:
        margin, scale = self._reach + 1, self._scale
        right, bottom = left + width + margin, top + height + margin
        return (left - margin) / scale, (top - margin) / scale, right / scale, bottom / scale

    def _standing(self, rows: Rows, left: int, top: int) -> Standing:
        rows = rows[self._is_wanted[self._store.class_index[rows]]]
        x = np.floor(self._store.x[rows] * self._scale) - left
        y = np.floor(self._store.y[rows] * self._scale) - top
        return Standing(rows, x.astype(np.int32), y.astype(np.int32))
