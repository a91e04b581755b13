"""The legend: what shapes and colours in view mean, and what is hidden. Only what is shown is listed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from widgets.city_map.overlay.glyphs import BOX, glyph_path, marker_path
from widgets.city_map.overlay.sprites import Sprites, hatch
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import ALARMS_WORST_FIRST, AssetVisual, priority_number
from widgets.city_map.texts import MapTexts
from widgets.city_map.values import ClassStyle, Glyph
from widgets.city_map.view.viewport import Viewport


class FlagSample(Enum):
    """What an asset may wear beside its state."""

    SUPPRESSED = "suppressed"
    PENDING = "pending"


Sample = AssetVisual | ClassStyle | FlagSample | str
"""What stands beside a line: a state, a flag, a class, or a colour by name."""
_SIDE_PX: Final = 14.0
_STATES: Final = (*ALARMS_WORST_FIRST, AssetVisual.FAULT, AssetVisual.STALE, AssetVisual.UNKNOWN)


@dataclass(frozen=True, slots=True)
class LegendRows:
    """Lines with a sample, then remarks."""

    lines: tuple[tuple[str, Sample], ...] = ()
    notes: tuple[str, ...] = ()


def legend_rows(scene: Scene, texts: MapTexts, view: Viewport) -> LegendRows:
    """What the view shows now."""
    counts = scene.counts(view)
    lines: list[tuple[str, Sample]] = [
        (texts.states[visual], visual) for visual in _STATES if visual in counts.by_state
    ]
    lines += [(texts.meaning.suppressed, FlagSample.SUPPRESSED)] if counts.suppressed else []
    lines += [(texts.meaning.pending, FlagSample.PENDING)] if counts.pending else []
    is_lamp = any(
        style.glyph is Glyph.DOT and style.code in counts.by_class and counts.by_class[style.code]
        for style in scene.styles
    )
    if is_lamp:
        lines += [(texts.lamp_lit, "lamp_lit"), (texts.lamp_unlit, "lamp_unlit")]
    lines += [
        (style.label, style) for style in scene.styles if style.glyph is not Glyph.DOT and style.code in counts.by_class
    ]
    remarks = [texts.unacknowledged] if counts.unacknowledged else []
    if not scene.visibility.filter.is_open:
        remarks.append(texts.legend_filter)
        hidden = scene.visibility.hidden_alarms()
        if hidden:
            remarks.append(texts.legend_alarms_hidden.format(count=hidden))
    return LegendRows(tuple(lines), tuple(remarks))


class LegendCard:
    """Measures and paints the rows in a card."""

    def __init__(self, sprites: Sprites) -> None:
        self._sprites = sprites

    def size(self, rows: LegendRows, texts: MapTexts, height_at_most: float) -> tuple[float, float]:
        """Width and height wanted; at most this high."""
        metrics = QFontMetricsF(self._sprites.font(11.5))
        widest = max((metrics.horizontalAdvance(text) for text, _ in rows.lines), default=0.0) + 34
        notes = max((metrics.horizontalAdvance(text) for text in rows.notes), default=0.0)
        title = QFontMetricsF(self._sprites.font(12, bold=True)).horizontalAdvance(texts.legend)
        high = self._row_height() * (len(rows.lines) + len(rows.notes) + 1) + 16
        return min(max(widest, notes, title, 90.0) + 2 * _SIDE_PX, 340.0), min(high, height_at_most)

    def paint(self, painter: QPainter, box: QRectF, rows: LegendRows, texts: MapTexts) -> None:
        """The card itself is painted already. What does not fit is counted."""
        theme, row = self._sprites.theme, self._row_height()
        painter.setFont(self._sprites.font(12, bold=True))
        painter.setPen(QColor(theme.card_text))
        at = QRectF(box.left() + _SIDE_PX, box.top() + 8, box.width() - 2 * _SIDE_PX, row)
        painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, texts.legend)
        entries: list[tuple[str, Sample | None]] = [*rows.lines, *((text, None) for text in rows.notes)]
        fitting = int((box.height() - 16 + 0.5) / row) - 1
        if len(entries) > fitting:
            left_out = len(entries) - max(fitting - 1, 0)
            entries = [*entries[: max(fitting - 1, 0)], (texts.more.format(count=left_out), None)]
        font = self._sprites.font(11.5)
        metrics = QFontMetricsF(font)
        for text, sample in entries:
            at.translate(0, row)
            words = QRectF(at)
            if sample is not None:
                self.paint_sample(painter, QPointF(at.left() + 12, at.center().y()), sample)
                words.setLeft(at.left() + 34)
            painter.setFont(font)
            painter.setPen(QColor(theme.card_text))
            fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, fitted)

    def _row_height(self) -> float:
        return max(22.0, QFontMetricsF(self._sprites.font(11.5)).height() + 5)

    def paint_sample(self, painter: QPainter, middle: QPointF, what: Sample) -> None:
        """What stands beside a line, its middle at a place."""
        theme = self._sprites.theme
        painter.save()
        painter.translate(middle)
        painter.setPen(Qt.PenStyle.NoPen)
        if isinstance(what, ClassStyle):
            painter.scale(20 / BOX, 20 / BOX)
            painter.translate(-BOX / 2, -BOX / 2)
            painter.fillPath(glyph_path(what.glyph), QColor(theme.normal))
        elif isinstance(what, FlagSample):
            self._flag_sample(painter, what)
        elif isinstance(what, AssetVisual) and what >= AssetVisual.ALARM_P4:
            painter.setFont(self._sprites.font(12, bold=True))
            painter.scale(17 / BOX, 17 / BOX)
            painter.translate(-BOX / 2, -BOX / 2)
            painter.fillPath(marker_path(what), QColor(theme.of(what)))
            painter.setPen(QColor(theme.marker_ink))
            lower = 3.0 if what is AssetVisual.ALARM_P2 else 0.0
            painter.drawText(QRectF(0, lower, BOX, BOX), Qt.AlignmentFlag.AlignCenter, str(priority_number(what)))
        else:
            colour = theme.of(what) if isinstance(what, AssetVisual) else getattr(theme, what, theme.normal)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(0, 0), 4, 4)
            if what is AssetVisual.FAULT:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colour), 1.4))
                painter.drawEllipse(QPointF(0, 0), 6.5, 6.5)
            if what is AssetVisual.UNKNOWN:
                painter.setBrush(QColor(theme.land))
                painter.drawEllipse(QPointF(0, 0), 2.6, 2.6)
            if what is AssetVisual.STALE:
                # Hollow, as on the map: a lamp nobody hears from must not look lit.
                painter.setBrush(QColor(theme.marker_field))
                painter.drawEllipse(QPointF(0, 0), 2, 2)
        painter.restore()

    def _flag_sample(self, painter: QPainter, what: FlagSample) -> None:
        theme = self._sprites.theme
        ring = QPainterPath()
        ring.addEllipse(QPointF(0, 0), 6, 6)
        pen = QPen(QColor(theme.stale if what is FlagSample.SUPPRESSED else theme.selection), 1.2)
        if what is FlagSample.SUPPRESSED:
            hatch(painter, ring, QColor(theme.stale), 3.2)
        else:
            painter.strokePath(ring, pen)
            painter.setPen(pen)
            painter.drawLine(QPointF(0, 0), QPointF(0, -3.8))
            painter.drawLine(QPointF(0, 0), QPointF(3, 1.2))
        painter.strokePath(ring, pen)
