"""The last half minute in a tile, from a true media process: recorded pictures of that time, then live ones again."""

import datetime as dt
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from backend.devkit.clock import SystemClock
from backend.services.media import MediaProcess
from console.panels.cameras.keys import Act
from console.panels.cameras.panel import CamerasPanel
from console.shell.live_pictures import LivePictures
from contract.api import ViewRequest, ViewTicket
from contract.footage import FootageRequest, FootageTicket
from contract.media import IssueFootageTicket, OpenCamera, TicketReady
from tests.console.conftest import Bench
from tests.eventually import eventually
from tests.media.footage_door.stamped_footage import record_stamped
from tests.media.test_process import COMMAND
from tests.media.tickets import live_ticket
from tests.video.conftest import BarFilms
from video.clocks import wall
from video.footage.places import utc
from video.rtsp.server import RtspServer
from video.test_camera.camera import CameraStreet, TestCamera
from widgets.wall_layout.layout import even


class Watched:
    """A camera that is live and was recorded for the last two minutes, and a media process that gives both."""

    def __init__(self, camera_id: int, url: str, footage: Path) -> None:
        self.camera = OpenCamera(camera_id=camera_id, stream="sub", url=url)
        self.media = MediaProcess((*COMMAND, "--footage", str(footage)), [], clock=SystemClock())

    async def view(self, asset_id: int, request: ViewRequest) -> ViewTicket:
        """As the backend gives tickets for live pictures."""
        assert asset_id == self.camera.camera_id
        assert request.stream == "sub"
        url, expires_in = await live_ticket(self.media, self.camera, "anne")
        return ViewTicket(url=url, expires_in=expires_in)

    async def view_footage(self, asset_id: int, request: FootageRequest) -> FootageTicket:
        """As the backend gives tickets for recordings."""
        ready = await self.media.until_ready()
        secret = secrets.token_urlsafe(24)
        issue = IssueFootageTicket(
            ticket=secret,
            camera_id=asset_id,
            user="anne",
            expires_in=30,
            since=request.since,
            until=request.until,
            masks=(),
        )
        await self.media.ask(issue, secret, TicketReady, within_s=5)
        return FootageTicket(
            host="127.0.0.1",
            port=ready.footage_port,
            is_encrypted=False,
            ticket=secret,
            expires_in=30,
            is_masked=False,
            server_time=utc(wall()),
        )


@pytest.fixture
async def watched(bench: Bench, tmp_path: Path) -> AsyncIterator[Watched]:
    films = BarFilms()
    camera = bench.asset("CAM-001").id
    record_stamped(tmp_path, films, camera_id=camera, begins_at=float(int(wall()) - 120), seconds=116.0)
    cameras = {"/cam/001": TestCamera("CAM 001", 1, films)}
    server = RtspServer("127.0.0.1", 0, CameraStreet(cameras).resolve)
    await server.start()
    made = Watched(camera, f"rtsp://127.0.0.1:{server.port}/cam/001", tmp_path)
    await made.media.start()
    yield made
    await made.media.close()
    await server.close()


async def test_half_a_minute_ago_is_seen_in_the_tile_and_live_again(
    bench: Bench, qtbot: QtBot, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.client, "view", watched.view)
    monkeypatch.setattr(bench.client, "view_footage", watched.view_footage)
    pictures = LivePictures(workers=1)
    await pictures.start()
    panel = CamerasPanel(replace(bench.context, pictures=pictures, clock=lambda: utc(wall())))
    qtbot.addWidget(panel.widget)
    panel.widget.resize(640, 420)
    panel.widget.show()
    told: list[tuple[float, float]] = []

    def note(_tile: int, at: float) -> None:
        told.append((at, wall()))

    panel.stage.recorded_shown.connect(note)
    try:
        panel.wall.lay_out(even(1))
        panel.show_cameras((watched.camera.camera_id,))
        tile = panel.tiles[0]
        panel.focus_first()

        def is_live() -> bool:
            QTest.qWait(1)
            panel.stage.poll()
            return tile.is_live and tile.has_picture

        def has_played() -> bool:
            QTest.qWait(1)
            panel.stage.poll()
            return len(told) >= 15

        await eventually(is_live, "a live picture")
        panel.acts.do(Act.REPLAY)
        asked_at = wall()
        await eventually(has_played, "a second of the past")
        assert all(shown_at - at == pytest.approx(30.0, abs=1.0) for at, shown_at in told[1:])
        assert [at for at, _shown_at in told] == sorted({at for at, _shown_at in told})
        assert asked_at - 33.0 < told[0][0] < asked_at - 29.0  # at worst from the key picture before
        assert tile.words.past.startswith("PAST")
        assert not tile.is_live
        shown = dt.datetime.fromtimestamp(told[-1][0], dt.UTC).astimezone()
        assert shown.strftime("%M:%S") in tile.words.past
        panel.acts.do(Act.BACK)
        count = len(told)
        await eventually(is_live, "live again")
        assert tile.words.past == ""
        assert len(told) == count
    finally:
        panel.close()
        await bench.work_done()
        await pictures.aclose()
