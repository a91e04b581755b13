"""A camera is recorded: what an operator finds afterwards, and what he is told of what is missing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from contract.footage import RecordingMode, RecordingPlan
from contract.media import GapRecorded, MediaEvent, PlanRecording, RecordingState
from media.live.cameras import Cameras
from media.recorder.recorder import Recorder, RecorderOptions
from tests.media.conftest import FilmCamera, told
from tests.video.footage.films import pictures_in
from video.clocks import wall
from video.footage.archive import FootageArchive

ALWAYS = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub")


class Bench:
    """A recorder, the cameras it shares, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.told: list[MediaEvent] = []
        self.cameras = Cameras(self.told.append)
        self.recorder = Recorder(self.cameras, self.told.append, RecorderOptions(folder, floor_bytes=0))
        self.archive = FootageArchive(folder)

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.told if isinstance(one, RecordingState)]

    @property
    def gaps(self) -> list[GapRecorded]:
        return [one for one in self.told if isinstance(one, GapRecorded)]

    async def until(self, condition: Callable[[], bool], within_s: float = 15) -> None:
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.05)

    def passages(self) -> int:
        return len(list(self.archive.passages(7, 0, wall() + 999)))

    async def close(self) -> None:
        await self.recorder.close()
        await self.cameras.close()


@pytest.fixture
async def bench(tmp_path: Path, camera: FilmCamera) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    await made.recorder.start()
    yield made
    await made.close()


async def test_a_camera_is_recorded_as_it_was_seen(bench: Bench, camera: FilmCamera) -> None:
    began_at = wall()
    await bench.cameras.open(told(camera))
    bench.recorder.obey(PlanRecording(camera_id=7, plan=ALWAYS))
    await bench.until(lambda: bench.passages() >= 3)
    assert bench.states[-1] == "recording"
    passages = list(bench.archive.passages(7, 0, wall() + 999))
    assert -2 < passages[0].begins_at - began_at < 5
    assert all(pictures_in(one.parameters.codec, one.read()) == 25 for one in passages[1:])
    assert [one.ends_at - one.begins_at for one in passages[1:]] == pytest.approx([1.0] * (len(passages) - 1), abs=0.05)
    assert len(bench.archive.spans(7, 0, wall() + 999)) == 1
    bench.recorder.obey(PlanRecording(camera_id=7, plan=RecordingPlan()))
    await bench.until(lambda: bench.states[-1] == "off")
    assert not bench.gaps
