"""A report as PDF: the map first, then every row once, in order, under headings, on numbered pages."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtPdf import QPdfDocument

from widgets.city_map import CityMap
from widgets.city_map.paper.paper_look import PaperFormat, SheetWords
from widgets.city_map.paper.paper_pages import PaperPages, TableWords, save_pdf
from widgets.city_map.paper.report_table import ReportTable
from widgets.city_map.paper.sheet import Sheet

WORDS = SheetWords("Report", "As of 2026-03-14 23:05:00 CET", "Made by Camille", page="Page {number} / {total}")
LONG = "Boulevard du Maréchal Foch prolongé jusqu'au rond-point de l'Europe"


def _pages(file: Path) -> list[str]:
    """Their texts, without any space: readers of PDF guess where there is one."""
    document = QPdfDocument()
    assert document.load(str(file)) is QPdfDocument.Error.None_
    texts = ["".join(document.getAllText(page).text().split()) for page in range(document.pageCount())]
    document.close()
    return texts


def test_every_row_is_printed_once_under_its_headings_with_time_author_and_number(
    city: CityMap, tmp_path: Path
) -> None:
    rows = [(f"L-{n:05d}", "street light", LONG if n % 7 == 0 else "", "") for n in range(200)]
    table = TableWords("List of assets", ("Code", "Class", "Street", "Empty"), rows)
    for is_portrait in (False, True):
        file = tmp_path / "report.pdf"
        sheet = Sheet(city.printable(), WORDS, PaperFormat(is_portrait=is_portrait), dpi=96)
        assert save_pdf(PaperPages(sheet, table), file)
        first, *others = _pages(file)
        total = len(others) + 1
        assert "Legend" in first
        assert f"Page1/{total}" in first
        for number, text in enumerate(others, 2):
            for words in ("CodeClassStreet", "Asof2026-03-14", "MadebyCamille", f"Page{number}/{total}"):
                assert words in text
            assert "Empty" not in text
        printed = re.findall(r"L-\d{5}", "".join(others))
        assert printed == [row[0] for row in rows]


def test_a_word_without_end_neither_leaves_its_column_nor_hangs(city: CityMap, tmp_path: Path) -> None:
    rows = [("A" * 500, "\u202f".join(["1"] * 300)), ("", "")]
    sheet = Sheet(city.printable(), WORDS, dpi=96)
    assert save_pdf(PaperPages(sheet, TableWords("List", ("One", "Two"), rows)), tmp_path / "long.pdf")
    assert len(_pages(tmp_path / "long.pdf")) == 2


def test_thousands_of_rows_are_measured_in_slices(city: CityMap) -> None:
    rows = [(f"L-{n:05d}", LONG) for n in range(5_000)]
    table = ReportTable("List", ("Code", "Street"), rows, QRectF(0, 0, 700, 900))
    slices = 1
    while not table.prepare(0.002):
        slices += 1
    assert slices > 3
    assert table.page_count > 50
