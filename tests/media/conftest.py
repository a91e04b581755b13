"""A camera with a true H.264 film and a password, and consoles made of FFmpeg's own client."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from contract.media import OpenCamera
from video.access_unit import AccessUnit, Codec, StreamParameters, h264_parameter_sets, split_annex_b
from video.clocks import monotonic
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal, RtspServer
from video.stream_source import ServedStream, StreamSource

USER = "media"
PASSWORD = "canary-5218-clos"
PICTURES_PER_SECOND = 25


def coded_film(pictures: int = 50) -> list[tuple[bytes, ...]]:
    """Two seconds of a moving gradient, a key picture every second."""
    coder: Any = av.CodecContext.create("libx264", "w")  # PyAV leaves the type of its packets open
    coder.width, coder.height, coder.pix_fmt = 128, 96, "yuv420p"
    coder.time_base = Fraction(1, PICTURES_PER_SECOND)
    coder.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "25", "keyint_min": "25"}
    packets: list[tuple[bytes, ...]] = []
    for number in range(pictures):
        grey = (np.indices((96, 128)).sum(axis=0) + 5 * number).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(np.dstack([grey] * 3), format="rgb24")
        frame.pts = number
        packets.extend(split_annex_b(bytes(packet)) for packet in coder.encode(frame))
    packets.extend(split_annex_b(bytes(packet)) for packet in coder.encode(None))
    return packets


def told(camera: "FilmCamera") -> OpenCamera:
    """The camera as the backend tells the media process of it."""
    return OpenCamera(camera_id=7, stream="sub", url=camera.url, user=USER, password=PASSWORD)


class FilmCamera:
    """An RTSP camera that counts who opens it; it can be switched off and on at the same port."""

    def __init__(self, film: list[tuple[bytes, ...]]) -> None:
        self._film = film
        sets = tuple(dict.fromkeys(h264_parameter_sets(unit for packet in film for unit in packet)))
        self._parameters = StreamParameters(Codec.H264, sets)
        self._stream = StreamSource(self._parameters)
        self._server: RtspServer | None = None
        self._showing: asyncio.Task[None] | None = None
        self.port = 0
        self.sessions = 0

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/film"

    @property
    def stream(self) -> StreamSource:
        """Its pictures, for a camera of another kind."""
        return self._stream

    @property
    def viewers(self) -> int:
        return self._stream.viewer_count

    async def switch_on(self) -> None:
        self._stream = StreamSource(self._parameters)
        self._server = RtspServer("127.0.0.1", self.port, self._resolve)
        await self._server.start()
        self.port = self._server.port
        self._showing = asyncio.get_running_loop().create_task(self._show())

    async def switch_off(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
        if self._server is not None:
            await self._server.close()

    async def _resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        if presented is None or presented.user != USER or not presented.proves(PASSWORD):
            return Refusal(401)
        self.sessions += 1
        return self._stream

    async def _show(self) -> None:
        number = 0
        while True:
            units = self._film[number % len(self._film)]
            is_key = any(unit[0] & 0x1F == 5 for unit in units)
            time = number * 90_000 // PICTURES_PER_SECOND
            self._stream.publish(AccessUnit(units, is_key, time, monotonic()))
            number += 1
            await asyncio.sleep(1 / PICTURES_PER_SECOND)


def watch_by_ffmpeg(url: str, pictures: int) -> int:
    """How many pictures FFmpeg's own RTSP client decodes (up to `pictures`); raises av.FFmpegError when refused."""
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer", "analyzeduration": "0", "probesize": "5000"}
    seen = 0
    with av.open(url, options=options, timeout=5) as container:
        for _ in container.decode(video=0):
            seen += 1
            if seen >= pictures:
                break
    return seen


@pytest.fixture(scope="session")
def film() -> list[tuple[bytes, ...]]:
    return coded_film()


@pytest.fixture
async def camera(film: list[tuple[bytes, ...]]) -> AsyncIterator[FilmCamera]:
    made = FilmCamera(film)
    await made.switch_on()
    yield made
    await made.switch_off()
    await asyncio.get_running_loop().shutdown_default_executor()
