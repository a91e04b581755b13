"""One claim for everything a cabinet feeds, and what became of each lamp."""

from pytestqt.qtbot import QtBot

from console.panels.card.panel import CardPanel
from contract.commands import Command, CommandState
from contract.stream import CommandChanged
from tests.console.conftest import Bench


def _cabinet_code(bench: Bench) -> str:
    return next(asset.code for asset in bench.client.assets.values() if asset.class_ == "lighting_cabinet")


async def test_a_cabinets_lamps_are_claimed_together_and_the_failed_one_is_named(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.open("card")
    assert isinstance(panel, CardPanel)
    qtbot.addWidget(panel.widget)
    cabinet = bench.asset(_cabinet_code(bench))
    lamps = bench.stores.assets.supplied_by(cabinet.id)
    bench.stores.selection.select(cabinet.id)
    assert panel.tabs.isTabVisible(2)
    assert str(len(lamps)) in panel.supplied.summary.text()
    panel.supplied.form.number.setValue(100)
    panel.supplied.form.reason.setText("next cabinet is dark")
    panel.supplied.form.place.click()
    await bench.work_done()
    [request] = bench.client.claims_placed
    assert set(request.asset_ids) == {lamp.id for lamp in lamps}
    assert (request.value, request.reason) == (100, "next cabinet is dark")
    dark = lamps[0]
    now = bench.client.now
    bench.stores.message(
        CommandChanged(
            Command(
                id=f"{request.id}.{dark.id}",
                asset_id=dark.id,
                action="set",
                arguments={"level_percent": 100},
                actor="c.moreau",
                requested_at=now,
                deadline=now,
                state=CommandState.UNKNOWN,
                changed_at=now,
                detail="does not answer since 22:14",
            )
        )
    )
    panel.supplied.refresh()
    assert "does not answer since 22:14" in panel.supplied.progress.text()
    assert dark.code in panel.supplied.progress.text()
    panel.close()


async def test_a_lamp_has_no_supply_tab(bench: Bench, qtbot: QtBot) -> None:
    panel = bench.open("card")
    assert isinstance(panel, CardPanel)
    qtbot.addWidget(panel.widget)
    bench.stores.selection.select(bench.asset("PL-004-12").id)
    assert not panel.tabs.isTabVisible(2)
    panel.close()
