"""The camera wall at work: sixteen live tiles, a tour, a camera that dies, one head and two hands, masks, events."""

import asyncio
import contextlib
import datetime as dt
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from backend.devkit.clock import SystemClock
from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import ApprovalList
from contract.assets import Asset
from contract.footage import CameraRecording, RecordingList, RecordingMode
from contract.leases import LEASE_S, Lease
from contract.masks import Mask
from tests.eventually import eventually
from tests.journeys import camera_hands as hands
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import ROOT, Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
REASON = "fight in the square"
FACADE = Mask(id="m", name="façade", corners=((0.3, 0.2), (0.7, 0.2), (0.7, 0.6), (0.3, 0.6)))


def test_sixteen_tiles_live_and_one_dies_alone(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        session = await stage.session("operator1")
        try:
            cameras = await hands.streaming(session)
        finally:
            await session.close()
        async with seated(stage, qapp, tmp_path, "operator1", with_video=True) as seat:
            await seat.start_afresh()
            await hands.lay_out(seat, cameras)
            wall, painted = seat.cameras, hands.Painted(seat.cameras)
            seat.picture(tmp_path / "pictures", "sixteen tiles")

            # A camera stops sending: its tile says so, since when; all others go on.
            sick = 5
            broken = next(camera for camera in cameras if camera.id == _shown(seat)[sick])
            await stage.pull(f"/cameras/{broken.code}/fault", kind="stall")
            await eventually(lambda: not wall.tiles[sick].is_live, "the tile says that it stands still", 60)
            assert "since" in wall.tiles[sick].state_text
            painted.count.clear()
            others = [number for number in range(len(cameras)) if number != sick]
            await eventually(lambda: min(painted.count[number] for number in others) >= 20, "all others go on", 60)
            await eventually(lambda: all(wall.tiles[number].is_live for number in others), "all others are live", 30)
            seat.picture(tmp_path / "pictures", "one stands still")
            await stage.pull(f"/cameras/{broken.code}/clear")
            await eventually(lambda: wall.tiles[sick].is_live, "it is live again by itself", 45)

            # A number: the camera comes into the chosen tile. F: it alone, by its better stream. Esc: all again.
            tile = hands.choose(seat, 2)
            seat.press(tile, Qt.Key.Key_7)
            await eventually(wall.bar.number.hasFocus, "the number goes into its field")
            seat.press(wall.bar.number, Qt.Key.Key_Return)
            seventh = cameras[6].id
            await eventually(lambda: _shown(seat)[2] == seventh, "camera 7 is in the chosen tile")
            seat.press(wall.tiles[2], Qt.Key.Key_F)
            await eventually(lambda: wall.stage.streams.held(2) == (seventh, "main"), "it alone, large", 30)
            assert wall.wall.spotlight == 2
            assert [number for number, one in enumerate(wall.tiles) if one.isVisible()] == [2]
            await eventually(lambda: wall.tiles[2].is_live, "its better stream is live", 30)
            seat.press(wall.tiles[2], Qt.Key.Key_Escape)
            await eventually(lambda: sum(one.isVisible() for one in wall.tiles) == 16, "the layout is back")

            await _is_recorded_long_enough(stage, cameras[6])
            await _half_a_minute_ago(seat, 2, tmp_path)
            await _tour(seat, 1)

    play(qapp, story, 280)


async def _is_recorded_long_enough(stage: Stage, camera: Asset) -> None:
    """A stage that has just been set up has no half minute behind it."""
    session = await stage.session("supervisor")

    async def reaches_back() -> bool:
        now = SystemClock().now()
        found = await hands.timeline(session, camera, now - dt.timedelta(minutes=2), now)
        asked = [now - dt.timedelta(seconds=ago) for ago in (32, 28)]
        return any(span.since <= asked[0] and asked[1] <= span.until for span in found.spans)

    try:
        await eventually(reaches_back, "it is recorded for half a minute", 120)
    finally:
        await session.close()


async def _half_a_minute_ago(seat: Seat, number: int, folder: Path) -> None:
    """R: the last half minute in the tile, never to be taken for live; it wants a reason. L: live again."""
    wall = seat.cameras
    tile = hands.choose(seat, number)
    seat.press(tile, Qt.Key.Key_R)
    await eventually(wall.purpose.isVisible, "the reason is asked", 20)
    wall.purpose.reason.setText(REASON)
    QTest.keyClick(wall.purpose.reason, Qt.Key.Key_Return)
    await eventually(lambda: wall.replaying.tiles.get(number) is not None, "the past is shown", 30)
    ago = seat.console.stores.link.server_now().timestamp() - (wall.replaying.tiles[number] or 0)
    assert 20 < ago < 45
    assert tile.words.past
    assert not tile.is_live, "nobody takes it for live"
    seat.picture(folder / "pictures", "half a minute ago")
    tile = hands.choose(seat, number)
    seat.press(tile, Qt.Key.Key_L)
    await eventually(lambda: wall.tiles[number].is_live, "back to live", 20)
    assert not wall.tiles[number].words.past


async def _tour(seat: Seat, tile: int) -> None:
    """The cameras of the wall, one after another in the chosen tile; what was put there comes back."""
    wall = seat.cameras
    before = _shown(seat)
    hands.choose(seat, tile)
    wall.bar.wall_wanted.emit(None)
    await eventually(lambda: wall.touring.run.is_on, "the tour runs")
    seen = {wall.touring.run.index}
    for _ in range(2):
        seat.press(wall.tiles[tile], Qt.Key.Key_N)
        await eventually(lambda: wall.touring.run.index not in seen, "the next one")
        seen.add(wall.touring.run.index)
    assert len(seen) == 3
    await eventually(lambda: wall.tiles[tile].is_live, "its picture is live", 30)
    seat.press(wall.tiles[tile], Qt.Key.Key_T)
    await eventually(lambda: "paused" in wall.touring.words.lower(), "it is held", 5)
    wall.bar.stop_tour_wanted.emit()
    await eventually(lambda: _shown(seat)[tile] == before[tile], "the tile is as it was put")


def test_two_operators_and_one_head(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        session = await stage.session("operator2")
        try:
            dome = next(one for one in await hands.streaming(session) if one.extra.get("ptz") == "yes")
            async with seated(stage, qapp, tmp_path, "operator2") as seat:
                await seat.start_afresh()
                wall = seat.cameras
                wall.show_cameras((dome.id,))
                tile = hands.choose(seat, wall.wall.cameras.index(dome.id))
                await eventually(lambda: hands.is_movable(seat, dome), "it can be turned", 60)
                with _holding_right(stage, "operator1", dome) as other:
                    await eventually(lambda: _moves(stage, dome), "the other turns it", 60)
                    await eventually(lambda: "Anne" in tile.words.said, "who holds it stands on the tile", 15)
                    QTest.keyPress(tile, Qt.Key.Key_Left)
                    await eventually(lambda: "Anne" in tile.words.said, "refused, with the name", 10)
                    QTest.keyRelease(tile, Qt.Key.Key_Left)
                    killed_at = time.monotonic()
                    other.kill()
                    await eventually(lambda: _stands(stage, dome), "the head stops", LEASE_S)
                    await eventually(lambda: _is_free(session, dome), "and is free", LEASE_S)
                    assert time.monotonic() - killed_at <= LEASE_S
                await eventually(lambda: "Anne" not in tile.words.said, "she holds it no more", 15)
                QTest.keyPress(tile, Qt.Key.Key_Left)
                await eventually(lambda: _moves(stage, dome), "now it is his", 15)
                QTest.keyRelease(tile, Qt.Key.Key_Left)
                await eventually(lambda: _stands(stage, dome), "let go, it stands", 10)
                assert (await session.get(f"/cameras/{dome.id}/lease", Lease)).is_mine
        finally:
            await session.close()

    play(qapp, story, 200)


def test_a_mask_that_one_draws_covers_it_for_all(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        session = await stage.session("supervisor")
        try:
            camera = (await hands.streaming(session))[3]
            async with (
                seated(stage, qapp, tmp_path, "administrator", with_video=True) as first,
                seated(stage, qapp, tmp_path, "operator1", with_video=True) as second,
            ):
                await second.start_afresh()
                await hands.lay_out(second, [camera])
                tile = second.cameras.tiles[0]
                await eventually(lambda: not hands.is_covered(tile, FACADE), "all of it is seen", 20)

                page = hands.settings(first, camera, 0).masks
                await eventually(page.editor.isEnabled, "it may be drawn", 30)
                await eventually(lambda: not hands.is_plain(page.editor), "on its picture", 60)
                hands.draw_rectangle(page.editor, FACADE)
                assert len(page.editor.masks) == 1
                page.reason.setText("windows")
                page.keep.click()
                await eventually(lambda: hands.is_covered(tile, FACADE), "the other sees it covered", 30)
                await eventually(lambda: tile.is_live, "and live", 30)
                second.picture(tmp_path / "pictures", "covered")

                # What was recorded before is covered as well.
                await _is_recorded_long_enough(stage, camera)
                await _half_a_minute_ago_covered(second, tmp_path)

                # Two persons lift it, for one of them.
                own = hands.settings(second, camera, 0).masks
                await eventually(own.lift.isEnabled, "it may be lifted", 20)
                own.second_looks_every(0.2)
                own.reason.setText("number plate, TJ 2026/417")
                own.lift.click()
                asked = await eventually(lambda: _asked(session), "the second person is asked", 20)
                await session.post(f"/approvals/{asked}/approve", None)
                hands.bring_wall_forward(second)
                give_up = second.console.texts("masks.give_up")
                await eventually(lambda: own.lift.text() == give_up, "it is lifted, and may be given up", 20)
                second.cameras.place(0, None)
                second.cameras.put(0, camera.id)
                await eventually(lambda: tile.is_live and not hands.is_covered(tile, FACADE), "he sees it bare", 40)
                own.lift.click()
                await eventually(lambda: hands.is_covered(tile, FACADE), "covered again", 40)
        finally:
            await session.close()

    play(qapp, story, 250)


async def _half_a_minute_ago_covered(seat: Seat, folder: Path) -> None:
    tile = seat.cameras.tiles[0]
    await _half_a_minute_ago(seat, 0, folder)
    seat.press(hands.choose(seat, 0), Qt.Key.Key_R)
    await eventually(lambda: seat.cameras.replaying.tiles.get(0) is not None, "the past is shown", 30)
    assert hands.is_covered(tile, FACADE), "the past is covered"
    seat.press(hands.choose(seat, 0), Qt.Key.Key_L)
    await eventually(lambda: tile.is_live, "back to live", 20)


def test_what_moves_is_recorded_from_before_it_moved(lasting_stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        stage = lasting_stage
        session = await stage.session("supervisor")
        try:
            camera = (await hands.streaming(session))[8]
            async with seated(stage, qapp, tmp_path, "administrator") as seat:
                page = hands.settings(seat, camera, 1).recording
                await eventually(page.keep.isEnabled, "its plan is there", 20)
                page.mode.setCurrentIndex(page.mode.findData(RecordingMode.EVENT))
                page.pre_roll.setValue(8)
                page.post_roll.setValue(3)
                page.keep.click()
                planned_at = seat.console.stores.link.server_now()
                await eventually(lambda: _waits(session, camera), "it waits for something to happen", 30)
                await asyncio.sleep(14.0)  # what is kept in memory has to be longer than the pre-roll
                moved_at = seat.console.stores.link.server_now()
                await stage.pull(f"/cameras/{camera.code}/fault", kind="motion")
                await asyncio.sleep(2.0)
                await stage.pull(f"/cameras/{camera.code}/clear")

                async def is_recorded() -> Any:
                    now = seat.console.stores.link.server_now()
                    found = await hands.timeline(session, camera, planned_at - dt.timedelta(seconds=30), now)
                    return found if any(span.until > moved_at for span in found.spans) else None

                found = await eventually(is_recorded, "it is recorded", 30)
                [span] = [span for span in found.spans if span.until > moved_at]
                before_s = (moved_at - span.since).total_seconds()
                # Its own street moves too and records as well: the recorder's own tests hold the other ends.
                assert before_s >= 6, "from the pre-roll on, by whole groups of pictures"
                assert not [gap for gap in found.gaps if gap.since > planned_at], "which is no gap"
                assert [mark.kind for mark in found.marks if mark.kind in {"motion", "event"}]
        finally:
            await session.close()

    play(qapp, story, 150)


def _shown(seat: Seat) -> list[int | None]:
    contents = [seat.cameras.desk.camera_in(number) for number in range(16)]
    return [None if camera is None else camera.id for camera in contents]


async def _asked(session: Session) -> str:
    items = (await session.get("/approvals", ApprovalList)).items
    return items[0].id if items else ""


async def _waits(session: Session, camera: Asset) -> CameraRecording | None:
    page = await session.get("/recordings", RecordingList, {"limit": 500})
    return next((one for one in page.items if one.camera_id == camera.id and one.state == "waiting"), None)


async def _moves(stage: Stage, dome: Asset) -> bool:
    said: dict[str, object] = await stage.ask_field(f"/cameras/{dome.code}")
    return said["is_moving"] is True


async def _stands(stage: Stage, dome: Asset) -> bool:
    return not await _moves(stage, dome)


async def _is_free(session: Session, dome: Asset) -> bool:
    with contextlib.suppress(ClientError):
        return (await session.get(f"/cameras/{dome.id}/lease", Lease)).holder != "operator1"
    return False


@contextlib.contextmanager
def _holding_right(stage: Stage, user: str, dome: Asset) -> Generator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.journeys.steering_console", stage.url, user, str(dome.id)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
