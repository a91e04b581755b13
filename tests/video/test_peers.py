"""Against what others wrote: our client with GStreamer's RTSP server, our server with FFmpeg, GStreamer and mpv."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.video.peers import GStreamerServer, gstreamer_servers, peer, play
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.back_off import BackOff
from video.codecs import PictureDecoder
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus

pytestmark = pytest.mark.proof

Street = Callable[..., str]


@pytest.fixture
async def gstreamer() -> AsyncIterator[GStreamerServer]:
    """GStreamer's server, as often as wanted."""
    async with gstreamer_servers() as start:
        yield start


class Eye:
    """Decodes what a source brings."""

    def __init__(self) -> None:
        self.pictures: list[tuple[int, int]] = []
        self.statuses: list[StreamStatus] = []
        self._decoder: PictureDecoder | None = None

    def described(self, parameters: StreamParameters) -> None:
        self.codec = parameters.codec

    def received(self, unit: AccessUnit) -> None:
        if self._decoder is None:
            self._decoder = PictureDecoder(self.codec)
        self.pictures += [(frame.width, frame.height) for frame in self._decoder.decode(unit)]

    def status_changed(self, status: StreamStatus) -> None:
        self.statuses.append(status)


async def watch(url: str, done: Callable[[Eye], bool]) -> Eye:
    eye = Eye()
    source = RtspSource(url, eye, back_off=BackOff(0.2, 1.0))
    task = asyncio.get_running_loop().create_task(source.run())
    try:
        async with asyncio.timeout(20):
            while not done(eye):
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return eye


@pytest.mark.parametrize(("codec", "ours"), [("h264", Codec.H264), ("h265", Codec.H265)])
async def test_our_client_watches_gstreamers_server(gstreamer: GStreamerServer, codec: str, ours: Codec) -> None:
    port = await gstreamer(codec)
    eye = await watch(f"rtsp://127.0.0.1:{port}/test", lambda eye: len(eye.pictures) >= 20)
    assert set(eye.pictures) == {(320, 240)}
    assert eye.codec is ours


@pytest.mark.parametrize("kind", ["basic", "digest"])
async def test_our_client_logs_in_to_gstreamers_server(gstreamer: GStreamerServer, kind: str) -> None:
    port = await gstreamer("h264", "op", "secret", kind)
    eye = await watch(f"rtsp://op:secret@127.0.0.1:{port}/test", lambda eye: len(eye.pictures) >= 3)
    assert eye.statuses[-2].state is StreamState.LIVE
    stranger = await watch(f"rtsp://op:wrong@127.0.0.1:{port}/test", lambda eye: len(eye.statuses) >= 2)
    assert stranger.statuses[1].state is StreamState.WRONG_PASSWORD


async def test_a_camera_that_gstreamer_does_not_have_is_not_found(gstreamer: GStreamerServer) -> None:
    port = await gstreamer("h264")
    eye = await watch(f"rtsp://127.0.0.1:{port}/other", lambda eye: len(eye.statuses) >= 2)
    assert eye.statuses[1].state is StreamState.NOT_FOUND


@pytest.mark.parametrize("login", ["", "op:p%20%22w@"])
async def test_ffmpeg_plays_our_server_without_a_complaint(street: Street, login: str) -> None:
    url = street("/locked" if login else "/cam/001", login)
    count = ("-frames:v", "45", "-f", "null", "-")
    code, output = await play(peer("ffmpeg"), "-v", "warning", "-rtsp_transport", "tcp", "-i", url, *count)
    assert (code, output) == (0, "")


async def test_gstreamer_plays_our_server(street: Street) -> None:
    pipeline = f"rtspsrc location={street('/cam/002')} latency=0 ! rtph264depay ! avdec_h264 ! fakesink num-buffers=30"
    code, output = await play(peer("gst-launch-1.0"), "-q", *pipeline.split())
    assert (code, output) == (0, "")


async def test_mpv_plays_our_server(street: Street) -> None:
    options = ("--no-config", "--vo=null", "--frames=30", "--no-terminal", "--rtsp-transport=tcp")
    code, _ = await play(peer("mpv"), *options, street("/cam/003"))
    assert code == 0
