"""Which part of the picture is out of date: nothing, some spots, or all of it."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from widgets.city_map.values import Float64s
from widgets.city_map.view.viewport import Viewport

_SPOT_PX: Final = 40
_SPOTS_AT_MOST: Final = 40


class Damage:
    """Collects until the next frame takes it away."""

    def __init__(self) -> None:
        self.is_whole = True
        self._spots: list[QRect] = []

    @property
    def is_none(self) -> bool:
        """True when the picture is up to date."""
        return not self.is_whole and not self._spots

    def note_all(self) -> None:
        """All of it."""
        self.is_whole = True

    def note_places(self, view: Viewport, x: Float64s, y: Float64s) -> bool:
        """Spots around places in mercator metres; False when nothing of it is in the view."""
        px = (x * view.scale - view.left) / view.pixel_ratio
        py = (y * view.scale - view.top) / view.pixel_ratio
        seen = (px > -_SPOT_PX) & (px < view.width + _SPOT_PX) & (py > -_SPOT_PX) & (py < view.height + _SPOT_PX)
        spots = np.unique(np.round(np.stack((px[seen], py[seen]), axis=1)).astype(np.int64), axis=0)
        if len(spots) > _SPOTS_AT_MOST:
            self.is_whole = True
            return True
        self._spots += [QRect(sx - _SPOT_PX // 2, sy - _SPOT_PX // 2, _SPOT_PX, _SPOT_PX) for sx, sy in spots.tolist()]
        self.is_whole = self.is_whole or len(self._spots) > _SPOTS_AT_MOST * 4
        return len(spots) > 0

    def note_area(self, area: QRect) -> None:
        """A part of the view, in logical pixels."""
        if not area.isEmpty() and area not in self._spots:
            self._spots.append(area)

    def take(self) -> QRegion | None:
        """What is to be painted anew, and forget it; None: everything."""
        region = QRegion()
        for spot in self._spots:
            region += spot
        whole, self.is_whole = self.is_whole, False
        self._spots.clear()
        return None if whole else region
