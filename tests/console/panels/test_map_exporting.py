"""Export this view: chosen beside the map, made while the console goes on, told when the file is there."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.exporting import ExportFailed
from console.panels.map.exporting import MapExporting
from console.panels.map.paper_export import PaperExport, PaperOrder, Patience
from console.store.last_place import LastPlace
from contract.stream import Visual
from exported_maps.values import ExportRequest, FileFormat, Shape
from tests.console.conftest import Bench
from tests.widgets.city_map.made_tiles import MadeTiles
from widgets.city_map import NO_COMMUNE, AssetColumns, CityMap, ClassStyle, RasterLayer
from widgets.city_map.paper.paper_look import PaperFormat


class FilesInMemory:
    """Keeps what it is given; may be told to fail, or never to end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[ExportRequest] = []
        self.kept: dict[Path, bytes] = {}
        self.refusal = ""
        self.never_ends = False
        self.has_browser = True
        self.opens_afterwards = True
        self.opened: list[Path] = []

    def remember_opening(self, *, wanted: bool) -> None:
        self.opens_afterwards = wanted

    async def make(self, request: ExportRequest) -> bytes:
        self.asked.append(request)
        if self.never_ends:
            await asyncio.Event().wait()
        if self.refusal:
            raise ExportFailed(self.refusal)
        return b"made"

    def proposal(self, name: str, suffix: str) -> Path:
        return self.folder / f"{name}{suffix}"

    def keep(self, content: bytes, file: Path) -> None:
        self.kept[file] = content

    def open(self, file: Path) -> bool:
        self.opened.append(file)
        return self.has_browser


class Desk:
    """A map with its exports, and what was announced."""

    def __init__(self, bench: Bench, city_map: CityMap, folder: Path) -> None:
        self.bench = bench
        self.said: list[str] = []
        self.files = FilesInMemory(folder)
        context = replace(bench.context, announce=self.said.append, map_files=self.files)
        self.context = context
        self.city_map = city_map
        self.exporting = MapExporting(context, city_map)
        self.form = self.exporting.form


