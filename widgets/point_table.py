"""Points of an asset: value, age and how good it is. What is not fresh is grey and says so."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from widgets.card_lines import PointLine
from widgets.look import Palette
from widgets.room_for_words import room_for_rows
from widgets.texts import Texts

_ROW_HEIGHT = 26
_VALUE_FIRST_COLUMN = 1


class PointTable(QTableWidget):
    """Fed with lines; says which point was chosen."""

    point_selected = Signal(str)

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._palette = palette
        self._lines: Sequence[PointLine] = ()
        self.setHorizontalHeaderLabels([texts("points.name"), texts("points.value"), texts("points.age")])
        self.setAccessibleName(texts("points.title"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        room_for_rows(self)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.currentCellChanged.connect(self._tell)

    def show_lines(self, lines: Sequence[PointLine]) -> None:
        """Show these; a line that is the same is left alone."""
        if [line.name for line in lines] != [line.name for line in self._lines]:
            self.blockSignals(True)
            self.setRowCount(len(lines))
            for row in range(len(lines)):
                for column in range(3):
                    self.setItem(row, column, QTableWidgetItem())
            self.clearSelection()
            self.blockSignals(False)
            self._lines = ()
            self.updateGeometry()
        for row, line in enumerate(lines):
            if row >= len(self._lines) or self._lines[row] != line:
                self._show_line(row, line)
        self._lines = tuple(lines)

    def _show_line(self, row: int, line: PointLine) -> None:
        age = line.age if line.is_believable else f"{line.quality} · {line.age}" if line.age else line.quality
        colour = QColor(self._palette.text if line.is_believable else self._palette.stale)
        font = QFont(self.font())
        font.setItalic(not line.is_believable)
        for column, text in enumerate((line.label, line.value, age)):
            item = self.item(row, column)
            if item is None:
                continue
            item.setText(text)
            item.setForeground(QColor(self._palette.text_muted) if column == 0 else colour)
            if column == _VALUE_FIRST_COLUMN:
                value_font = QFont(font)
                value_font.setWeight(QFont.Weight.Medium if line.is_believable else QFont.Weight.Normal)
                item.setFont(value_font)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if line.is_alarming:
                    item.setForeground(QColor(self._palette.p2))
            else:
                item.setFont(font)

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._lines):
            self.point_selected.emit(self._lines[row].name)
