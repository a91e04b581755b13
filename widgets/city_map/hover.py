"""What the pointer rests on, in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from widgets.city_map.picking import Picking
from widgets.city_map.readout import ReadOut
from widgets.city_map.scene.scene import Scene
from widgets.city_map.telling import alarm_words, asset_words
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.marks_part import MarksPart
from widgets.city_map.view.navigation import Navigator


class Hover:
    """Furniture lies over marks, marks over badges, badges over assets."""

    def __init__(
        self,
        scene: Scene,
        navigator: Navigator,
        picking: Picking,
        pins: MarksPart,
        readout: ReadOut,
        texts: Callable[[], MapTexts],
    ) -> None:
        self._scene = scene
        self._navigator = navigator
        self._picking = picking
        self._pins = pins
        self._readout = readout
        self._texts = texts
        self.text_of: Callable[[int], str] | None = None
        """Asked for the words of an asset; None: the map has words of its own."""

    def is_something_at(self, position: QPointF) -> bool:
        """True where a click means something."""
        view = self._navigator.view
        return (
            self._pins.mark_at(view, position) is not None
            or self._picking.badge_at(view, position) is not None
            or self._picking.asset_at(view, position) != 0
        )

    def words_around(self, position: QPointF) -> str:
        """What a mark or a piece of furniture has to say in full; nothing where there is none."""
        if self._readout.furniture.name_at(position) is not None:
            return self._readout.words_at(position)
        mark = self._pins.mark_at(self._navigator.view, position)
        return mark.label if mark is not None else ""

    def words_at(self, position: QPointF) -> str:
        """What is seen at a pixel; nothing on the bare ground."""
        words, view = self.words_around(position), self._navigator.view
        if words:
            return words
        badge = self._picking.badge_at(view, position)
        if badge is not None and badge.count > 1:
            return alarm_words(self._texts(), badge.count, badge.by_priority)
        asset_id = self._picking.asset_at(view, position)
        if not asset_id:
            return ""
        return self.text_of(asset_id) if self.text_of is not None else asset_words(self._scene, self._texts(), asset_id)
