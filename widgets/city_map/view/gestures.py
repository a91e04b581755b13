"""What hands do on the map, told as wishes: press, drag, throw, wheel, keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from widgets.city_map.view.navigation import Navigator

_CLICK_PX = 4.0
_STEP_PX = 90.0
_LEAP_PX = 360.0
_KEY_ZOOM = 1.6


class MapWishes(Protocol):
    """What gestures may ask of the map."""

    def pick_at(self, position: QPointF) -> int: ...

    def click_at(self, position: QPointF) -> None: ...

    def drag_asset(self, asset_id: int) -> None: ...

    def animate(self) -> None: ...

    def pan_by(self, dx: float, dy: float) -> None: ...

    def zoom_by(self, factor: float) -> None: ...

    def zoom_to_all(self) -> None: ...

    def zoom_to_selection(self) -> None: ...

    def next_alarm(self) -> None: ...

    def previous_alarm(self) -> None: ...

    def activate_selection(self) -> None: ...

    def clear_selection(self) -> None: ...

    def toggle_legend(self) -> None: ...

    def look_at_selection(self) -> None: ...


class Gestures:
    """Turns Qt's events into moves of the view and wishes."""

    def __init__(self, wishes: MapWishes, navigator: Navigator, now: Callable[[], float]) -> None:
        self._wishes = wishes
        self._navigator = navigator
        self._now = now
        self._pressed_at: QPointF | None = None
        self._last: QPointF | None = None
        self._is_dragging = False
        self._carried = 0

    @property
    def is_dragging(self) -> bool:
        """True while the hand holds the ground."""
        return self._is_dragging

    def press(self, event: QMouseEvent) -> None:
        self._navigator.stop()
        self._pressed_at = self._last = event.position()
        self._is_dragging = False
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._carried = self._wishes.pick_at(event.position()) if with_ctrl else 0

    def move(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or self._last is None:
            return
        moved = event.position() - self._pressed_at
        if not self._is_dragging and moved.manhattanLength() < _CLICK_PX:
            return
        if self._carried:
            carried, self._carried = self._carried, 0
            self._pressed_at = self._last = None
            self._wishes.drag_asset(carried)
            return
        self._is_dragging = True
        step = event.position() - self._last
        self._last = event.position()
        self._navigator.drag(step.x(), step.y(), self._now())
        self._wishes.animate()

    def release(self, event: QMouseEvent) -> None:
        was_dragging, pressed = self._is_dragging, self._pressed_at
        self._pressed_at = self._last = None
        self._is_dragging = False
        self._carried = 0
        if was_dragging:
            self._navigator.let_go(self._now())
            self._wishes.animate()
        elif pressed is not None:
            self._wishes.click_at(event.position())

    def wheel(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y() * 2
        if turned:
            at = event.position()
            self._navigator.zoom(2.0 ** (-turned / 240), at.x(), at.y(), self._now())
            self._wishes.animate()

    def key(self, event: QKeyEvent) -> bool:
        """True when the key means something here."""
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _LEAP_PX if far else _STEP_PX
        wishes = self._wishes
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        match event.key():
            case Qt.Key.Key_Left:
                wishes.pan_by(-step, 0)
            case Qt.Key.Key_Right:
                wishes.pan_by(step, 0)
            case Qt.Key.Key_Up:
                wishes.pan_by(0, -step)
            case Qt.Key.Key_Down:
                wishes.pan_by(0, step)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                wishes.zoom_by(1 / _KEY_ZOOM)
            case Qt.Key.Key_Minus | Qt.Key.Key_Underscore:
                wishes.zoom_by(_KEY_ZOOM)
            case Qt.Key.Key_Home:
                wishes.zoom_to_all()
            case Qt.Key.Key_Z:
                wishes.zoom_to_selection()
            case Qt.Key.Key_N:
                (wishes.previous_alarm if far else wishes.next_alarm)()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                wishes.activate_selection()
            case Qt.Key.Key_Escape:
                wishes.clear_selection()
            case Qt.Key.Key_L:
                wishes.toggle_legend()
            case Qt.Key.Key_C:
                wishes.look_at_selection()
            case _:
                return False
        return True
