"""The map as a surface: a view that moves, frames that are painted when needed, hands that pick."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from widgets.city_map.frame import Frame
from widgets.city_map.frames import Frames
from widgets.city_map.ground.map_ground import MapGround
from widgets.city_map.mercator import ground_scale, project_point
from widgets.city_map.painting import MapPainting
from widgets.city_map.picking import Picking, lon_lat_at
from widgets.city_map.readout import ReadOut
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.scene.alarm_walk import neighbour_alarm
from widgets.city_map.scene.scene import Scene
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import MapTheme
from widgets.city_map.values import AssetsInView, CountsInView
from widgets.city_map.view.gestures import Gestures
from widgets.city_map.view.navigation import Navigator
from widgets.city_map.view.viewport import Viewport
from widgets.frame_clock import FrameClock
from widgets.mime import ASSET_MIME

_START: Final = Viewport(*project_point(5.0415, 47.322), 12.0, 640, 480)


class MapSurface(QWidget):
    """Pan, zoom, pick. Repaints only when something changed; costs nothing while nothing does."""

    asset_selected = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    asset_activated = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    look_here_requested = Signal(float, float)
    context_menu_requested = Signal(object, float, float, QPoint)
    view_changed = Signal(float, float, float)
    legend_changed = Signal(bool)

    def __init__(
        self,
        clock: FrameClock,
        renderer: MapRenderer,
        texts: MapTexts,
        theme: MapTheme,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._texts = texts
        self._theme = theme
        self._scene = Scene()
        self._renderer = renderer
        self._painting = MapPainting(self._scene, renderer, theme, self.font())
        self._navigator = Navigator(_START)
        self._gestures = Gestures(self, self._navigator, clock.now)
        self._frames = Frames(self, clock, self._scene, renderer, self._painting, self._navigator)
        self._frames.view_moved.append(self._say_view)
        self._selected = 0
        self._lost_since: str | None = None
        self._wants_all = True
        self._picking = Picking(self._scene, self._painting)
        self.ground = MapGround(renderer, self._painting, self._navigator, self._frames, self._show_all_if_wanted, self)
        self.readout = ReadOut(
            self._painting.furniture, self._scene, self._navigator, self._frames, lambda: self._texts
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(texts.map_name)
        frames, painting, scene = self._frames, self._painting, self._scene

        def let_go() -> None:
            # A window taken down at once hides nothing first: its ticks must not outlive it. Nor must what is large:
            # parts call back, and what holds each other waits for Python's collector.
            frames.rest()
            painting.let_go()
            scene.let_go()

        self.destroyed.connect(let_go)

    # --- where it looks ------------------------------------------------------------------------

    @property
    def view(self) -> Viewport:
        """What is visible now."""
        return self._navigator.view

    @property
    def is_placed(self) -> bool:
        """True once somebody moved the view; until then it shows all there is."""
        return not self._wants_all

    @property
    def selected(self) -> int:
        """The id of the selected asset, 0 when there is none."""
        return self._selected

    def is_settled(self) -> bool:
        """True when the last frame was final and no other is asked for."""
        return self._frames.is_settled

    def select(self, asset_id: int) -> None:
        """Mark an asset; says nothing by signal. Ids that are not on the map are remembered."""
        if asset_id != self._selected:
            self._selected = asset_id
            self._frames.all_changed()

    def go_to(self, lon: float, lat: float, metres_per_pixel: float | None = None, *, animate: bool = True) -> None:
        """Centre on a place, at this scale if one is given. Places off the earth are ignored."""
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            return
        x, y = project_point(lon, lat)
        target = self._navigator.destination.moved_to(x, y)
        if metres_per_pixel is not None and metres_per_pixel > 0:
            target = target.with_units(metres_per_pixel / ground_scale(y))
        self._go(target, animate=animate)

    def show_area(self, west: float, south: float, east: float, north: float, *, animate: bool = True) -> None:
        """Show this rectangle of degrees whole; one that is not on the earth is ignored."""
        if west <= east and south <= north and abs(west) <= 180 and abs(east) <= 180 and max(-south, north) <= 90:
            x0, y0 = project_point(west, north)
            x1, y1 = project_point(east, south)
            self._go(self._navigator.view.showing(x0, y0, x1, y1, margin=1.3), animate=animate)

    def zoom_to_selection(self) -> None:
        """Centre on the selected asset, near enough to see its icon."""
        row = self._scene.store.row_of(self._selected)
        if row is not None:
            x, y = float(self._scene.store.x[row]), float(self._scene.store.y[row])
            target = self._navigator.destination.moved_to(x, y)
            self._go(target.with_units(min(target.units, 0.9)))

    def zoom_to_all(self, *, animate: bool = True) -> None:
        """Show every asset."""
        extent = self._scene.extent() or self.ground.extent
        if extent is not None:
            self._go(self._navigator.view.showing(*extent), animate=animate)

    def next_alarm(self) -> None:
        """Select and show the next alarm: not acknowledged first, then worst first."""
        self._show_alarm(neighbour_alarm(self._scene, self._selected, 1))

    def previous_alarm(self) -> None:
        """The same backwards."""
        self._show_alarm(neighbour_alarm(self._scene, self._selected, -1))

    def counts_in_view(self) -> CountsInView:
        """Exact numbers of what stands in the visible rectangle."""
        return self._scene.counts(self._navigator.view)

    def in_view(self, limit: int) -> AssetsInView:
        """The table twin of the picture, at most so many rows: the worst first, then the nearest to the middle."""
        return self._scene.in_view(self._navigator.view, limit)

    @property
    def zoom_box(self) -> QRectF | None:
        """The rectangle that is being drawn to be zoomed to, in logical pixels."""
        return self._gestures.zoom_box

    # --- what gestures ask ---------------------------------------------------------------------

    def pick_at(self, position: QPointF) -> int:
        """The id of what is seen at a pixel, 0 for the ground."""
        return self._picking.asset_at(self._navigator.view, position)

    def click_at(self, position: QPointF) -> None:
        """Select what is there; a badge of several opens."""
        view = self._navigator.view
        badge = self._picking.badge_at(view, position)
        opened = self._picking.opened(badge, view) if badge is not None and badge.count > 1 else None
        if opened is not None:
            self._go(opened)
        else:
            self._choose(badge.asset_id if badge is not None else self.pick_at(position))

    def look_here_at(self, position: QPointF) -> None:
        """Ask for cameras on a place."""
        self.look_here_requested.emit(*lon_lat_at(self._navigator.view, position))

    def zoom_to_box(self, box: QRectF) -> None:
        """Fill the view with what stands in these pixels."""
        view = self._navigator.view
        x0, y0 = view.to_world(box.left(), box.top())
        x1, y1 = view.to_world(box.right(), box.bottom())
        self._go(view.showing(x0, y0, x1, y1, margin=1.0))

    def drag_asset(self, asset_id: int) -> None:
        """Carry an asset to another widget."""
        mime = QMimeData()
        mime.setData(ASSET_MIME, QByteArray(str(asset_id).encode("ascii")))
        mime.setText(self._scene.labels.get(asset_id, str(asset_id)))
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self._painting.picture_of(asset_id))
        drag.exec(Qt.DropAction.CopyAction)

    def animate(self) -> None:
        """The view moves: paint at the pace of a hand."""
        self._wants_all = False
        self._frames.dirty(is_hand=self._gestures.is_dragging)

    def pan_by(self, dx: float, dy: float) -> None:
        """Look this many pixels further."""
        target = self._navigator.destination
        self._go(target.moved_to(target.x + dx * target.units, target.y + dy * target.units))

    def zoom_by(self, factor: float) -> None:
        """Change the scale about the middle; below 1 goes nearer."""
        self._navigator.zoom(factor, self.width() / 2, self.height() / 2, self._clock.now())
        self.animate()

    def activate_selection(self) -> None:
        """Say that the selected asset is wanted."""
        if self._scene.store.row_of(self._selected) is not None:
            self.asset_activated.emit(self._selected)

    def clear_selection(self) -> None:
        """Select nothing."""
        self._choose(0)

    @property
    def has_legend(self) -> bool:
        """Whether what shapes and colours mean is shown."""
        return self.readout.has_legend

    def toggle_legend(self) -> None:
        """Show or hide what shapes and colours in view mean."""
        self.readout.toggle_legend()
        self.legend_changed.emit(self.readout.has_legend)

    def look_at_selection(self) -> None:
        """Ask for cameras on the selected asset, or on the middle of the view."""
        row = self._scene.store.row_of(self._selected)
        view = self._navigator.view
        if row is not None:
            view = view.moved_to(float(self._scene.store.x[row]), float(self._scene.store.y[row]))
        self.look_here_requested.emit(*view.lon_lat)

    # --- frames --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        view = self._navigator.view
        frame = Frame(
            view=view,
            selected=self._selected,
            is_zooming=self._navigator.is_zooming,
            is_flash_on=self._clock.is_flash_on(),
            has_focus=self.hasFocus(),
            has_legend=self.readout.has_legend,
            lost_words=self._lost_words(),
        )
        is_empty = self._scene.store.count == 0 and self.ground.extent is None
        try:
            is_final = self._painting.paint(painter, frame, self._texts, is_empty=is_empty)
        finally:
            painter.end()  # a painter left open takes the whole process down
        if not is_final:
            self._frames.dirty(is_hand=self._gestures.is_dragging)
        self.ground.painted()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._gestures.wheel(event)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._take_size(event.size())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frames.all_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._frames.rest()
        self.ground.drop_wishes()

    # --- within --------------------------------------------------------------------------------

    def _say_view(self, view: Viewport) -> None:
        self.view_changed.emit(*view.lon_lat, view.metres_per_pixel)

    def _take_size(self, size: QSize) -> None:
        self._navigator.resize(max(size.width(), 1), max(size.height(), 1), self.devicePixelRatioF())
        self._show_all_if_wanted()
        self._frames.all_changed()

    def _choose(self, asset_id: int) -> None:
        if asset_id != self._selected:
            self.select(asset_id)
            self.asset_selected.emit(asset_id)

    def _go(self, target: Viewport, *, animate: bool = True) -> None:
        self._wants_all = False
        if animate and self.isVisible():
            self._navigator.glide(target, self._clock.now())
        else:
            self._navigator.jump(target)
        self._frames.all_changed()

    def _show_all_if_wanted(self) -> None:
        extent = (self._scene.extent() or self.ground.extent) if self._wants_all else None
        if extent is not None:
            self._navigator.jump(self._navigator.view.showing(*extent))
            self._frames.all_changed()

    def _show_alarm(self, asset_id: int) -> None:
        if asset_id:
            self._choose(asset_id)
            self.zoom_to_selection()

    def _lost_words(self) -> str | None:
        return None if self._lost_since is None else f"{self._texts.link_lost} {self._lost_since}".strip()

    def _selection_pixel(self) -> QPointF:
        row = self._scene.store.row_of(self._selected)
        if row is None:
            return QPointF(self.width() / 2, self.height() / 2)
        x, y = float(self._scene.store.x[row]), float(self._scene.store.y[row])
        return QPointF(*self._navigator.view.to_pixel(x, y))

    def _touched(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        # Qt 6.11 tells each step of the fingers twice; the second time it is its own predecessor.
        if pinch.scaleFactor() != pinch.lastScaleFactor():
            self._gestures.pinch(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.hotSpot().toPoint())))
        event.accept()
        return True
