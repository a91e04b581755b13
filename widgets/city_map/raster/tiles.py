"""Square pictures of a layer at one scale, drawn when needed and kept while useful."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from widgets.city_map.view.viewport import Viewport

TILE: Final = 512
_SPARE: Final = 12
"""Tiles kept beyond the view and its ring, so that a pan back is free."""

Key = tuple[int, int]


class TileLayer:
    """Draws a tile by the callable given; None means that there is nothing to see in it."""

    def __init__(self, draw: Callable[[int, int, float], QImage | None]) -> None:
        self._draw = draw
        self._scale = 0.0
        self._tiles: dict[Key, QImage | None] = {}

    @property
    def scale(self) -> float:
        """Device pixels per mercator metre of the tiles kept."""
        return self._scale

    def clear(self) -> None:
        """All tiles are to be drawn anew."""
        self._tiles.clear()

    def forget(self, key: Key) -> None:
        """This tile is to be drawn anew."""
        self._tiles.pop(key, None)

    def draw_anew(self, key: Key) -> None:
        """Draw this tile again, at once."""
        self._tiles[key] = self._draw(*key, self._scale)

    def holds(self, key: Key) -> bool:
        """True when this tile is drawn, be it empty."""
        return key in self._tiles

    def image(self, key: Key) -> QImage | None:
        """The picture of a tile, if it is drawn and not empty."""
        return self._tiles.get(key)

    def drawn(self) -> list[Key]:
        """The tiles that are drawn."""
        return list(self._tiles)

    def prepare(self, view: Viewport, ring: int, until: float) -> bool:
        """Draw what the view lacks until this moment (time.perf_counter); True when nothing is lacking."""
        if view.scale != self._scale:
            self._tiles.clear()
            self._scale = view.scale
        missing = [key for key in keys_of(view, ring) if key not in self._tiles]
        for done, key in enumerate(missing):
            if done and time.perf_counter() >= until:
                return False
            self._tiles[key] = self._draw(*key, self._scale)
        self._drop_far(view)
        return True

    def paint(self, painter: QPainter, view: Viewport, clip: QRect) -> None:
        """Blit; the painter works in device pixels. Tiles outside of the clip are skipped."""
        for key in keys_of(view, 0):
            image = self._tiles.get(key)
            if image is None:
                continue
            at = QRect(key[0] * TILE - view.left, key[1] * TILE - view.top, TILE, TILE)
            part = at.intersected(clip)
            if not part.isEmpty():
                painter.drawImage(part, image, part.translated(-at.topLeft()))

    def _drop_far(self, view: Viewport) -> None:
        near = set(keys_of(view, 1))
        if len(self._tiles) > len(near) + _SPARE:
            self._tiles = {key: image for key, image in self._tiles.items() if key in near}


def keys_of(view: Viewport, ring: int) -> Iterator[Key]:
    """The tiles a view touches, and a ring of neighbours around them."""
    left, top = view.left // TILE - ring, view.top // TILE - ring
    right = (view.left + view.device_width - 1) // TILE + ring
    bottom = (view.top + view.device_height - 1) // TILE + ring
    for line in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield column, line
