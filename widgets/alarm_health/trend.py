"""How many alarms came in each ten minutes, or each day: by priority, with floods marked and the limit drawn."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from contract.alarms import Priority
from widgets.alarm_health.values import TrendBar
from widgets.look import FONT_FAMILY, GAP, TIGHT, Palette
from widgets.plain_text import PlainLabel
from widgets.room_for_words import text_zoom

_AXIS_PX: Final = 11
_AXIS_WIDTH: Final = 44
_HEIGHT: Final = 220
_DAY_S: Final = 86_400
_FLOOD_ALPHA: Final = 130
_LEAST_TOP: Final = 12
_EDGE: Final = 0.06  # of the width
_PRIORITIES: Final = (Priority.P4, Priority.P3, Priority.P2, Priority.P1)  # the lowest at the bottom


class _LocalTimes(pyqtgraph.DateAxisItem):
    """Local hours and dates, in no language."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Words of the ticks."""
        del scale
        form = "%H:%M" if spacing < _DAY_S else "%d/%m"
        return [dt.datetime.fromtimestamp(value, dt.UTC).astimezone().strftime(form) for value in values]


class HealthTrend(QWidget):
    """Fed with bars of one width; `limit` is what more than is too many, None where there is no such limit."""

    def __init__(self, palette: Palette, empty_text: str, flood_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._flood_text = flood_text
        self.title = PlainLabel()
        self.title.setProperty("role", "section")
        self.title.setContentsMargins(GAP, TIGHT, GAP, 0)
        self._empty = PlainLabel(empty_text)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plot = pyqtgraph.PlotWidget(background=palette.sunken, axisItems={"bottom": _LocalTimes("bottom")})
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.getViewBox().setMouseEnabled(x=False, y=False)
        font = QFont(FONT_FAMILY)
        zoom = text_zoom(self)
        font.setPixelSize(round(_AXIS_PX * zoom))
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(pyqtgraph.mkPen(palette.border_strong))
            axis.setTextPen(pyqtgraph.mkPen(palette.text_muted))
            axis.setStyle(tickFont=font)
        item.getAxis("left").setWidth(round(_AXIS_WIDTH * zoom))
        self.plot.showGrid(x=False, y=True, alpha=0.18)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setFixedHeight(_HEIGHT)
        self._empty.setFixedHeight(_HEIGHT // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self._empty)
        column.addWidget(self.plot)

    @property
    def has_bars(self) -> bool:
        """Whether a trend is shown."""
        return not self.plot.isHidden()

    def show_bars(
        self, title: str, bars: Sequence[TrendBar], span: tuple[float, float], width_s: float, limit: float | None
    ) -> None:
        """Show a period; `title` says it in words, too."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.plot.clear()
        self.plot.setVisible(bool(bars))
        self._empty.setVisible(not bars)
        if not bars:
            return
        starts = np.array([bar.at_s for bar in bars], np.float64)
        base = np.zeros(len(bars))
        for priority in _PRIORITIES:
            heights = np.array([bar.counts[priority - 1] for bar in bars], np.float64)
            colour = QColor(self._palette.of_priority(priority))
            self.plot.addItem(
                pyqtgraph.BarGraphItem(x0=starts, width=width_s * 0.9, y0=base, height=heights, brush=colour, pen=None)
            )
            base = base + heights
        top = max(float(base.max()) * 1.18, _LEAST_TOP if limit is not None else 1.0)
        self._mark_floods(bars, span, width_s, top)
        if limit is not None:
            pen = pyqtgraph.mkPen(self._palette.danger, width=1.2, style=Qt.PenStyle.DashLine)
            self.plot.addItem(pyqtgraph.InfiniteLine(pos=limit, angle=0, pen=pen))
        self.plot.setYRange(0, top, 0)
        self.plot.setXRange(*span, 0.01)

    def _mark_floods(self, bars: Sequence[TrendBar], span: tuple[float, float], width_s: float, top: float) -> None:
        colour = QColor(self._palette.danger)
        colour.setAlpha(_FLOOD_ALPHA)
        brush = QBrush(colour, Qt.BrushStyle.BDiagPattern)
        begin: float | None = None
        end = 0.0
        for bar in [*bars, TrendBar(float("inf"), (0, 0, 0, 0), is_flood=False)]:
            goes_on = bar.is_flood and begin is not None and bar.at_s - end < 1
            if begin is not None and not goes_on:
                region = pyqtgraph.LinearRegionItem((begin, end), movable=False, brush=brush, pen=pyqtgraph.mkPen(None))
                region.setZValue(-10)
                self.plot.addItem(region)
                middle = (begin + end) / 2
                place = (middle - span[0]) / (span[1] - span[0])
                aside = 0.0 if place < _EDGE else 1.0 if place > 1 - _EDGE else 0.5  # the word stays in sight
                word = pyqtgraph.TextItem(self._flood_text, color=self._palette.danger, anchor=(aside, 0))
                word.setPos(middle, top)
                self.plot.addItem(word)
                begin = None
            if bar.is_flood:
                begin = bar.at_s if begin is None else begin
                end = bar.at_s + width_s
