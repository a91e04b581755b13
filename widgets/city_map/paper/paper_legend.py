"""The legend under the map of a sheet: what it shows, and how much of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from widgets.city_map.looks import ViewMode
from widgets.city_map.overlay.legend import FlagSample, LegendCard, Sample
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.paper.fault_crosses import draw_cross
from widgets.city_map.paper.paper_look import PAPER, paper_font, wrapped_height, write, write_wrapped
from widgets.city_map.paper.printed_map import has_rings_on_paper, theme_on_paper
from widgets.city_map.printable import Printable
from widgets.city_map.state import AssetVisual
from widgets.city_map.values import Glyph
from widgets.city_map.view.viewport import Viewport

_ROW: Final = 24.0
_COLUMN: Final = 176.0
_NOTE_PX: Final = 11.0


class PaperLegend:
    """Knows its height before anything is painted."""

    def __init__(self, shown: Printable, view: Viewport, title: str, width: float, ratio: float) -> None:
        self._title, self._width = title, width
        self._entries = _entries(shown, view)
        self._notes = " · ".join(_notes(shown))
        self._columns = max(1, int(width // _COLUMN))
        theme = self._theme = theme_on_paper(shown)
        self._has_crosses = not has_rings_on_paper(shown, view)
        sprites = Sprites(theme, paper_font(12))
        sprites.set_look(theme, paper_font(12), ratio)
        self._card = LegendCard(sprites)

    @property
    def height(self) -> float:
        """Title, rows and remarks."""
        rows = -(-len(self._entries) // self._columns)
        return _ROW * (rows + 1) + wrapped_height(self._notes, _NOTE_PX, self._width)

    def paint(self, painter: QPainter, left: float, top: float) -> None:
        """With its upper left corner here."""
        write(painter, QRectF(left, top, 300, _ROW - 4), self._title, 12, is_bold=True)
        wide = self._width / self._columns
        line = top
        for at, (sample, text) in enumerate(self._entries):
            line = top + _ROW * (1 + at // self._columns)
            start = left + wide * (at % self._columns)
            self._paint_sample(painter, QPointF(start + 10, line + _ROW / 2), sample)
            write(painter, QRectF(start + 28, line, wide - 32, _ROW), text, 11.5)
        if self._notes:
            box = QRectF(left, line + _ROW, self._width, 200)
            write_wrapped(painter, box, self._notes, _NOTE_PX, colour=PAPER.street_label)

    def _paint_sample(self, painter: QPainter, middle: QPointF, sample: Sample) -> None:
        if sample is not AssetVisual.FAULT or not self._has_crosses:
            self._card.paint_sample(painter, middle, sample)
            return
        painter.save()
        painter.translate(middle)
        painter.scale(1.6, 1.6)
        draw_cross(painter, self._theme)
        painter.restore()


def _entries(shown: Printable, view: Viewport) -> list[tuple[Sample, str]]:
    """States worst first, what assets wear beside, then classes; each with how many stand in the picture."""
    counts, texts = shown.scene.counts(view), shown.texts
    entries: list[tuple[Sample, str]] = [
        (visual, f"{texts.states[visual]} ({_number(counts.by_state[visual], shown)})")
        for visual in sorted(counts.by_state, reverse=True)
    ]
    if counts.suppressed:
        entries.append((FlagSample.SUPPRESSED, f"{texts.meaning.suppressed} ({_number(counts.suppressed, shown)})"))
    if counts.pending:
        entries.append((FlagSample.PENDING, f"{texts.meaning.pending} ({_number(counts.pending, shown)})"))
    if shown.chosen.size:
        entries.append(("focus", texts.chosen.format(count=_number(int(shown.chosen.size), shown))))
    present = [style for style in shown.scene.styles if counts.by_class.get(style.code)]
    if any(style.glyph is Glyph.DOT for style in present):
        entries += [("lamp_lit", texts.lamp_lit), ("lamp_unlit", texts.lamp_unlit)]
    for style in present:
        sample: Sample = "normal" if style.glyph is Glyph.DOT else style
        entries.append((sample, f"{style.label} ({_number(counts.by_class[style.code], shown)})"))
    return entries


def _notes(shown: Printable) -> list[str]:
    texts, meaning = shown.texts, shown.scene.meaning
    notes = [] if shown.view_mode is ViewMode.PLAIN else [texts.meaning.view_modes[ViewMode.LIGHTING_DAY]]
    if meaning.heat is not None:
        notes.append(texts.meaning.heat.format(legend=meaning.heat.columns.legend))
    if not shown.scene.visibility.filter.is_open:
        notes.append(texts.legend_filter)
        hidden = shown.scene.visibility.hidden_alarms()
        if hidden:
            notes.append(texts.legend_alarms_hidden.format(count=_number(hidden, shown)))
    return notes


def _number(count: int, shown: Printable) -> str:
    return f"{count:,}".replace(",", "\u202f" if shown.texts.decimal_mark == "," else ",")
