"""The editor of the priority matrix: consequence by time to respond, and what was done to it."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.panels.alarm_rules.history_page import HistoryPage
from console.panels.alarm_rules.matrix import column_heads, read_change
from console.panels.alarm_rules.presenter import RuleWords
from contract.alarm_rules import CONSEQUENCES, MatrixChange, PriorityMatrix
from contract.alarms import Priority
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.texts import Texts


class MatrixPage:
    """Gravest consequence on top, least time to respond on the right; what was typed stays over a refresh."""

    def __init__(self, tr: Texts, words: RuleWords, history: HistoryPage) -> None:
        self._tr = tr
        self._words = words
        self._held: PriorityMatrix | None = None
        self.history = history
        self.state = quiet_label()
        self.bounds: list[QLineEdit] = []
        self.cells: list[list[QComboBox]] = []
        self.reason = QLineEdit()
        self.save = QPushButton(tr("alarm_rules.matrix_save"))
        self._grid_box = QWidget()
        self._grid = QGridLayout(self._grid_box)
        self._heads: list[QLabel] = []
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.addWidget(quiet_label(tr("alarm_rules.matrix_hint")))
        column.addWidget(self.state)
        column.addWidget(self._grid_box, 0, Qt.AlignmentFlag.AlignLeft)
        form = QFormLayout()
        form.addRow(tr("alarm_rules.reason"), self.reason)
        nest(column, form)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(history.widget, 1)

    @property
    def is_touched(self) -> bool:
        """Something was typed that is not saved."""
        if self._held is None or not self.bounds:
            return False
        typed = [line.text() for line in self.bounds]
        is_same = typed == _minutes(self._held) and self._chosen() == [list(row) for row in self._held.priorities]
        return bool(self.reason.text().strip()) or not is_same

    @property
    def version(self) -> int:
        """Which version it was made from."""
        return 0 if self._held is None else self._held.version

    def show_matrix(self, matrix: PriorityMatrix) -> None:
        """Fill the editor."""
        self._held = matrix
        self._clear()
        self._grid.addWidget(PlainLabel(self._tr("alarm_rules.matrix_bounds")), 0, 0)
        for column, text in enumerate(_minutes(matrix)):
            line = QLineEdit(text)
            line.setFixedWidth(64)
            line.setAccessibleName(f"{self._tr('alarm_rules.matrix_bounds')} {column + 1}")
            line.textEdited.connect(lambda _text="": self._head())
            self.bounds.append(line)
            self._grid.addWidget(line, 0, column + 1, Qt.AlignmentFlag.AlignRight)
        for column in range(len(matrix.within_s) + 1):
            head = PlainLabel()
            self._heads.append(head)
            self._grid.addWidget(head, 1, column + 1)
        for row, consequence in enumerate(reversed(CONSEQUENCES)):
            name = self._tr(f"alarm_rules.gravity_{int(consequence)}")
            self._grid.addWidget(PlainLabel(name), row + 2, 0)
            line_of_cells = [self._cell(name, priority) for priority in matrix.priorities[consequence - 1]]
            for column, cell in enumerate(line_of_cells):
                self._grid.addWidget(cell, row + 2, column + 1)
            self.cells.insert(0, line_of_cells)
        self.reason.clear()
        self._head()
        at = matrix.at
        said = self._tr("alarm_rules.matrix_standard")
        if at is not None:
            said = self._tr(
                "alarm_rules.matrix_by",
                version=matrix.version,
                who=matrix.by,
                time=self._words.time(at),
                why=matrix.reason,
            )
        self.state.setText(said)

    def rest_on(self, matrix: PriorityMatrix) -> None:
        """What was typed is to replace this version."""
        if self._held is not None:
            self._held = msgspec.structs.replace(self._held, version=matrix.version)

    def change(self) -> MatrixChange | None:
        """What was typed; None before anything was read. Raises BadField."""
        if self._held is None:
            return None
        minutes = [line.text() for line in self.bounds]
        return read_change(self._held, minutes, self._chosen(), self.reason.text(), self._tr)

    def _cell(self, name: str, priority: Priority) -> QComboBox:
        cell = QComboBox()
        for one in Priority:
            cell.addItem(f"P{int(one)} {self._tr(f'priority.p{int(one)}')}", int(one))
        cell.setCurrentIndex(cell.findData(int(priority)))
        cell.setAccessibleName(name)
        return cell

    def _chosen(self) -> Sequence[list[Priority]]:
        return [[Priority(cell.currentData()) for cell in row] for row in self.cells]

    def _head(self) -> None:
        try:
            bounds = [float(line.text().replace(",", ".")) * 60.0 for line in self.bounds]
        except ValueError:
            return  # half typed: the columns keep their names
        for label, text in zip(self._heads, column_heads(bounds, self._tr), strict=True):
            label.setText(text)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.bounds, self.cells, self._heads = [], [], []


def _minutes(matrix: PriorityMatrix) -> list[str]:
    return [f"{bound / 60:g}" for bound in matrix.within_s]
