"""Who configures one commune opens the devices of his commune, and nothing of the rest of the page."""

import pytest

from console.kit.errors import RequestRefused
from console.panels.administration.panel import AdministrationPanel
from contract.bindings import ConnectionNames
from tests.console.conftest import Bench

DEVICES = 3


async def test_a_communes_administrator_opens_the_devices_behind_his_connections(bench: Bench) -> None:
    bench.client.administration_refusal = RequestRefused(403, "Not allowed.", "", None)
    async with bench.shown(AdministrationPanel(bench.context), 1180, 760) as panel:
        await bench.work_done()
        assert "the devices of that part are under" in panel.notice.text
        panel.notice.clear()
        panel.tabs.setCurrentIndex(DEVICES)
        await bench.work_done()
        names = panel.connection_names
        assert names.widget.isVisible()
        assert not panel.devices.widget.isVisible()
        assert panel.notice.text == ""
        rows = [[_cell(panel, row, column) for column in range(4)] for row in range(names.table.rowCount())]
        assert rows[1][:3] == ["talq 21231", "● up", "TALQ lighting"]
        assert rows[0][1] == "▲ down"
        names.search.setText("talq")
        await bench.work_done()
        assert names.table.rowCount() == 1
        assert not names.open.isEnabled()
        names.table.setCurrentCell(0, 0)
        names.open.click()
        await bench.work_done()
        assert panel.bindings.widget.isVisible()
        assert panel.bindings.table.rowCount() > 0
        panel.bindings.leave.click()
        await bench.work_done()
        assert names.widget.isVisible()
        assert not panel.devices.widget.isVisible()


async def test_where_nothing_of_his_answers_he_is_told_whom_to_ask(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(_search: str = "", _cursor: str | None = None) -> ConnectionNames:
        return ConnectionNames(items=(), next=None, total=0)

    monkeypatch.setattr(bench.client, "connection_names", none)
    bench.client.administration_refusal = RequestRefused(403, "Not allowed.", "", None)
    async with bench.shown(AdministrationPanel(bench.context), 1180, 760) as panel:
        panel.tabs.setCurrentIndex(DEVICES)
        await bench.work_done()
        assert panel.connection_names.empty.isVisible()
        assert "who administers the whole city" in panel.connection_names.empty.text()
        assert not panel.connection_names.table.isVisible()


def _cell(panel: AdministrationPanel, row: int, column: int) -> str:
    item = panel.connection_names.table.item(row, column)
    return "" if item is None else item.text()
