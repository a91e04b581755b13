"""One byte per pixel: how near to a disc's centre (top three bits), and what is seen there (low five)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from widgets.city_map.looks import ViewMode
from widgets.city_map.state import (
    FIRST_ALARM,
    LEVEL_UNKNOWN,
    SUPPRESSED,
    UNACKNOWLEDGED,
    VISUAL_MASK,
    AssetVisual,
)
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import Bytes

TIER: Final = 32
TIERS: Final = 8
CORE: Final = TIER * (TIERS - 1)
"""Tier of the pixels at a disc's heart; each ring outwards is one tier lower."""
_UNLIT: Final = 1
_LIT_FIRST: Final = 2
_LIT_STEPS: Final = 16
_NORMAL: Final = 18
SUPPRESSED_CODE: Final = 19
_HATCH_GAP: Final = 23
"""What shows between the lines of a hatched disc."""
_STATE_CODE: Final = {
    AssetVisual.UNKNOWN: 20,
    AssetVisual.STALE: 21,
    AssetVisual.FAULT: 22,
    AssetVisual.ALARM_P4: 24,
    AssetVisual.ALARM_P3: 26,
    AssetVisual.ALARM_P2: 28,
    AssetVisual.ALARM_P1: 30,
}

FAULT_CODE: Final = _STATE_CODE[AssetVisual.FAULT]
"""The low five bits of every pixel of a fault."""

Palette = npt.NDArray[np.uint32]


def _code_of_level() -> Bytes:
    table = np.full(256, _NORMAL, np.uint8)
    table[0] = _UNLIT
    levels = np.arange(1, 101)
    table[1:101] = _LIT_FIRST + (levels * (_LIT_STEPS - 1) + 50) // 100
    table[LEVEL_UNKNOWN] = _NORMAL
    return table


def _code_of_state() -> Bytes:
    table = np.zeros(256, np.uint8)
    for state in range(256):
        visual = AssetVisual(state & VISUAL_MASK)
        if state & SUPPRESSED:
            table[state] = SUPPRESSED_CODE
        elif visual is not AssetVisual.NORMAL:
            # An alarm nobody acknowledged is worse than the same one acknowledged.
            flashes = bool(state & UNACKNOWLEDGED) and visual >= FIRST_ALARM
            table[state] = _STATE_CODE[visual] + int(flashes)
    return table


def _code_of_both() -> Bytes:
    from_state = _code_of_state()[:, None]
    both: Bytes = np.where(from_state == 0, _code_of_level()[None, :], from_state).reshape(-1)
    return both


_CODES: Final = _code_of_both()
"""By state * 256 + level: one look-up for each asset."""


def codes_of(states: Bytes, levels: Bytes) -> Bytes:
    """What is seen of each asset; the worse has the higher code."""
    codes: Bytes = _CODES[states.astype(np.uint16) * np.uint16(256) + levels]
    return codes


def hatched(painted: Bytes, left: int, top: int) -> Bytes:
    """Discs of what its supply explains become slanting lines that run on from tile to tile."""
    is_suppressed = (painted & np.uint8(TIER - 1)) == SUPPRESSED_CODE
    line, column = np.nonzero(is_suppressed)
    gap = (line + top + column + left) % 3 != 0
    line, column = line[gap], column[gap]
    painted[line, column] += np.uint8(_HATCH_GAP - SUPPRESSED_CODE)
    return painted


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    heart: float
    edge: float
    glow: float


_FALL_OFF: Final = (1.0, 0.66, 0.42, 0.24, 0.12, 0.05)
"""Strength of the glow from ring to ring outwards."""
_GLOW_OF_DOTS: Final = 0.6
"""Of lamps that stand so near each other that streets must still be told apart."""


def palette_of(theme: MapTheme, calm: float = 1.0, *, has_rings: bool = True) -> Palette:
    """Pixel byte -> premultiplied ARGB. Calm below 1 lets what is normal recede where it is dense.

    What is stale is hollow where discs have room for a ring: a lamp that is dark must not look lit.
    """
    table = np.zeros(256, np.uint32)
    mode = ViewMode(theme.lighting)
    dots = 1.0 if has_rings or mode is not ViewMode.LIGHTING_NIGHT else _GLOW_OF_DOTS
    for code, look in _looks(theme).items():
        strength = calm if code <= _NORMAL and mode is ViewMode.PLAIN else 1.0
        opacities = (look.heart, look.edge, *(look.glow * share * dots for share in _FALL_OFF))
        for step, opacity in enumerate(opacities):
            table[CORE - step * TIER + code] = _premultiplied(look.colour, opacity * strength)
    if has_rings:
        stale = _STATE_CODE[AssetVisual.STALE]
        table[CORE + stale] = _premultiplied(theme.marker_field, 1.0)
        table[CORE - TIER + stale] = _premultiplied(theme.stale, 1.0)
        # Nobody knows: an empty ring, weaker than that of a lamp which was heard of once.
        unknown = _STATE_CODE[AssetVisual.UNKNOWN]
        table[CORE + unknown] = _premultiplied(theme.land, 1.0)
        table[CORE - TIER + unknown] = _premultiplied(theme.unknown, 0.9)
        # A fault is a target, told from a lamp by its shape too.
        fault = _STATE_CODE[AssetVisual.FAULT]
        table[CORE - TIER + fault] = _premultiplied(theme.land, 1.0)
        table[CORE - 2 * TIER + fault] = _premultiplied(theme.fault, 1.0)
    _paint_suppressed(table, theme, has_rings=has_rings)
    if mode is not ViewMode.PLAIN and has_rings:
        _paint_unknown_level(table, theme)
    if mode is ViewMode.LIGHTING_DAY:
        _paint_by_size(table, theme, has_rings=has_rings)
    return table


