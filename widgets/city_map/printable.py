"""What a map shows, handed to whoever paints it a second time, elsewhere. Values; the scene is shared, not copied."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.looks import ViewMode
from widgets.city_map.scene.scene import Scene
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.values import MapMark
from widgets.city_map.values import BaseLayer, UInt32s
from widgets.city_map.view.viewport import Viewport


def _nobody() -> UInt32s:
    return np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Printable:
    """Read it at once: the scene goes on living."""

    scene: Scene
    ground: tuple[BaseLayer, ...]
    texts: MapTexts
    selected: int
    view: Viewport
    rasters: tuple[RasterLayer, ...] = ()
    view_mode: ViewMode = ViewMode.PLAIN
    chosen: UInt32s = field(default_factory=_nobody)
    marks: tuple[MapMark, ...] = ()
    notices: tuple[str, ...] = ()
