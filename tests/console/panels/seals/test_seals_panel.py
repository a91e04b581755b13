"""A period chosen in playback is sealed under two persons, and the seal broken only under two."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pytest

from console.panels.seals.panel import SealsPanel
from console.store.wishes import Extraction
from tests.console.conftest import Bench
from tools.screenshots import sample_city

SINCE = sample_city.NOW - dt.timedelta(hours=1)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[SealsPanel]:
    made = SealsPanel(bench.context)
    made.second.look_every_s = 0.01
    made.widget.show()
    await bench.work_done()
    yield made
    made.close()
    made.widget.close()
    made.widget.deleteLater()
    await bench.context.tasks.close()  # nobody may have agreed: what waits for him is ended


async def test_without_a_period_it_says_what_to_do(panel: SealsPanel) -> None:
    assert "Choose a period" in panel.chosen.text()
    assert not panel.seal.isEnabled()


async def test_the_chosen_period_is_sealed_once_a_second_person_agrees(bench: Bench, panel: SealsPanel) -> None:
    camera = bench.asset("CAM-009")
    bench.stores.moments.choose(Extraction((camera.id,), SINCE, SINCE + dt.timedelta(minutes=5)))
    assert "9 · " in panel.chosen.text()
    panel.reason.setText("hit and run")
    panel.seal.click()
    await asyncio.sleep(0.05)
    assert bench.client.locks == {}
    (asked,) = bench.client.waiting_approvals
    assert asked.act == "lock_footage"
    assert asked.payload["camera_ids"] == (camera.id,)
    assert "approval_id" not in asked.payload
    await bench.client.approve(asked.id)
    await bench.work_done()
    (lock,) = bench.client.locks.values()
    assert (lock.camera_ids, lock.since, lock.reason) == ((camera.id,), SINCE, "hit and run")
    assert lock.expires_at > sample_city.NOW + dt.timedelta(days=100)
    assert panel.table.rowCount() == 1


async def test_a_seal_is_broken_with_a_reason_and_a_second_person(bench: Bench, panel: SealsPanel) -> None:
    await test_the_chosen_period_is_sealed_once_a_second_person_agrees(bench, panel)
    panel.table.setCurrentCell(0, 0)
    panel.release.click()
    assert "why" in panel.notice.text
    assert len(bench.client.waiting_approvals) == 1
    panel.reason.setText("the court has its copy")
    panel.release.click()
    await asyncio.sleep(0.05)
    asked = bench.client.waiting_approvals[-1]
    assert (asked.act, asked.payload) == ("release_footage_lock", {"lock_id": next(iter(bench.client.locks))})
    await bench.client.approve(asked.id)
    await bench.work_done()
    assert [lock.state for lock in bench.client.locks.values()] == ["released"]
