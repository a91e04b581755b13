"""The live map of the city: fed with columns, speaks by signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QToolTip, QWidget

from widgets.city_map.mercator import is_on_map, project
from widgets.city_map.picking import lon_lat_at
from widgets.city_map.printable import Printable
from widgets.city_map.raster.raster_renderer import RasterRenderer
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.surface import Extent
from widgets.city_map.telling import alarm_words, as_plain, asset_words
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import DARK, MapTheme
from widgets.city_map.tool_surface import ToolSurface
from widgets.city_map.values import (
    AssetColumns,
    BaseLayer,
    Bytes,
    ClassStyle,
    ConeColumns,
    Float32s,
    Float64s,
    MapFilter,
    UInt32s,
)
from widgets.frame_clock import FrameClock

_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class CityMap(ToolSurface):
    """Feed it: everything that can be shown. What hands do with it is told by MapSurface's signals."""

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
        self.grabGesture(Qt.GestureType.PinchGesture)

    def set_classes(self, styles: Sequence[ClassStyle]) -> None:
        """Looks by class_index."""
        self._scene.set_styles(styles)
        self._renderer.set_classes(self._scene.styles)
        self._all_changed()

    def set_assets(self, columns: AssetColumns) -> None:
        """Replace all assets; states and levels of ids that stay are kept, new ones are UNKNOWN."""
        self._scene.replace_assets(columns)
        self._renderer.assets_changed()
        self._chosen.scene_changed()
        if self._wants_all:
            self._show_all_at_once()
        self._all_changed()

    def upsert_assets(self, columns: AssetColumns) -> None:
        """Add assets, or replace those with the same ids."""
        self._places_changed(self._scene.upsert_assets(columns))

    def remove_assets(self, ids: UInt32s) -> None:
        """Take assets away; ids that are not there are ignored."""
        self._places_changed(self._scene.remove_assets(ids))

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
        self._chosen.scene_changed()
        self._all_changed()

    def alarms_hidden(self) -> int:
        """How many alarms the filter keeps from sight."""
        return self._scene.visibility.hidden_alarms()

    def set_base_layers(self, layers: Sequence[BaseLayer]) -> None:
        """Outlines, streets and names under the assets. The same ones again cost nothing."""
        if self._is_same_ground(layers):
            return
        self._ground = tuple(layers)
        self._painting.set_layers(layers)
        self._ground_extent = _extent_of(layers)
        self._attribute()
        if self._wants_all:
            self._show_all_at_once()
        self._all_changed()

    def set_labels(self, labels: Mapping[int, str]) -> None:
        """Names of assets by id, as plain text."""
        self._scene.set_labels(labels)
        self._all_changed()

    def set_cones(self, columns: ConeColumns) -> None:
        """Fields of view of cameras."""
        self._scene.set_cones(columns)
        self._all_changed()

    def set_communes(self, names: Sequence[str], centroids: Sequence[tuple[float, float]]) -> None:
        """Names and centres (lon, lat) by commune_index."""
        self._scene.set_communes(names, centroids)
        self._painting.communes_changed()
        self._all_changed()

    def set_theme(self, theme: MapTheme) -> None:
        """Take all colours from these tokens."""
        self._theme = theme
        self._show_theme()

    def set_texts(self, texts: MapTexts) -> None:
        """Speak with these words from now on."""
        self._texts = texts
        self.setAccessibleName(texts.map_name)
        self._say_again()
        self._all_changed()

    def set_tooltip_text(self, text_of: Callable[[int], str]) -> None:
        """Ask this for the words shown when the pointer rests on an asset; they are shown as plain text."""
        self._tooltip_text = text_of

    def set_link_lost(self, since_text: str | None) -> None:
        """Grey the whole map and say since when; None: the link is back."""
        if since_text != self._lost_since:
            self._lost_since = since_text
            self._show_theme()

    def printable(self) -> Printable:
        """What is shown now, to be painted on paper; this map neither moves nor repaints for it."""
        return Printable(
            self._scene,
            self._ground,
            self._texts,
            self._selected,
            self._navigator.view,
            rasters=self._rasters,
            view_mode=self._view_mode,
            chosen=self._chosen.ids,
            marks=self._marks.marks,
            notices=self._painting.furniture.notices,
        )

    def _is_same_ground(self, layers: Sequence[BaseLayer]) -> bool:
        return len(layers) == len(self._ground) and all(
            one is other or _is_same_layer(one, other) for one, other in zip(layers, self._ground, strict=True)
        )

    # --- hands and keys ------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._all_changed()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._desk.keys_left()
        self._marks.focused = ""
        self._all_changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() in _BUTTONS:
            self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._gestures.move(event)
        self._tell_pointer(event.position())
        if self._gestures.is_dragging:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.tool is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif not event.buttons():
            over = self._is_something_at(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            self._gestures.release(event)
            self.setCursor(Qt.CursorShape.ArrowCursor if self.tool is None else Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.tool is not None:
            self._desk.finish(event.modifiers())
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
        self._tell_pointer(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._gestures.wheel(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._gestures.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._desk.key_released(event):
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 (Qt's name)
        # Tab walks over what stands out in the view, then over the marks, then leaves: the map is no trap for keys.
        stops: list[int | str] = [
            *self._scene.noteworthy(self.view),
            *(mark.id for mark in self._marks.in_view(self.view)),
        ]
        here = self._marks.focused or self._selected
        at = stops.index(here) if here in stops else (-1 if next else len(stops))
        at += 1 if next else -1
        if not 0 <= at < len(stops):
            self._marks.focused = ""
            return super().focusNextPrevChild(next)
        stop = stops[at]
        self._marks.focused = stop if isinstance(stop, str) else ""
        if isinstance(stop, int):
            self._choose(stop)
        self._all_changed()
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
            self._show_tooltip(event)
            return True
        if event.type() is QEvent.Type.FontChange:
            self._painting.set_font(self.font())
            self._all_changed()
        return super().event(event)

    def _touched(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        # Qt 6.11 tells each step of the fingers twice; the second time it is its own predecessor.
        if pinch.scaleFactor() != pinch.lastScaleFactor():
            self._gestures.pinch(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.hotSpot().toPoint())))
        event.accept()
        return True

    def _is_something_at(self, position: QPointF) -> bool:
        return (
            self._marks.mark_at(self.view, position) is not None
            or self._picking.badge_at(self.view, position) is not None
            or self.pick_at(position) != 0
        )

    def _show_tooltip(self, event: QHelpEvent) -> None:
        at = QPointF(event.pos())
        badge, asset_id = self._picking.badge_at(self.view, at), self.pick_at(at)
        words = self.furniture_words_at(at)
        if words:
            pass
        elif badge is not None and badge.count > 1:
            words = alarm_words(self._texts, badge.count, badge.by_priority)
        else:
            words = self._name_of(asset_id) if asset_id else ""
        QToolTip.showText(event.globalPos(), as_plain(words), self)

    def _name_of(self, asset_id: int) -> str:
        if self._tooltip_text is not None:
            return self._tooltip_text(asset_id)
        return asset_words(self._scene, self._texts, asset_id)

    def _selection_pixel(self) -> QPointF:
        row = self._scene.store.row_of(self._selected)
        if row is None:
            return QPointF(self.width() / 2, self.height() / 2)
        x, y = float(self._scene.store.x[row]), float(self._scene.store.y[row])
        return QPointF(*self._navigator.view.to_pixel(x, y))


def _is_same_layer(one: BaseLayer, other: BaseLayer) -> bool:
    plain = all(
        getattr(one, name) == getattr(other, name)
        for name in ("name", "kind", "names", "attribution", "colour", "opacity", "is_visible")
    )
    return (
        plain
        and np.array_equal(one.offsets, other.offsets)
        and np.array_equal(one.lon, other.lon)
        and np.array_equal(one.lat, other.lat)
        and (one.weights is None) == (other.weights is None)
        and (one.weights is None or other.weights is None or np.array_equal(one.weights, other.weights))
    )


def _extent_of(layers: Sequence[BaseLayer]) -> Extent | None:
    lon = np.concatenate([layer.lon for layer in layers]) if layers else np.empty(0)
    lat = np.concatenate([layer.lat for layer in layers]) if layers else np.empty(0)
    valid = is_on_map(lon, lat)
    if not valid.any():
        return None
    x, y = project(lon[valid], lat[valid])
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
