"""A base map made calm: greyed, dimmed towards the field, darkened by night; so that alarms stand out on it. Pure."""

from __future__ import annotations

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Bytes

_NIGHT: Final = 0.32
"""Share of its light that a map made for paper keeps in a dark theme."""
_LUMINANCE: Final = (0.114, 0.587, 0.299)  # blue, green, red

Tone = npt.NDArray[np.float32]
"""A 4x4 matrix over premultiplied blue, green, red, alpha."""


def tone_of(layer: RasterLayer, theme: MapTheme) -> Tone | None:
    """How the pixels of a layer change; None: not at all."""
    # Where even the worst alarm has no colour, the link is lost and nothing may look live.
    is_lost = QColor(theme.p1).hslSaturation() == 0
    grey = 1.0 if is_lost else min(max(layer.desaturate, 0.0), 1.0)
    dim = min(max(layer.dim, 0.0), 1.0)
    field = QColor(theme.field)
    is_dark = field.lightnessF() < 0.5
    light = _NIGHT if is_dark and not layer.is_for_dark else 1.0
    if (grey, dim, light) == (0.0, 0.0, 1.0):
        return None
    tone = np.eye(4, dtype=np.float32)
    tone[:3, :3] = (np.eye(3) * (1 - grey) + np.outer(np.ones(3), _LUMINANCE) * grey) * light * (1 - dim)
    # Premultiplied: the field comes in as far as the pixel covers.
    tone[:3, 3] = np.array([field.blueF(), field.greenF(), field.redF()]) * dim
    return tone


def toned(pixels: Bytes, tone: Tone) -> Bytes:
    """Premultiplied BGRA pixels with a tone applied."""
    return cast("Bytes", cv2.transform(pixels, tone))
