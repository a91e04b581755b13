"""A survey comes in as a file and stands on the map; what leaves as a GeoPackage comes in again and changes nothing."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.panels.imports.panel import ImportsPanel
from contract.assets import Asset
from contract.exports import ExportFormat
from contract.imports import ImportState
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

_DIJON = "21231"
_NEW = tuple(f"SQUARE-{number}" for number in range(1, 4))


def test_a_survey_comes_in_stands_on_the_map_and_leaves_again(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "administrator") as seat:
            panel = _open(seat)
            lamps = seat.console.stores.assets.all()
            known = next(one for one in lamps if one.class_ == "streetlight" and one.commune == _DIJON)
            await _comes_in(seat, panel, known, tmp_path)
            await _leaves_and_changes_nothing(seat, panel, tmp_path)

    play(qapp, story, 280)


def _open(seat: Seat) -> ImportsPanel:
    assert seat.console.desk is not None
    hosted = seat.console.desk.open_panel("imports")
    assert hosted is not None
    assert isinstance(hosted.panel, ImportsPanel)
    return hosted.panel


async def _comes_in(seat: Seat, panel: ImportsPanel, known: Asset, folder: Path) -> None:
    survey = folder / "square.csv"
    rows = [f"{known.code};Lampe relevée;{known.lon:.6f};{known.lat:.6f}"]
    rows += [f"{code};Lampe du square;{known.lon + 0.0004 * n:.6f};{known.lat:.6f}" for n, code in enumerate(_NEW, 1)]
    wrong = "SQUARE-4;Lampe du square;nowhere;47,3"
    survey.write_text("\n".join(["code;nom;lon;lat", *(row.replace(".", ",") for row in rows), wrong]), "cp1252")
    panel.class_.setCurrentIndex(panel.class_.findData("streetlight"))
    panel.commune.setCurrentIndex(panel.commune.findData(_DIJON))
    panel.look_at(survey)

    # One row is wrong: nothing is taken before it is left out or mended, and it can be read in a file.
    await eventually(lambda: _counts(panel) == (3, 1, 0, 1), "the wrong row is told", 60)
    assert not panel.take.isEnabled()
    panel.save_errors(folder / "errors.csv")
    await eventually((folder / "errors.csv").exists, "the errors are in a file", 20)
    assert "SQUARE-4" in (folder / "errors.csv").read_text("utf-8-sig")
    survey.write_text(survey.read_text("cp1252").replace("nowhere", f"{known.lon:.6f}".replace(".", ",")), "cp1252")
    panel.look_at(survey)
    await eventually(lambda: _counts(panel) == (4, 1, 0, 0), "it is understood", 60)
    seat.picture(folder / "pictures", "import")
    panel.take.click()
    await eventually(lambda: panel.job is not None and panel.job.state is ImportState.DONE, "it is taken", 60)

    # The stream brought the new lamps: they stand in the register and on the map.
    stores = seat.console.stores
    await eventually(lambda: all(stores.assets.search(code)[1] for code in _NEW), "the console holds them", 30)
    made = stores.assets.search(_NEW[0])[0][0]
    stores.selection.go_to(made.id)
    assert seat.map.city_map.selected == made.id
    held = stores.assets.get(known.id)
    assert held is not None
    assert held.name == "Lampe relevée"


async def _leaves_and_changes_nothing(seat: Seat, panel: ImportsPanel, folder: Path) -> None:
    page = panel.export
    page.text.setText("Lampe du square")
    file = folder / "square.gpkg"
    page.begin.click()
    form = page.export.form
    form.format.setCurrentIndex(form.format.findData(ExportFormat.GEOPACKAGE.value))
    form.propose(file)
    form.making.confirm.click()
    await eventually(lambda: file.exists() and file.stat().st_size > 0, "the GeoPackage is there", 60)
    panel.look_at(file)
    await eventually(lambda: _counts(panel) == (0, 0, 4, 0), "the register says all of it already", 60)
    assert not panel.take.isEnabled()


def _counts(panel: ImportsPanel) -> tuple[int, int, int, int] | None:
    """How many rows would be added, changed, left as they are, and are wrong; None before the file is read."""
    report = None if panel.job is None else panel.job.report
    if report is None:
        return None
    return report.added_count, report.changed_count, report.unchanged_count, report.error_count
