"""Marks on the map: numbered pins of results, flags of bookmarks; each can be clicked and reached by Tab."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from widgets.city_map.frame import Frame
from widgets.city_map.mercator import MAX_LAT, project_point
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.tools.pointer_tool import Point
from widgets.city_map.tools.values import MapMark, MarkKind
from widgets.city_map.view.viewport import Viewport

_WIDTH: Final = 26.0
_HEIGHT: Final = 34.0
_LABELS_AT_MOST: Final = 40
_KEPT: Final = 300


class MarksPart:
    """An OverlayPart. Marks off the earth are left out."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites
        self._marks: list[tuple[MapMark, int, Point]] = []
        self.focused = ""
        """The id of the mark that Tab has reached."""
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    @property
    def focused_label(self) -> str:
        """What is written at the mark that Tab has reached."""
        return next((mark.label or mark.id for mark, _, _ in self._marks if mark.id == self.focused), "")

    @property
    def marks(self) -> tuple[MapMark, ...]:
        """Those that are shown, in the order given."""
        return tuple(mark for mark, _, _ in self._marks)

    def set_marks(self, marks: Sequence[MapMark]) -> None:
        """Exactly these; results and nearest are numbered in this order."""
        counts = dict.fromkeys(MarkKind, 0)
        self._marks.clear()
        for mark in marks:
            counts[mark.kind] += 1
            if math.isfinite(mark.lon) and abs(mark.lon) <= 180 and abs(mark.lat) <= MAX_LAT:
                self._marks.append((mark, counts[mark.kind], project_point(mark.lon, mark.lat)))
        if self.focused not in {mark.id for mark in marks}:
            self.focused = ""

    def mark_at(self, view: Viewport, position: QPointF) -> MapMark | None:
        """The mark under a pixel; of several the one drawn last."""
        for mark, _, place in reversed(self._in_order()):
            px, py = view.to_pixel(*place)
            if QRectF(px - _WIDTH / 2, py - _HEIGHT, _WIDTH, _HEIGHT).contains(position):
                return mark
        return None

    def in_view(self, view: Viewport) -> list[MapMark]:
        """Marks whose place is in the view, in the order given."""
        x0, y0, x1, y1 = view.bounds
        return [mark for mark, _, (x, y) in self._marks if x0 <= x <= x1 and y0 <= y <= y1]

    def paint(self, painter: QPainter, frame: Frame) -> None:
        view = frame.view
        taken: list[QRectF] = []
        shown = [
            (mark, number, px, py)
            for mark, number, place in self._in_order()
            for px, py in (view.to_pixel(*place),)
            if -_WIDTH < px < view.width + _WIDTH and -4 < py < view.height + _HEIGHT + 4
        ]
        for mark, number, px, py in shown:
            blit(painter, self._picture(mark, number, view.pixel_ratio), px, py - _HEIGHT / 2)
        # The first is the best: its label is placed first.
        for mark, _, px, py in shown[::-1][:_LABELS_AT_MOST]:
            self._paint_label(painter, shortened(mark.label, 44), px, py, taken)

    def _in_order(self) -> list[tuple[MapMark, int, Point]]:
        """As painted: the first of the list over the others, what has the focus over all."""
        held = self._marks[::-1]
        held.sort(key=lambda one: one[0].id == self.focused)
        return held

    def _paint_label(self, painter: QPainter, text: str, px: float, py: float, taken: list[QRectF]) -> None:
        if not text:
            return
        width, height = self._sprites.word_size(text, 12, bold=True)
        box = QRectF(px - width / 2, py + 2, width, height)
        if not any(box.intersects(other) for other in taken):
            taken.append(box)
            words = self._sprites.words(text, 12, self._sprites.theme.selection, bold=True)
            blit(painter, words, px, py + 2 + height / 2)

    def _picture(self, mark: MapMark, number: int, ratio: float) -> QPixmap:
        is_focused = mark.id == self.focused
        number = 0 if mark.kind is MarkKind.BOOKMARK else number
        key = (mark.kind, number, is_focused, ratio, self._sprites.theme)
        found = self._pictures.get(key)
        if found is None:
            if len(self._pictures) >= _KEPT:
                self._pictures.clear()
            found = self._pictures[key] = self._draw(mark.kind, number, ratio, is_focused=is_focused)
        return found

    def _draw(self, kind: MarkKind, number: int, ratio: float, *, is_focused: bool) -> QPixmap:
        theme = self._sprites.theme
        picture = QPixmap(round((_WIDTH + 4) * ratio), round(_HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(2, 0)
        shape = _flag() if kind is MarkKind.BOOKMARK else _pin()
        painter.strokePath(shape, QPen(QColor(theme.label_halo), 4, j=Qt.PenJoinStyle.RoundJoin))
        is_filled = kind is not MarkKind.NEAREST
        painter.fillPath(shape, QColor(theme.selection if is_filled else theme.card_field))
        edge = theme.focus if is_focused or not is_filled else theme.selection
        painter.strokePath(shape, QPen(QColor(edge), 3.0 if is_focused else 1.6))
        if number:
            painter.setFont(self._sprites.font(12 if number < 100 else 9, bold=True))
            painter.setPen(QColor(theme.card_field if is_filled else theme.card_text))
            painter.drawText(QRectF(0, 1, _WIDTH, _WIDTH - 2), Qt.AlignmentFlag.AlignCenter, str(number))
        painter.end()
        return picture


def _pin() -> QPainterPath:
    """A drop whose tip stands on the place."""
    path = QPainterPath(QPointF(_WIDTH / 2, _HEIGHT - 1))
    path.cubicTo(QPointF(_WIDTH / 2, 27), QPointF(2, 22), QPointF(2, 13))
    path.arcTo(QRectF(2, 2, _WIDTH - 4, _WIDTH - 4), 180, -180)
    path.cubicTo(QPointF(_WIDTH - 2, 22), QPointF(_WIDTH / 2, 27), QPointF(_WIDTH / 2, _HEIGHT - 1))
    return path


def _flag() -> QPainterPath:
    """A pole on the place, its cloth to the right."""
    path = QPainterPath()
    path.addRect(QRectF(_WIDTH / 2 - 1.2, 3, 2.4, _HEIGHT - 4))
    cloth = QPainterPath(QPointF(_WIDTH / 2 + 1, 4))
    for x, y in ((_WIDTH - 1, 9), (_WIDTH / 2 + 1, 15)):
        cloth.lineTo(x, y)
    cloth.closeSubpath()
    return path.united(cloth)
