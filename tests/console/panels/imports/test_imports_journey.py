"""A maintenance manager's afternoon: a survey in Lambert-93 comes in over the wire, and leaves as a workbook."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.kit.exporting import NoMapFiles
from console.panels.imports.panel import ImportsPanel
from console.shell.requests import Requests
from contract.imports import ImportState, Outcome
from tests.backend.api.serving import ServedCity, serve
from tests.backend.api.two_communes import DIJON, EVERYTHING, TwoCommunes
from tests.console.conftest import Bench

SURVEY = (
    "code;nom;hauteur;date pose;x;y;lampe\n"
    "{known};Mât relevé;9,5;03/04/2021;854102,4;6692871,9;LED\n"
    "NEUF-1;Mât neuf;8;31/12/2023;854130,0;6692880,1;#N/A\n"
    "NEUF-2;Mât neuf;huit;31/12/2023;854135,0;6692884,1;LED\n"
)


@pytest.fixture
async def served() -> AsyncIterator[ServedCity]:
    city = TwoCommunes()
    await city.start()
    async with serve(city) as listening:
        yield listening
    await city.close()


async def _still(bench: Bench) -> None:
    async with asyncio.timeout(60):
        while bench.context.tasks.running_count:
            await asyncio.sleep(0.02)


async def test_a_survey_comes_in_is_mended_taken_and_leaves_again(
    bench: Bench, served: ServedCity, qtbot: QtBot, tmp_path: Path
) -> None:
    await served.city.account("anne", EVERYTHING)
    session = await served.login("anne")
    context = replace(bench.context, client=Requests(session, lambda: None), map_files=NoMapFiles())
    panel = ImportsPanel(context, look_every_s=0.05)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(760, 860)
    panel.widget.show()
    known = served.city.lamps()[0]
    survey = tmp_path / "relevé.csv"
    survey.write_text(SURVEY.format(known=known.code), "cp1252")

    panel.class_.setCurrentIndex(panel.class_.findData("streetlight"))
    panel.commune.setCurrentIndex(panel.commune.findData(DIJON))
    panel.look_at(survey)
    await _still(bench)
    assert panel.reading.encoding.currentText() == "Windows-1252"
    assert panel.reading.epsg.currentText() == "Lambert-93 (EPSG:2154)"
    assert "1 row is wrong" in panel.summary.text()
    assert not panel.take.isEnabled()
    panel.save_errors(tmp_path / "errors.csv")
    await _still(bench)
    assert "NEUF-2" in (tmp_path / "errors.csv").read_text("utf-8-sig")

    box = panel.columns.box("height_m")
    assert box is not None
    box.setCurrentIndex(0)  # the height is not to be taken from this file
    box.activated.emit(0)
    await _still(bench)
    assert panel.summary.text() == "2 would be added, 1 changed. Nothing is taken yet."
    panel.preview.choose(Outcome.CHANGED)
    told = panel.preview.table.item(0, 3)
    assert told is not None
    assert "Mât relevé" in told.text()
    assert served.city.register.find("streetlight", "NEUF-1") is None
    panel.take.click()
    await _still(bench)
    assert panel.job is not None
    assert panel.job.state is ImportState.DONE
    new = served.city.register.find("streetlight", "NEUF-1")
    assert new is not None
    assert (new.commune, new.extra, str(new.commissioned)) == (DIJON, {"hauteur": "8"}, "2023-12-31")

    page = panel.export
    page.text.setText("Mât neuf")
    page.export.ask(2)
    page.export.form.propose(tmp_path / "neufs.xlsx")
    page.export.form.making.confirm.click()
    await _still(bench)
    panel.look_at(tmp_path / "neufs.xlsx")
    await _still(bench)
    assert panel.summary.text() == "Nothing changes: the register says all of it already."
    panel.close()
