"""What the file would do, row by row, before anything is taken."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QPushButton, QVBoxLayout, QWidget

from console.panels.imports.presenter import ImportPresenter
from contract.imports import ImportJob, Outcome
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts
from widgets.words_table import fill, words_table
from widgets.wrapping_row import WrappingRow

_WIDTHS: Final = (60, 130, 100, 200)


class PreviewPage(QWidget):
    """`retiring_changed` says whether what the file does not name is to be retired."""

    retiring_changed = Signal(bool)
    errors_requested = Signal()

    def __init__(self, presenter: ImportPresenter, tr: Texts) -> None:
        super().__init__()
        self._presenter = presenter
        self._tr = tr
        self._job: ImportJob | None = None
        self._chosen = Outcome.ERROR
        self._group = QButtonGroup(self)
        self._buttons: dict[Outcome, QPushButton] = {}
        chips = QWidget()
        row = WrappingRow(TIGHT, chips)
        for outcome in (Outcome.ERROR, Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.MISSING):
            button = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, outcome=outcome: self.choose(outcome))
            self._group.addButton(button)
            self._buttons[outcome] = button
            row.addWidget(button)
        self.retire = QCheckBox(tr("imports.retire_missing"))
        self.retire.clicked.connect(self.retiring_changed)
        self.errors = QPushButton(tr("imports.errors"))
        self.errors.clicked.connect(self.errors_requested)
        titles = [tr(f"imports.line.{name}") for name in ("row", "code", "outcome", "details")]
        self.table = words_table(titles, tr("imports.preview"), _WIDTHS, stretched=3)
        self.explained = quiet_label()
        foot = WrappingRow(TIGHT)
        foot.addWidget(self.retire)
        foot.add_gap()
        foot.addWidget(self.errors)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(chips)
        column.addWidget(self.table, 1)
        column.addWidget(self.explained)
        nest(column, foot)

    def show_job(self, job: ImportJob) -> None:
        """Show what it would do; what matters most is chosen."""
        self._job = job
        found = self._presenter.outcomes(job)
        for words, outcome, count in found:
            self._buttons[outcome].setText(words)
            self._buttons[outcome].setEnabled(bool(count))
        self._group.setExclusive(True)
        first = next((outcome for _, outcome, count in found if count and outcome is not Outcome.UNCHANGED), None)
        self.retire.setChecked(job.options.retires_missing)
        self.retire.setVisible(job.report is not None and bool(job.report.missing_count))
        self.errors.setVisible(job.report is not None and bool(job.report.error_count))
        self.choose(first or Outcome.UNCHANGED)

    def choose(self, outcome: Outcome) -> None:
        """Show the rows that do this."""
        job = self._job
        if job is None:
            return
        self._chosen = outcome
        self._buttons[outcome].setChecked(True)
        lines = [line for line in job.lines if line.outcome is outcome]
        fill(self.table, [self._presenter.line(line) for line in lines])
        total = next((count for _, found, count in self._presenter.outcomes(job) if found is outcome), 0)
        key = "imports.explained_missing" if outcome is Outcome.MISSING else "imports.explained_more"
        is_told = outcome is Outcome.MISSING or len(lines) < total
        self.explained.setText(self._tr(key, shown=len(lines)) if is_told and total else "")
