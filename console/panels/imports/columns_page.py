"""Which column fills which field."""

import functools
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from console.panels.imports.presenter import ImportPresenter
from contract.imports import ImportJob
from widgets.look import GAP
from widgets.quiet_label import quiet_label
from widgets.room_for_words import room_for_rows
from widgets.texts import Texts
from widgets.words_table import fill, words_table

_WIDTHS: Final = (190, 190, 70, 160)
_COLUMN: Final = 1
_ROW_HEIGHT: Final = 32


class ColumnsPage(QWidget):
    """`mapped` carries field -> column as the person says it; an empty column says that the file has none."""

    mapped = Signal(dict)

    def __init__(self, presenter: ImportPresenter, tr: Texts) -> None:
        super().__init__()
        self._presenter = presenter
        self._tr = tr
        self._job: ImportJob | None = None
        titles = [tr(f"imports.column.{name}") for name in ("field", "column", "filled", "sample")]
        self.table = words_table(titles, tr("imports.columns"), _WIDTHS, stretched=3)
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        room_for_rows(self.table)
        self.beside = quiet_label()
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(quiet_label(tr("imports.columns_explained")))
        column.addWidget(self.table, 1)
        column.addWidget(self.beside)

    def show_job(self, job: ImportJob) -> None:
        """Show what fills what."""
        self._job = job
        rows = self._presenter.fields(job)
        names = [] if job.facts is None else [column.name for column in job.facts.columns if column.name]
        fill(self.table, [(row.label, row.column, row.filled, row.sample) for row in rows])
        for number, row in enumerate(rows):
            box = QComboBox()
            box.setAccessibleName(row.label)
            box.addItem(self._tr("imports.no_column"), "")
            for name in names:
                box.addItem(name, name)
            box.setCurrentIndex(names.index(row.column) + 1 if row.column in names else 0)
            box.activated.connect(functools.partial(self._chosen, row.field, box))
            self.table.setCellWidget(number, _COLUMN, box)
        self.beside.setText(self._presenter.beside(job))

    def box(self, field: str) -> QComboBox | None:
        """The choice of a field's column."""
        if self._job is None:
            return None
        fields = [row.field for row in self._presenter.fields(self._job)]
        found = self.table.cellWidget(fields.index(field), _COLUMN) if field in fields else None
        return found if isinstance(found, QComboBox) else None

    def _chosen(self, field: str, box: QComboBox, _index: int) -> None:
        if self._job is not None:
            self.mapped.emit({**self._job.options.mapping, field: str(box.currentData())})
