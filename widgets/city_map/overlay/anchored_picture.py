"""A picture of a part of the map that is blitted while the ground is dragged, and scaled while zooming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.city_map.view.viewport import Viewport

Pixels = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class DeviceArea:
    """Whole device pixels of one scale, counted over the whole earth."""

    left: int
    top: int
    width: int
    height: int
    scale: float

    def holds(self, other: DeviceArea) -> bool:
        """True when the other lies within, at the same scale."""
        return self.scale == other.scale and (
            self.left <= other.left
            and self.top <= other.top
            and self.left + self.width >= other.left + other.width
            and self.top + self.height >= other.top + other.height
        )


def seen_area(view: Viewport, margin: float = 0.0) -> DeviceArea:
    """What a view shows, and this share of it on every side."""
    wide, high = round(view.device_width * margin), round(view.device_height * margin)
    return DeviceArea(
        view.left - wide, view.top - high, view.device_width + 2 * wide, view.device_height + 2 * high, view.scale
    )


class AnchoredPicture:
    """Premultiplied pixels that lie on the ground."""

    def __init__(self, area: DeviceArea, pixels: Pixels) -> None:
        self.area = area
        self._pixels = np.ascontiguousarray(pixels)  # the picture looks at them
        high, wide = self._pixels.shape
        self._image = QImage(self._pixels.data, wide, high, wide * 4, QImage.Format.Format_ARGB32_Premultiplied)

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """On its place in this view."""
        area, ratio = self.area, view.scale / self.area.scale / view.pixel_ratio
        if area.scale != view.scale:
            x, y = view.to_pixel(area.left / area.scale, area.top / area.scale)
            self._image.setDevicePixelRatio(1.0)
            painter.drawImage(QRectF(x, y, area.width * ratio, area.height * ratio), self._image)
            return
        seen = seen_area(view)
        here = QRect(area.left, area.top, area.width, area.height)
        part = here.intersected(QRect(seen.left, seen.top, seen.width, seen.height))
        if not part.isEmpty():
            at = QPointF(part.left() - view.left, part.top() - view.top) / view.pixel_ratio
            # Pixel for pixel: Qt blits, it scales nothing.
            self._image.setDevicePixelRatio(view.pixel_ratio)
            painter.drawImage(at, self._image, part.translated(-here.topLeft()))
