"""What frames the map: scale bar, north, coordinates, attribution, legend, hints, notices, words of a lost link."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTextOption

from widgets.city_map.frame import Frame
from widgets.city_map.overlay.corners import MARGIN, Card, Corner, placed
from widgets.city_map.overlay.legend import LegendCard, LegendRows
from widgets.city_map.overlay.part import shortened
from widgets.city_map.overlay.sprites import Sprites, painter_on
from widgets.city_map.texts import MapTexts
from widgets.city_map.view.viewport import Viewport

_NOTICES_AT_MOST: Final = 3
_ATTRIBUTION_LINES: Final = 3
_SCALE_PX: Final = 140
_PAD: Final = 10.0
_LETTERS_AT_MOST: Final = 600
"""No card holds more; names from a file may be of any length."""
_NARROW_PX: Final = 560
"""Below this width the coordinates stand over the scale bar, not beside it."""


def round_length(metres: float) -> float:
    """The greatest of 1, 2, 5 x 10^n that is not longer."""
    power = math.pow(10.0, math.floor(math.log10(max(metres, 1e-6))))
    return max((step * power for step in (1, 2, 5) if step * power <= metres * 1.0001), default=power)


def length_text(metres: float, texts: MapTexts) -> str:
    """200 m, 5 km."""
    return f"{metres / 1000:g} {texts.kilometres}" if metres >= 1000 else f"{metres:g} {texts.metres}"


class Furniture:
    """Painted last. Knows where everything stood in the last frame."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites
        self._legend = LegendCard(sprites)
        self.legend_rows = LegendRows()
        self.attribution = ""
        self.coordinates: tuple[str, ...] = ()
        """Lines of the read-out; the first may be the place, the last is the scale."""
        self.widest_coordinates = ""
        self.notices: tuple[str, ...] = ()
        self.hint: tuple[str, ...] = ()
        self.boxes: dict[str, QRectF] = {}
        """By name, in logical pixels: scale, coordinates, attribution, legend, lost, hint, notice 0..."""

    def paint(self, painter: QPainter, frame: Frame, texts: MapTexts, *, is_empty: bool) -> None:
        """Everything that is wanted in this frame."""
        view = frame.view
        self.boxes = placed(self._cards(frame, texts), view.width, view.height)
        if is_empty:
            self._paint_empty(painter, view, texts)
        if frame.lost_words:
            self._paint_veil(painter, view)
        painters = {"scale": self._paint_scale, "coordinates": self._paint_coordinates}
        for name, box in self.boxes.items():
            if name in painters:
                painters[name](painter, box, view, texts)
        self._paint_words(painter, frame, texts)
        if frame.has_focus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._sprites.theme.focus), 2))
            painter.drawRect(QRectF(1, 1, view.width - 2, view.height - 2))

    def name_at(self, position: QPointF) -> str | None:
        """The piece of furniture under a pixel."""
        return next((name for name, box in self.boxes.items() if box.contains(position)), None)

    # --- where ----------------------------------------------------------------------------------

    def _cards(self, frame: Frame, texts: MapTexts) -> list[Card]:
        view = frame.view
        bar = round_length(_SCALE_PX * view.metres_per_pixel) / view.metres_per_pixel
        line = QFontMetricsF(self._sprites.font(11)).height() + 2
        cards = [Card("scale", Corner.BOTTOM_LEFT, max(bar, 54) + 2 * _PAD, 2 * line + 16)]
        metrics = QFontMetricsF(self._sprites.font(11))
        wanted = [metrics.horizontalAdvance(text) for text in (*self.coordinates, self.widest_coordinates)]
        coordinates = max(wanted, default=0.0) + 2 * _PAD
        is_beside = view.width >= _NARROW_PX
        used = cards[0].width + MARGIN + ((coordinates + 8) if is_beside else 0.0)
        if self.attribution:
            room = max(view.width - used - 2 * MARGIN - 8, 120.0)
            cards.append(Card("attribution", Corner.BOTTOM_RIGHT, *self._attribution_size(room)))
        if frame.lost_words:
            lost = QFontMetricsF(self._sprites.font(15, bold=True)).horizontalAdvance(frame.lost_words) + 48
            cards.append(Card("lost", Corner.TOP, lost, max(44.0, line * 2)))
        if self.hint:
            cards.append(Card("hint", Corner.TOP, *self._hint_size(view)))
        if frame.has_legend:
            size = self._legend.size(self.legend_rows, texts, view.height - 2 * MARGIN - 90)
            cards.append(Card("legend", Corner.TOP_RIGHT, *size))
        notices = self._shown_notices(texts)
        width = min(360.0 * max(line / 16, 1.0), view.width * 0.45)
        for at, notice in enumerate(notices):
            cards.append(
                Card(f"notice {at}", Corner.TOP_LEFT, width, self._wrapped_height(notice, width - 44, 11.5) + 14)
            )
        if self.coordinates:
            high = line * len(self.coordinates) + 10
            cards.append(Card("coordinates", Corner.BOTTOM_LEFT, coordinates, high, "scale" if is_beside else ""))
        return cards

    def _attribution_size(self, room: float) -> tuple[float, float]:
        metrics = QFontMetricsF(self._sprites.font(10))
        # Two pixels to spare: a line exactly as wide as its words is wrapped by a fraction of one.
        wide = math.ceil(metrics.horizontalAdvance(shortened(self.attribution, _LETTERS_AT_MOST))) + 14
        lines = min(math.ceil(wide / max(room - 24, 1.0)), _ATTRIBUTION_LINES)
        return min(wide, room), metrics.height() * lines + 6

    def _hint_size(self, view: Viewport) -> tuple[float, float]:
        metrics = QFontMetricsF(self._sprites.font(12))
        wide = max(metrics.horizontalAdvance(line) for line in self.hint) + 32
        width = min(wide, max(view.width * 0.62, 260.0), view.width - 2 * MARGIN)
        return width, sum(self._wrapped_height(line, width - 32, 12) for line in self.hint) + 16

    def _wrapped_height(self, text: str, width: float, size: float) -> float:
        metrics = QFontMetricsF(self._sprites.font(size))
        area = metrics.boundingRect(
            QRectF(0, 0, width, 10_000), int(Qt.TextFlag.TextWordWrap), shortened(text, _LETTERS_AT_MOST)
        )
        return min(area.height(), metrics.height() * 4)

    def _shown_notices(self, texts: MapTexts) -> list[str]:
        if len(self.notices) <= _NOTICES_AT_MOST + 1:
            return list(self.notices)
        left_out = len(self.notices) - _NOTICES_AT_MOST
        return [*self.notices[:_NOTICES_AT_MOST], texts.more.format(count=left_out)]

    # --- what -----------------------------------------------------------------------------------

    def _paint_scale(self, painter: QPainter, box: QRectF, view: Viewport, texts: MapTexts) -> None:
        """A bar of a round length with a north mark above."""
        theme = self._sprites.theme
        metres = round_length(_SCALE_PX * view.metres_per_pixel)
        length = metres / view.metres_per_pixel
        left, base = box.left() + _PAD, box.bottom() - 8
        self._plate(painter, box)
        painter.setPen(QPen(QColor(theme.card_text), 1.6, c=Qt.PenCapStyle.FlatCap))
        ends = (QPointF(left, base - 6), QPointF(left, base), QPointF(left + length, base))
        painter.drawPolyline(QPolygonF([*ends, QPointF(left + length, base - 6)]))
        font = self._sprites.font(11)
        line = QFontMetricsF(font).height() + 2
        painter.setFont(font)
        painter.drawText(QPointF(left + 4, base - 8), length_text(metres, texts))
        arrow = QPainterPath()
        arrow.addPolygon(QPolygonF([QPointF(5, 0), QPointF(10, 13), QPointF(5, 10), QPointF(0, 13), QPointF(5, 0)]))
        arrow.translate(left + 2, box.top() + 6)
        painter.fillPath(arrow, QColor(theme.card_text))
        painter.drawText(QPointF(left + 17, box.top() + line), texts.north)

    def _paint_coordinates(self, painter: QPainter, box: QRectF, _view: Viewport, _texts: MapTexts) -> None:
        self._plate(painter, box)
        painter.setFont(self._sprites.font(11))
        painter.setPen(QColor(self._sprites.theme.card_text))
        inner = box.adjusted(_PAD, 5, -_PAD, -5)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft, "\n".join(self.coordinates))

    def _paint_words(self, painter: QPainter, frame: Frame, texts: MapTexts) -> None:
        theme = self._sprites.theme
        centre = Qt.AlignmentFlag.AlignCenter
        for name, box in self.boxes.items():
            if name == "attribution":
                self._plate(painter, box)
                self._paint_text(painter, box.adjusted(6, 3, -6, -3), self.attribution, 10, theme.card_text)
            elif name == "hint":
                self._card(painter, box)
                inner = box.adjusted(14, 8, -14, -8)
                self._paint_text(painter, inner, "\n".join(self.hint), 12, theme.card_text, centre)
            elif name.startswith("notice"):
                self._paint_notice(painter, box, self._shown_notices(texts)[int(name.split()[1])])
            elif name == "legend":
                self._card(painter, box)
                self._legend.paint(painter, box, self.legend_rows, texts)
            elif name == "lost":
                self._card(painter, box)
                font = self._sprites.font(15, bold=True)
                painter.setFont(font)
                painter.setPen(QColor(theme.card_text))
                words = QFontMetricsF(font).elidedText(
                    frame.lost_words or "", Qt.TextElideMode.ElideRight, box.width() - 24
                )
                painter.drawText(box, centre, words)

    def _paint_notice(self, painter: QPainter, box: QRectF, text: str) -> None:
        theme = self._sprites.theme
        self._card(painter, box)
        middle = QPointF(box.left() + 20, box.top() + 7 + QFontMetricsF(self._sprites.font(11.5)).height() / 2)
        painter.setPen(QPen(QColor(theme.card_text), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 8, 8)
        painter.setFont(self._sprites.font(11, bold=True))
        painter.drawText(QRectF(middle.x() - 8, middle.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, "!")
        self._paint_text(painter, box.adjusted(36, 7, -8, -7), text, 11.5, theme.card_text)

    def _paint_text(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        size: float,
        colour: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        font = self._sprites.font(size)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        option = QTextOption(align)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(box, _fitted(text, box, QFontMetricsF(font)), option)

    def _paint_empty(self, painter: QPainter, view: Viewport, texts: MapTexts) -> None:
        """What to do when there is nothing to see."""
        painter.setFont(self._sprites.font(14))
        painter.setPen(QColor(self._sprites.theme.place_label))
        area = QRectF(40, 0, max(view.width - 80, 10), view.height)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), texts.empty)

    def _paint_veil(self, painter: QPainter, view: Viewport) -> None:
        """Hatching over everything: what is seen is the past."""
        hatch = QColor(self._sprites.theme.card_text)
        hatch.setAlphaF(0.07)
        painter.fillRect(QRect(0, 0, view.width, view.height), QBrush(hatch, Qt.BrushStyle.BDiagPattern))

    def _plate(self, painter: QPainter, area: QRectF) -> None:
        self._paint_rounded(painter, area, 5, 0.9, None)

    def _card(self, painter: QPainter, card: QRectF) -> None:
        self._paint_rounded(painter, card, 6, 0.97, self._sprites.theme.card_line)

    def _paint_rounded(self, painter: QPainter, area: QRectF, radius: int, opacity: float, line: str | None) -> None:
        """Smooth corners of large areas are costly: painted once for each size, then blitted."""
        ratio = self._sprites.ratio
        corner = QPointF(math.floor(area.left() * ratio) / ratio - 1, math.floor(area.top() * ratio) / ratio - 1)
        within = area.translated(-corner)
        key = ("card", within.getRect(), radius, opacity, line)
        sprite = self._sprites.keep(key, lambda: self._draw_rounded(within, radius, opacity, line))
        painter.drawPixmap(corner, sprite)

    def _draw_rounded(self, within: QRectF, radius: int, opacity: float, line: str | None) -> QPixmap:
        pixmap = self._sprites.canvas(within.right() + 2, within.bottom() + 2)
        painter = painter_on(pixmap)
        field = QColor(self._sprites.theme.card_field)
        field.setAlphaF(opacity)
        painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(QColor(line), 1))
        painter.setBrush(field)
        painter.drawRoundedRect(within, radius, radius)
        painter.end()
        return pixmap


def _fitted(text: str, box: QRectF, metrics: QFontMetricsF) -> str:
    """Shortened by an ellipsis until it fits when wrapped."""
    text = shortened(text, _LETTERS_AT_MOST)
    flags = int(Qt.TextFlag.TextWrapAnywhere) | int(Qt.TextFlag.TextWordWrap)
    area = QRectF(0, 0, box.width(), 10_000)
    low, high = 0, len(text)
    if metrics.boundingRect(area, flags, text).height() <= box.height() + 1:
        return text
    while low < high:
        middle = (low + high + 1) // 2
        fits = metrics.boundingRect(area, flags, text[:middle].rstrip() + "…").height() <= box.height() + 1
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"
