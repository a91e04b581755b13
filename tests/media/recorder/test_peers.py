"""Real films, served by our RTSP server, recorded by our recorder, played by the players of the world."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from contract.media import OpenCamera, PlanRecording
from tests.media.recorder.test_recording import ALWAYS, Bench
from tests.video.footage.films import NOON, pictures_in, record
from tests.video.peers import peer, play
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import wall
from video.file_source import FileSource
from video.footage.archive import FootageArchive, Passage
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal, RtspServer
from video.states import StreamStatus
from video.stream_source import ServedStream, StreamSource

pytestmark = pytest.mark.proof

_CLIPS = {
    Codec.H264: "car-detection_h264_768x432_12.5fps_30s.mp4",
    Codec.H265: "car-detection_h265_768x432_12.5fps_30s.mp4",
}


class FileCamera:
    """A camera that shows a film: what FileSource reads, an RTSP server serves."""

    def __init__(self) -> None:
        self.stream = StreamSource()

    def described(self, parameters: StreamParameters) -> None:
        self.stream.set_parameters(parameters)

    def received(self, unit: AccessUnit) -> None:
        self.stream.publish(unit)

    def status_changed(self, status: StreamStatus) -> None:
        pass

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        return self.stream


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path / "footage")
    await made.recorder.start()
    yield made
    await made.close()
    await asyncio.get_running_loop().shutdown_default_executor()


def one_file(folder: Path, passages: list[Passage]) -> Path:
    """As evidence is cut: the head, and the bytes of passages."""
    film = folder / "film.mp4"
    film.write_bytes(passages[0].init() + b"".join(one.original() for one in passages))
    return film


async def counted(film: Path) -> int:
    fields = ("-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0")
    code, output = await play(peer("ffprobe"), "-v", "error", *fields, str(film))
    assert code == 0
    return int(output.strip().strip(","))


async def played_by_all(film: Path, codec: Codec, pictures: int) -> None:
    assert await counted(film) == pictures
    assert await play(peer("ffmpeg"), "-v", "warning", "-i", str(film), "-f", "null", "-") == (0, "")
    options = ("--no-config", "--vo=null", "--no-terminal", "--untimed")
    assert (await play(peer("mpv"), *options, str(film)))[0] == 0
    decoder = "h264parse ! avdec_h264" if codec is Codec.H264 else "h265parse ! avdec_h265"
    pipeline = f"filesrc location={film} ! qtdemux ! {decoder} ! fakesink sync=false"
    assert await play(peer("gst-launch-1.0"), "-q", *pipeline.split()) == (0, "")


@pytest.mark.parametrize("codec", list(Codec))
async def test_a_real_film_is_recorded_and_plays_everywhere(
    bench: Bench, shared_data: Path, tmp_path: Path, codec: Codec
) -> None:
    camera = FileCamera()
    source = FileSource(str(shared_data / "video" / _CLIPS[codec]), camera)
    server = RtspServer("127.0.0.1", 0, camera.resolve)
    await server.start()
    showing = asyncio.get_running_loop().create_task(source.run())
    try:
        await bench.cameras.open(OpenCamera(camera_id=7, stream="sub", url=f"rtsp://127.0.0.1:{server.port}/film"))
        bench.recorder.obey(PlanRecording(camera_id=7, plan=ALWAYS))
        await bench.until(lambda: bench.seconds() > 12, within_s=40)
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
        await bench.close()
        await server.close()
    passages = list(bench.archive.passages(7, 0, wall() + 999))
    passages = [one for one in passages if one.path == passages[0].path]
    # x265 lets pictures in front of a key picture lean on the group before: of the first group they cannot be shown.
    shown = pictures_in(codec, tuple(unit for one in passages for unit in one.read()))
    assert sum(one.pictures for one in passages[1:]) <= shown <= sum(one.pictures for one in passages)
    rate = sum(one.pictures for one in passages[1:]) / (passages[-1].ends_at - passages[1].begins_at)
    assert rate == pytest.approx(12.5, rel=0.05)
    await played_by_all(one_file(tmp_path, passages), codec, shown)
    await played_by_all(Path(passages[0].path), codec, shown)


@pytest.mark.parametrize("codec", list(Codec))
async def test_a_film_with_reordered_pictures_plays_everywhere(tmp_path: Path, codec: Codec) -> None:
    record(tmp_path / "footage", seconds=6, codec=codec)
    passages = list(FootageArchive(tmp_path / "footage").passages(7, NOON, NOON + 9))
    await played_by_all(Path(passages[0].path), codec, 60)
    # Cut out of the middle, as evidence is.
    await played_by_all(one_file(tmp_path, passages[2:5]), codec, 30)


async def test_what_ffmpeg_makes_of_it_is_what_was_recorded(tmp_path: Path) -> None:
    """Copied by FFmpeg into another file, our pictures decode to the same."""
    record(tmp_path / "footage", seconds=3)
    ours = Path(next(FootageArchive(tmp_path / "footage").passages(7, NOON, NOON + 9)).path)
    theirs = tmp_path / "theirs.mkv"
    await play(peer("ffmpeg"), "-v", "error", "-i", str(ours), "-c", "copy", str(theirs))
    sums = [await play(peer("ffmpeg"), "-v", "error", "-i", str(one), "-f", "md5", "-") for one in (ours, theirs)]
    assert sums[0] == sums[1]
    shutil.rmtree(tmp_path / "footage")
