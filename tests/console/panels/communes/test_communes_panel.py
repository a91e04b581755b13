"""Communes on a day, and their dates set by who configures the city."""

import datetime as dt

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from console.panels.communes.panel import CommunesPanel
from tests.console.conftest import Bench


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> CommunesPanel:
    """Open, one commune merged into another in 2019."""
    catalogue = bench.stores.catalogue
    first, second, *others = catalogue.communes.values()
    merged = replace(first, valid_to=dt.date(2019, 2, 28), merged_into=second.code)
    catalogue.take(catalogue.classes.values(), [merged, second, *others])
    made = bench.open("communes")
    assert isinstance(made, CommunesPanel)
    qtbot.addWidget(made.widget)
    made.widget.show()
    return made


async def test_there_were_more_before_the_merger(bench: Bench, panel: CommunesPanel) -> None:
    total = len(bench.stores.catalogue.communes)
    assert panel.told.text().startswith(f"{total - 1} communes of {total}")
    panel.day.setText("01/06/2017")
    assert panel.told.text().startswith(f"{total} communes of {total}")
    panel.day.setText("one day")
    assert "is not a date" in panel.told.text()
    panel.close()


async def test_dates_are_kept_with_their_reason(bench: Bench, panel: CommunesPanel) -> None:
    panel.form.set_text("valid_to", "31/12/2026")
    panel.reason.setText("decree")
    panel.save()
    await bench.work_done()
    [(_code, wanted)] = bench.client.communes_dated
    assert (wanted.valid_to, wanted.reason) == (dt.date(2026, 12, 31), "decree")
    panel.form.set_text("valid_to", "soon")
    panel.save()
    await bench.work_done()
    assert len(bench.client.communes_dated) == 1
    panel.close()
