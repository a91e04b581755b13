"""What mouse and keys mean on a tile: steering while held, digital zoom, carrying the tile elsewhere."""

import enum
import math
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from widgets.zoom_box import WHOLE, ZoomBox

_DEAD_ZONE_PX: Final = 14
_CARRY_PX: Final = 12
_KEY_SPEED: Final = 0.6
_WHEEL_ZOOM: Final = 1.25
_PAN_SHARE: Final = 0.15
_MOVES: Final[Mapping[int, tuple[float, float, float]]] = {
    Qt.Key.Key_Left: (-1.0, 0.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0, 0.0),
    Qt.Key.Key_Down: (0.0, -1.0, 0.0),
    Qt.Key.Key_Plus: (0.0, 0.0, 1.0),
    Qt.Key.Key_Minus: (0.0, 0.0, -1.0),
}
_PANS: Final[Mapping[int, tuple[float, float]]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_NONE, _SHIFT, _CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class TileWishes(Protocol):
    """What hands ask of their tile."""

    def steer(self, pan: float, tilt: float, zoom: float) -> None: ...

    def stop(self) -> None: ...

    def show_part(self, box: ZoomBox) -> None: ...

    def carry(self) -> None: ...

    def update(self) -> None: ...


class _Grip(enum.Enum):
    STEER = enum.auto()
    PAN = enum.auto()
    CARRY = enum.auto()


class TileHands:
    """One tile's mouse and keys. `picture` and `handle` say where the picture and the caption are."""

    def __init__(self, wishes: TileWishes, picture: Callable[[], QRect], handle: Callable[[], QRect]) -> None:
        self._wishes = wishes
        self._picture = picture
        self._handle = handle
        self._grip: _Grip | None = None
        self._held_key: int | None = None
        self.pressed_at: QPoint | None = None
        self.vector = QPointF()
        self.is_movable = False
        self.zoom = WHOLE

    @property
    def is_steering(self) -> bool:
        """Whether a hand moves the camera now."""
        return not self.vector.isNull() or self._held_key is not None

    def press(self, event: QMouseEvent) -> None:
        """The caption carries the tile, Ctrl moves within the picture, the picture itself steers."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        self.pressed_at = at
        if self._handle().contains(at) or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._grip = _Grip.CARRY
        elif event.modifiers() & _CTRL and not self.zoom.is_whole:
            self._grip = _Grip.PAN
        else:
            self._grip = _Grip.STEER if self.is_movable else _Grip.CARRY

    def move(self, event: QMouseEvent) -> None:
        """How far the pointer was pulled is how fast the camera turns."""
        if self.pressed_at is None:
            return
        offset = event.position() - QPointF(self.pressed_at)
        match self._grip:
            case _Grip.CARRY:
                if offset.manhattanLength() > _CARRY_PX:
                    self.pressed_at = self._grip = None
                    self._wishes.carry()
            case _Grip.PAN:
                box = self._picture()
                self._wishes.show_part(
                    self.zoom.panned(-offset.x() / max(1, box.width()), -offset.y() / max(1, box.height()))
                )
                self.pressed_at = event.position().toPoint()
            case _:
                box = self._picture()
                is_still = math.hypot(offset.x(), offset.y()) < _DEAD_ZONE_PX
                self._steer(
                    QPointF()
                    if is_still
                    else QPointF(_speed(offset.x(), box.width()), -_speed(offset.y(), box.height()))
                )

    def wheel(self, event: QWheelEvent) -> bool:
        """The lens; with Ctrl the picture itself, about the pointer. Whether it meant anything."""
        turned = event.angleDelta().y()
        if not turned:
            return False
        if event.modifiers() & _CTRL:
            box = self._picture()
            at = event.position() - QPointF(box.topLeft())
            factor = _WHEEL_ZOOM if turned > 0 else 1 / _WHEEL_ZOOM
            self._wishes.show_part(self.zoom.zoomed(factor, _share(at.x(), box.width()), _share(at.y(), box.height())))
            return True
        if self.is_movable:
            self._wishes.steer(0.0, 0.0, math.copysign(_KEY_SPEED, turned))
            return True
        return False

    def key(self, event: QKeyEvent) -> bool:
        """Arrows and plus/minus steer while held; Page keys zoom the picture, Shift+arrows move in it."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        move, pan = _MOVES.get(event.key()), _PANS.get(event.key())
        # Plus needs Shift on many keyboards.
        if move is not None and self.is_movable and (held == _NONE or (held == _SHIFT and event.text() in {"+", "-"})):
            if not event.isAutoRepeat():
                self._held_key = event.key()
                self._wishes.steer(*(axis * _KEY_SPEED for axis in move))
            return True
        if pan is not None and held == _SHIFT:
            self._wishes.show_part(self.zoom.panned(pan[0] * _PAN_SHARE, pan[1] * _PAN_SHARE))
            return True
        zooms = {Qt.Key.Key_PageUp: _WHEEL_ZOOM, Qt.Key.Key_PageDown: 1 / _WHEEL_ZOOM}
        factor = zooms.get(Qt.Key(event.key()))
        if factor is not None and held == _NONE:
            self._wishes.show_part(self.zoom.zoomed(factor))
            return True
        if event.key() == Qt.Key.Key_Home and held == _NONE:
            self._wishes.show_part(WHOLE)
            return True
        return False

    def key_released(self, event: QKeyEvent) -> bool:
        """Let go: the camera stops."""
        if event.isAutoRepeat() or event.key() != self._held_key:
            return False
        self.let_go()
        return True

    def let_go(self) -> None:
        """No hand is here any more."""
        was_moving = self.is_steering
        self.pressed_at, self._grip, self._held_key = None, None, None
        self.vector = QPointF()
        if was_moving:
            self._wishes.stop()
            self._wishes.update()

    def _steer(self, vector: QPointF) -> None:
        is_end = vector.isNull() and not self.vector.isNull()
        if (vector - self.vector).manhattanLength() < 0.05 and not is_end:
            return
        self.vector = vector
        if vector.isNull():
            self._wishes.stop()
        else:
            self._wishes.steer(vector.x(), vector.y(), 0.0)
        self._wishes.update()


def _speed(offset: float, extent: int) -> float:
    return max(-1.0, min(1.0, round(offset * 2 / max(extent, 1), 2)))


def _share(at: float, extent: int) -> float:
    return min(1.0, max(0.0, at / max(1, extent)))
