"""Video that leaves the machine: encrypted, by a certificate that the console checks."""

import asyncio
import contextlib
import ssl
from pathlib import Path

from backend.devkit.clock import SystemClock
from backend.services.media import MediaProcess
from tests.certificates import own_certificate
from tests.media.conftest import FilmCamera, told
from tests.media.test_process import COMMAND, Notes
from tests.media.tickets import live_ticket
from video.access_unit import AccessUnit, StreamParameters
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus


class Console:
    """A VideoSink that notes."""

    def __init__(self) -> None:
        self.pictures = 0
        self.states: list[StreamState] = []

    def described(self, parameters: StreamParameters) -> None:
        """Nothing to note."""

    def received(self, unit: AccessUnit) -> None:
        self.pictures += 1

    def status_changed(self, status: StreamStatus) -> None:
        self.states.append(status.state)


async def test_an_encrypted_stream_plays_only_for_who_trusts_its_certificate(
    camera: FilmCamera, tmp_path: Path
) -> None:
    certificate, key = own_certificate(tmp_path)
    command = (*COMMAND, "--certificate", str(certificate), "--key", str(key))
    media = MediaProcess(command, [Notes().hear], clock=SystemClock())
    await media.start()
    try:
        url, _ = await live_ticket(media, told(camera), "anna")
        assert url.startswith("rtsps://127.0.0.1:")
        trusting = await _watch(url, ssl.create_default_context(cafile=str(certificate)))
        assert trusting.pictures > 5
        url, _ = await live_ticket(media, told(camera), "bilal")
        stranger = await _watch(url, None)
        assert stranger.pictures == 0
        assert StreamState.REFUSED in stranger.states
        plain = await _watch(url.replace("rtsps", "rtsp"), None)
        assert plain.pictures == 0
    finally:
        await media.close()


async def _watch(url: str, trust: ssl.SSLContext | None) -> Console:
    console = Console()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1.5):
            await RtspSource(url, console, tls=trust).run()
    return console
