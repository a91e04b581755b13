"""Against what others wrote: GStreamer's server is heard, and FFmpeg and mpv hear ours."""

import asyncio
import re
from collections.abc import Callable

import pytest

from tests.video.peers import DEBIAN_PYTHON, peer, play
from tests.video.sound.ears import Ear
from tests.video.sound.test_listening import Wall
from video.sound.parameters import SoundCoding

pytestmark = pytest.mark.proof

Street = Callable[..., str]
_SERVER = """
import sys, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server, factory = GstRtspServer.RTSPServer(), GstRtspServer.RTSPMediaFactory()
server.set_address("127.0.0.1"); server.set_service("0")
sound = {"pcm_mulaw": "mulawenc ! rtppcmupay", "pcm_alaw": "alawenc ! rtppcmapay",
    "aac": "avenc_aac ! aacparse ! rtpmp4gpay"}[sys.argv[1]]
rate = 16000 if sys.argv[1] == "aac" else 8000
factory.set_launch("( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=15/1 ! "
    "x264enc tune=zerolatency key-int-max=15 speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 "
    f"audiotestsrc is-live=true freq=625 ! audioconvert ! audio/x-raw,rate={rate},channels=1 ! {sound} name=pay1 )")
factory.set_shared(True)
server.get_mount_points().add_factory("/test", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""


@pytest.mark.parametrize("coding", list(SoundCoding))
async def test_gstreamers_server_is_heard_and_seen(coding: SoundCoding) -> None:
    process = await asyncio.create_subprocess_exec(
        peer(DEBIAN_PYTHON), "-c", _SERVER, coding.value, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(15):
            url = f"rtsp://127.0.0.1:{int(await process.stdout.readline())}/test"
        wall = Wall()
        await wall.watch(url, lambda: wall.pictures >= 10 and wall.packets >= 10)
        assert wall.sound[0] is not None
        assert wall.sound[0].coding is coding
        ear = Ear()
        await ear.listen(url, lambda: ear.has_heard(1.0))
        assert abs(ear.hertz - 625) < 5
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("coding", list(SoundCoding))
async def test_ffmpeg_hears_our_server_without_a_complaint(street: Street, coding: SoundCoding) -> None:
    url = street(f"/cam/003?sound={coding}")
    common = ("-hide_banner", "-rtsp_transport", "tcp", "-i", url, "-t", "2")
    code, output = await play(peer("ffmpeg"), "-v", "warning", *common, "-f", "null", "-")
    assert (code, output) == (0, "")
    code, output = await play(peer("ffmpeg"), *common, "-vn", "-af", "volumedetect", "-f", "null", "-")
    loudest = re.search(r"max_volume: (-?[\d.]+) dB", output)
    assert loudest is not None
    assert -8 < float(loudest[1]) < -4, "half of full scale, as it was coded"


async def test_mpv_plays_our_server_with_its_sound(street: Street) -> None:
    options = ("--no-config", "--vo=null", "--ao=null", "--frames=30", "--rtsp-transport=tcp")
    code, output = await play(peer("mpv"), *options, street("/cam/004?sound=aac"))
    assert code == 0
    assert re.search(r"AO: \[null\] \d+Hz", output), output
