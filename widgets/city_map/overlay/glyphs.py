"""The shapes of classes and priorities as paths in a square of 24, drawn by us: crisp at any size."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from widgets.city_map.state import AssetVisual
from widgets.city_map.values import Glyph

BOX = 24.0
_CENTRE = BOX / 2


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _regular(sides: int, radius: float, turn_deg: float, centre_y: float = _CENTRE) -> QPainterPath:
    corners = [
        (
            _CENTRE + radius * math.cos(math.radians(turn_deg + 360 * i / sides)),
            centre_y + radius * math.sin(math.radians(turn_deg + 360 * i / sides)),
        )
        for i in range(sides)
    ]
    return _polygon(*corners)


@cache
def marker_path(visual: AssetVisual) -> QPainterPath:
    """P1 octagon, P2 triangle, P3 diamond, P4 circle."""
    match visual:
        case AssetVisual.ALARM_P1:
            return _regular(8, 11.4, 22.5)
        case AssetVisual.ALARM_P2:
            return _polygon((12, 0.6), (23.6, 21.6), (0.4, 21.6))
        case AssetVisual.ALARM_P3:
            return _polygon((12, 0), (24, 12), (12, 24), (0, 12))
        case _:
            path = QPainterPath()
            path.addEllipse(QRectF(1.4, 1.4, 21.2, 21.2))
            return path


@cache
def glyph_path(glyph: Glyph) -> QPainterPath:
    """The solid parts of a class's icon; holes by the odd-even rule."""
    path = QPainterPath()
    match glyph:
        case Glyph.CAMERA:
            path.addRoundedRect(QRectF(4.5, 8, 10, 8), 1.6, 1.6)
            path.addPath(_polygon((15.5, 11), (19.5, 8.4), (19.5, 15.6), (15.5, 13)))
        case Glyph.PTZ_CAMERA:
            path.addRoundedRect(QRectF(6, 5, 12, 3.6), 1.4, 1.4)
            dome = QPainterPath()
            dome.moveTo(7, 10.2)
            dome.lineTo(17, 10.2)
            dome.arcTo(QRectF(7, 5.2, 10, 10), 0, -180)
            dome.closeSubpath()
            path.addPath(dome)
            path.addEllipse(QPointF(12, 12), 1.7, 1.7)
            path.addPath(_polygon((4, 17.2), (7.2, 15.3), (7.2, 19.1)))
            path.addPath(_polygon((20, 17.2), (16.8, 15.3), (16.8, 19.1)))
            path.addRect(QRectF(9, 16.6, 6, 1.2))
        case Glyph.CABINET:
            path.addPath(_polygon((13.4, 4.5), (7, 13.2), (11.2, 13.2), (10.2, 19.5), (17, 10.4), (12.6, 10.4)))
        case Glyph.JUNCTION:
            path.addRoundedRect(QRectF(8.4, 4, 7.2, 16), 2.4, 2.4)
            for y in (7.4, 12.0, 16.6):
                path.addEllipse(QPointF(12, y), 1.5, 1.5)
        case Glyph.BUILDING:
            path.addRect(QRectF(6.5, 5, 11, 14))
            for x in (8.6, 12.6):
                for y in (7.2, 10.8, 14.4):
                    path.addRect(QRectF(x, y, 2.2, 2.2))
        case Glyph.CAR_PARK:
            path.addRect(QRectF(8, 5.5, 2.4, 13))
            path = path.united(_ring_of_p())
        case Glyph.VEHICLE:
            path.addPath(_polygon((12, 4), (17.6, 19.4), (12, 16.2), (6.4, 19.4)))
        case Glyph.SIGN:
            path.addRoundedRect(QRectF(4.5, 5.5, 15, 9), 1.2, 1.2)
            path.addRect(QRectF(6.8, 8, 10.4, 1.5))
            path.addRect(QRectF(6.8, 10.8, 7.4, 1.5))
            path.addRect(QRectF(11, 14.5, 2, 5))
        case Glyph.BOLLARD:
            path.addRoundedRect(QRectF(9, 5.5, 6, 12), 2.6, 2.6)
            path.addRect(QRectF(9, 8.6, 6, 1.8))
            path.addRect(QRectF(6.5, 17.9, 11, 1.6))
        case Glyph.NETWORK:
            path.addEllipse(QPointF(12, 7), 2.6, 2.6)
            path.addEllipse(QPointF(6.8, 16.6), 2.6, 2.6)
            path.addEllipse(QPointF(17.2, 16.6), 2.6, 2.6)
            path.addPath(_polygon((11.4, 8.5), (12.6, 9.1), (7.6, 16), (6.4, 15.4)))
            path.addPath(_polygon((12.6, 8.5), (11.4, 9.1), (16.4, 16), (17.6, 15.4)))
        case Glyph.DOT | Glyph.OTHER:
            path.addEllipse(QPointF(12, 12), 4, 4)
    return path


def _ring_of_p() -> QPainterPath:
    outer, inner = QPainterPath(), QPainterPath()
    outer.addRoundedRect(QRectF(8, 5.5, 9, 8), 4, 4)
    inner.addRoundedRect(QRectF(10.4, 7.7, 4.2, 3.6), 1.8, 1.8)
    return outer.subtracted(inner)
