"""One frame of the map: tiles when they are ready, the last picture scaled while they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.furniture import Furniture
from widgets.city_map.overlay.labels import LabelPlacer
from widgets.city_map.overlay.overlay import Overlay
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import AssetVisual
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import BaseLayer
from widgets.city_map.view.viewport import Viewport

_FRAME_BUDGET_S: Final = 0.010
_AHEAD_BUDGET_S: Final = 0.004
_UNHURRIED_S: Final = 60.0
_STAND_IN_FRAMES: Final = 30
_SNAPSHOT_MARGIN: Final = 1.4


class MapPainting:
    """Joins renderer, overlay and furniture; knows which picture is still good."""

    def __init__(self, scene: Scene, renderer: MapRenderer, theme: MapTheme, font: QFont) -> None:
        self._scene = scene
        self._renderer = renderer
        self._theme = theme
        self._shown_theme = theme
        self._font = font
        self._text_zoom = 1.0
        self._sprites = Sprites(theme, font)
        self._placer = LabelPlacer()
        self.overlay = Overlay(scene, self._sprites, self._placer)
        self.furniture = Furniture(self._sprites)
        self._whole: Viewport | None = None
        self._ahead: Viewport | None = None
        self._waited = 0
        self._snapshot: QImage | None = None
        self._snapshot_view: Viewport | None = None
        renderer.set_theme(theme)
        renderer.show(scene.store, scene.index)

    def set_theme(self, theme: MapTheme, *, is_lost: bool) -> None:
        """Colours from now on; a lost link takes them all away."""
        self._theme = theme
        shown = theme.greyed() if is_lost else theme
        if shown != self._shown_theme:
            self._shown_theme = shown
            self._renderer.set_theme(shown)
            self.forget_pictures()

    @property
    def sprites(self) -> Sprites:
        """Pictures of words and icons in the looks of the last frame."""
        return self._sprites

    def set_font(self, font: QFont) -> None:
        self._font = font
        self.overlay.names.forget()

    def set_text_zoom(self, factor: float) -> None:
        """Icons, markers and words are this much larger."""
        self._text_zoom = factor
        self.overlay.names.forget()

    def set_layers(self, layers: Sequence[BaseLayer]) -> None:
        self._renderer.set_ground(layers)
        self._placer.set_layers([layer for layer in layers if layer.is_visible])
        self.overlay.names.forget()
        self.forget_pictures()

    def communes_changed(self) -> None:
        self._placer.set_communes(self._scene.commune_names, self._scene.commune_centres)
        self.overlay.names.forget()

    def picture_of(self, asset_id: int) -> QPixmap:
        """The icon of an asset, to be carried about."""
        row = self._scene.store.row_of(asset_id)
        if row is None:
            return QPixmap()
        visual = AssetVisual(int(self._scene.store.visual[row]))
        return self._sprites.icon(self._scene.style_of(row).glyph, visual)

    def forget_pictures(self) -> None:
        """The last picture is wrong, even as a stand-in."""
        self._whole = self._snapshot = self._snapshot_view = None

    def let_go(self) -> None:
        """Nobody will look again: keep no picture."""
        self.set_layers(())
        self._renderer.set_tiles(())
        self._renderer.show(AssetStore(), GridIndex())
        self._sprites.forget()

    def is_whole(self, view: Viewport) -> bool:
        """True when the last frame showed this view from finished tiles."""
        return self._whole == view

    def work_ahead(self, view: Viewport) -> bool:
        """Prepare what a pan would uncover; True when nothing is left to do."""
        # Once for each view: what changes out of sight is painted when it comes into sight.
        if self._whole == view and self._ahead != view and self._renderer.prepare_around(view, _AHEAD_BUDGET_S):
            self._ahead = view
        return self._whole != view or self._ahead == view

    def paint(self, painter: QPainter, frame: Frame, texts: MapTexts, *, is_empty: bool) -> bool:
        """Paint one frame; True when it is final, False when tiles are still to come."""
        view = frame.view
        self._sprites.set_look(self._shown_theme, self._font, view.pixel_ratio, self._text_zoom)
        is_final = self._paint_tiles(painter, frame)
        self.overlay.paint(painter, frame)
        self.furniture.paint(painter, frame, texts, is_empty=is_empty)
        return is_final

    def _paint_tiles(self, painter: QPainter, frame: Frame) -> bool:
        view = frame.view
        if self._whole is not None and self._whole.scale != view.scale:
            self._take_snapshot(self._whole)
        if frame.is_zooming and self._snapshot is not None:
            self._paint_snapshot(painter, view)
            return False
        # With nothing to stand in, waiting for the first whole picture is better than a hole.
        # A flood of changes must not keep the stand-in on screen for ever either.
        may_wait = self._snapshot is not None and self._waited < _STAND_IN_FRAMES
        if not self._renderer.prepare(view, _FRAME_BUDGET_S if may_wait else _UNHURRIED_S):
            self._waited += 1
            self._paint_snapshot(painter, view)
            return False
        self._waited = 0
        self._renderer.paint(painter, view)
        self._whole = view
        self._snapshot = self._snapshot_view = None
        return True

    def _take_snapshot(self, view: Viewport) -> None:
        wide = replace(view, width=int(view.width * _SNAPSHOT_MARGIN), height=int(view.height * _SNAPSHOT_MARGIN))
        image = QImage(wide.device_width, wide.device_height, QImage.Format.Format_RGB32)
        image.fill(QColor(self._shown_theme.field))
        painter = QPainter(image)
        painter.scale(view.pixel_ratio, view.pixel_ratio)
        self._renderer.paint(painter, wide)
        painter.end()
        self._snapshot, self._snapshot_view = image, wide
        self._whole = None

    def _paint_snapshot(self, painter: QPainter, view: Viewport) -> None:
        painter.fillRect(QRectF(0, 0, view.width, view.height), QColor(self._shown_theme.field))
        if self._snapshot is None or self._snapshot_view is None:
            return
        x0, y0 = view.to_pixel(*self._snapshot_view.to_world(0, 0))
        ratio = self._snapshot_view.units / view.units
        size = self._snapshot.size()
        shown = QRectF(
            x0,
            y0,
            size.width() / view.pixel_ratio * ratio,
            size.height() / view.pixel_ratio * ratio,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(shown, self._snapshot)
