"""Evidence is asked for, agreed to by a second person, and fetched."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.kit.errors import RequestRefused
from console.kit.translations import Translations, set_in_french
from console.panels.approvals.panel import ApprovalsPanel
from console.panels.approvals.presenter import ApprovalsPresenter
from console.panels.evidence.panel import EvidencePanel
from console.store.wishes import Extraction
from contract.api import ApprovalRequest
from contract.evidence import EvidenceList, EvidenceState
from tests.console.conftest import Bench
from tools.screenshots import sample_city

SINCE = sample_city.NOW - dt.timedelta(hours=1)
UNTIL = SINCE + dt.timedelta(minutes=7)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[EvidencePanel]:
    async with bench.shown(EvidencePanel(bench.context), 700, 700) as made:
        yield made
    await bench.work_done()


def cell(panel: EvidencePanel, row: int, column: int) -> str:
    item = panel.table.item(row, column)
    assert item is not None
    return item.text()


async def test_a_period_is_ordered_bound_to_exactly_what_the_second_person_reads(
    bench: Bench, panel: EvidencePanel
) -> None:
    camera = bench.asset("CAM-009")
    bench.stores.moments.extract(Extraction((camera.id,), SINCE, UNTIL))
    assert panel.form.isVisible()
    assert not panel.form.confirm.isEnabled()
    panel.form.requisition.setText("TJ Dijon 2026/417")
    panel.form.reason.setText("accident")
    QTest.mouseClick(panel.form.confirm, Qt.MouseButton.LeftButton)
    await bench.work_done()
    (package,) = bench.client.packages.values()
    (approval,) = bench.client.waiting_approvals
    assert (package.parts[0].camera_id, package.parts[0].since, package.parts[0].until) == (camera.id, SINCE, UNTIL)
    assert approval.act == "extract_evidence"
    assert approval.payload["requisition"] == "TJ Dijon 2026/417"
    assert approval.payload.keys() == {"parts", "requisition", "reason", "incident", "lock_id"}
    assert not panel.form.isVisible()
    assert panel.table.rowCount() == 1
    assert "second person" in cell(panel, 0, 3)


@pytest.mark.parametrize(
    ("minutes", "requisition", "words"),
    [(-1, "r", "after it begins"), (25 * 60, "r", "At most 24 hours"), (5, "", "requisition")],
)
async def test_what_is_missing_is_said_before_it_is_asked(
    bench: Bench, panel: EvidencePanel, minutes: int, requisition: str, words: str
) -> None:
    until = SINCE + dt.timedelta(minutes=minutes)
    bench.stores.moments.extract(Extraction((bench.asset("CAM-009").id,), SINCE, until))
    panel.form.requisition.setText(requisition)
    panel.form.reason.setText("accident")
    assert words in panel.form.trouble.text()
    assert not panel.form.confirm.isEnabled()


async def test_a_refusal_keeps_what_was_typed(bench: Bench, panel: EvidencePanel) -> None:
    bench.stores.moments.extract(Extraction((bench.asset("CAM-009").id,), SINCE, UNTIL))
    panel.form.requisition.setText("TJ 1")
    panel.form.reason.setText("accident")
    bench.client.refusal = RequestRefused(403, "Forbidden", "Not your commune.")
    panel.form.confirm.click()
    await bench.work_done()
    bench.client.refusal = None
    assert "Not your commune" in panel.notice.text
    assert panel.form.isVisible()
    assert panel.form.requisition.text() == "TJ 1"


async def test_each_state_offers_what_can_be_done(bench: Bench, panel: EvidencePanel, tmp_path: Path) -> None:
    bench.client.have_packages(bench.asset("CAM-009").id)
    panel.refresh()
    await bench.work_done()
    offered: dict[str, tuple[bool, bool, bool]] = {}
    for row in range(panel.table.rowCount()):
        panel.table.setCurrentCell(row, 0)
        state = cell(panel, row, 3).split(" ")[0]
        offered[state] = (panel.fetch.isEnabled(), panel.stop.isEnabled(), panel.go_on.isEnabled())
    assert offered == {
        "waits": (False, False, False),
        "being": (False, True, False),
        "stopped": (False, False, True),
        "ready": (True, False, False),
        "failed": (False, False, True),
    }
    ready = next(one for one in bench.client.packages.values() if one.state is EvidenceState.READY)
    panel.fetch_into(ready, tmp_path / "package.zip")
    await bench.work_done()
    assert (tmp_path / "package.zip").read_bytes() == ready.id.encode()
    panel.fetch_into(ready, tmp_path / "nowhere" / "package.zip")
    await bench.work_done()
    assert "cannot be written" in panel.notice.text
    await asyncio.get_running_loop().shutdown_default_executor()  # files are written in a thread of the loop's pool


async def test_destroying_asks_once_with_its_consequence(bench: Bench, panel: EvidencePanel) -> None:
    bench.client.have_packages(bench.asset("CAM-009").id)
    panel.refresh()
    await bench.work_done()
    count = len(bench.client.packages)
    panel.destroy.click()
    await bench.work_done()
    assert len(bench.client.packages) == count
    assert "for good" in panel.notice.text
    panel.destroy.click()
    await bench.work_done()
    assert len(bench.client.packages) == count - 1


async def test_the_second_person_reads_cameras_period_and_reason_and_approves(
    bench: Bench, panel: EvidencePanel
) -> None:
    bench.stores.moments.extract(Extraction((bench.asset("CAM-009").id,), SINCE, UNTIL))
    panel.form.requisition.setText("TJ Dijon 2026/417")
    panel.form.reason.setText("accident, rue Devosge")
    panel.form.confirm.click()
    await bench.work_done()
    approvals = ApprovalsPanel(bench.context)
    approvals.widget.show()
    await bench.work_done()
    words = "\n".join(approvals.words())
    for part in (
        "extract evidence",
        "accident, rue Devosge",
        "TJ Dijon 2026/417",
        "9 · ",
        f"{SINCE.astimezone():%H:%M}",
    ):
        assert part in words
    (button,) = approvals.buttons.values()
    button.click()
    await bench.work_done()
    assert bench.client.waiting_approvals[0].approver
    approvals.close()
    approvals.widget.close()
    approvals.widget.deleteLater()
    await bench.work_done()


async def test_the_second_person_reads_every_camera_and_the_requisition_however_many_they_are(bench: Bench) -> None:
    cameras = [asset.id for asset in bench.client.assets.values() if asset.class_ == "camera"]
    parts = [
        {"camera_id": camera, "since": SINCE.isoformat(), "until": UNTIL.isoformat()}
        for camera in cameras
        for _ in "ab"
    ]
    request = ApprovalRequest(act="extract_evidence", payload={"parts": parts, "requisition": "TJ 9"}, reason="r")
    await bench.client.request_approval(request)
    presenter = ApprovalsPresenter(bench.stores.assets, bench.stores.catalogue, bench.client, Translations("fr"))
    (approval,) = await presenter.waiting()
    details = presenter.line(approval).details
    assert all(presenter.line(approval).details.count(f"{bench.asset(code).name}") for code in ("CAM-007", "CAM-009"))
    assert set_in_french("Réquisition : TJ 9") in details
    assert details.count(set_in_french("Période : ")) == 1
    assert "camera_id" not in details
    assert "…" not in details


async def test_who_may_not_see_evidence_reads_so_and_finds_nothing_to_press(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(cursor: str | None = None) -> EvidenceList:
        del cursor
        raise RequestRefused(403, "You may not do this.", "it takes the right to manage")

    monkeypatch.setattr(bench.client, "evidence", refused)
    made = EvidencePanel(bench.context)
    made.widget.show()
    await bench.work_done()
    assert "whole city" in made.empty_text
    assert not made.table.isVisible()
    assert not any(button.isEnabled() for button in (made.fetch, made.stop, made.go_on, made.destroy))
    made.close()
    made.widget.close()
    made.widget.deleteLater()