def _paint_suppressed(table: Palette, theme: MapTheme, *, has_rings: bool) -> None:
    """Lines of grey within a grey ring; nothing but a weak grey where discs are mere dots."""
    field = _premultiplied(theme.land, 1.0)
    lines = _premultiplied(theme.stale, 1.0 if has_rings else 0.7)
    for step in range(3 if has_rings else 2):
        tier = CORE - step * TIER
        table[tier + SUPPRESSED_CODE] = lines
        table[tier + _HATCH_GAP] = field if has_rings else lines
    if has_rings:
        ring = _premultiplied(theme.stale, 0.75)
        table[CORE - 2 * TIER + SUPPRESSED_CODE] = table[CORE - 2 * TIER + _HATCH_GAP] = ring


def _paint_unknown_level(table: Palette, theme: MapTheme) -> None:
    """A lamp whose level nobody knows is an empty ring: never lit, and not off either."""
    table[CORE + _NORMAL] = _premultiplied(theme.land, 1.0)
    table[CORE - TIER + _NORMAL] = _premultiplied(theme.unknown, 0.9)


def _paint_by_size(table: Palette, theme: MapTheme, *, has_rings: bool) -> None:
    """By day: the brighter a lamp, the larger its disc, in a ring of the ground's colour."""
    field, lit = _premultiplied(theme.land, 1.0), _premultiplied(theme.lamp_lit, 1.0)
    for step in range(_LIT_STEPS):
        code = _LIT_FIRST + step
        steps = (1 + round(3 * step / (_LIT_STEPS - 1))) if has_rings else 1
        for tier in range(TIERS):
            table[CORE - tier * TIER + code] = lit if tier < steps else field if tier == steps and has_rings else 0


def _looks(theme: MapTheme) -> dict[int, _Look]:
    looks = {
        _UNLIT: _Look(theme.lamp_unlit, 0.9, 0.4, 0.0),
        _NORMAL: _Look(theme.normal, 0.75, 0.35, 0.0),
    }
    mode = ViewMode(theme.lighting)
    if mode is not ViewMode.PLAIN:
        looks[_NORMAL] = _Look(theme.unknown, 0.55, 0.3, 0.0)
    for visual, heart in ((AssetVisual.UNKNOWN, 0.85), (AssetVisual.STALE, 0.95)):
        looks[_STATE_CODE[visual]] = _Look(theme.of(visual), heart, 0.4, 0.0)
    looks[_STATE_CODE[AssetVisual.FAULT]] = _Look(theme.fault, 1.0, 0.6, 0.16)
    for step in range(_LIT_STEPS):
        share = (step + 1) / _LIT_STEPS
        colour = _mixed(theme.lamp_unlit, theme.lamp_lit, 0.35 + 0.65 * share)
        glow = 0.34 * share**1.5 if theme.has_glow else 0.0
        if mode is ViewMode.LIGHTING_NIGHT:
            glow = 0.06 + 0.5 * share**1.3
        looks[_LIT_FIRST + step] = _Look(colour, 0.6 + 0.4 * share, 0.3 + 0.3 * share, glow)
    for visual in (AssetVisual.ALARM_P4, AssetVisual.ALARM_P3, AssetVisual.ALARM_P2, AssetVisual.ALARM_P1):
        for flashing in (0, 1):
            looks[_STATE_CODE[visual] + flashing] = _Look(theme.of(visual), 1.0, 0.65, 0.3)
    return looks


def _mixed(one: str, other: str, share: float) -> str:
    a, b = QColor(one), QColor(other)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    ).name()


def _premultiplied(name: str, opacity: float) -> int:
    colour, alpha = QColor(name), round(255 * opacity)
    red, green, blue = (round(c * alpha / 255) for c in (colour.red(), colour.green(), colour.blue()))
    return (alpha << 24) | (red << 16) | (green << 8) | blue
