"""The renderer on numpy and OpenCV: tiles of ground, tiles of discs, both blitted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.city_map.ground.ground_blocks import GroundBlocks
from widgets.city_map.ground.ground_picture import GroundPicture
from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.looks import ViewMode
from widgets.city_map.raster.disc_codes import SUPPRESSED_CODE, Palette, codes_of, hatched, palette_of
from widgets.city_map.raster.discs import DiscSize, disc_size, paint_codes
from widgets.city_map.raster.tile_rows import Standing, TileRows
from widgets.city_map.raster.tiles import TILE, Key, TileLayer, keys_of
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.detail import disc_classes
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.state import AssetVisual
from widgets.city_map.theme import DARK, MapTheme
from widgets.city_map.values import BaseLayer, ClassStyle, Float64s, Mask
from widgets.city_map.view.viewport import Viewport

_PATCHES_PER_TILE: Final = 20
"""Above this, drawing the whole tile costs less than patching it."""
_CHANGES_KEPT: Final = 2_000


class RasterRenderer:
    """Implements MapRenderer. Tiles of discs are patched where something changed."""

    def __init__(self) -> None:
        self._store = AssetStore()
        self._index = GridIndex()
        self._rows = TileRows(self._store, self._index)
        self._styles: tuple[ClassStyle, ...] = ()
        self._theme = DARK
        self._palette = palette_of(DARK)
        self._ground = GroundPicture()
        self._ground_tiles = GroundBlocks(self._draw_ground)
        self._disc_tiles = TileLayer(self._draw_discs)
        self._pixels: dict[Key, Palette] = {}
        self._size = DiscSize((0.5,))
        self._is_disc: Mask = np.ones(256, np.bool_)
        self._is_shown_when_well: Mask = np.ones(256, np.bool_)
        self._changed: list[tuple[Float64s, Float64s]] = []
        self._sized_for = 0.0

    def show(self, store: AssetStore, index: GridIndex) -> None:
        self._store, self._index = store, index
        self._rows = TileRows(store, index)
        self.assets_changed()

    def set_theme(self, theme: MapTheme) -> None:
        self._theme = theme
        self._palette = palette_of(theme)
        self._ground_tiles.clear()
        self.assets_changed()

    def set_classes(self, styles: Sequence[ClassStyle]) -> None:
        self._styles = tuple(styles)
        self.assets_changed()

    def set_ground(self, layers: Sequence[BaseLayer]) -> None:
        self._ground.set_layers(layers)
        self._ground_tiles.clear()

    def set_tiles(self, layers: Sequence[RasterLayer]) -> None:
        self._ground.tiles.set_layers(layers)
        self._ground_tiles.clear()

    def tiles_changed(self, source_id: str) -> None:
        for block in self._ground.tiles.blocks_to_repaint(source_id):
            self._ground_tiles.outdate(block)

    def restless(self, view: Viewport) -> list[QRect]:
        return self._ground_tiles.restless(view)

    def assets_changed(self) -> None:
        self._disc_tiles.clear()
        self._pixels.clear()
        self._changed.clear()
        self._sized_for = 0.0

    def places_changed(self, x: Float64s, y: Float64s) -> None:
        self._changed.append((x, y))
        if len(self._changed) > _CHANGES_KEPT:  # nobody has looked for long: draw anew when somebody does
            self._changed.clear()
            self._disc_tiles.clear()
            self._pixels.clear()

    def prepare(self, view: Viewport, budget_s: float) -> bool:
        until = time.perf_counter() + budget_s
        self._take_scale(view)
        self._patch(view)
        ready = self._disc_tiles.prepare(view, 0, until)
        self._drop_pixels(view)
        return self._ground_tiles.prepare(view, 0, until) and ready

    def prepare_around(self, view: Viewport, budget_s: float) -> bool:
        until = time.perf_counter() + budget_s
        done = self._ground_tiles.prepare(view, 1, until) and self._disc_tiles.prepare(view, 1, until)
        self._drop_pixels(view)
        return done

    def paint(self, painter: QPainter, view: Viewport) -> None:
        painter.save()
        painter.scale(1 / view.pixel_ratio, 1 / view.pixel_ratio)
        clip = QRect(0, 0, view.device_width, view.device_height)
        if painter.hasClipping():
            clip = painter.clipBoundingRect().toAlignedRect().intersected(clip)
        if not all(self._ground_tiles.holds(key) for key in keys_of(view, 0)):
            painter.fillRect(clip, QColor(self._theme.field))
        if self._ground_tiles.scale == view.scale:
            self._ground_tiles.paint(painter, view, clip)
        if self._disc_tiles.scale == view.scale:
            self._disc_tiles.paint(painter, view, clip)
        painter.restore()

    def _take_scale(self, view: Viewport) -> None:
        if view.scale == self._sized_for:
            return
        self._sized_for = view.scale
        self._disc_tiles.clear()
        self._pixels.clear()
        self._changed.clear()
        spacing_px = self._index.spacing() * view.scale
        by_night = ViewMode(self._theme.lighting) is ViewMode.LIGHTING_NIGHT
        self._size = disc_size(spacing_px, view.pixel_ratio, shines=by_night)
        calm = min(max(spacing_px / 11, 0.62), 1.0)
        self._palette = palette_of(self._theme, calm, has_rings=self._size.has_rings)
        mpp = view.metres_per_pixel
        self._is_disc, self._is_shown_when_well = disc_classes(self._styles, mpp)
        self._rows.take_scale(view.scale, self._size.reach, self._is_disc)

    def _drop_pixels(self, view: Viewport) -> None:
        """Pixels live exactly as long as the tiles that look at them."""
        for key in [key for key in self._pixels if self._disc_tiles.image(key) is None]:
            del self._pixels[key]
        self._rows.keep_only(set(keys_of(view, 1)))

    def _draw_ground(self, column: int, line: int, scale: float) -> QImage | None:
        return self._ground.draw(column, line, scale, self._theme)

    def _draw_discs(self, column: int, line: int, _scale: float) -> QImage | None:
        key = (column, line)
        standing = self._seen(self._rows.of(key))
        if standing.rows.size == 0:
            self._pixels.pop(key, None)
            return None
        pixels = np.empty((TILE, TILE), np.uint32)
        self._paint_discs(pixels, standing, column * TILE, line * TILE)
        self._pixels[key] = pixels
        # The picture looks at the pixels, so that a patch needs no new one.
        return QImage(pixels.data, TILE, TILE, TILE * 4, QImage.Format.Format_ARGB32_Premultiplied)

    def _paint_discs(self, into: Palette, standing: Standing, left: int, top: int) -> None:
        height, width = into.shape
        codes = codes_of(self._store.state[standing.rows], self._store.level[standing.rows])
        painted = paint_codes(standing.x, standing.y, codes, width, height, self._size)
        if bool(np.any(codes == SUPPRESSED_CODE)):
            painted = hatched(painted, left, top)
        np.take(self._palette, painted, out=into, mode="clip")

    def _seen(self, standing: Standing) -> Standing:
        """Without what the filter or the scale hides now."""
        rows, store = standing.rows, self._store
        if self._is_shown_when_well.all():
            return standing if store.is_shown.all() else standing.only(store.is_shown[rows])
        is_bad = store.visual[rows] >= AssetVisual.FAULT
        return standing.only(store.is_shown[rows] & (self._is_shown_when_well[store.class_index[rows]] | is_bad))

    def _patch(self, view: Viewport) -> None:
        if not self._changed:
            return
        scale = self._disc_tiles.scale
        x = np.floor(np.concatenate([x for x, _ in self._changed]) * scale).astype(np.int64)
        y = np.floor(np.concatenate([y for _, y in self._changed]) * scale).astype(np.int64)
        self._changed.clear()
        reach = self._size.reach
        visible = set(keys_of(view, 0))
        for key in self._disc_tiles.drawn():
            left, top = key[0] * TILE, key[1] * TILE
            touching = np.flatnonzero(
                (x >= left - reach) & (x < left + TILE + reach) & (y >= top - reach) & (y < top + TILE + reach)
            )
            if touching.size == 0:
                continue
            spots = set(zip(x[touching].tolist(), y[touching].tolist(), strict=True)) if touching.size < 99 else ()
            pixels = self._pixels.get(key)
            if pixels is None or not 0 < len(spots) <= _PATCHES_PER_TILE or key not in visible:
                self._disc_tiles.forget(key)
                continue
            for spot_x, spot_y in spots:
                self._patch_spot(pixels, left, top, spot_x, spot_y)

    def _patch_spot(self, pixels: Palette, left: int, top: int, spot_x: int, spot_y: int) -> None:
        reach = self._size.reach
        x0, x1 = max(spot_x - reach - left, 0), min(spot_x + reach + 1 - left, TILE)
        y0, y1 = max(spot_y - reach - top, 0), min(spot_y + reach + 1 - top, TILE)
        into = pixels[y0:y1, x0:x1]
        standing = self._seen(self._rows.around(left + x0, top + y0, x1 - x0, y1 - y0))
        if standing.rows.size:
            self._paint_discs(into, standing, left + x0, top + y0)
        else:
            into[...] = 0