@pytest.fixture
def desk(bench: Bench, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    city_map = CityMap(bench.context.ticker.frame_clock)
    qtbot.addWidget(city_map)
    city_map.resize(500, 400)
    points = [asset for asset in bench.client.assets.values() if asset.line is None]
    city_map.set_classes([ClassStyle(code="any", label="Any")])
    city_map.set_assets(
        AssetColumns(
            ids=np.array([asset.id for asset in points], np.uint32),
            lon=np.array([asset.lon for asset in points]),
            lat=np.array([asset.lat for asset in points]),
            class_index=np.zeros(len(points), np.uint8),
            commune_index=np.full(len(points), NO_COMMUNE, np.uint16),
        )
    )
    city_map.zoom_to_all(animate=False)
    made = Desk(bench, city_map, tmp_path)
    qtbot.addWidget(made.form)
    yield made
    made.form.hide()


async def test_a_view_becomes_a_page_that_opens(desk: Desk) -> None:
    desk.exporting.open_view()
    assert desk.form.isVisible()
    assert desk.form.making.file.text().endswith(".html")
    desk.form.making.confirm.click()
    assert not desk.form.making.confirm.isEnabled()
    await desk.bench.work_done()

    (request,) = desk.files.asked
    assert (request.format, request.map.shape) == (FileFormat.HTML, Shape.VIEW)
    assert len(request.map.assets) == len([a for a in desk.bench.client.assets.values() if a.line is None])
    assert request.map.bounds is not None
    assert request.map.bounds.south < 47.32 < request.map.bounds.north
    assert list(desk.files.kept.values()) == [b"made"]
    assert "is exported and opens" in desk.said[-1]
    assert not desk.form.isVisible()


async def test_keys_go_back_to_the_map_when_the_form_is_gone(desk: Desk, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(QLineEdit())
    column.addWidget(desk.city_map)
    column.addWidget(desk.form)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    desk.exporting.open_view()
    qtbot.waitUntil(desk.form.making.file.hasFocus, timeout=2000)
    desk.form.making.confirm.click()
    assert desk.form.making.stop.hasFocus()  # while it is made, the keyboard can give it up
    await desk.bench.work_done()
    assert desk.city_map.hasFocus()
    desk.exporting.open_view()
    desk.form.dismiss()
    assert desk.city_map.hasFocus()
    for widget in (desk.form, desk.city_map):  # they outlive this window
        widget.setParent(None)


async def test_where_no_browser_is_the_file_is_named(desk: Desk) -> None:
    desk.files.has_browser = False
    desk.exporting.open_view()
    desk.form.format.setCurrentIndex(desk.form.format.findData("csv"))
    assert desk.form.making.file.text().endswith(".csv")
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    assert desk.files.asked[0].format is FileFormat.CSV
    assert desk.said[-1].endswith(f"It is here: {next(iter(desk.files.kept))}")


@pytest.mark.parametrize(("format_", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
async def test_a_view_becomes_a_sheet_without_another_process(desk: Desk, format_: str, start: bytes) -> None:
    desk.exporting.open_view()
    desk.form.format.setCurrentIndex(desk.form.format.findData(format_))
    file = Path(desk.form.making.file.text())
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    content = desk.files.kept[file] if format_ == "png" else file.read_bytes()
    assert content.startswith(start)
    assert not desk.files.asked


async def test_a_refusal_is_announced_and_the_form_stays(desk: Desk) -> None:
    desk.files.refusal = "Too many. Zoom in."
    desk.exporting.open_view()
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    assert desk.said == ["Too many. Zoom in."]
    assert desk.form.isVisible()
    assert desk.form.making.confirm.isEnabled()
    assert not desk.files.kept


async def test_cancel_gives_up_what_is_being_made(desk: Desk) -> None:
    desk.files.never_ends = True
    desk.exporting.open_view()
    desk.form.making.confirm.click()
    await asyncio.sleep(0.01)
    desk.form.making.stop.click()
    await desk.bench.work_done()
    assert "no file was made" in desk.said[-1]
    assert not desk.files.kept


async def test_a_report_asks_for_communes_and_an_empty_one_says_what_to_do(desk: Desk) -> None:
    desk.exporting.open_report(())
    assert desk.said[-1].startswith("The selection is empty. Select assets")
    assert not desk.form.isVisible()
    ids = [asset.id for asset in desk.bench.client.assets.values() if asset.line is None][:3]
    desk.exporting.open_report(ids)
    desk.form.communes.setChecked(True)
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    made = desk.files.asked[0].map
    assert made.shape is Shape.REPORT
    assert [asset.id for asset in made.assets] == ids
    assert made.choropleth is not None


async def test_a_folder_that_is_not_there_is_said_for_a_sheet_too(desk: Desk) -> None:
    desk.exporting.open_view()
    desk.form.format.setCurrentIndex(desk.form.format.findData("pdf"))
    desk.form.making.file.setText(str(desk.files.folder / "gone" / "map.pdf"))
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    assert "could not be written" in desk.said[-1]


class OneFault:
    """A past moment in which everything was in fault."""

    shown_ms = 1_700_000_000_000.0

    def visual_of(self, asset_id: int) -> Visual:
        return Visual.FAULT

    def level_of(self, asset_id: int) -> int | None:
        return None

    def place_of(self, asset_id: int) -> LastPlace | None:
        return None


async def test_what_is_exported_during_a_replay_is_the_past_that_the_map_shows(desk: Desk) -> None:
    desk.exporting.read_past(OneFault())
    desk.exporting.open_view()
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    made = desk.files.asked[0].map
    assert made.made_at.timestamp() == 1_700_000_000
    assert {asset.state for asset in made.assets} == {Visual.FAULT}
    assert made.alarms == ()
    assert made.note.startswith("Replay of 2023-11-14 ")


def _text_of(file: Path) -> str:
    """All that is written in a PDF, without any space."""
    document = QPdfDocument()
    assert document.load(str(file)) is QPdfDocument.Error.None_
    text = "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    document.close()
    return "".join(text.split())


async def _export_pdf(desk: Desk) -> str:
    desk.form.format.setCurrentIndex(desk.form.format.findData("pdf"))
    desk.form.making.file.setText(str(desk.files.folder / "map.pdf"))
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    return _text_of(desk.files.folder / "map.pdf")


async def test_a_sheet_of_the_past_says_that_it_is_not_live(desk: Desk) -> None:
    desk.exporting.read_past(OneFault())
    desk.exporting.open_view()
    text = await _export_pdf(desk)
    assert "Replayof2023-11-14" in text
    assert "notlive:apaststate" in text
    desk.exporting.read_past(None)
    desk.exporting.open_view()
    assert "notlive" not in await _export_pdf(desk)


async def test_paper_and_how_it_lies_are_asked_for_sheets_only(desk: Desk) -> None:
    desk.exporting.open_view()
    assert not desk.form.paper.isVisible()
    desk.form.format.setCurrentIndex(desk.form.format.findData("pdf"))
    assert desk.form.paper.isVisible()
    desk.form.paper.setCurrentIndex(1)
    desk.form.lies.setCurrentIndex(1)
    await _export_pdf(desk)
    document = QPdfDocument()
    document.load(str(desk.files.folder / "map.pdf"))
    size = document.pagePointSize(0)
    document.close()
    assert (round(size.width()), round(size.height())) == (842, 1191)


async def test_a_report_is_a_map_and_a_table_of_every_chosen_asset(desk: Desk) -> None:
    chosen = [asset for asset in desk.bench.client.assets.values() if asset.line is None][:40]
    desk.exporting.open_report([asset.id for asset in chosen])
    text = await _export_pdf(desk)
    assert "Reportofaselection" in text
    assert "40assets" in text
    assert all("".join(asset.code.split()) in text for asset in chosen)


async def test_files_open_only_where_that_is_wanted_and_the_wish_is_remembered(desk: Desk) -> None:
    desk.exporting.open_view()
    assert desk.form.opens.isChecked()
    desk.form.opens.setChecked(False)
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    assert desk.files.opened == []
    assert desk.said[-1].startswith("The map is exported: ")
    desk.exporting.open_view()
    assert not desk.form.opens.isChecked()
    desk.form.opens.setChecked(True)
    desk.form.making.confirm.click()
    await desk.bench.work_done()
    assert len(desk.files.opened) == 1


async def test_a_sheet_waits_for_the_tiles_of_its_base_map_and_tells_how_many_came(desk: Desk) -> None:
    tiles = MadeTiles(is_ready=False)
    desk.city_map.ground.set_tile_sources([RasterLayer(tiles)])
    desk.exporting.open_view()
    desk.form.format.setCurrentIndex(desk.form.format.findData("png"))
    desk.form.making.confirm.click()
    await asyncio.sleep(0.3)
    asked = next(keys for keys in reversed(tiles.requests) if keys)
    assert desk.form.making.told.text() == f"0 of {len(asked)}"
    for key in asked:
        tiles.load(key)
    await desk.bench.work_done()
    (content,) = desk.files.kept.values()
    assert content.startswith(b"\x89PNG")
    assert tiles.requests[-1] == ()


async def test_tiles_that_do_not_come_are_not_waited_for_for_ever(desk: Desk) -> None:
    desk.city_map.ground.set_tile_sources([RasterLayer(MadeTiles(is_ready=False))])
    told: list[tuple[int, int]] = []
    paper = PaperExport(desk.context, desk.city_map, Patience(whole_s=5.0, silence_s=0.15))
    order = PaperOrder(desk.files.folder / "map.png", is_pdf=False, form=PaperFormat())
    await paper.make(order, lambda done, total: told.append((done, total)))
    assert told
    assert list(desk.files.kept) == [order.file]


async def test_waiting_for_tiles_can_be_given_up(desk: Desk) -> None:
    tiles = MadeTiles(is_ready=False)
    desk.city_map.ground.set_tile_sources([RasterLayer(tiles)])
    desk.exporting.open_view()
    desk.form.format.setCurrentIndex(desk.form.format.findData("pdf"))
    desk.form.making.confirm.click()
    await asyncio.sleep(0.05)
    desk.form.making.stop.click()
    await desk.bench.work_done()
    assert "no file was made" in desk.said[-1]
    assert tiles.requests[-1] == ()
    assert list(desk.files.folder.iterdir()) == []
