"""From an alarm, a journal entry or a place on the map to that moment on the cameras that may have seen it."""

import datetime as dt

from pytestqt.qtbot import QtBot

from console.panels.alarms.panel import AlarmsPanel
from console.panels.journal.panel import JournalPanel
from console.parts.past_moment import BEFORE, show_past, show_past_here
from console.store.wishes import MomentWish
from tests.console.conftest import Bench
from tests.ear import Ear


def heard(bench: Bench) -> Ear:
    ear = Ear()
    bench.stores.moments.moment_wished.connect(ear)
    return ear


async def test_an_alarm_is_seen_again_by_the_cameras_near_it_a_little_before(bench: Bench, qtbot: QtBot) -> None:
    ear = heard(bench)
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    panel.list.focus_first()
    alarm = next(one for one in bench.client.alarms_by_id.values() if bench.stores.alarms.get(one.id) is not None)
    bench.stores.selection.select(alarm.asset_id, alarm.id)
    panel.past_button.click()
    asset = bench.stores.assets.get(alarm.asset_id)
    assert asset is not None
    assert alarm.raised_at is not None
    (wish,) = ear.heard[-1]
    assert isinstance(wish, MomentWish)
    assert wish.at == alarm.raised_at - BEFORE
    assert wish.place == (asset.lon, asset.lat) or wish.camera_ids == (asset.id,)
    assert bench.opened == ["footage"]
    panel.close()
    bench.stores.moments.moment_wished.disconnect(ear)


async def test_a_journal_entry_is_seen_again(bench: Bench, qtbot: QtBot) -> None:
    ear = heard(bench)
    panel = JournalPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    await bench.work_done()
    row = next(row for row in range(panel.table.rowCount()) if panel.asset_of(row) is not None)
    panel.table.setCurrentCell(row, 1)
    panel.past_button.click()
    assert len(ear.heard) == 1
    assert bench.opened == ["footage"]
    panel.close()
    bench.stores.moments.moment_wished.disconnect(ear)


async def test_a_cameras_own_moment_is_its_own_picture(bench: Bench) -> None:
    ear = heard(bench)
    camera = bench.asset("CAM-009")
    at = dt.datetime(2026, 1, 15, 1, 0, tzinfo=dt.UTC)
    show_past(bench.context, camera.id, at)
    show_past_here(bench.context, 5.04, 47.32, at)
    assert ear.heard == [
        (MomentWish(at - BEFORE, camera_ids=(camera.id,)),),
        (MomentWish(at - BEFORE, place=(5.04, 47.32)),),
    ]
    bench.stores.moments.moment_wished.disconnect(ear)
