"""The recent course of one point. Where nothing was known there is a gap, never a line."""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.look import FONT_FAMILY, GAP, TIGHT, Palette
from widgets.plain_text import PlainLabel
from widgets.room_for_words import text_zoom

_AXIS_PX = 11
_AXIS_WIDTH = 44
_MINUTE_S = 60
_DAY_S = 86_400
_LEAST_SPAN_S = 600
_GREATEST_HEIGHT = 300


class _TimeAxis(pyqtgraph.DateAxisItem):
    """Local hours and dates without the names of days, which would come in English only."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Words of the ticks."""
        del scale
        form = "%H:%M:%S" if spacing < _MINUTE_S else "%H:%M" if spacing < _DAY_S else "%d/%m"
        return [dt.datetime.fromtimestamp(value, dt.UTC).astimezone().strftime(form) for value in values]


class Trend(QWidget):
    """Fed with times (seconds since 1970) and values; NaN is a gap."""

    def __init__(self, palette: Palette, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel()
        self._title.setProperty("role", "section")
        self._title.setContentsMargins(GAP, TIGHT, GAP, 0)
        self._empty = PlainLabel(empty_text)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._pen = pyqtgraph.mkPen(palette.curve, width=1.6)
        self._plot = pyqtgraph.PlotWidget(background=palette.sunken, axisItems={"bottom": _TimeAxis("bottom")})
        item = self._plot.getPlotItem()
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
        self._plot.showGrid(x=False, y=True, alpha=0.18)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._empty, 1)
        column.addWidget(self._plot, 1)
        self.setMaximumHeight(_GREATEST_HEIGHT)
        self.setMinimumHeight(130)
        self.show_course("", (), ())

    @property
    def has_course(self) -> bool:
        """Whether a curve is shown."""
        return not self._plot.isHidden()

    def show_course(
        self, title: str, times: Sequence[float], values: Sequence[float], bounds: tuple[float, float] | None = None
    ) -> None:
        """Show a course; `bounds` fixes the scale where the point has one."""
        self._title.setText(title)
        self._plot.clear()
        known = [value for value in values if not math.isnan(value)]
        has_any = len(times) > 1 and bool(known)
        self._plot.setVisible(has_any)
        self._empty.setVisible(not has_any)
        self.setAccessibleName(title)
        if not has_any:
            return
        # Devices report on change: a value holds until the next one.
        self._plot.plot(
            np.asarray(times, np.float64),
            np.asarray(values, np.float64),
            pen=self._pen,
            connect="finite",
            stepMode="right",
        )
        low, high = (min(known), max(known)) if bounds is None else bounds
        margin = (high - low) * 0.08 or 1.0
        self._plot.setYRange(low - margin, high + margin, 0)
        self._plot.setXRange(min(times[0], times[-1] - _LEAST_SPAN_S), times[-1], 0.01)
