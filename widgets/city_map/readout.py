"""What stands around the map in words: notices, hint, legend, and where the pointer is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF

from widgets.city_map.frames import Frames
from widgets.city_map.overlay.furniture import Furniture
from widgets.city_map.overlay.legend import legend_rows
from widgets.city_map.picking import lon_lat_at
from widgets.city_map.scene.scene import Scene
from widgets.city_map.texts import MapTexts, grouped_digits
from widgets.city_map.tools.coordinates import CoordinateForm, written
from widgets.city_map.tools.values import MapTool
from widgets.city_map.tools.wording import length_words
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.viewport import Viewport

_FORMS: Final = tuple(CoordinateForm)


class ReadOut:
    """Keeps the words of the furniture true; only what became other is painted anew."""

    def __init__(
        self,
        furniture: Furniture,
        scene: Scene,
        navigator: Navigator,
        frames: Frames,
        texts: Callable[[], MapTexts],
    ) -> None:
        self.furniture = furniture
        """What frames the map, and where it stood in the last frame."""
        self._scene = scene
        self._navigator = navigator
        self._frames = frames
        self._texts = texts
        self._form = CoordinateForm.DEGREES
        self._pointer: QPointF | None = None
        self._has_legend = False
        frames.view_moved.append(self._view_moved)
        frames.tellers.append(self._tell_legend_again)

    @property
    def form(self) -> CoordinateForm:
        """How places are written."""
        return self._form

    def set_form(self, form: CoordinateForm) -> None:
        """Write places like this from now on."""
        self._form = form
        self.tell_pointer(self._pointer)

    def next_form(self) -> None:
        """Write places in the next form, round and round."""
        self.set_form(_FORMS[(_FORMS.index(self._form) + 1) % len(_FORMS)])

    def set_notices(self, notices: Sequence[str]) -> None:
        """Small cards at the upper left, plain text, the most important first; empty: none."""
        if tuple(notices) != self.furniture.notices:
            self.furniture.notices = tuple(notices)
            self._frames.dirty()

    @property
    def has_legend(self) -> bool:
        """Whether what shapes and colours mean is shown."""
        return self._has_legend

    def toggle_legend(self) -> None:
        """Show or hide what shapes and colours in view mean."""
        self._has_legend = not self._has_legend
        self._tell_legend()
        self._frames.all_changed()

    def words_at(self, position: QPointF) -> str:
        """What a piece of furniture has to say in full; nothing where there is none."""
        name = self.furniture.name_at(position)
        if name == "attribution":
            return self.furniture.attribution
        return "\n".join(self.furniture.notices) if name is not None and name.startswith("notice") else ""

    def tell_pointer(self, position: QPointF | None) -> None:
        """The read-out under the scale bar; None: the pointer is elsewhere."""
        self._pointer = position
        texts, view = self._texts(), self._navigator.view
        scale = texts.pixel.format(length=length_words(view.metres_per_pixel, texts))
        place = "" if position is None else written(*lon_lat_at(view, position), self._form, texts.quarters)
        lines = tuple(line for line in (place, scale) if line)
        if lines != self.furniture.coordinates:
            self.furniture.coordinates = lines
            self.furniture.widest_coordinates = written(-179.99999, -89.99999, self._form, texts.quarters)
            self._changed("coordinates")

    def tell_hint(self, tool: MapTool | None, chosen_count: int) -> None:
        """How to use the tool in the hand, and how many are chosen."""
        texts = self._texts()
        words = [texts.tool_hints.get(tool.value, "")] if tool is not None else []
        if chosen_count:
            chosen = texts.chosen.format(count=grouped_digits(chosen_count))
            words.append(chosen if tool is not None else f"{chosen} · {texts.chosen_end}")
        self.furniture.hint = tuple(word for word in words if word)

    def say_again(self) -> None:
        """The words are others now."""
        self.tell_pointer(self._pointer)
        if self._has_legend:
            self._tell_legend()

    def _view_moved(self, _view: Viewport) -> None:
        self.tell_pointer(self._pointer)

    def _tell_legend_again(self) -> None:
        if self._has_legend and self._tell_legend():
            self._frames.dirty()

    def _tell_legend(self) -> bool:
        rows = legend_rows(self._scene, self._texts(), self._navigator.view)
        is_other, self.furniture.legend_rows = rows != self.furniture.legend_rows, rows
        return is_other

    def _changed(self, name: str) -> None:
        box = self.furniture.boxes.get(name)
        if box is None:
            self._frames.dirty()
        else:
            self._frames.areas([box.toAlignedRect().adjusted(-2, -2, 2, 2)])
