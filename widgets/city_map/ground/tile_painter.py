"""Tiles of the sources painted into blocks of the ground. What is lacking is stood in for by coarser or finer tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.city_map.ground.tile_grid import LEVELS_ENLARGED, edges, keys_touching, zoom_for
from widgets.city_map.ground.tile_source import RasterLayer, TileKey, TileSource
from widgets.city_map.ground.toning import tone_of, toned
from widgets.city_map.raster.tiles import TILE, Key
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Bytes

_LARGE_PX: Final = 8_000
"""Pictures larger than this on the screen are cut first: Qt paints within 32,767 pixels."""
_BLOCKS_KEPT: Final = 200


class TilePainter:
    """Remembers for each block what it had to do without."""

    def __init__(self) -> None:
        self._layers: tuple[RasterLayer, ...] = ()
        self._lacking: dict[Key, list[tuple[str, TileKey]]] = {}

    @property
    def is_idle(self) -> bool:
        """True when there is no source to paint."""
        return not self._layers

    def set_layers(self, layers: Sequence[RasterLayer]) -> None:
        """Paint these, the first at the bottom."""
        self._layers = tuple(layer for layer in layers if layer.opacity > 0)
        self._lacking.clear()

    def blocks_to_repaint(self, source_id: str) -> list[Key]:
        """Blocks for which this source now has a tile that they lacked."""
        sources = {layer.source.id: layer.source for layer in self._layers}
        source = sources.get(source_id)
        if source is None:
            return []
        return [
            block
            for block, lacking in self._lacking.items()
            if any(of == source_id and source.image(*key) is not None for of, key in lacking)
        ]

    def paint(self, pixels: Bytes, block: Key, scale: float, theme: MapTheme) -> None:
        """All layers over a block of opaque BGRA pixels."""
        lacking: list[tuple[str, TileKey]] = []
        for layer in self._layers:
            picture = self._picture(layer, block, scale, theme, lacking)
            if picture is None:
                continue
            canvas = QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_RGB32)
            painter = QPainter(canvas)
            painter.setOpacity(min(layer.opacity, 1.0))
            painter.drawImage(0, 0, picture)
            painter.end()
        self._lacking.pop(block, None)
        if lacking:
            self._lacking[block] = lacking
            if len(self._lacking) > _BLOCKS_KEPT:
                del self._lacking[next(iter(self._lacking))]

    def _picture(
        self, layer: RasterLayer, block: Key, scale: float, theme: MapTheme, lacking: list[tuple[str, TileKey]]
    ) -> QImage | None:
        source, zoom = layer.source, zoom_for(layer.source, scale)
        if zoom is None:
            return None
        left, top = block[0] * TILE, block[1] * TILE
        box = (left / scale, top / scale, (left + TILE) / scale, (top + TILE) / scale)
        pieces: list[tuple[TileKey, TileKey, QImage]] = []
        for key in keys_touching(source, zoom, box):
            image = _image(source, key)
            if image is not None:
                pieces.append((key, key, image))
                continue
            if not source.is_missing(*key):
                lacking.append((source.id, key))
            pieces += _stand_ins(source, key)
        if not pieces:
            return None
        pixels = np.zeros((TILE, TILE, 4), np.uint8)
        canvas = QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(canvas)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for where, key, image in pieces:
            painter.setClipRect(_rect(where, scale).translated(-left, -top))
            _draw(painter, image, _rect(key, scale).translated(-left, -top))
        painter.end()
        tone = tone_of(layer, theme)
        if tone is not None:
            pixels = toned(pixels, tone)
        return QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _image(source: TileSource, key: TileKey) -> QImage | None:
    image = source.image(*key)
    return None if image is None or image.isNull() else image


def _stand_ins(source: TileSource, key: TileKey) -> list[tuple[TileKey, TileKey, QImage]]:
    """Where, which tile, its picture: the nearest coarser one, and finer ones over it."""
    found: list[tuple[TileKey, TileKey, QImage]] = []
    zoom, x, y = key
    for up in range(1, LEVELS_ENLARGED + 1):
        if zoom - up < max(source.min_zoom, 0):
            break
        parent = (zoom - up, x >> up, y >> up)
        image = _image(source, parent)
        if image is not None:
            found.append((key, parent, image))
            break
    if zoom < source.max_zoom:
        for child in ((zoom + 1, 2 * x + right, 2 * y + low) for low in (0, 1) for right in (0, 1)):
            image = _image(source, child)
            if image is not None:
                found.append((child, child, image))
    return found


def _rect(key: TileKey, scale: float) -> QRect:
    left, top, right, bottom = edges(key, scale)
    return QRect(left, top, right - left, bottom - top)


def _draw(painter: QPainter, image: QImage, place: QRect) -> None:
    if place.width() <= _LARGE_PX:
        painter.drawImage(place, image)
        return
    # Only the pixels around the block, with a rim of two for the smoothing.
    factor = place.width() / image.width()
    seen = QRectF(-place.left() / factor, -place.top() / factor, TILE / factor, TILE / factor)
    part = seen.toAlignedRect().adjusted(-2, -2, 2, 2).intersected(image.rect())
    if part.isEmpty():
        return
    at = QRectF(
        place.left() + part.left() * factor,
        place.top() + part.top() * factor,
        part.width() * factor,
        part.height() * factor,
    )
    painter.drawImage(at, image.copy(part))
