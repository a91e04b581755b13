"""A file is looked at, read otherwise, previewed and taken from the panel; assets leave from it and from any list."""

import asyncio
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestFailed
from console.panels.imports.panel import ImportsPanel
from console.parts.export_assets import export_assets
from contract.exports import ExportFormat, ExportRequest
from contract.imports import DateOrder, ImportState, Outcome
from tests.console.conftest import Bench


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> ImportsPanel:
    made = bench.open("imports")
    assert isinstance(made, ImportsPanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(760, 860)
    made.widget.show()
    return made


async def _look(bench: Bench, panel: ImportsPanel, name: str = "lamps.csv") -> None:
    panel.look_at(Path(name))
    await bench.work_done()


async def test_before_a_file_comes_the_panel_says_what_to_do(panel: ImportsPanel) -> None:
    shown = panel.widget.findChildren(type(panel.summary))
    assert any("drop it here" in label.text() for label in shown if label.isVisible())
    assert not panel.take.isVisible()


async def test_how_the_file_was_read_is_shown_and_one_choice_reads_it_otherwise(
    bench: Bench, panel: ImportsPanel
) -> None:
    await _look(bench, panel)
    reading = panel.reading
    assert reading.encoding.currentText() == "Windows-1252"
    assert reading.epsg.currentText() == "Lambert-93 (EPSG:2154)"
    assert "849 cells say nothing" in reading.remarks.text()
    assert reading.sample.rowCount() == 12
    reading.dates.setCurrentIndex(reading.dates.findData(DateOrder.MONTH_FIRST))
    reading.dates.activated.emit(reading.dates.currentIndex())
    await bench.work_done()
    assert bench.client.readings_asked[-1].dialect.dates is DateOrder.MONTH_FIRST
    assert bench.client.readings_asked[-1].dialect.encoding == "cp1252"


async def test_a_column_is_given_to_another_field(bench: Bench, panel: ImportsPanel) -> None:
    await _look(bench, panel)
    box = panel.columns.box("serial")
    assert box is not None
    box.setCurrentIndex(box.findData("TYPE_LAMPE"))
    box.activated.emit(box.currentIndex())
    await bench.work_done()
    assert bench.client.readings_asked[-1].mapping == {"serial": "TYPE_LAMPE"}


async def test_what_it_would_do_is_seen_row_by_row_and_then_taken(bench: Bench, panel: ImportsPanel) -> None:
    await _look(bench, panel)
    assert panel.summary.text() == "214 would be added, 1,377 changed. Nothing is taken yet."
    panel.preview.choose(Outcome.CHANGED)
    item = panel.preview.table.item(0, 3)
    assert item is not None
    assert item.text().startswith("Height (m): 8 \N{RIGHTWARDS ARROW} 8.5")
    panel.take.click()
    await bench.work_done()
    assert bench.client.taken_seals == ["5ea1"]
    assert panel.job is not None
    assert panel.job.state is ImportState.DONE
    assert panel.summary.text() == "Taken: 214 added, 1,377 changed."
    assert not panel.take.isEnabled()


async def test_wrong_rows_keep_it_out_are_said_and_go_into_a_file(
    bench: Bench, panel: ImportsPanel, tmp_path: Path
) -> None:
    bench.client.wrong_rows = 7
    await _look(bench, panel)
    assert not panel.take.isEnabled()
    panel.steps.setCurrentIndex(2)
    assert panel.preview.errors.isVisible()
    item = panel.preview.table.item(0, 3)
    assert item is not None
    assert item.text() == "HAUTEUR 'huit' is not a number"
    panel.save_errors(tmp_path / "errors.csv")
    await asyncio.sleep(0.05)
    await bench.work_done()
    assert (tmp_path / "errors.csv").read_text().startswith("row,reason")
    assert "errors.csv" in panel.notice.text


async def test_a_file_is_given_up(bench: Bench, panel: ImportsPanel) -> None:
    await _look(bench, panel)
    panel.stop.click()
    await bench.work_done()
    assert bench.client.imports == {}
    assert panel.job is None
    assert panel.choose.isEnabled()


async def test_assets_leave_with_the_filters_that_are_set(bench: Bench, panel: ImportsPanel, tmp_path: Path) -> None:
    page = panel.export
    page.class_.setCurrentIndex(page.class_.findData("camera"))
    cameras = sum(asset.class_ == "camera" for asset in bench.client.assets.values())
    assert page.counted.text() == f"{cameras} assets"
    page.begin.click()
    form = page.export.form
    form.format.setCurrentIndex(form.format.findData("gpkg"))
    form.system.setCurrentIndex(form.system.findData(2154))
    form.propose(tmp_path / "cameras.gpkg")
    form.making.confirm.click()
    await bench.work_done()
    asked = bench.client.exports_asked[-1]
    assert (asked.format, asked.classes, asked.epsg) == (ExportFormat.GEOPACKAGE, ("camera",), 2154)
    assert (tmp_path / "cameras.gpkg").read_bytes() == b"file"
    assert form.isHidden()


async def test_any_list_exports_what_it_shows(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    wanted = ExportRequest(format=ExportFormat.CSV, ids=(1, 2), columns=("code", "name"))
    export = export_assets(bench.context, lambda: wanted)
    qtbot.addWidget(export.form)
    export.ask(2)
    export.form.columns.setCurrentIndex(1)
    export.form.propose(tmp_path / "list.xlsx")
    export.form.making.confirm.click()
    await bench.work_done()
    asked = bench.client.exports_asked[-1]
    assert (asked.ids, asked.columns, asked.language) == ((1, 2), ("code", "name"), "en")
    export.ask(2)
    export.form.propose(tmp_path / "no such folder" / "list.xlsx")
    export.form.making.confirm.click()
    await bench.work_done()
    assert export.form.isVisible()
    assert export.form.making.confirm.isEnabled()


async def test_a_backend_that_refuses_is_heard(
    bench: Bench, panel: ImportsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_arguments: object) -> None:
        raise RequestFailed("The file was not taken.")

    monkeypatch.setattr(bench.client, "send_import", refuse)
    await _look(bench, panel)
    assert "not taken" in panel.notice.text
    assert panel.choose.isEnabled()
