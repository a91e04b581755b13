"""One thing painted over the discs, and in which order such things are painted."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPixmap

from widgets.city_map.frame import Frame


class Height(IntEnum):
    """Higher is painted later, over what is lower."""

    AREAS = 0
    FIELDS = 10
    NAMES = 20
    TRAILS = 30
    EQUIPMENT = 40
    DETAILS = 50
    MARKERS = 60
    SELECTION = 70
    TOOLS = 80


class OverlayPart(Protocol):
    """Paints itself whole at every frame; keeps what is costly between frames."""

    def paint(self, painter: QPainter, frame: Frame, /) -> None:
        """Paint in logical pixels. The painter's clip is the part of the frame that is painted anew."""
        ...


def blit(painter: QPainter, sprite: QPixmap, px: float, py: float) -> None:
    """A sprite with its middle at this place, on whole device pixels so that it stays crisp."""
    ratio = sprite.devicePixelRatio()
    x = round((px - sprite.width() / ratio / 2) * ratio) / ratio
    y = round((py - sprite.height() / ratio / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), sprite)


def shortened(text: str, length: int) -> str:
    """At most this many letters, told by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"
