"""A hand on the map: real mouse events, as the window system sends them."""

from __future__ import annotations

import math
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

STEP_PX = 14
TURN = 200  # steps of a whole turn: the drag goes round in a circle, inside the window


def circle(number: int) -> QPointF:
    """Where the hand is after so many steps, from the middle of the map; steps are STEP_PX apart."""
    radius = STEP_PX * TURN / (2 * math.pi)
    turn = number / TURN * 2 * math.pi
    return QPointF(radius * math.cos(turn), radius * math.sin(turn))


def way_round(places: int) -> list[tuple[int, int]]:
    """The same way for those who take longer: whole pixels from each of so many places of the circle to the next."""
    at = [circle(round(number * TURN / places)) for number in range(places + 1)]
    return [(round(to.x() - start.x()), round(to.y() - start.y())) for start, to in pairwise(at)]


def press(widget: QWidget) -> None:
    _mouse(widget, QEvent.Type.MouseButtonPress, circle(0), Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)


def drag(widget: QWidget, number: int) -> None:
    _mouse(widget, QEvent.Type.MouseMove, circle(number), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)


def release(widget: QWidget, number: int) -> None:
    _mouse(widget, QEvent.Type.MouseButtonRelease, circle(number), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)


def wheel(widget: QWidget, notches: int) -> None:
    """Turn the wheel over a place off the middle; positive goes nearer."""
    at = QPointF(widget.width() * 0.4, widget.height() * 0.6)
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(widget, event)


def _mouse(widget: QWidget, kind: QEvent.Type, off: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    at = QPointF(widget.width() / 2, widget.height() / 2) + off
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(widget, event)
