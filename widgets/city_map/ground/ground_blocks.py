"""The ground as blocks that a pan only blits: new tiles fade into a block, nothing goes blank meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.city_map.raster.tiles import TILE, Key, TileLayer, keys_of
from widgets.city_map.view.viewport import Viewport

FADE_S: Final = 0.18
_REFRESH_S: Final = 0.008
_FADES_AT_MOST: Final = 40


class GroundBlocks:
    """A TileLayer whose blocks may be out of date and still be shown."""

    def __init__(
        self, draw: Callable[[int, int, float], QImage | None], now: Callable[[], float] = time.perf_counter
    ) -> None:
        self._layer = TileLayer(draw)
        self._now = now
        self._outdated: set[Key] = set()
        self._fades: dict[Key, tuple[QImage, float]] = {}

    @property
    def scale(self) -> float:
        """Device pixels per mercator metre of the blocks kept."""
        return self._layer.scale

    def holds(self, key: Key) -> bool:
        """True when this block can be shown, up to date or not."""
        return self._layer.holds(key)

    def clear(self) -> None:
        """All blocks are to be drawn anew, and none may be shown before."""
        self._layer.clear()
        self._outdated.clear()
        self._fades.clear()

    def outdate(self, key: Key) -> None:
        """This block is to be drawn anew when there is time; until then it is shown as it is."""
        if self._layer.holds(key):
            self._outdated.add(key)

    def prepare(self, view: Viewport, ring: int, until: float) -> bool:
        """Draw what the view lacks until this moment; True when nothing is lacking. Outdated blocks come after."""
        if view.scale != self._layer.scale:
            self._outdated.clear()
            self._fades.clear()
        if not self._layer.prepare(view, ring, until):
            return False
        self._refresh(view)
        return True

    def restless(self, view: Viewport) -> list[QRect]:
        """Blocks in view that will look different soon, in logical pixels."""
        now = self._now()
        self._fades = {key: fade for key, fade in self._fades.items() if now - fade[1] < FADE_S}
        if view.scale != self._layer.scale:
            return []
        moving = (self._outdated | set(self._fades)) & set(keys_of(view, 0))
        ratio = view.pixel_ratio
        return [
            QRectF(
                (key[0] * TILE - view.left) / ratio,
                (key[1] * TILE - view.top) / ratio,
                TILE / ratio,
                TILE / ratio,
            )
            .toAlignedRect()
            .intersected(QRect(0, 0, view.width, view.height))
            for key in moving
        ]

    def paint(self, painter: QPainter, view: Viewport, clip: QRect) -> None:
        """Blit; the painter works in device pixels."""
        self._layer.paint(painter, view, clip)
        now = self._now()
        for key, (before, began) in self._fades.items():
            left = 1 - (now - began) / FADE_S
            if left > 0:
                painter.setOpacity(min(left, 1.0))
                painter.drawImage(key[0] * TILE - view.left, key[1] * TILE - view.top, before)
        painter.setOpacity(1.0)

    def _refresh(self, view: Viewport) -> None:
        if not self._outdated:
            return
        until = time.perf_counter() + _REFRESH_S
        visible = set(keys_of(view, 0))
        for key in list(self._outdated):
            if key not in visible:
                self._layer.forget(key)
                self._outdated.discard(key)
                continue
            before = self._layer.image(key)
            self._layer.draw_anew(key)
            self._outdated.discard(key)
            # What fades already goes on fading from where it began: it would flicker otherwise.
            if before is not None and key not in self._fades and len(self._fades) < _FADES_AT_MOST:
                self._fades[key] = (before, self._now())
            if time.perf_counter() >= until:
                return
