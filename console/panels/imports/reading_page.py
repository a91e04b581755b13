"""How the file was read: found out, shown with its first rows, and corrected here."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHeaderView, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from console.panels.imports.presenter import Choice, ImportPresenter
from contract.imports import DateOrder, Dialect, ImportJob
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts
from widgets.words_table import fill, words_table

_MOST_HEADING_LINES: Final = 100
_COLUMN_WIDTH: Final = 110


class ReadingPage(QWidget):
    """`corrected` carries the dialect as the person says it."""

    corrected = Signal(Dialect)

    def __init__(self, presenter: ImportPresenter, tr: Texts) -> None:
        super().__init__()
        self._presenter = presenter
        self._tr = tr
        self._job: ImportJob | None = None
        self.remarks = quiet_label()
        self.encoding = self._combo("encoding")
        self.separator = self._combo("separator")
        self.decimal = self._combo("decimal")
        self.dates = self._combo("dates")
        self.layer = self._combo("layer")
        self.epsg = self._combo("epsg")
        self.epsg.setEditable(True)
        self.epsg.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.heading_line = QSpinBox()
        self.heading_line.setRange(1, _MOST_HEADING_LINES)
        self.nothing = QLineEdit()
        self.nothing.setPlaceholderText(tr("imports.nothing_hint"))
        self.sample = words_table([], tr("imports.sample"), (), stretched=-1)
        self.sample.setAlternatingRowColors(True)
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setVerticalSpacing(TIGHT)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._fields: dict[str, QWidget] = {
            "encoding": self.encoding,
            "separator": self.separator,
            "decimal": self.decimal,
            "dates": self.dates,
            "heading_line": self.heading_line,
            "nothing": self.nothing,
            "layer": self.layer,
            "epsg": self.epsg,
        }
        for name, widget in self._fields.items():
            widget.setAccessibleName(tr(f"imports.{name}"))
            self._form.addRow(tr(f"imports.{name}"), widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.remarks)
        nest(column, self._form)
        column.addWidget(self.sample, 1)
        self.heading_line.editingFinished.connect(lambda: self._say("heading_line", self.heading_line.value()))
        self.nothing.editingFinished.connect(self._say_nothing)
        line = self.epsg.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._say_system)

    def show_job(self, job: ImportJob) -> None:
        """Show how it was read."""
        self._job = job
        facts = job.facts
        self.remarks.setText(self._presenter.remarks(job))
        parts = self._presenter.dialect_parts(job)
        for name, widget in self._fields.items():
            self._form.setRowVisible(widget, name in parts)
        if facts is None:
            return
        presenter, dialect = self._presenter, facts.dialect
        _choose(self.encoding, presenter.encodings(), dialect.encoding)
        _choose(self.separator, presenter.separators(), dialect.separator)
        _choose(self.decimal, presenter.decimals(), dialect.decimal)
        _choose(self.dates, presenter.date_orders(), dialect.dates)
        _choose(self.layer, [(name, name) for name in facts.layers], dialect.layer or next(iter(facts.layers), ""))
        _choose(self.epsg, presenter.systems(dialect.epsg, facts.crs_name), dialect.epsg)
        self.heading_line.blockSignals(True)
        self.heading_line.setValue(dialect.heading_line or 1)
        self.heading_line.blockSignals(False)
        self.nothing.setText("  ".join(dialect.nothing or ()))
        self.nothing.setCursorPosition(0)
        names = [column.name for column in facts.columns]
        self.sample.setColumnCount(len(names))
        self.sample.setHorizontalHeaderLabels(names)
        self.sample.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section in range(len(names)):
            self.sample.horizontalHeader().resizeSection(section, _COLUMN_WIDTH)
        fill(self.sample, facts.sample)

    def _combo(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

        def chosen(_index: int) -> None:
            self._say(name, made.currentData())

        made.activated.connect(chosen)
        return made

    def _say(self, name: str, value: object) -> None:
        job = self._job
        if job is None or job.facts is None or value is None or getattr(job.facts.dialect, name) == value:
            return
        said = DateOrder(str(value)) if name == "dates" else value  # Qt gives a plain text back
        self.corrected.emit(self._presenter.corrected(job, **{name: said}))

    def _say_nothing(self) -> None:
        self._say("nothing", tuple(self.nothing.text().split()))

    def _say_system(self) -> None:
        figures = "".join(sign for sign in self.epsg.currentText().rpartition(":")[2] if sign.isdigit())
        if 4 <= len(figures) <= 6:
            self._say("epsg", int(figures))


def _choose(box: QComboBox, choices: Sequence[Choice], value: object) -> None:
    box.blockSignals(True)
    box.clear()
    for text, data in choices:
        box.addItem(text, data)
    values = [data for _, data in choices]
    box.setCurrentIndex(values.index(value) if value in values else -1)
    box.blockSignals(False)
