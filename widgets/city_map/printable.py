"""What a map shows, handed to whoever paints it a second time, elsewhere. Values; the scene is shared, not copied."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.city_map.scene.scene import Scene
from widgets.city_map.texts import MapTexts
from widgets.city_map.values import BaseLayer
from widgets.city_map.view.viewport import Viewport


@dataclass(frozen=True, slots=True)
class Printable:
    """Read it at once: the scene goes on living."""

    scene: Scene
    ground: tuple[BaseLayer, ...]
    texts: MapTexts
    selected: int
    view: Viewport
