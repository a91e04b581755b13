"""The map by plain sight, and lighting seen by night and by day: the same theme in other light."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from PySide6.QtGui import QColor

from widgets.city_map.theme import DARK, LIGHT, MapTheme


class ViewMode(Enum):
    """PLAIN shows states; the others show what the lamps do."""

    PLAIN = "plain"
    LIGHTING_NIGHT = "lighting_night"
    LIGHTING_DAY = "lighting_day"


def theme_for(theme: MapTheme, mode: ViewMode) -> MapTheme:
    """Night is dark and day is light, whatever the console looks like."""
    is_dark = QColor(theme.field).lightnessF() < 0.5
    match mode:
        case ViewMode.PLAIN:
            return theme
        case ViewMode.LIGHTING_NIGHT:
            return _by_night(theme if is_dark else DARK)
        case ViewMode.LIGHTING_DAY:
            return _by_day(LIGHT if is_dark else theme)


def _by_night(theme: MapTheme) -> MapTheme:
    return replace(
        theme,
        lighting=ViewMode.LIGHTING_NIGHT.value,
        field="#07090B",
        land="#0B0E12",
        outline="#2E363F",
        street_minor="#14191F",
        street_major="#1B2129",
        street_casing="#090C0F",
        street_label="#8793A0",
        place_label="#EDF2F6",
        label_halo="#07090B",
        lamp_lit="#FFE7B3",
        lamp_unlit="#3A434C",
        has_glow=True,
    )


def _by_day(theme: MapTheme) -> MapTheme:
    return replace(
        theme,
        lighting=ViewMode.LIGHTING_DAY.value,
        lamp_lit="#7A4E00",
        lamp_unlit="#B4BBC2",
        has_glow=False,
    )
