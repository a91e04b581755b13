"""The ground drawn crisp at each scale into opaque squares: field, land, base maps, streets, outlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PySide6.QtGui import QColor, QImage

from widgets.city_map.ground.line_layers import MAX_WEIGHT, LineLayer
from widgets.city_map.ground.tile_painter import TilePainter
from widgets.city_map.raster.tiles import TILE
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import BaseLayer, Bytes, LayerKind

_BITS: Final = 4
_STREET_WIDTH_M: Final = (5.0, 5.0, 8.0, 11.0, 15.0)
_OUTLINE_MARGIN_PX: Final = 4
_STREET_MARGIN_PX: Final = 24
_LAYERS_KEPT: Final = 24

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Shown:
    look: BaseLayer
    lines: LineLayer


class GroundPicture:
    """Knows every line and every source of tiles, and draws any square of them."""

    def __init__(self) -> None:
        self.tiles = TilePainter()
        self._outlines: list[_Shown] = []
        self._streets: list[_Shown] = []
        self._ready: dict[int, _Shown] = {}

    def set_layers(self, layers: Sequence[BaseLayer]) -> None:
        """Take these lines instead of the former; labels are somebody else's. Hidden layers stay ready."""
        shown = [self._prepared(layer) for layer in layers if layer.kind is not LayerKind.LABEL]
        self._ready = {id(one.look.lon): one for one in shown[:_LAYERS_KEPT]}
        seen = [one for one in shown if one.look.is_visible and one.look.opacity > 0]
        self._outlines = [one for one in seen if one.look.kind is LayerKind.OUTLINE]
        self._streets = [one for one in seen if one.look.kind is LayerKind.STREET]

    def draw(self, column: int, line: int, scale: float, theme: MapTheme) -> QImage:
        """The square at this place as an opaque picture that owns its pixels."""
        land = [one for one in self._outlines if not one.look.colour]
        pixels: Bytes = np.empty((TILE, TILE, 4), np.uint8)
        pixels[:] = (*_bgr(theme.field if land else theme.land), 255)
        for one in land:
            rings, _ = one.lines.within(column * TILE, line * TILE, TILE, scale, _OUTLINE_MARGIN_PX, _BITS)
            for ring in rings:
                cv2.fillPoly(pixels, [ring], (*_bgr(theme.land), 255), cv2.LINE_AA, _BITS)
        if not self.tiles.is_idle:
            self.tiles.paint(pixels, (column, line), scale, theme)
        for one in (*self._streets, *self._outlines):
            self._draw_layer(pixels, one, column, line, scale, theme)
        return QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_RGB32).copy()

    def _prepared(self, layer: BaseLayer) -> _Shown:
        """What was worked out for the same positions before is used again: only its look may differ."""
        known = self._ready.get(id(layer.lon))
        if known is not None and _has_same_lines(known.look, layer):
            return _Shown(layer, known.lines)
        return _Shown(layer, LineLayer(layer))

    def _draw_layer(self, pixels: Bytes, one: _Shown, column: int, line: int, scale: float, theme: MapTheme) -> None:
        beneath = pixels.copy() if one.look.opacity < 1 else None
        if one.look.kind is LayerKind.STREET:
            _draw_streets(pixels, one, column, line, scale, theme)
        else:
            rings, _ = one.lines.within(column * TILE, line * TILE, TILE, scale, _OUTLINE_MARGIN_PX, _BITS)
            if rings:
                colour = (*_bgr(_colour(theme, one.look.colour, theme.outline)), 255)
                cv2.polylines(pixels, rings, True, colour, 1, cv2.LINE_AA, _BITS)
        if beneath is not None:
            cv2.addWeighted(pixels, one.look.opacity, beneath, 1 - one.look.opacity, 0, dst=pixels)


def _draw_streets(pixels: Bytes, one: _Shown, column: int, line: int, scale: float, theme: MapTheme) -> None:
    streets, weights = one.lines.within(column * TILE, line * TILE, TILE, scale, _STREET_MARGIN_PX, _BITS)
    if not streets:
        return
    by_weight = [[streets[i] for i in np.flatnonzero(weights == weight)] for weight in range(MAX_WEIGHT + 1)]
    widths = [round(metres * scale) for metres in _STREET_WIDTH_M]
    for wanted, width in zip(by_weight, widths, strict=True):
        if wanted and width >= 4:
            casing = (*_bgr(theme.street_casing), 255)
            cv2.polylines(pixels, wanted, False, casing, width + 2, cv2.LINE_AA, _BITS)
    for weight, wanted in enumerate(by_weight):
        if wanted:
            metres = _STREET_WIDTH_M[weight]
            strong = _colour(theme, one.look.colour, theme.street_major if weight >= 2 else theme.street_minor)
            # A street narrower than a pixel covers only a share of it.
            share = min(1.0, max(metres * scale, 0.16 * weight))
            colour = (*_mixed(_bgr(theme.land), _bgr(strong), share), 255)
            cv2.polylines(pixels, wanted, False, colour, max(widths[weight], 1), cv2.LINE_AA, _BITS)


def _has_same_lines(one: BaseLayer, other: BaseLayer) -> bool:
    return one.kind is other.kind and all(
        a is b
        for a, b in (
            (one.lon, other.lon),
            (one.lat, other.lat),
            (one.offsets, other.offsets),
            (one.weights, other.weights),
        )
    )


def _colour(theme: MapTheme, token: str, otherwise: str) -> str:
    found = getattr(theme, token, otherwise) if token else otherwise
    return found if isinstance(found, str) else otherwise


def _bgr(name: str) -> Colour:
    colour = QColor(name)
    return colour.blue(), colour.green(), colour.red()


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    b, g, r = (round(p + (q - p) * share) for p, q in zip(one, other, strict=True))
    return b, g, r
