"""Against what others wrote: our client with GStreamer's RTSP server, our server with FFmpeg, GStreamer and mpv."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from video.access_unit import AccessUnit, Codec, StreamParameters
from video.back_off import BackOff
from video.codecs import PictureDecoder
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus

pytestmark = pytest.mark.proof

Street = Callable[..., str]
_DEBIAN_PYTHON = "/usr/bin/python3"  # It has GStreamer's bindings: python3-gi, gir1.2-gst-rtsp-server-1.0.

_GSTREAMER_SERVER = """
import sys, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
Gst.init(None)
server, factory = GstRtspServer.RTSPServer(), GstRtspServer.RTSPMediaFactory()
server.set_address("127.0.0.1"); server.set_service("0")
codec = sys.argv[1]
tune = "tune=zerolatency key-int-max=15 speed-preset=ultrafast"
factory.set_launch("( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=15/1 ! "
    + ("x264enc" if codec == "h264" else "x265enc") + f" {tune} ! rtp{codec}pay name=pay0 pt=96 )")
factory.set_shared(True)
if len(sys.argv) > 2:
    user, password, kind = sys.argv[2:5]
    auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if kind == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    server.set_auth(auth)
    factory.add_role_from_structure(Gst.Structure.new_from_string(
        "user,media.factory.access=(boolean)true,media.factory.construct=(boolean)true"))
server.get_mount_points().add_factory("/test", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""


def peer(name: str) -> str:
    """The path of a peer's program; a missing one skips visibly, and fails `make proofs`."""
    path = shutil.which(name)
    if path is None or (name == _DEBIAN_PYTHON and not Path("/usr/lib/python3/dist-packages/gi").is_dir()):
        if os.environ.get("BEFFROI_PROOFS") == "1":
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return path


async def play(*command: str, seconds: float = 25.0) -> tuple[int, str]:
    """Run a player to its end; its exit code and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, output.decode(errors="replace")


GStreamerServer = Callable[..., Awaitable[int]]


@pytest.fixture
async def gstreamer() -> AsyncIterator[GStreamerServer]:
    """Starts GStreamer's server with a codec and a login; gives its port."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(*arguments: str) -> int:
        process = await asyncio.create_subprocess_exec(
            peer(_DEBIAN_PYTHON),
            "-c",
            _GSTREAMER_SERVER,
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        processes.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(15):
            return int(await process.stdout.readline())

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.wait()


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
