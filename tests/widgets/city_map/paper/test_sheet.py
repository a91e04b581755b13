"""The map on paper: light, exact, complete with its words; the screen does not notice."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.samples import ids, octets
from widgets.city_map import CityMap
from widgets.city_map.mercator import project_point
from widgets.city_map.paper.paper_file import png_of
from widgets.city_map.paper.paper_look import PAPER, Paper, PaperFormat, SheetWords
from widgets.city_map.paper.paper_pages import PaperPages, save_pdf
from widgets.city_map.paper.printed_map import PrintedMap, render_map
from widgets.city_map.paper.sheet import Sheet

WORDS = SheetWords(
    title="Place Darcy, la nuit",
    subtitle="Éclairage",
    made_at="État au 14/03/2026 23:05 CET (UTC+01:00)",
    author="Camille Martin",
    legend="Légende",
    attribution="Registre de la ville",
    page="Page {number} / {total}",
)
NAN = math.nan


def test_paper_is_light_however_dark_the_screen_is(city: CityMap) -> None:
    picture = render_map(city.printable(), QSize(300, 200))
    assert (picture.width(), picture.height()) == (300, 200)
    assert picture.pixelColor(299, 0) == QColor(PAPER.land)


def test_the_screen_keeps_its_view_and_paints_nothing_again(city: CityMap, qtbot: QtBot) -> None:
    qtbot.waitUntil(city.is_settled, timeout=3000)
    before, shown = city.view, city.grab().toImage()
    render_map(city.printable(), QSize(900, 500), dpi=200, bounds=(5.0, 47.3, 5.1, 47.35))
    assert city.view == before
    assert city.is_settled()
    assert city.grab().toImage() == shown


def test_an_alarm_is_printed_where_it_stands(city: CityMap) -> None:
    city.set_states(ids(1, 2, 3), octets(7, 0, 0))
    bounds = (5.02, 47.30, 5.06, 47.34)
    printed = PrintedMap(city.printable(), QSize(600, 400), 192, bounds)
    while not printed.prepare(1.0):
        pass
    picture = printed.picture()
    store = city.printable().scene.store
    row = store.row_of(1)
    assert row is not None
    px, py = printed.view.to_pixel(float(store.x[row]), float(store.y[row]))
    around = [picture.pixelColor(round(px * 2) + dx, round(py * 2) + dy) for dx in range(-8, 9) for dy in range(-8, 9)]
    assert any(colour == QColor(PAPER.p1) for colour in around)
    x0, y0, x1, y1 = printed.view.bounds
    for lon, lat in ((bounds[0], bounds[1]), (bounds[2], bounds[3])):
        x, y = project_point(lon, lat)
        assert x0 <= x <= x1
        assert y0 <= y <= y1


@pytest.mark.parametrize("bounds", [(NAN, 47, 5, 48), (5, 48, 4, 47), (-1e9, -1e9, 1e9, 1e9), (5.03, 47.3, 5.03, 47.3)])
def test_absurd_bounds_still_give_a_picture(city: CityMap, bounds: tuple[float, float, float, float]) -> None:
    assert not render_map(city.printable(), QSize(200, 100), bounds=bounds).isNull()


def test_a_sheet_never_grows_beyond_what_a_machine_can_hold(city: CityMap) -> None:
    printed = PrintedMap(city.printable(), QSize(1500, 900), 1e9)
    assert max(printed.view.device_width, printed.view.device_height) <= 12_000


def test_the_pdf_is_one_page_as_it_was_asked_for_with_every_word(city: CityMap, tmp_path: Path) -> None:
    city.set_states(ids(1, 2, 3), octets(7, 3, 0))
    for form, points in (
        (PaperFormat(), (842, 595)),
        (PaperFormat(Paper.A3), (1191, 842)),
        (PaperFormat(Paper.A4, is_portrait=True), (595, 842)),
        (PaperFormat(Paper.A3, is_portrait=True), (842, 1191)),
    ):
        file = tmp_path / "sheet.pdf"
        assert save_pdf(PaperPages(Sheet(city.printable(), WORDS, form, dpi=100)), file)
        document = QPdfDocument()
        assert document.load(str(file)) is QPdfDocument.Error.None_
        assert document.pageCount() == 1
        size = document.pagePointSize(0)
        assert (round(size.width()), round(size.height())) == points
        text = document.getAllText(0).text()
        for words in (
            "Place Darcy, la nuit",
            "CET (UTC+01:00)",
            "Camille Martin",
            "Registre de la ville",
            "Page 1 / 1",
        ):
            assert words in text
        for legend in ("alarm P1 (1)", "fault (1)", "normal (1)"):
            assert legend in text
        document.close()


def test_the_picture_is_a_whole_sheet_and_a_folder_that_is_not_there_is_no_crash(city: CityMap, tmp_path: Path) -> None:
    sheet = Sheet(city.printable(), WORDS, dpi=96)
    picture = sheet.picture()
    assert png_of(picture).startswith(b"\x89PNG")
    assert (picture.width(), picture.height()) == (1123, 794)
    assert not save_pdf(PaperPages(sheet), tmp_path / "gone" / "map.pdf")
    assert list(tmp_path.iterdir()) == []
