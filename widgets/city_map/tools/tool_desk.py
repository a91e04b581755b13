"""The tool in the hand: pixels become ground, keys move a crosshair, what comes out is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from widgets.city_map.tools.choosing import LassoChoice, RadiusChoice, RectangleChoice
from widgets.city_map.tools.measuring import Measuring
from widgets.city_map.tools.placing import Placing
from widgets.city_map.tools.pointer_tool import Outcome, Point, PointerTool
from widgets.city_map.tools.values import AreaMode, MapTool
from widgets.city_map.view.viewport import Viewport

_STEP_PX: Final = 8.0
_LEAP_PX: Final = 64.0
_RIM_PX: Final = 40.0
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DeskWishes(Protocol):
    """What the desk asks of the map."""

    @property
    def view(self) -> Viewport: ...

    def pan_by(self, dx: float, dy: float) -> None: ...

    def stop(self) -> None: ...


def made(kind: MapTool) -> PointerTool:
    """A tool of this kind, nothing drawn yet."""
    match kind:
        case MapTool.SELECT_RECTANGLE:
            return RectangleChoice()
        case MapTool.SELECT_LASSO:
            return LassoChoice()
        case MapTool.SELECT_RADIUS:
            return RadiusChoice()
        case MapTool.MEASURE_DISTANCE | MapTool.MEASURE_AREA:
            return Measuring(kind)
        case MapTool.PLACE:
            return Placing()


class ToolDesk:
    """A ToolHand. With no tool in the hand it does nothing."""

    def __init__(
        self, wishes: DeskWishes, changed: Callable[[], None], came_out: Callable[[Outcome, AreaMode], None]
    ) -> None:
        self._wishes = wishes
        self._changed = changed
        self._came_out = came_out
        self.tool: PointerTool | None = None
        self.crosshair: Point | None = None
        """Where the keys are, in mercator metres; None while the mouse is in charge."""
        self._pointer: QPointF | None = None
        self._is_space_down = False
        self._has_panned = False

    @property
    def is_pan_key_down(self) -> bool:
        return self._is_space_down

    def take(self, tool: PointerTool | None) -> None:
        """Have this tool in the hand; None: no tool."""
        self.tool = tool
        self.crosshair = self._pointer = None
        self._is_space_down = False
        self._changed()

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._put(self._ground(position), modifiers)

    def hover(self, position: QPointF) -> None:
        self._pointer, self.crosshair = position, None
        if self.tool is not None:
            self.tool.hover(self._ground(position))
            if self.tool.is_begun or self.tool.kind is MapTool.PLACE:
                self._changed()

    def drag_from(self, position: QPointF) -> None:
        self.crosshair = None
        if self.tool is not None:
            self.tool.drag_from(self._ground(position))

    def drag_to(self, position: QPointF) -> None:
        if self.tool is not None:
            self.tool.drag_to(self._ground(position))
            self._changed()

    def drop(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self.tool is not None:
            self.tool.drop(self._ground(position))
            self._tell(modifiers)

    def panned(self) -> None:
        self._has_panned = True

    def finish(self, modifiers: Qt.KeyboardModifier) -> None:
        """Double click: the tool has all its points."""
        if self.tool is not None:
            self.tool.finish()
            self._tell(modifiers)

    def key(self, event: QKeyEvent) -> bool:
        """Arrows, Space, Enter, Backspace, Escape."""
        tool = self.tool
        if tool is None:
            return False
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is not None and not with_ctrl:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_crosshair(*arrow, _LEAP_PX if far else _STEP_PX)
            return True
        match event.key():
            case Qt.Key.Key_Space:
                if not event.isAutoRepeat():
                    self._is_space_down, self._has_panned = True, False
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if not tool.finish():
                    self._put(self._here(), event.modifiers())
                self._tell(event.modifiers())
            case Qt.Key.Key_Backspace:
                tool.take_back()
                self._changed()
            case Qt.Key.Key_Escape:
                if tool.is_begun:
                    tool.cancel()
                    self._changed()
                else:
                    self._wishes.stop()
            case _:
                return False
        return True

    def key_released(self, event: QKeyEvent) -> bool:
        """Space sets a point when it goes up: held down, it lets the left button move the map."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or not self._is_space_down:
            return False
        self._is_space_down = False
        if not self._has_panned:
            self._put(self._here(), event.modifiers())
        return True

    def keys_left(self) -> None:
        """The keyboard is somebody else's now."""
        self._is_space_down = False

    def _put(self, at: Point, modifiers: Qt.KeyboardModifier) -> None:
        if self.tool is not None:
            self.tool.put(at)
            if self.crosshair is not None:
                self.tool.hover(at)
            self._tell(modifiers)

    def _tell(self, modifiers: Qt.KeyboardModifier) -> None:
        outcome = self.tool.take_outcome() if self.tool is not None else None
        if outcome is not None:
            self._came_out(outcome, _mode(modifiers))
        self._changed()

    def _here(self) -> Point:
        """The crosshair; it appears where the pointer was, or in the middle."""
        if self.crosshair is None:
            view = self._wishes.view
            at = self._pointer if self._pointer is not None else QPointF(view.width / 2, view.height / 2)
            self.crosshair = self._ground(at)
        return self.crosshair

    def _move_crosshair(self, right: int, down: int, step_px: float) -> None:
        view = self._wishes.view
        x, y = self._here()
        x, y = x + right * step_px * view.units, y + down * step_px * view.units
        self.crosshair = (x, y)
        px, py = view.to_pixel(x, y)
        dx = min(px - _RIM_PX, 0) + max(px - view.width + _RIM_PX, 0)
        dy = min(py - _RIM_PX, 0) + max(py - view.height + _RIM_PX, 0)
        if dx or dy:
            self._wishes.pan_by(dx, dy)
        if self.tool is not None:
            self.tool.hover(self.crosshair)
        self._changed()

    def _ground(self, position: QPointF) -> Point:
        return self._wishes.view.to_world(position.x(), position.y())


def _mode(modifiers: Qt.KeyboardModifier) -> AreaMode:
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return AreaMode.ADD
    # Some window managers keep Alt with a drag for themselves.
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
        return AreaMode.REMOVE
    return AreaMode.REPLACE
