"""What frames the map: scale bar, north, attribution, legend, the words of a lost link."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from widgets.city_map.overlay.glyphs import BOX, glyph_path, marker_path
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.state import ALARMS_WORST_FIRST, AssetVisual, priority_number
from widgets.city_map.texts import MapTexts
from widgets.city_map.values import ClassStyle, Glyph
from widgets.city_map.view.viewport import Viewport

_MARGIN = 14.0


def round_length(metres: float) -> float:
    """The greatest of 1, 2, 5 x 10^n that is not longer."""
    power = math.pow(10.0, math.floor(math.log10(max(metres, 1e-6))))
    return max((step * power for step in (1, 2, 5) if step * power <= metres * 1.0001), default=power)


def length_text(metres: float, texts: MapTexts) -> str:
    """200 m, 5 km."""
    return f"{metres / 1000:g} {texts.kilometres}" if metres >= 1000 else f"{metres:g} {texts.metres}"


class Furniture:
    """Painted last, in the corners."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites

    def paint_scale(self, painter: QPainter, view: Viewport, texts: MapTexts) -> None:
        """A bar of a round length with a north mark above."""
        theme = self._sprites.theme
        metres = round_length(140 * view.metres_per_pixel)
        length = metres / view.metres_per_pixel
        left, base = _MARGIN, view.height - _MARGIN
        self._plate(painter, QRectF(left - 8, base - 48, max(length, 44) + 16, 56))
        painter.setFont(self._sprites.font(11))
        for colour, width in ((theme.label_halo, 4.0), (theme.place_label, 1.6)):
            painter.setPen(QPen(QColor(colour), width, c=Qt.PenCapStyle.FlatCap))
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(left, base - 6),
                        QPointF(left, base),
                        QPointF(left + length, base),
                        QPointF(left + length, base - 6),
                    ]
                )
            )
        words = self._sprites.words(length_text(metres, texts), 11, theme.place_label)
        painter.drawPixmap(QPointF(left + 4, base - 22), words)
        arrow = QPainterPath()
        arrow.addPolygon(QPolygonF([QPointF(5, 0), QPointF(10, 13), QPointF(5, 10), QPointF(0, 13), QPointF(5, 0)]))
        arrow.translate(left + 2, base - 42)
        painter.strokePath(arrow, QPen(QColor(theme.label_halo), 3))
        painter.fillPath(arrow, QColor(theme.place_label))
        painter.drawPixmap(QPointF(left + 16, base - 46), self._sprites.words(texts.north, 11, theme.place_label))

    def paint_attribution(self, painter: QPainter, view: Viewport, text: str) -> None:
        """Who drew the ground, at the lower right."""
        if not text:
            return
        words = self._sprites.words(text, 10, self._sprites.theme.street_label)
        width = words.width() / words.devicePixelRatio()
        height = words.height() / words.devicePixelRatio()
        self._plate(painter, QRectF(view.width - width - 10, view.height - height - 6, width + 6, height + 2))
        painter.drawPixmap(QPointF(view.width - width - 7, view.height - height - 5), words)

    def paint_empty(self, painter: QPainter, view: Viewport, texts: MapTexts) -> None:
        """What to do when there is nothing to see."""
        painter.setFont(self._sprites.font(14))
        painter.setPen(QColor(self._sprites.theme.place_label))
        area = QRectF(40, 0, max(view.width - 80, 10), view.height)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area, flags, texts.empty)

    def paint_link_lost(self, painter: QPainter, view: Viewport, words: str) -> None:
        """Hatching over everything and the words that say since when."""
        theme = self._sprites.theme
        hatch = QColor(theme.card_text)
        hatch.setAlphaF(0.07)
        painter.fillRect(QRect(0, 0, view.width, view.height), QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        font = self._sprites.font(15, bold=True)
        width = min(QFontMetricsF(font).horizontalAdvance(words) + 48, view.width - 16)
        card = QRectF((view.width - width) / 2, 18, width, 44)
        self._card(painter, card)
        painter.setFont(font)
        painter.setPen(QColor(theme.card_text))
        fitted = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width - 24)
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, fitted)

    def paint_focus(self, painter: QPainter, view: Viewport) -> None:
        """A frame that shows that keys go to the map."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._sprites.theme.focus), 2))
        painter.drawRect(QRectF(1, 1, view.width - 2, view.height - 2))

    def paint_legend(self, painter: QPainter, view: Viewport, texts: MapTexts, styles: Sequence[ClassStyle]) -> None:
        """Every state and class that the map can show, with its name."""
        theme = self._sprites.theme
        lines: list[tuple[str, AssetVisual | ClassStyle | str]] = [
            (texts.states[visual], visual) for visual in ALARMS_WORST_FIRST
        ]
        lines += [
            (texts.states[visual], visual) for visual in (AssetVisual.FAULT, AssetVisual.STALE, AssetVisual.UNKNOWN)
        ]
        lines += [(texts.lamp_lit, theme.lamp_lit), (texts.lamp_unlit, theme.lamp_unlit)]
        lines += [(style.label, style) for style in styles if style.glyph is not Glyph.DOT]
        font = self._sprites.font(11.5)
        metrics = QFontMetricsF(font)
        row = max(22.0, metrics.height() + 5)
        width = max(metrics.horizontalAdvance(text) for text, _ in (*lines, (texts.unacknowledged, ""))) + 62
        width = min(width, view.width - 24)
        height = row * (len(lines) + 2) + 18
        card = QRectF(view.width - width - 12, 12, width, min(height, view.height - 24))
        self._card(painter, card)
        painter.save()
        painter.setClipRect(card)
        painter.setFont(self._sprites.font(12, bold=True))
        painter.setPen(QColor(theme.card_text))
        painter.drawText(QPointF(card.left() + 14, card.top() + row), texts.legend)
        painter.setFont(font)
        for at, (text, what) in enumerate(lines):
            middle = card.top() + 14 + row * (at + 1.5)
            self._sample(painter, QPointF(card.left() + 26, middle), what)
            painter.setPen(QColor(theme.card_text))
            painter.drawText(QPointF(card.left() + 48, middle + metrics.ascent() / 2 - 1), text)
        painter.setPen(QColor(theme.street_label))
        painter.drawText(QPointF(card.left() + 14, card.bottom() - 10), texts.unacknowledged)
        painter.restore()

    def _sample(self, painter: QPainter, middle: QPointF, what: AssetVisual | ClassStyle | str) -> None:
        theme = self._sprites.theme
        painter.save()
        painter.translate(middle)
        painter.setPen(Qt.PenStyle.NoPen)
        if isinstance(what, ClassStyle):
            painter.scale(20 / BOX, 20 / BOX)
            painter.translate(-BOX / 2, -BOX / 2)
            painter.fillPath(glyph_path(what.glyph), QColor(theme.normal))
        elif isinstance(what, AssetVisual) and what >= AssetVisual.ALARM_P4:
            painter.setFont(self._sprites.font(12, bold=True))
            painter.scale(17 / BOX, 17 / BOX)
            painter.translate(-BOX / 2, -BOX / 2)
            painter.fillPath(marker_path(what), QColor(theme.of(what)))
            painter.setPen(QColor(theme.marker_ink))
            lower = 3.0 if what is AssetVisual.ALARM_P2 else 0.0
            painter.drawText(QRectF(0, lower, BOX, BOX), Qt.AlignmentFlag.AlignCenter, str(priority_number(what)))
        else:
            colour = theme.of(what) if isinstance(what, AssetVisual) else what
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(0, 0), 4, 4)
        painter.restore()

    def _plate(self, painter: QPainter, area: QRectF) -> None:
        field = QColor(self._sprites.theme.card_field)
        field.setAlphaF(0.72)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(field)
        painter.drawRoundedRect(area, 5, 5)

    def _card(self, painter: QPainter, card: QRectF) -> None:
        field = QColor(self._sprites.theme.card_field)
        field.setAlphaF(0.94)
        painter.setPen(QPen(QColor(self._sprites.theme.card_line), 1))
        painter.setBrush(field)
        painter.drawRoundedRect(card, 6, 6)
