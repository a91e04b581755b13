"""Selecting an asset anywhere selects it everywhere; closing a panel leaves nothing behind."""

import asyncio

import pytest
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.panels.alarms.panel import AlarmsPanel
from console.panels.cameras.panel import CamerasPanel
from console.panels.card.panel import CardPanel
from console.panels.map.panel import MapPanel
from console.panels.register.panel import RegisterPanel
from contract.api import JournalPage
from tests.console.conftest import Bench


async def test_an_alarm_in_the_list_moves_map_card_and_asset_list(bench: Bench, qtbot: QtBot) -> None:
    panels = [kind(bench.context) for kind in (MapPanel, AlarmsPanel, CardPanel, RegisterPanel)]
    for panel in panels:
        qtbot.addWidget(panel.widget)
    map_panel, alarms, card, assets = panels
    assert isinstance(map_panel, MapPanel)
    assert isinstance(alarms, AlarmsPanel)
    assert isinstance(card, CardPanel)
    assert isinstance(assets, RegisterPanel)
    assets.search.setText("Berbisey 003")
    assets.refresh()
    alarms.list.table.selectRow(1)
    cabinet = bench.asset("ARM-003")
    assert bench.stores.selection.asset_id == cabinet.id
    assert map_panel.city_map.selected == cabinet.id
    assert card.title.text() == cabinet.name
    assert assets.current_id() == cabinet.id
    map_panel.city_map.asset_selected.emit(bench.asset("B006").id)
    assert card.title.text() == "École avenue Maréchal-Foch"
    row = alarms.list.current
    assert row is not None
    assert row.alarm_id == 2
    for panel in panels:
        panel.close()


async def test_going_to_a_place_puts_its_nearest_cameras_on_the_wall(bench: Bench, qtbot: QtBot) -> None:
    wall = CamerasPanel(bench.context)
    qtbot.addWidget(wall.widget)
    cabinet = bench.asset("ARM-003")
    bench.stores.selection.go_to(cabinet.id)
    await bench.work_done()
    nearest = (await bench.client.nearest_cameras(cabinet.lon, cabinet.lat)).items
    assert wall.wall.cameras[:4] == [camera.asset.id for camera in nearest]
    assert len(set(bench.pictures.opened) - set(bench.pictures.closed)) == 4
    wall.close()
    assert set(bench.pictures.closed) == set(bench.pictures.opened)


@pytest.mark.parametrize("panel_id", sorted(load_panels()))
async def test_a_closed_panel_hears_nothing_more(panel_id: str, bench: Bench, qtbot: QtBot) -> None:
    panel = bench.open(panel_id)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    panel.close()
    panel.widget.hide()
    await bench.work_done()
    bench.stores.selection.go_to(bench.asset("ARM-003").id)
    bench.stores.assets.begin_loading()
    assert bench.context.tasks.running_count == 0
    assert bench.context.ticker.frame_clock.is_idle()


async def test_closing_cancels_a_question_that_nobody_answers(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def never(**_ignored: object) -> JournalPage:
        asked.set()
        await asyncio.sleep(3600)
        raise AssertionError

    monkeypatch.setattr(bench.client, "journal", never)
    panel = bench.open("journal")
    qtbot.addWidget(panel.widget)
    await asked.wait()
    assert bench.context.tasks.running_count == 1
    panel.close()
    await bench.context.tasks.close()
    assert bench.context.tasks.running_count == 0
