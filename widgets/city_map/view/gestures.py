"""What hands do on the map, told as wishes: press, drag, throw, wheel, pinch, keys. A tool may take the left button."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from widgets.city_map.view.navigation import Navigator

_CLICK_PX: Final = 4.0
_BOX_PX: Final = 12.0
_STEP_PX: Final = 90.0
_LEAP_PX: Final = 360.0
_KEY_ZOOM: Final = 1.6
_NOTCH: Final = 240.0
"""Units of a wheel's turn that double the scale; a notch is 120."""
_WITH_COMMAND: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class MapWishes(Protocol):
    """What gestures may ask of the map."""

    def pick_at(self, position: QPointF) -> int: ...

    def click_at(self, position: QPointF) -> None: ...

    def look_here_at(self, position: QPointF) -> None: ...

    def drag_asset(self, asset_id: int) -> None: ...

    def animate(self) -> None: ...

    def pan_by(self, dx: float, dy: float) -> None: ...

    def zoom_by(self, factor: float) -> None: ...

    def zoom_to_box(self, box: QRectF) -> None: ...

    def zoom_to_all(self) -> None: ...

    def zoom_to_selection(self) -> None: ...

    def next_alarm(self) -> None: ...

    def previous_alarm(self) -> None: ...

    def activate_selection(self) -> None: ...

    def clear_selection(self) -> None: ...

    def toggle_legend(self) -> None: ...

    def look_at_selection(self) -> None: ...


class ToolHand(Protocol):
    """A tool that has the left button and some keys while it is in the hand. Positions are logical pixels."""

    @property
    def is_pan_key_down(self) -> bool:
        """True while the left button moves the map after all."""
        ...

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None: ...

    def hover(self, position: QPointF) -> None: ...

    def drag_from(self, position: QPointF) -> None: ...

    def drag_to(self, position: QPointF) -> None: ...

    def drop(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None: ...

    def panned(self) -> None:
        """The map was moved while the pan key was down."""
        ...

    def key(self, event: QKeyEvent) -> bool: ...


class _Grip(Enum):
    PAN = "pan"
    CARRY = "carry"
    BOX = "box"
    TOOL = "tool"


class Gestures:
    """Turns Qt's events into moves of the view and wishes."""

    def __init__(self, wishes: MapWishes, navigator: Navigator, now: Callable[[], float]) -> None:
        self._wishes = wishes
        self._navigator = navigator
        self._now = now
        self._pressed_at: QPointF | None = None
        self._last: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._grip = _Grip.PAN
        self._is_dragging = False
        self._carried = 0
        self._tool: ToolHand | None = None

    @property
    def is_dragging(self) -> bool:
        """True while the hand holds the ground."""
        return self._is_dragging and self._grip is _Grip.PAN

    @property
    def zoom_box(self) -> QRectF | None:
        """The rectangle that is being drawn to be zoomed to, in logical pixels."""
        if self._grip is _Grip.BOX and self._is_dragging and self._pressed_at is not None and self._last is not None:
            return QRectF(self._pressed_at, self._last).normalized()
        return None

    def take_tool(self, tool: ToolHand | None) -> None:
        """Give the left button to this tool, or take it back."""
        self.let_go()
        self._tool = tool

    def press(self, event: QMouseEvent) -> None:
        """Left or middle button; any other button while one is down changes nothing."""
        if self._pressed_at is not None:
            return
        self._navigator.stop()
        self._pressed_at = self._last = event.position()
        self._button = event.button()
        self._is_dragging = False
        self._carried = 0
        self._grip = self._grip_of(event)

    def move(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or self._last is None:
            if self._tool is not None:
                self._tool.hover(event.position())
            return
        moved = event.position() - self._pressed_at
        if not self._is_dragging and moved.manhattanLength() < _CLICK_PX:
            return
        if self._grip is _Grip.CARRY:
            carried, self._carried = self._carried, 0
            self.let_go()
            self._wishes.drag_asset(carried)
            return
        if self._grip is _Grip.TOOL and self._tool is not None:
            if not self._is_dragging:
                self._tool.drag_from(self._pressed_at)
            self._tool.drag_to(event.position())
        self._is_dragging = True
        step = event.position() - self._last
        self._last = event.position()
        if self._grip is _Grip.PAN:
            self._navigator.drag(step.x(), step.y(), self._now())
        self._wishes.animate()

    def release(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or event.button() is not self._button:
            return
        was_dragging, grip, box = self._is_dragging, self._grip, self.zoom_box
        self.let_go()
        position, modifiers = event.position(), event.modifiers()
        if grip is _Grip.TOOL and self._tool is not None:
            (self._tool.drop if was_dragging else self._tool.click)(position, modifiers)
        elif was_dragging and grip is _Grip.PAN:
            self._navigator.let_go(self._now())
            self._wishes.animate()
            if self._tool is not None:
                self._tool.panned()
        elif was_dragging and grip is _Grip.BOX:
            self._wishes.animate()
            if box is not None and min(box.width(), box.height()) >= _BOX_PX:
                self._wishes.zoom_to_box(box)
        elif not was_dragging and self._button is Qt.MouseButton.MiddleButton:
            self._wishes.look_here_at(position)
        elif not was_dragging and self._tool is None:
            self._wishes.click_at(position)

    def let_go(self) -> None:
        """The hand has left, without anything coming of it."""
        self._pressed_at = self._last = None
        self._is_dragging = False

    def wheel(self, event: QWheelEvent) -> None:
        """A wheel zooms. Two fingers on a touchpad move the ground, and zoom with Ctrl."""
        at, pixels, turned = event.position(), event.pixelDelta(), event.angleDelta()
        is_touchpad = event.phase() is not Qt.ScrollPhase.NoScrollPhase and not pixels.isNull()
        if is_touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._navigator.drag(pixels.x(), pixels.y(), self._now())
            self._navigator.stop()
            self._wishes.animate()
            return
        # With Alt, Qt tells a wheel's turn as a sideways one.
        units = turned.y() or turned.x() or pixels.y() * 2
        if units:
            self._navigator.zoom(2.0 ** (-units / _NOTCH), at.x(), at.y(), self._now())
            self._wishes.animate()

    def pinch(self, factor: float, at: QPointF) -> None:
        """Two fingers spread by this factor since the last time; the ground stays under them."""
        self.let_go()
        self._navigator.zoom_now(1 / min(max(factor, 0.2), 5.0), at.x(), at.y())
        self._wishes.animate()

    def key(self, event: QKeyEvent) -> bool:
        """True when the key means something here."""
        if self._tool is not None and self._tool.key(event):
            return True
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _LEAP_PX if far else _STEP_PX
        wishes = self._wishes
        arrows = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, -step),
            Qt.Key.Key_Down: (0.0, step),
        }
        arrow = arrows.get(Qt.Key(event.key()))
        has_command = bool(event.modifiers() & _WITH_COMMAND)
        # A tool keeps the bare arrows for its crosshair.
        if arrow is not None and (not has_command or self._tool is not None):
            wishes.pan_by(*arrow)
            return True
        if has_command:
            return False
        match event.key():
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

    def _grip_of(self, event: QMouseEvent) -> _Grip:
        if event.button() is Qt.MouseButton.MiddleButton:
            return _Grip.PAN
        if self._tool is not None:
            return _Grip.PAN if self._tool.is_pan_key_down else _Grip.TOOL
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._carried = self._wishes.pick_at(event.position())
            return _Grip.CARRY if self._carried else _Grip.PAN
        return _Grip.BOX if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _Grip.PAN
