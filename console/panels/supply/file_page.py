"""A CSV file of links: looked at line by line, then taken."""

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

from console.kit.errors import RequestFailed
from console.panels.supply.page import lay_out
from console.panels.supply.presenter import SupplyPresenter
from console.parts.asking_page import AskingPage
from console.store.context import Context
from contract.supply import SupplyImport
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.words_table import fill, words_table

MOST_FILE_BYTES: Final = 16 * 1024 * 1024


class FilePage(AskingPage[SupplyPresenter]):
    """A CSV file: looked at, then taken."""

    def __init__(self, context: Context, presenter: SupplyPresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._content, self._name = b"", ""
        self.report: SupplyImport | None = None
        self.explained = quiet_label(tr("supply.file_explained"))
        self.choose = self.button("supply.file_choose", "mdi6.file-delimited-outline", self._choose)
        self.take = self.button("supply.file_take", "mdi6.check", self._take)
        self.take.setEnabled(False)
        self.summary = PlainLabel()
        self.summary.setWordWrap(True)
        titles = [tr(f"supply.file_column.{name}") for name in ("line", "asset", "kind", "outcome", "change")]
        self.table = words_table(titles, tr("supply.file"), (52, 120, 100, 90, 160), stretched=4)
        self.table.hide()
        self._rest = QWidget()
        lay_out(
            self.widget,
            self.explained,
            (self.choose, None, self.take),
            self.summary,
            self.table,
            self._rest,
            stretched=3,
        )

    def look_at(self, path: Path) -> None:
        """Say what a file would do."""
        try:
            if path.stat().st_size > MOST_FILE_BYTES:
                self.said.emit(self._context.texts("supply.file_large"), True)
                return
            self._content = path.read_bytes()
        except OSError as error:
            self.said.emit(self._context.texts("supply.file_unread", why=error.strerror or path.name), True)
            return
        self._name = path.name
        self.ask(self._look, "look at a file of feeders")

    async def _look(self) -> None:
        self._show(None)
        self._show(await self._context.client.import_feeders(self._name, self._content))

    async def _take_file(self) -> None:
        seal = "" if self.report is None else self.report.seal
        try:
            done = await self._context.client.import_feeders(self._name, self._content, seal=seal)
        except RequestFailed:
            await self._look()
            raise
        self._show(None)
        if done.change is not None:
            self.said.emit(self._presenter.done_words(done.change), False)
        self.changed.emit()

    def _show(self, report: SupplyImport | None) -> None:
        self.report = report
        self.summary.setText("" if report is None else self._presenter.import_words(report))
        rows = [] if report is None else [self._presenter.import_row(line) for line in report.lines]
        fill(self.table, rows)
        self.table.setVisible(bool(rows))
        self._rest.setVisible(not rows)
        is_good = report is not None and not report.error_count
        self.take.setEnabled(is_good and report is not None and bool(report.added_count or report.changed_count))

    def _choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self.widget, self._context.texts("supply.file_choose"), "", "CSV (*.csv *.txt *.tsv *.gz)"
        )
        if path:
            self.look_at(Path(path))

    def _take(self) -> None:
        self.ask(self._take_file, "take a file of feeders")
