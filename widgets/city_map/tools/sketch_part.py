"""What a tool draws on the map: line or ring, knots, words, the crosshair of the keys; and the box to zoom to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.part import blit
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.texts import MapTexts
from widgets.city_map.tools.pointer_tool import Point, SketchWords
from widgets.city_map.tools.tool_desk import ToolDesk
from widgets.city_map.view.viewport import Viewport

_CROSS_PX: Final = 16.0
_KNOT_PX: Final = 3.5
_LINE_HEIGHT: Final = 17.0


class SketchPart:
    """An OverlayPart."""

    def __init__(
        self,
        desk: ToolDesk,
        sprites: Sprites,
        texts: Callable[[], MapTexts],
        zoom_box: Callable[[], QRectF | None],
    ) -> None:
        self._desk = desk
        self._sprites = sprites
        self._texts = texts
        self._zoom_box = zoom_box

    def paint(self, painter: QPainter, frame: Frame) -> None:
        box = self._zoom_box()
        if box is not None:
            corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
            self._draw_line(painter, QPolygonF(corners), is_ring=True)
        if self._desk.tool is None:
            return
        view, sketch = frame.view, self._desk.tool.sketch(self._texts())
        self._draw_line(painter, _on_screen(view, sketch.line), is_ring=sketch.is_ring)
        painter.setBrush(QColor(self._sprites.theme.selection))
        painter.setPen(QPen(QColor(self._sprites.theme.label_halo), 1.5))
        for knot in sketch.knots:
            painter.drawEllipse(QPointF(*view.to_pixel(*knot)), _KNOT_PX, _KNOT_PX)
        self._draw_words(painter, view, sketch.words)
        if self._desk.crosshair is not None:
            self._draw_crosshair(painter, QPointF(*view.to_pixel(*self._desk.crosshair)))

    def _draw_line(self, painter: QPainter, line: QPolygonF, *, is_ring: bool) -> None:
        theme = self._sprites.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_ring:
            inside = QColor(theme.selection)
            inside.setAlphaF(0.10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(inside)
            painter.drawPolygon(line, Qt.FillRule.OddEvenFill)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        draw = painter.drawPolygon if is_ring else painter.drawPolyline
        painter.setPen(QPen(QColor(theme.label_halo), 4.0, j=Qt.PenJoinStyle.RoundJoin))
        draw(line)
        painter.setPen(QPen(QColor(theme.selection), 1.8, Qt.PenStyle.DashLine, j=Qt.PenJoinStyle.RoundJoin))
        draw(line)

    def _draw_words(self, painter: QPainter, view: Viewport, words: Sequence[SketchWords]) -> None:
        # The result first: what it covers is left out.
        taken: list[QRectF] = []
        for one in sorted(words, key=lambda word: not word.is_strong):
            lines, size = one.text.split("\n"), 13.0 if one.is_strong else 11.0
            sizes = [self._sprites.word_size(line, size, bold=one.is_strong) for line in lines]
            width, height = max(wide for wide, _ in sizes) + 12, _LINE_HEIGHT * len(lines) + 4
            px, py = view.to_pixel(*one.at)
            box = QRectF(px - width / 2, py - height - 10, width, height)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            field = QColor(self._sprites.theme.card_field)
            field.setAlphaF(0.9)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(field)
            painter.drawRoundedRect(box, 4, 4)
            for at, line in enumerate(lines):
                sprite = self._sprites.words(line, size, self._sprites.theme.card_text, bold=one.is_strong)
                blit(painter, sprite, px, box.top() + 2 + _LINE_HEIGHT * (at + 0.5))

    def _draw_crosshair(self, painter: QPainter, at: QPointF) -> None:
        for colour, width in ((self._sprites.theme.label_halo, 4.0), (self._sprites.theme.focus, 1.6)):
            painter.setPen(QPen(QColor(colour), width))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                towards = QPointF(dx, dy)
                painter.drawLine(at + towards * 4, at + towards * _CROSS_PX)


def _on_screen(view: Viewport, line: Sequence[Point]) -> QPolygonF:
    return QPolygonF([QPointF(*view.to_pixel(*point)) for point in line])
