"""The colours of a heat map: one hue that no alarm has, each step as much lighter to the eye as the last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from widgets.city_map.theme import MapTheme

_HUE_DEG = 175.0
"""Teal: alarms are red, orange, yellow and blue, faults are violet."""
_STEPS = 256

Palette = npt.NDArray[np.uint32]


def heat_palette(theme: MapTheme) -> Palette:
    """256 premultiplied colours; from nothing to the colour furthest from the ground's lightness."""
    share = np.arange(_STEPS) / (_STEPS - 1)
    is_dark = QColor(theme.land).lightnessF() < 0.5
    lightness = 0.34 + 0.54 * share if is_dark else 0.90 - 0.52 * share
    chroma = 0.055 + 0.065 * np.sin(np.pi * np.clip(share, 0.1, 0.9))
    red, green, blue = _from_oklch(lightness, chroma)
    alpha = np.clip(share * 2.4, 0, 1) * 0.76
    parts = [np.round(part * alpha * 255).astype(np.uint32) for part in (red, green, blue)]
    packed = (np.round(alpha * 255).astype(np.uint32) << 24) | (parts[0] << 16) | (parts[1] << 8) | parts[2]
    return packed.astype(np.uint32)


def _from_oklch(
    lightness: npt.NDArray[np.float64], chroma: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Oklab (Ottosson 2020) in sRGB, 0..1."""
    a, b = chroma * np.cos(np.radians(_HUE_DEG)), chroma * np.sin(np.radians(_HUE_DEG))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return _gamma(linear[0]), _gamma(linear[1]), _gamma(linear[2])


def _gamma(part: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    bent = np.where(part <= 0.0031308, 12.92 * part, 1.055 * np.maximum(part, 1e-9) ** (1 / 2.4) - 0.055)
    return np.clip(np.asarray(bent, np.float64), 0.0, 1.0)
