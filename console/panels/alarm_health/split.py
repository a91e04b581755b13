"""By priority: how many came beside the target, and how long they waited for an answer."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.panels.alarm_health.words import HealthWords
from contract.alarm_health import HealthFigures
from contract.alarms import Priority
from widgets.alarm_health.values import Verdict
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.priority_mark import PriorityMark
from widgets.texts import Texts

_HEADS: Final = ("priority", "count", "share", "target", "verdict", "p50", "p95")
_MARK_PX: Final = 16
_ICONS: Final = {
    Verdict.GOOD: "mdi6.check-circle-outline",
    Verdict.WATCH: "mdi6.alert-outline",
    Verdict.POOR: "mdi6.close-octagon-outline",
}


class SplitPart(QWidget):
    """A small table that is always seen whole."""

    def __init__(self, words: HealthWords, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self._words = words
        self._palette = palette
        self._tr = tr
        title = PlainLabel(tr("health.split"))
        title.setProperty("role", "section")
        title.setContentsMargins(GAP, GAP, GAP, TIGHT)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(GAP, 0, GAP, TIGHT)
        self._grid.setHorizontalSpacing(GAP * 2)
        self._grid.setVerticalSpacing(TIGHT)
        self._cells: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        nest(column, self._grid)

    @property
    def texts(self) -> Sequence[str]:
        """What stands in it, row by row."""
        return [cell.text() for cell in self._cells if isinstance(cell, QLabel)]

    def show_split(self, found: HealthFigures) -> None:
        """Show a period."""
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.deleteLater()
        self._cells = []
        for column, name in enumerate(_HEADS):
            self._put(0, column, self._label(self._tr(f"health.split.{name}"), is_muted=True))
        self._grid.setColumnStretch(len(_HEADS), 1)
        words = self._words
        for (number, count, share, target, verdict), answer in zip(words.split(found), found.answers, strict=True):
            mark = PriorityMark(Priority(number), self._palette)
            mark.setAccessibleName(f"P{number}")
            self._put(number, 0, mark)
            for column, text in ((1, str(count)), (2, share)):
                self._put(number, column, self._label(text))
            self._put(number, 3, self._label(target, is_muted=True))
            self._put(number, 4, self._verdict(verdict))
            self._put(number, 5, self._label(words.seconds(answer.p50_s)))
            self._put(number, 6, self._label(words.seconds(answer.p95_s)))

    def _verdict(self, verdict: Verdict) -> QWidget:
        if verdict is Verdict.NONE:
            return self._label("—", is_muted=True)
        colour = {Verdict.GOOD: self._palette.good, Verdict.WATCH: self._palette.p2}.get(verdict, self._palette.danger)
        mark, word = PlainLabel(), PlainLabel(self._tr(f"health.verdict.{verdict.value}"))
        mark.setPixmap(icon(_ICONS[verdict], self._palette, colour).pixmap(QSize(_MARK_PX, _MARK_PX)))
        cell = QWidget()
        across = QHBoxLayout(cell)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(TIGHT)
        across.addWidget(mark)
        across.addWidget(word)
        across.addStretch(1)
        return cell

    def _label(self, text: str, *, is_muted: bool = False) -> QLabel:
        label = PlainLabel(text)
        if is_muted:
            label.setProperty("role", "muted")
        return label

    def _put(self, row: int, column: int, cell: QWidget) -> None:
        self._grid.addWidget(cell, row, column)
        self._cells.append(cell)
