"""The live map of the city: fed with columns, speaks by signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
)
from PySide6.QtWidgets import QGestureEvent, QToolTip, QWidget

from widgets.city_map.following import Following
from widgets.city_map.hover import Hover
from widgets.city_map.looks import ViewMode, theme_for
from widgets.city_map.meaning import MapMeaning
from widgets.city_map.overlay.part import Height
from widgets.city_map.picking import lon_lat_at
from widgets.city_map.printable import Printable
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.scene import Places
from widgets.city_map.surface import MapSurface
from widgets.city_map.telling import view_words
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import DARK, MapTheme
from widgets.city_map.tools.chosen import Chosen
from widgets.city_map.tools.chosen_part import ChosenPart
from widgets.city_map.tools.map_tools import MapTools
from widgets.city_map.tools.marks import MapMarks
from widgets.city_map.tools.marks_part import MarksPart
from widgets.city_map.tools.sketch_part import SketchPart
from widgets.city_map.values import (
    AssetColumns,
    Bytes,
    ClassStyle,
    ConeColumns,
    Float32s,
    Float64s,
    MapFilter,
    UInt32s,
)
from widgets.city_map.view.viewport import Viewport
from widgets.frame_clock import FrameClock
from widgets.plain_text import as_plain
from widgets.room_for_words import text_zoom

_TEXT_ZOOMS: Final = (0.5, 4.0)
_BUTTONS: Final = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class CityMap(MapSurface):
    """Feed it and its parts: everything that can be shown. What hands do with it is told by signals."""

    def __init__(
        self,
        clock: FrameClock,
        *,
        texts: MapTexts | None = None,
        theme: MapTheme = DARK,
        renderer: MapRenderer | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(clock, renderer or RasterRenderer(), texts or MapTexts(), theme, parent)
        scene, painting, frames = self._scene, self._painting, self._frames
        scene.motions.now = clock.now
        self._view_mode = ViewMode.PLAIN
        self._brackets, self._pins = ChosenPart(scene, painting.sprites), MarksPart(painting.sprites)
        self.meaning = MapMeaning(scene, self._renderer, frames)
        self.following = Following(scene, self._navigator, frames, self._go, self)
        self.chosen = Chosen(self._brackets, self._say_hint, self)
        self.tools = MapTools(self, scene, self._navigator, self._gestures, frames, self.chosen, self.pan_by)
        self.tools.changed.connect(self._say_hint)
        self.marks = MapMarks(self._pins, frames, self)
        self.hover = Hover(scene, self._navigator, self._picking, self._pins, self.readout, lambda: self._texts)
        sketch = SketchPart(self.tools.desk, painting.sprites, lambda: self._texts, lambda: self.zoom_box)
        painting.overlay.add(self._brackets, Height.DETAILS)
        painting.overlay.add(self._pins, Height.SELECTION)
        painting.overlay.add(sketch, Height.TOOLS)
        painting.overlay.furniture_boxes = self.furniture_areas
        frames.tellers.append(self._tell)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # --- what it is fed ------------------------------------------------------------------------

    def set_classes(self, styles: Sequence[ClassStyle]) -> None:
        """Looks by class_index."""
        self._scene.set_styles(styles)
        self._renderer.set_classes(self._scene.styles)
        self._frames.all_changed()

    def set_assets(self, columns: AssetColumns) -> None:
        """Replace all assets; states and levels of ids that stay are kept, new ones are UNKNOWN."""
        self._scene.replace_assets(columns)
        self._renderer.assets_changed()
        self._brackets.scene_changed()
        self._show_all_if_wanted()
        self._frames.all_changed()

    def upsert_assets(self, columns: AssetColumns) -> None:
        """Add assets, or replace those with the same ids."""
        self._places_changed(self._scene.upsert_assets(columns))
        self._show_all_if_wanted()

    def remove_assets(self, ids: UInt32s) -> None:
        """Take assets away; ids that are not there are ignored."""
        self._places_changed(self._scene.remove_assets(ids))
        self._show_all_if_wanted()

    def set_states(self, ids: UInt32s, states: Bytes) -> None:
        """AssetVisual, plus UNACKNOWLEDGED; ids that are not there are ignored."""
        self._places_changed(self._scene.set_states(ids, states))

    def set_levels(self, ids: UInt32s, levels: Bytes) -> None:
        """Dimming levels 0..100; 255 is unknown."""
        self._places_changed(self._scene.set_levels(ids, levels))

    def move_assets(self, ids: UInt32s, lon: Float64s, lat: Float64s, heading_deg: Float32s) -> None:
        """New positions; headings clockwise from north, NaN when not known."""
        self._places_changed(self._scene.move_assets(ids, lon, lat, heading_deg))

    def place_assets(self, ids: UInt32s, lon: Float64s, lat: Float64s, heading_deg: Float32s) -> None:
        """Positions of another moment: vehicles are there at once, and no trail leads there."""
        places = self._scene.move_assets(ids, lon, lat, heading_deg)
        self._scene.forget_ways(ids)
        self._places_changed(places)

    def set_filter(self, wanted: MapFilter) -> None:
        """Show only what passes; alarms always do unless the filter says otherwise."""
        self._scene.set_filter(wanted)
        self._renderer.assets_changed()
        self._brackets.scene_changed()
        self._frames.all_changed()

    def alarms_hidden(self) -> int:
        """How many alarms the filter keeps from sight."""
        return self._scene.visibility.hidden_alarms()

    def set_labels(self, labels: Mapping[int, str]) -> None:
        """Names of assets by id, as plain text."""
        self._scene.set_labels(labels)
        self._frames.all_changed()

    def set_cones(self, columns: ConeColumns) -> None:
        """Fields of view of cameras."""
        self._scene.set_cones(columns)
        self._frames.all_changed()

    def set_communes(self, names: Sequence[str], centroids: Sequence[tuple[float, float]]) -> None:
        """Names and centres (lon, lat) by commune_index."""
        self._scene.set_communes(names, centroids)
        self._painting.communes_changed()
        self._frames.all_changed()

    def set_theme(self, theme: MapTheme) -> None:
        """Take all colours from these tokens."""
        self._theme = theme
        self._show_theme()

    def set_texts(self, texts: MapTexts) -> None:
        """Speak with these words from now on."""
        self._texts = texts
        self.setAccessibleName(texts.map_name)
        self.readout.say_again()
        self._say_hint()

    def set_tooltip_text(self, text_of: Callable[[int], str]) -> None:
        """Ask this for the words shown when the pointer rests on an asset; they are shown as plain text."""
        self.hover.text_of = text_of

    def set_link_lost(self, since_text: str | None) -> None:
        """Grey the whole map and say since when; None: the link is back."""
        if since_text != self._lost_since:
            self._lost_since = since_text
            self._show_theme()

    def printable(self) -> Printable:
        """What is shown now, to be painted on paper; this map neither moves nor repaints for it."""
        return Printable(
            self._scene,
            self.ground.layers,
            self._texts,
            self._selected,
            self._navigator.view,
            rasters=self.ground.rasters,
            view_mode=self._view_mode,
            chosen=self.chosen.ids,
            marks=self.marks.shown,
            notices=self._painting.furniture.notices,
        )

    @property
    def view_mode(self) -> ViewMode:
        """In which light the map is shown."""
        return self._view_mode

    def set_view_mode(self, mode: ViewMode) -> None:
        """Plain states, or lighting as it is by night or by day."""
        if mode is not self._view_mode:
            self._view_mode = mode
            self._show_theme()

    def set_text_zoom(self, factor: float) -> None:
        """Scale icons, badges and words; another text size of the console sets it anew."""
        factor = min(max(factor, _TEXT_ZOOMS[0]), _TEXT_ZOOMS[1])
        self._scene.badge_zoom = factor
        self._painting.set_text_zoom(factor)
        self._frames.all_changed()

    def _show_theme(self) -> None:
        self._painting.set_theme(theme_for(self._theme, self._view_mode), is_lost=self._lost_since is not None)
        self._frames.is_live = self._lost_since is None
        self._frames.all_changed()

    def _places_changed(self, places: Places) -> None:
        self._brackets.places_changed(*places)
        self._frames.places_changed(places, self._selected)

    # --- what gestures ask, and what it says ---------------------------------------------------

    def animate(self) -> None:
        if self._gestures.is_dragging:
            self.following.stop()
        super().animate()

    def click_at(self, position: QPointF) -> None:
        """A mark is over what it stands on; so is the read-out, which goes on to the next form."""
        mark = self._pins.mark_at(self.view, position)
        if mark is not None:
            self.marks.activated.emit(mark.id)
        elif self.readout.furniture.name_at(position) == "coordinates":
            self.readout.next_form()
        else:
            super().click_at(position)

    def activate_selection(self) -> None:
        """Enter: the mark that Tab has reached, or the selected asset."""
        if self._pins.focused:
            self.marks.activated.emit(self._pins.focused)
        else:
            super().activate_selection()

    def clear_selection(self) -> None:
        """Select nothing; with nothing selected, let go of the chosen ones too."""
        if self._selected or self.chosen.ids.size == 0:
            super().clear_selection()
        else:
            self.chosen.let_go()

    def marker_areas(self) -> list[QRectF]:
        """The pixels of every marker of alarms in view."""
        return [area for _badge, area in self._painting.overlay.markers.areas(self.view)]

    def furniture_areas(self) -> list[QRectF]:
        """The pixels of scale bar, read-outs, legend and credits in the last frame."""
        return list(self.readout.furniture.boxes.values())

    def _go(self, target: Viewport, *, animate: bool = True) -> None:
        self.following.stop()
        super()._go(target, animate=animate)

    def _say_hint(self) -> None:
        self.readout.tell_hint(self.tools.kind, int(self.chosen.ids.size))
        self._frames.all_changed()

    def _tell(self) -> None:
        """For those who do not see the map: what is in view, the tool and its use, which mark Tab reached."""
        furniture, view, lost = self.readout.furniture, self.view, self._lost_words()
        followed = self.following.asset_id
        seen = view_words(self._scene, self._texts, view, self._selected, lost, self._view_mode, followed)
        words = [seen, *furniture.hint, *furniture.notices]
        focused = self._pins.focused_label
        text = ". ".join([self._texts.mark.format(name=focused), *words] if focused else words)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # --- hands and keys ------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._frames.all_changed()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.tools.desk.keys_left()
        self._pins.focused = ""
        self._frames.all_changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() in _BUTTONS:
            self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._gestures.move(event)
        self.readout.tell_pointer(event.position())
        if self._gestures.is_dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.tools.kind is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif not event.buttons():
            over = self.hover.is_something_at(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            self._gestures.release(event)
            self.setCursor(Qt.CursorShape.ArrowCursor if self.tools.kind is None else Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.tools.kind is not None:
            self.tools.desk.finish(event.modifiers())
            return
        asset_id = self.pick_at(event.position())
        if asset_id:
            self._choose(asset_id)
            self.asset_activated.emit(asset_id)
        else:
            at = event.position()
            self._navigator.zoom(0.5, at.x(), at.y(), self._clock.now())
            self.animate()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.readout.tell_pointer(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._gestures.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.tools.desk.key_released(event):
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 (Qt's name)
        # Tab walks over what stands out in the view, then over the marks, then leaves: the map is no trap for keys.
        stops: list[int | str] = [
            *self._scene.noteworthy(self.view),
            *(mark.id for mark in self._pins.in_view(self.view)),
        ]
        here = self._pins.focused or self._selected
        at = stops.index(here) if here in stops else (-1 if next else len(stops))
        at += 1 if next else -1
        if not 0 <= at < len(stops):
            self._pins.focused = ""
            return super().focusNextPrevChild(next)
        stop = stops[at]
        self._pins.focused = stop if isinstance(stop, str) else ""
        if isinstance(stop, int):
            self._choose(stop)
        self._frames.all_changed()
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = QPointF(event.pos())
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self._selection_pixel()
        lon, lat = lon_lat_at(self.view, at)
        self.context_menu_requested.emit(self.pick_at(at), lon, lat, self.mapToGlobal(at.toPoint()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._gestures.pinch(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            return self._touched(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._take_size(self.size())
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), as_plain(self.hover.words_at(QPointF(event.pos()))), self)
            return True
        if event.type() is QEvent.Type.FontChange:
            self._painting.set_font(self.font())
            self.set_text_zoom(text_zoom(self))
        return super().event(event)
