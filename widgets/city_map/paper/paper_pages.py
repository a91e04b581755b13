"""A PDF: a sheet with a map, and the table of what was chosen on as many pages as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from widgets.city_map.paper.paper_file import PdfFile
from widgets.city_map.paper.report_table import ReportTable
from widgets.city_map.paper.sheet import Sheet


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table in words."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


class PaperPages:
    """`prepare` until it says True, `open`, `paint` to the end, then `keep`."""

    def __init__(self, sheet: Sheet, table: TableWords | None = None) -> None:
        """Without a table it is the sheet alone."""
        self._sheet = sheet
        wanted = TableWords("", (), ()) if table is None else table
        self._table = ReportTable(wanted.title, wanted.headings, wanted.rows, sheet.frame.body)
        self._pdf: PdfFile | None = None

    @property
    def page_count(self) -> int:
        """With the sheet; known when `prepare` said True."""
        return 1 + self._table.page_count

    def prepare(self, budget_s: float) -> bool:
        """Work for about this long; True when all pages can be painted."""
        return self._sheet.prepare(budget_s) and self._table.prepare(budget_s)

    def open(self, file: Path) -> bool:
        """Begin the file; False where it cannot be written."""
        self._pdf = PdfFile(file, self._sheet.form, self._sheet.dpi, self._sheet.words.title)
        return self._pdf.is_open

    def paint(self) -> Iterator[int]:
        """All pages in slices of a hundredth of a second; tells the number of the page."""
        if self._pdf is None or not self._pdf.is_open:
            return
        for _ in self._sheet.painting(self._pdf.painter, 1, self.page_count):
            yield 1
        for page in range(self._table.page_count):
            self._pdf.new_page()
            self._sheet.frame.paint(self._pdf.painter, page + 2, self.page_count)
            self._table.paint(self._pdf.painter, page)
            yield page + 2

    def keep(self) -> bool:
        """Put the file in its place; False where that fails."""
        return self._pdf is not None and self._pdf.keep()

    def give_up(self) -> None:
        """Leave no half file."""
        if self._pdf is not None:
            self._pdf.give_up()


def save_pdf(pages: PaperPages, file: Path) -> bool:
    """All at once; False where the file cannot be written."""
    while not pages.prepare(1.0):
        pass
    if not pages.open(file):
        pages.give_up()
        return False
    for _ in pages.paint():
        pass
    return pages.keep()
