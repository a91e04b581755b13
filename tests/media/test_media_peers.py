"""Cameras by others through our media process, our relay in players by others, real clips to the tiles of a wall."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from bench.video.media_child import MediaChild
from contract.media import OpenCamera
from tests.eventually import eventually
from tests.media.conftest import PASSWORD, USER, FilmCamera
from tests.video.peers import GStreamerServer, gstreamer_servers, peer, play
from video.access_unit import AccessUnit, StreamParameters
from video.decoding.pool import DecoderPool
from video.file_source import FileSource
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal, RtspServer
from video.states import StreamStatus
from video.stream_source import ServedStream, StreamSource
from video.task_owner import TaskOwner

pytestmark = pytest.mark.proof

_CLIPS = ("car-detection_h264_768x432_12.5fps_30s.mp4", "car-detection_h265_768x432_12.5fps_30s.mp4")
_CLIP_PICTURES = 60


@pytest.fixture
async def media() -> AsyncIterator[MediaChild]:
    child = MediaChild()
    await child.start()
    yield child
    await child.close()


@pytest.fixture
async def pool() -> AsyncIterator[DecoderPool]:
    made = DecoderPool(workers=1)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def gstreamer() -> AsyncIterator[GStreamerServer]:
    async with gstreamer_servers() as start:
        yield start


def pictures(pool: DecoderPool, tile: str) -> int:
    frame = pool.newest(tile)
    return 0 if frame is None else frame.sequence


async def shown(pool: DecoderPool, media: MediaChild, camera_id: int, count: int) -> tuple[int, int]:
    """The size of a camera's pictures, once so many were on a tile."""
    pool.open("a", partial(media.address, camera_id), 320, 240)
    await eventually(lambda: pictures(pool, "a") >= count, within_s=25)
    frame = pool.newest("a")
    assert frame is not None
    return frame.stream_width, frame.stream_height


@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_a_camera_of_gstreamers_comes_to_a_tile_through_the_relay(
    gstreamer: GStreamerServer, media: MediaChild, pool: DecoderPool, codec: str
) -> None:
    port = await gstreamer(codec, "op", "secret", "digest")
    url = f"rtsp://127.0.0.1:{port}/test"
    media.tell(OpenCamera(camera_id=1, stream="sub", url=url, user="op", password="secret"))
    assert await shown(pool, media, 1, 15) == (320, 240)


@pytest.fixture
async def relayed(media: MediaChild, camera: FilmCamera) -> str:
    """A one-shot address at the relay for a camera of ours."""
    media.tell(OpenCamera(camera_id=7, stream="sub", url=camera.url, user=USER, password=PASSWORD))
    return await media.address(7)


async def test_ffmpeg_plays_our_relay_without_a_complaint(relayed: str) -> None:
    words = ("-v", "warning", "-rtsp_transport", "tcp", "-i", relayed, "-frames:v", "40", "-f", "null", "-")
    assert await play(peer("ffmpeg"), *words) == (0, "")


async def test_mpv_plays_our_relay(relayed: str) -> None:
    words = ("--no-config", "--vo=null", "--frames=30", "--no-terminal", "--rtsp-transport=tcp")
    code, _ = await play(peer("mpv"), *words, relayed)
    assert code == 0


async def test_gstreamer_plays_our_relay(relayed: str) -> None:
    pipeline = (
        f"rtspsrc location={relayed} protocols=tcp latency=0 ! rtph264depay ! avdec_h264 ! fakesink num-buffers=30"
    )
    assert await play(peer("gst-launch-1.0"), "-q", *pipeline.split()) == (0, "")


class Clip:
    """A recording of a real camera, streamed in its own time to whoever comes; counts what it showed."""

    def __init__(self, path: Path) -> None:
        self.stream = StreamSource()
        self.streamed = 0
        self.source = FileSource(str(path), self)

    def described(self, parameters: StreamParameters) -> None:
        self.stream.set_parameters(parameters)

    def received(self, unit: AccessUnit) -> None:
        if self.stream.viewer_count:
            self.streamed += 1
        self.stream.publish(unit)

    def status_changed(self, status: StreamStatus) -> None:
        assert status.state.value in {"connecting", "live", "closed"}, status

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        return self.stream


@pytest.mark.parametrize("name", _CLIPS)
async def test_every_picture_of_a_real_camera_comes_to_its_tile(
    media: MediaChild, pool: DecoderPool, shared_data: Path, name: str
) -> None:
    clip, tasks = Clip(shared_data / "video" / name), TaskOwner()
    server = RtspServer("127.0.0.1", 0, clip.resolve)
    await server.start()
    tasks.start(clip.source.run(), "clip")
    try:
        media.open_camera(1, f"rtsp://127.0.0.1:{server.port}/clip")
        assert await shown(pool, media, 1, 1) == (768, 432)
        await asyncio.sleep(1.0)  # what a late comer is given from the last key picture on
        before, first = clip.streamed, pictures(pool, "a")
        await eventually(lambda: clip.streamed >= before + _CLIP_PICTURES, within_s=20)
        streamed = clip.streamed
        await eventually(lambda: pictures(pool, "a") - first >= streamed - before, within_s=2)
        # One or two were on their way at either end; none is shown twice.
        assert pictures(pool, "a") - first <= clip.streamed - before + 2
    finally:
        await tasks.close()
        await server.close()
