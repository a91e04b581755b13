"""A source of tiles made here: each tile bears its number, and its middle a cross."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.city_map import GroundBox, TileKey


class MadeTiles:
    """Implements TileSource. What `loads` says is in memory at once; all else only after `load`."""

    def __init__(
        self,
        source_id: str = "made",
        *,
        min_zoom: int = 0,
        max_zoom: int = 19,
        tile_px: int = 256,
        bounds: GroundBox | None = None,
        attribution: str = "© Made tiles",
        colour: Callable[[TileKey], QColor] | None = None,
        is_ready: bool = True,
    ) -> None:
        self.id = source_id
        self.attribution = attribution
        self.min_zoom, self.max_zoom, self.tile_px = min_zoom, max_zoom, tile_px
        self.bounds = bounds
        self.requests: list[tuple[TileKey, ...]] = []
        self.missing: set[TileKey] = set()
        self.asked: list[TileKey] = []
        self._colour = colour
        self._is_ready = is_ready
        self._images: dict[TileKey, QImage] = {}

    def image(self, z: int, x: int, y: int) -> QImage | None:
        key = (z, x, y)
        self.asked.append(key)
        if self._is_ready and key not in self.missing:
            return self.load(key)
        return self._images.get(key)

    def is_missing(self, z: int, x: int, y: int) -> bool:
        return (z, x, y) in self.missing

    def request(self, keys: Sequence[TileKey]) -> None:
        self.requests.append(tuple(keys))

    def load(self, key: TileKey) -> QImage:
        """The tile is in memory from now on."""
        found = self._images.get(key)
        if found is None:
            found = self._images[key] = self._drawn(key)
        return found

    def unload(self) -> None:
        """Nothing is in memory any more."""
        self._images.clear()

    def _drawn(self, key: TileKey) -> QImage:
        image = QImage(self.tile_px, self.tile_px, QImage.Format.Format_RGB32)
        if self._colour is not None:
            image.fill(self._colour(key))
            return image
        z, x, y = key
        image.fill(QColor(250, 246, 232) if (x + y) % 2 else QColor(226, 238, 214))
        painter = QPainter(image)
        middle = self.tile_px // 2
        painter.fillRect(0, middle, self.tile_px, 1, QColor(200, 30, 30))
        painter.fillRect(middle, 0, 1, self.tile_px, QColor(200, 30, 30))
        painter.setPen(QColor(40, 60, 160))
        painter.drawText(QRect(0, 8, self.tile_px, 30), Qt.AlignmentFlag.AlignCenter, f"{z} / {x} / {y}")
        painter.end()
        return image
