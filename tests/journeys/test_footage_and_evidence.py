"""An alarm: its moment is seen again on the nearest cameras, taken out under two persons, and proves itself."""

import datetime as dt
import subprocess
import sys
import zipfile
from pathlib import Path

import av
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from backend_client.session import Session
from contract.api import ApprovalList, JournalPage
from contract.assets import Asset
from contract.evidence import EvidenceKeyFacts, EvidencePackage, EvidenceState
from contract.footage import CameraRecording, NearbyFootage, RecordingList
from contract.journal import EntryKind
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage, assets
from widgets.footage_timeline import Period

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]
REASON = "accident, hit and run"
REQUISITION = "TJ Dijon 2026/417"


def test_from_an_alarm_to_evidence_that_proves_itself(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        await stage.is_alive()
        second = await stage.session("supervisor2")
        try:
            async with seated(stage, qapp, tmp_path, "supervisor", with_video=True) as seat:
                recorded = await _recorded_cameras(second)
                cabinet = await _cabinet_near(second, recorded)
                began = seat.console.stores.link.server_now()
                await eventually(
                    lambda: _has_ten_seconds(second, cabinet, began + dt.timedelta(seconds=4)),
                    "some seconds are there",
                    60,
                )
                await _alarm_is_raised(stage, seat, cabinet)
                await _moment_is_seen_again(seat, second)
                package = await _package_is_ordered_and_approved(seat, second)
                await _package_proves_itself(seat, second, package, tmp_path)
                await _register_tells_it(second)
        finally:
            await second.close()

    play(qapp, story, 400)


async def _recorded_cameras(session: Session) -> dict[int, CameraRecording]:
    found: dict[int, CameraRecording] = {}

    async def some_are_recorded() -> bool:
        page = await session.get("/recordings", RecordingList, {"limit": 500})
        found.clear()
        found.update({one.camera_id: one for one in page.items if one.state == "recording"})
        return len(found) >= 4

    await eventually(some_are_recorded, "cameras are recorded", 90)
    return found


async def _has_ten_seconds(session: Session, place: Asset, at: dt.datetime) -> bool:
    query: dict[str, str | int | float | None] = {"lon": place.lon, "lat": place.lat, "at": at.isoformat()}
    found = await session.get("/footage/nearest", NearbyFootage, query)
    return any(one.has_footage for one in found.items)


async def _cabinet_near(session: Session, cameras: dict[int, CameraRecording]) -> Asset:
    places = [camera for camera in await assets(session, "camera") if camera.id in cameras]
    cabinets = await assets(session, "lighting_cabinet", "21231")
    return min(
        cabinets,
        key=lambda one: min((one.lon - at.lon) ** 2 + (one.lat - at.lat) ** 2 for at in places),
    )


async def _alarm_is_raised(stage: Stage, seat: Seat, cabinet: Asset) -> None:
    await stage.pull(f"/cabinets/{cabinet.code}/lose_supply")
    await eventually(lambda: any(where for what, where in seat.listed() if "Supply" in what), "the alarm is listed", 30)
    row = next(row for row in seat.alarms.list.model.rows if "Supply" in row.what)
    seat.alarms.focus_first()
    seat.alarms.list.select(row.alarm_id)


async def _moment_is_seen_again(seat: Seat, second: Session) -> None:
    seat.alarms.past_button.click()
    await eventually(lambda: len(seat.footage.cameras) > 0, "cameras near it had that moment", 30)
    # Asked anew: more cameras began to record while the story went on.
    assert set(seat.footage.cameras) <= set(await _recorded_cameras(second))
    # Recordings need a reason in words: asked once, and then the pictures come.
    await eventually(seat.footage.purpose.isVisible, "the reason is asked", 60)
    seat.footage.purpose.reason.setText(REASON)
    QTest.keyClick(seat.footage.purpose.reason, Qt.Key.Key_Return)
    await eventually(lambda: seat.footage.stage.time_of(0) is not None, "a picture of then is shown", 60)
    shown = seat.footage.stage.time_of(0)
    assert shown is not None
    assert abs(shown - seat.footage.transport.at) < 3.0
    seat.press(seat.footage.timeline, Qt.Key.Key_Period)
    await eventually(lambda: (seat.footage.stage.time_of(0) or 0) > shown, "one picture on", 10)
    seat.press(seat.footage.timeline, Qt.Key.Key_Space)
    await eventually(lambda: (seat.footage.stage.time_of(0) or 0) > shown + 1.0, "it plays", 15)
    seat.press(seat.footage.timeline, Qt.Key.Key_Space)


async def _package_is_ordered_and_approved(seat: Seat, second: Session) -> EvidencePackage:
    at_ms = seat.footage.transport.at * 1000
    seat.footage.timeline.show_selection(Period(at_ms - 4_000, at_ms))
    seat.footage.bar.evidence_requested.emit()
    form = seat.evidence.form
    await eventually(form.isVisible, "the form is open", 5)
    form.requisition.setText(REQUISITION)
    form.reason.setText(REASON)
    form.confirm.click()

    async def is_asked() -> bool:
        return bool((await second.get("/approvals", ApprovalList)).items)

    await eventually(is_asked, "the second person is asked", 15)
    (asked,) = (await second.get("/approvals", ApprovalList)).items
    assert asked.payload["requisition"] == REQUISITION
    await second.post(f"/approvals/{asked.id}/approve", {})
    ready: list[EvidencePackage] = []

    def is_ready() -> bool:
        ready[:] = [one for one in seat.evidence.packages if one.state is EvidenceState.READY]
        return bool(ready)

    await eventually(is_ready, "the package is built", 60)
    return ready[0]


async def _package_proves_itself(seat: Seat, second: Session, package: EvidencePackage, folder: Path) -> None:
    target = folder / "package.zip"
    seat.evidence.fetch_into(package, target)
    await eventually(lambda: target.exists() and target.stat().st_size == package.bytes, "it is fetched", 30)
    assert "verify.py" in seat.evidence.notice.text
    fingerprint = (await second.get("/evidence-key", EvidenceKeyFacts)).fingerprint
    with zipfile.ZipFile(target) as opened:
        name = next(one for one in opened.namelist() if one.endswith("verify.py"))
        verifier = folder / "verify.py"
        verifier.write_bytes(opened.read(name))
        clips = [one for one in opened.namelist() if one.endswith(".mp4")]
        (folder / "clip.mp4").write_bytes(opened.read(clips[0]))
    assert len(clips) == len(seat.footage.cameras)
    proved = _verified(verifier, target, fingerprint)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    with av.open(str(folder / "clip.mp4")) as clip:
        assert sum(1 for _ in clip.decode(video=0)) >= 30
    spoilt = bytearray(target.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (folder / "spoilt.zip").write_bytes(spoilt)
    refused = _verified(verifier, folder / "spoilt.zip", fingerprint)
    assert refused.returncode != 0
    assert any(Path(one).name in refused.stdout for one in clips), refused.stdout


def _verified(verifier: Path, package: Path, fingerprint: str) -> "subprocess.CompletedProcess[str]":
    """By Python's standard library alone: isolated, without anything installed."""
    command = [sys.executable, "-I", "-S", str(verifier), str(package), "--fingerprint", fingerprint, "--lang", "en"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


async def _register_tells_it(session: Session) -> None:
    acts: set[tuple[str, str]] = set()
    page = await session.get("/journal", JournalPage, {"limit": 200})
    for entry in page.items:
        if entry.kind is EntryKind.VIEWING:
            acts.add((entry.actor, str(entry.payload.get("act"))))
            if (entry.payload.get("stream"), entry.payload.get("act")) == ("footage", "asked"):
                assert entry.payload.get("reason") == REASON
    assert {actor for actor, _ in acts} >= {"supervisor"}
    assert ("supervisor", "began") in acts
