"""Programs that others wrote: found or missed visibly, and run to their end."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

DEBIAN_PYTHON = "/usr/bin/python3"  # It has GStreamer's bindings: python3-gi, gir1.2-gst-rtsp-server-1.0.

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
    if path is None or (name == DEBIAN_PYTHON and not Path("/usr/lib/python3/dist-packages/gi").is_dir()):
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


@asynccontextmanager
async def gstreamer_servers() -> AsyncGenerator[GStreamerServer]:
    """Starts GStreamer's server with a codec and a login; gives its port."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(*arguments: str) -> int:
        process = await asyncio.create_subprocess_exec(
            peer(DEBIAN_PYTHON),
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

    try:
        yield start
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
            await process.wait()
