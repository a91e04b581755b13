"""What is listed as CSV or PDF: a slice at a time, so that the list goes on living; told how far, stopped at will."""

import asyncio
import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.kit.answer import Answer
from console.kit.exporting import ExportFailed
from console.panels.alarms.presenter import AlarmsPresenter
from console.store.context import Context
from contract.spreadsheets import harmless
from exported_maps.plain_text import plain
from widgets.alarm_list_columns import WIDTHS, Column, ShownColumn
from widgets.alarm_rows import AlarmRow
from widgets.export_form import ExportForm
from widgets.list_paper import ListPaper

FORMATS: Final = ("csv", "pdf")
_SLICE: Final = 100
_WIDE_SHARE: Final = 260


class Table:
    """What is to be exported: heads, how many rows, each row when it is its turn, shares of the width."""

    def __init__(
        self, heads: Sequence[str], count: int, row: Callable[[int], Sequence[str]], widths: Sequence[float]
    ) -> None:
        self.heads = [plain(head) for head in heads]
        self.count = count
        self.widths = widths
        self._row = row

    def rows(self, first: int, last: int) -> Sequence[Sequence[str]]:
        """Rows as text that shows what it says."""
        return [[plain(cell) for cell in self._row(number)] for number in range(first, min(last, self.count))]


class Exporting(QObject):
    """`widget` stands hidden beside the list until something is to be exported."""

    told = Signal(object)  # Answer

    def __init__(self, context: Context, table: Callable[[], Table], words: Callable[[], str], parent: QWidget) -> None:
        """`table`: what is listed now; `words`: its filter."""
        super().__init__(parent)
        self._context = context
        self._table = table
        self._filter_words = words
        self._wanted: Table | None = None
        self._running: asyncio.Task[None] | None = None
        self.form = ExportForm(context.texts)
        self.widget: QWidget = self.form
        self.form.format_changed.connect(self._propose)
        self.form.given.connect(self._start)
        self.form.cancelled.connect(self.cancel)

    def ask(self) -> None:
        """Ask which file; exactly what is listed now goes into it."""
        tr = self._context.texts
        wanted = self._table()
        if not wanted.count:
            self.told.emit(Answer(tr("alarms.export.nothing"), is_warning=True))
            return
        self._wanted = wanted
        self.form.opens.setChecked(self._context.map_files.opens_afterwards)
        self.form.ask(tr("alarms.export.title", count=wanted.count), FORMATS, may_shade=False)

    def cancel(self) -> None:
        """Give up what is being made: no file is left."""
        running, self._running = self._running, None
        if running is not None and not running.done():
            running.cancel()
            self.told.emit(Answer(self._context.texts("alarms.export.stopped")))

    def _propose(self, suffix: str) -> None:
        now = self._context.stores.link.server_now().astimezone()
        name = self._context.texts("alarms.export.name", time=f"{now:%Y-%m-%d %H.%M}")
        name = self._context.stores.occasion.file_name(name, self._context.texts)
        self.form.propose(self._context.map_files.proposal(name, f".{suffix}"))

    def _start(self, format_: str, file: str, _with_communes: bool) -> None:
        wanted = self._wanted
        if wanted is not None and (self._running is None or self._running.done()):
            self._context.map_files.remember_opening(wanted=self.form.opens.isChecked())
            self.form.show_work(is_working=True)
            self._running = self._context.tasks.start(self._make(wanted, format_, Path(file)), name="export alarms")

    async def _make(self, wanted: Table, format_: str, file: Path) -> None:
        try:
            if format_ == "pdf":
                await self._make_pdf(wanted, file)
            else:
                self._context.map_files.keep(await self._csv(wanted), file)
        except ExportFailed as error:
            self.form.show_work(is_working=False)
            self.told.emit(Answer(str(error), is_warning=True))
            return
        self.form.show_work(is_working=False)
        self.form.hide()
        self.told.emit(Answer(self._context.texts("alarms.export.done", file=file)))
        if self._context.map_files.opens_afterwards:
            self._context.map_files.open(file)

    async def _csv(self, wanted: Table) -> bytes:
        """UTF-8 with a mark for spreadsheets, semicolons in French as French spreadsheets expect; no cell a formula."""
        out = io.StringIO()
        delimiter = ";" if self._context.texts.language == "fr" else ","
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([harmless(head) for head in wanted.heads])
        for first in range(0, wanted.count, _SLICE):
            writer.writerows([harmless(cell) for cell in row] for row in wanted.rows(first, first + _SLICE))
            await self._breathe(min(first + _SLICE, wanted.count), wanted.count)
        return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")

    async def _make_pdf(self, wanted: Table, file: Path) -> None:
        tr = self._context.texts
        now = self._context.stores.link.server_now().astimezone()
        words = self._filter_words()
        under = tr("alarms.export.filter", filter=words) if words else ""
        heading = tr("alarms.export.heading", time=f"{now:%d/%m/%Y %H:%M %Z}")
        heading = self._context.stores.occasion.heading(heading, tr)
        paper = ListPaper(file, self.form.paper_format, heading, plain(under), wanted.widths)
        if not paper.is_open:
            raise ExportFailed(tr("exporting.not_written", file=file, reason=""))
        try:
            pages = -(-wanted.count // paper.rows_a_page)
            for page in range(pages):
                first = page * paper.rows_a_page
                text = tr("alarms.export.page", page=page + 1, pages=pages)
                paper.add_page(wanted.heads, wanted.rows(first, first + paper.rows_a_page), text)
                await self._breathe(page + 1, pages)
        except BaseException:
            paper.give_up()
            raise
        if not paper.keep():
            raise ExportFailed(tr("exporting.not_written", file=file, reason=""))

    async def _breathe(self, done: int, total: int) -> None:
        self.form.show_progress(done, total)
        await asyncio.sleep(0)


def listed_table(
    presenter: AlarmsPresenter, ids: Sequence[int], columns: Sequence[ShownColumn], tr: Callable[[str], str]
) -> Table:
    """The live list: the columns that are shown, each alarm once; a closed group of strays gives its alarms."""
    whole = [alarm.id for alarm in presenter.listed_alarms(ids)]

    def row(number: int) -> Sequence[str]:
        line = presenter.line(whole[number], 0)
        return [] if line is None else [_cell(line, each.column) for each in columns]

    heads = [tr(f"alarms.column.{each.column.value}") for each in columns]
    widths = [float(each.width or WIDTHS.get(each.column, _WIDE_SHARE)) for each in columns]
    return Table(heads, len(whole), row, widths)


def _cell(line: AlarmRow, column: Column) -> str:
    own = {
        Column.MARK: f"P{int(line.priority)}",
        Column.TIME: line.time,
        Column.WHAT: line.what,
        Column.WHERE: line.where,
        Column.STATE: line.state,
    }.get(column)
    return line.cells.get(column.value, "") if own is None else own
