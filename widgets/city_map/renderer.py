"""What the map asks of whatever paints streets and discs: numpy today, a graphics card tomorrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import BaseLayer, ClassStyle, Float64s
from widgets.city_map.view.viewport import Viewport


class MapRenderer(Protocol):
    """Paints the ground and one disc per asset. It never changes what it is shown."""

    def show(self, store: AssetStore, index: GridIndex) -> None:
        """Paint these assets from now on."""
        ...

    def set_theme(self, theme: MapTheme) -> None: ...

    def set_classes(self, styles: Sequence[ClassStyle]) -> None: ...

    def set_ground(self, layers: Sequence[BaseLayer]) -> None: ...

    def set_tiles(self, layers: Sequence[RasterLayer]) -> None:
        """Paint these sources of tiles under streets and outlines, the first at the bottom."""
        ...

    def tiles_changed(self, source_id: str) -> None:
        """This source has tiles that it had not before."""
        ...

    def restless(self, view: Viewport) -> list[QRect]:
        """Parts of the view, in logical pixels, that are to be painted again though nobody touches the map."""
        ...

    def assets_changed(self) -> None:
        """Anything may have changed: paint all discs anew."""
        ...

    def places_changed(self, x: Float64s, y: Float64s) -> None:
        """What stands at these places (mercator metres) changed, and nothing else."""
        ...

    def prepare(self, view: Viewport, budget_s: float) -> bool:
        """Work for about this long; True when the view can be painted whole."""
        ...

    def prepare_around(self, view: Viewport, budget_s: float) -> bool:
        """Work ahead for a pan to come; True when there is nothing left to do."""
        ...

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """Paint ground and discs. What is not prepared shows the field."""
        ...
