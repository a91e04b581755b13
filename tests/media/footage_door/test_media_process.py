"""The footage door of a true media process, encrypted or not, seen from a true console's decoders."""

import secrets
from pathlib import Path

import pytest

from backend.devkit.clock import SystemClock
from backend.services.media import MediaProcess
from contract.footage import FootageTicket
from contract.media import IssueFootageTicket, MediaEvent, TicketReady, TicketUsed, ViewingEnded
from tests.certificates import own_certificate
from tests.eventually import eventually
from tests.media.footage_door.conftest import Tiles
from tests.media.footage_door.stamped_footage import record_stamped
from tests.media.test_process import COMMAND
from tests.video.conftest import BarFilms
from video.clocks import wall
from video.footage.places import utc
from video.states import StreamState


class Backend:
    """Issues tickets, and notes what the media process says of them."""

    def __init__(self, *options: str) -> None:
        self.heard: list[MediaEvent] = []
        self.media = MediaProcess((*COMMAND, *options), [self.heard.append], clock=SystemClock())

    async def access(self, at: float) -> FootageTicket:
        ready = await self.media.until_ready()
        secret = secrets.token_urlsafe(24)
        issue = IssueFootageTicket(
            ticket=secret,
            camera_id=7,
            user="anne",
            expires_in=30,
            since=utc(at - 600),
            until=utc(at + 600),
            masks=(),
        )
        await self.media.ask(issue, secret, TicketReady, within_s=5)
        return FootageTicket(
            host="127.0.0.1",
            port=ready.footage_port,
            is_encrypted=ready.is_encrypted,
            ticket=secret,
            expires_in=30,
            is_masked=False,
            server_time=utc(at),
        )


@pytest.mark.parametrize("encrypted", [False, True])
async def test_recordings_reach_the_console(
    tmp_path: Path, bar_films: BarFilms, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins_at = float(int(wall()) - 300)
    record_stamped(tmp_path / "footage", bar_films, begins_at=begins_at, seconds=20.0)
    options = ["--footage", str(tmp_path / "footage")]
    if encrypted:
        certificate, key = own_certificate(tmp_path)
        options += ["--certificate", str(certificate), "--key", str(key)]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    backend, tiles = Backend(*options), Tiles()
    await backend.media.start()
    await tiles.pool.start()
    try:
        tiles.pool.open_footage("a", backend.access, 640, 360)
        tiles.pool.seek("a", begins_at + 7.3)
        await tiles.until_shown("a", begins_at + 7.3, within_s=15.0)
        await tiles.until_said("a", StreamState.RECORDED)
        tiles.pool.close_tile("a")
        await eventually(lambda: [event for event in backend.heard if isinstance(event, ViewingEnded)])
        (used,) = [event for event in backend.heard if isinstance(event, TicketUsed)]
        (ended,) = [event for event in backend.heard if isinstance(event, ViewingEnded)]
        assert (used.stream, used.ticket) == ("footage", ended.ticket)
        assert ended.earliest == utc(begins_at + 6.0)
    finally:
        await tiles.pool.close()
        await backend.media.close()


async def test_a_stranger_to_the_certificate_is_told_so(tmp_path: Path, bar_films: BarFilms) -> None:
    begins_at = float(int(wall()) - 300)
    record_stamped(tmp_path / "footage", bar_films, begins_at=begins_at, seconds=2.0)
    certificate, key = own_certificate(tmp_path)
    options = ("--footage", str(tmp_path / "footage"), "--certificate", str(certificate), "--key", str(key))
    backend, tiles = Backend(*options), Tiles()
    await backend.media.start()
    await tiles.pool.start()
    try:
        tiles.pool.open_footage("a", backend.access, 640, 360)
        tiles.pool.seek("a", begins_at + 1.0)
        said = await tiles.until_said("a", StreamState.REFUSED, within_s=15.0)
        assert "encrypted" in said.reason
        assert tiles.pool.newest("a") is None
    finally:
        await tiles.pool.close()
        await backend.media.close()
