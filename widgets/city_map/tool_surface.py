"""What the pointer and the ground can do: base maps of tiles, tools, marks, several chosen, read-outs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.city_map.ground.tile_source import RasterLayer
from widgets.city_map.ground.tile_wishes import TileWishes
from widgets.city_map.meaning import MapMeaning
from widgets.city_map.mercator import unproject
from widgets.city_map.overlay.furniture import Furniture
from widgets.city_map.overlay.legend import legend_rows
from widgets.city_map.overlay.part import Height
from widgets.city_map.picking import lon_lat_at
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.scene import Places
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import MapTheme
from widgets.city_map.tools.chosen_part import ChosenPart
from widgets.city_map.tools.coordinates import CoordinateForm, written
from widgets.city_map.tools.geodesy import ring_area_m2
from widgets.city_map.tools.inside import ids_inside
from widgets.city_map.tools.marks_part import MarksPart
from widgets.city_map.tools.pointer_tool import DrawnArea, Outcome
from widgets.city_map.tools.sketch_part import SketchPart
from widgets.city_map.tools.tool_desk import ToolDesk
from widgets.city_map.tools.values import AreaMode, AreaSelection, MapArea, MapMark, MapTool, Measurement
from widgets.city_map.tools.wording import count_words, length_words
from widgets.city_map.values import BaseLayer, UInt32s
from widgets.city_map.view.viewport import Viewport
from widgets.frame_clock import FrameClock

_FORMS: Final = tuple(CoordinateForm)


class ToolSurface(MapMeaning):
    """Between the bare surface and CityMap."""

    tool_changed = Signal(object)
    """MapTool, or None when the tool is laid down."""
    area_selected = Signal(object)
    """AreaSelection: a user drew an area."""
    chosen_changed = Signal(object)
    """Ascending ids: a user chose several by an area, or let them all go."""
    measured = Signal(object)
    """Measurement: a user finished one."""
    mark_activated = Signal(str)

    def __init__(
        self, clock: FrameClock, renderer: MapRenderer, texts: MapTexts, theme: MapTheme, parent: QWidget | None
    ) -> None:
        super().__init__(clock, renderer, texts, theme, parent)
        self._wishes = TileWishes()
        self._rasters: tuple[RasterLayer, ...] = ()
        self._ground: tuple[BaseLayer, ...] = ()
        self._desk = ToolDesk(self, self._mark_dirty, self._came_out)
        self._form = CoordinateForm.DEGREES
        self._pointer: QPointF | None = None
        self._legend_notes: tuple[str, ...] = ()
        self._read_view: Viewport | None = None
        sprites, overlay = self._painting.sprites, self._painting.overlay
        self._chosen = ChosenPart(self._scene, sprites)
        self._marks = MarksPart(sprites)
        overlay.add(self._chosen, Height.DETAILS)
        overlay.add(self._marks, Height.SELECTION)
        overlay.add(SketchPart(self._desk, sprites, lambda: self._texts, lambda: self.zoom_box), Height.TOOLS)

    # --- the ground -----------------------------------------------------------------------------

    def set_tile_sources(self, layers: Sequence[RasterLayer]) -> None:
        """Base maps of tiles under streets and outlines, the first at the bottom. Replaces all former ones."""
        self._rasters = tuple(layers)
        self._renderer.set_tiles(layers)
        self._wishes.set_layers(layers)
        self._painting.forget_pictures()
        self._attribute()
        self._all_changed()

    def tiles_changed(self, source_id: str) -> None:
        """This source has tiles that it had not: what was lacking is painted anew, and nothing else."""
        self._renderer.tiles_changed(source_id)
        self._note_restless()

    def set_notices(self, notices: Sequence[str]) -> None:
        """Small cards at the upper left, plain text, the most important first; empty: none."""
        if tuple(notices) != self._painting.furniture.notices:
            self._painting.furniture.notices = tuple(notices)
            self._mark_dirty()

    # --- tools ----------------------------------------------------------------------------------

    @property
    def tool(self) -> MapTool | None:
        """The tool in the user's hand."""
        return None if self._desk.tool is None else self._desk.tool.kind

    def start_tool(self, kind: MapTool) -> None:
        """Give the left button to a tool until Escape or `stop_tool`; the same again starts afresh."""
        self._desk.take(kind)
        self._gestures.take_tool(self._desk)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # the keys go to the tool, not to the button that took it up
        self._tool_taken()

    def stop_tool(self) -> None:
        """The left button moves and selects again."""
        if self._desk.tool is not None:
            self._desk.take(None)
            self._gestures.take_tool(None)
            self.unsetCursor()
            self._tool_taken()

    @property
    def crosshair(self) -> tuple[float, float] | None:
        """Where the keys of a tool are, in logical pixels; None while the mouse is in charge."""
        at = self._desk.crosshair
        return None if at is None else self.view.to_pixel(*at)

    @property
    def zoom_box(self) -> QRectF | None:
        """The rectangle that is being drawn to be zoomed to, in logical pixels."""
        return self._gestures.zoom_box

    @property
    def chosen(self) -> UInt32s:
        """Those chosen by area or by `set_chosen`, ascending."""
        return self._chosen.ids

    def set_chosen(self, ids: UInt32s) -> None:
        """Show these as chosen; says nothing by signal. Ids that are not on the map are remembered."""
        self._chosen.set_ids(ids)
        self._hint()
        self._all_changed()

    def clear_selection(self) -> None:
        """Select nothing; with nothing selected, let go of the chosen ones too."""
        if self._selected or self._chosen.ids.size == 0:
            super().clear_selection()
        else:
            self.set_chosen(np.empty(0, np.uint32))
            self.chosen_changed.emit(self._chosen.ids)

    # --- marks ----------------------------------------------------------------------------------

    def set_marks(self, marks: Sequence[MapMark]) -> None:
        """Pins and flags; replaces all former ones. Places off the earth are left out."""
        self._marks.set_marks(marks)
        self._mark_dirty()

    def click_at(self, position: QPointF) -> None:
        """A mark is over what it stands on; so is the read-out, which goes on to the next form."""
        mark = self._marks.mark_at(self.view, position)
        if mark is not None:
            self.mark_activated.emit(mark.id)
        elif self._painting.furniture.name_at(position) == "coordinates":
            self.set_coordinate_form(_FORMS[(_FORMS.index(self._form) + 1) % len(_FORMS)])
        else:
            super().click_at(position)

    def activate_selection(self) -> None:
        """Enter: the mark that Tab has reached, or the selected asset."""
        if self._marks.focused:
            self.mark_activated.emit(self._marks.focused)
        else:
            super().activate_selection()

    # --- read-outs ------------------------------------------------------------------------------

    @property
    def furniture(self) -> Furniture:
        """What frames the map, and where it stood in the last frame."""
        return self._painting.furniture

    @property
    def coordinate_form(self) -> CoordinateForm:
        """How places are written."""
        return self._form

    def set_coordinate_form(self, form: CoordinateForm) -> None:
        """Write places like this from now on."""
        self._form = form
        self._tell_pointer(self._pointer)

    def set_legend_notes(self, notes: Sequence[str]) -> None:
        """Lines under the legend: a mode or a heat map that is on."""
        self._legend_notes = tuple(notes)
        self._all_changed()

    def furniture_words_at(self, position: QPointF) -> str:
        """What a piece of furniture has to say in full; nothing where there is none."""
        furniture = self._painting.furniture
        name = furniture.name_at(position)
        if name == "attribution":
            return furniture.attribution
        if name is not None and name.startswith("notice"):
            return "\n".join(furniture.notices)
        mark = self._marks.mark_at(self.view, position) if name is None else None
        return mark.label if mark is not None else ""

    # --- frames ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._note_restless()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wishes.drop()

    def toggle_legend(self) -> None:
        """Show or hide what shapes and colours in view mean."""
        self._tell_legend()
        super().toggle_legend()

    def _step(self, now: float) -> bool:
        if not self._navigator.is_zooming:
            self._wishes.ask(self.view)
        is_busy = super()._step(now)
        if self._read_view != self.view:
            self._read_view = self.view
            self._tell_pointer(self._pointer)
            self._pace.tell_soon()
        return is_busy

    def _places_changed(self, places: Places) -> None:
        self._chosen.places_changed(*places)
        super()._places_changed(places)

    def _words_of_view(self) -> str:
        """For those who do not see the map: the tool and how to use it, how many are chosen, which mark Tab reached."""
        furniture = self._painting.furniture
        words = [super()._words_of_view(), *furniture.hint, *furniture.notices]
        focused = self._marks.focused_label
        return ". ".join([self._texts.mark.format(name=focused), *words] if focused else words)

    def _say_again(self) -> None:
        """The words are others now."""
        self._hint()
        self._tell_pointer(self._pointer)
        if self._has_legend:
            self._tell_legend()

    def _tell_counts(self) -> None:
        super()._tell_counts()
        if self._has_legend and self._tell_legend():
            self._mark_dirty()

    def _tell_legend(self) -> bool:
        rows = legend_rows(self._scene, self._texts, self.view, self._legend_notes)
        furniture = self._painting.furniture
        is_other, furniture.legend_rows = rows != furniture.legend_rows, rows
        return is_other

    def _note_restless(self) -> None:
        areas = self._renderer.restless(self.view) if self.isVisible() else []
        for area in areas:
            self._damage.note_area(area)
        if areas:
            self._pace.run(is_hand=False)

    def _tell_pointer(self, position: QPointF | None) -> None:
        """The read-out under the scale bar; None: the pointer is elsewhere."""
        self._pointer = position
        furniture, texts, view = self._painting.furniture, self._texts, self.view
        scale = texts.pixel.format(length=length_words(view.metres_per_pixel, texts))
        place = "" if position is None else written(*lon_lat_at(view, position), self._form, texts.quarters)
        lines = tuple(line for line in (place, scale) if line)
        if lines != furniture.coordinates:
            furniture.coordinates = lines
            furniture.widest_coordinates = written(-179.99999, -89.99999, self._form, texts.quarters)
            self._furniture_changed("coordinates")

    def _furniture_changed(self, name: str) -> None:
        box = self._painting.furniture.boxes.get(name)
        if box is None:
            self._mark_dirty()
        elif self.isVisible():
            self._damage.note_area(box.toAlignedRect().adjusted(-2, -2, 2, 2))
            self._pace.run(is_hand=False)

    def _attribute(self) -> None:
        seen = [layer.source.attribution for layer in self._rasters if layer.opacity > 0]
        seen += [layer.attribution for layer in self._ground if layer.is_visible]
        self._painting.furniture.attribution = " · ".join(dict.fromkeys(one for one in seen if one))

    # --- within ---------------------------------------------------------------------------------

    def _tool_taken(self) -> None:
        self._hint()
        self._all_changed()
        self.tool_changed.emit(self.tool)

    def _hint(self) -> None:
        count = int(self._chosen.ids.size)
        words = [self._texts.tool_hints.get(self.tool.value, "")] if self.tool is not None else []
        if count:
            chosen = self._texts.chosen.format(count=count_words(count))
            words.append(chosen if self.tool is not None else f"{chosen} · {self._texts.chosen_end}")
        self._painting.furniture.hint = tuple(word for word in words if word)

    def _came_out(self, outcome: Outcome, mode: AreaMode) -> None:
        if isinstance(outcome, Measurement):
            self.measured.emit(outcome)
            return
        found = ids_inside(self._scene, self.view, outcome)
        before = self._chosen.ids
        match mode:
            case AreaMode.ADD:
                chosen = np.union1d(before, found)
            case AreaMode.REMOVE:
                chosen = np.setdiff1d(before, found, assume_unique=True)
            case AreaMode.REPLACE:
                chosen = found
        self.set_chosen(chosen)
        self.area_selected.emit(AreaSelection(_on_earth(outcome), mode, found, self._chosen.ids))
        self.chosen_changed.emit(self._chosen.ids)


def _on_earth(drawn: DrawnArea) -> MapArea:
    lons, lats = unproject(*np.array(drawn.ring, np.float64).T)
    ring = tuple(zip(lons.tolist(), lats.tolist(), strict=True))
    return MapArea(drawn.kind, ring, ring_area_m2(lons, lats), drawn.centre, drawn.radius_m)
