"""A camera is recorded: what an operator finds afterwards, and what he is told of what is missing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from contract.footage import Hours, RecordingMode, RecordingPlan
from contract.media import (
    FootageListed,
    GapRecorded,
    ListFootage,
    MediaEvent,
    PlanRecording,
    RecordEvent,
    RecordingState,
)
from media.live.cameras import Cameras
from media.recorder.recorder import Recorder, RecorderOptions
from tests.media.conftest import FilmCamera, told
from tests.video.footage.films import pictures_in, record
from video.clocks import wall
from video.footage.archive import FootageArchive
from video.footage.places import utc

ALWAYS = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub")


class Bench:
    """A recorder, the cameras it shares, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.told: list[MediaEvent] = []
        self.cameras = Cameras(self.told.append, linger_s=0.2)
        self.recorder = Recorder(self.cameras, self.told.append, RecorderOptions(folder, floor_bytes=0))
        self.archive = FootageArchive(folder)

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.told if isinstance(one, RecordingState)]

    @property
    def details(self) -> list[tuple[str, str]]:
        return [(one.state, one.detail) for one in self.told if isinstance(one, RecordingState)]

    @property
    def gaps(self) -> list[GapRecorded]:
        return [one for one in self.told if isinstance(one, GapRecorded)]

    async def until(self, condition: Callable[[], bool], within_s: float = 15) -> None:
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.05)

    def passages(self) -> int:
        return len(list(self.archive.passages(7, 0, wall() + 999)))

    def seconds(self) -> float:
        spans = self.archive.spans(7, 0, wall() + 999)
        return sum((one.until - one.since).total_seconds() for one in spans)

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


async def test_a_camera_that_was_away_leaves_a_gap_that_is_told(bench: Bench, camera: FilmCamera) -> None:
    await bench.cameras.open(told(camera))
    bench.recorder.obey(PlanRecording(camera_id=7, plan=ALWAYS))
    await bench.until(lambda: bench.passages() >= 1)
    await camera.switch_off()
    await bench.until(lambda: bench.states[-1] == "failed")
    await asyncio.sleep(2.0)
    before = bench.passages()
    await camera.switch_on()
    await bench.until(lambda: bench.passages() > before + 1, within_s=25)
    assert bench.states[-1] == "recording"
    assert [one.gap.reason for one in bench.gaps] == ["camera_lost"]
    assert bench.archive.gaps(7, 0, wall() + 999) == (bench.gaps[0].gap,)
    assert len(bench.archive.spans(7, 0, wall() + 999)) == 2


async def test_an_event_is_recorded_from_before_it_began(bench: Bench, camera: FilmCamera) -> None:
    plan = RecordingPlan(mode=RecordingMode.EVENT, stream="sub", pre_roll_s=2, post_roll_s=1)
    await bench.cameras.open(told(camera))
    bench.recorder.obey(PlanRecording(camera_id=7, plan=plan))
    await bench.until(lambda: camera.viewers == 1)
    await asyncio.sleep(3.5)
    assert bench.states[-1] == "waiting"
    assert bench.passages() == 0
    happened_at = wall()
    bench.recorder.obey(RecordEvent(camera_id=7, kind="tamper", label="Caméra masquée"))
    await bench.until(lambda: bench.states[-1] == "recording")
    await bench.until(lambda: bench.states[-1] == "waiting")
    await bench.until(lambda: bench.archive.spans(7, 0, wall() + 999)[-1].until.timestamp() >= happened_at + 1)
    (span,) = bench.archive.spans(7, 0, wall() + 999)
    assert -4 < span.since.timestamp() - happened_at < -1
    assert span.until.timestamp() - happened_at < 3.5
    assert not (bench.archive.folder / "cameras" / "7" / "open").exists()
    (mark,) = bench.archive.marks(7, 0, wall() + 999)
    assert (mark.kind, mark.label) == ("event", "Caméra masquée")
    assert not bench.gaps


async def test_the_camera_is_let_go_when_nothing_is_to_be_recorded(bench: Bench, camera: FilmCamera) -> None:
    await bench.cameras.open(told(camera))
    bench.recorder.obey(PlanRecording(camera_id=7, plan=ALWAYS))
    await bench.until(lambda: camera.viewers == 1)
    bench.recorder.obey(PlanRecording(camera_id=7, plan=RecordingPlan(stream="sub")))
    await bench.until(lambda: camera.viewers == 0)


async def test_a_plan_that_cannot_be_followed_says_why(bench: Bench) -> None:
    bench.recorder.obey(PlanRecording(camera_id=7, plan=ALWAYS))
    await bench.until(lambda: bench.details == [("failed", "no_address")])
    hours = RecordingPlan(
        mode=RecordingMode.SCHEDULE, time_zone="Europe/Nowhere", hours=(Hours(from_minute=0, to_minute=0),)
    )
    bench.recorder.obey(PlanRecording(camera_id=7, plan=hours))
    await bench.until(lambda: bench.details[-1] == ("failed", "unknown_zone"))


async def test_the_timeline_is_listed(bench: Bench) -> None:
    begun = float(round(wall()) - 3600)  # what is older than a month is destroyed while it is listed
    record(bench.archive.folder, 7, begun)
    record(bench.archive.folder, 7, begun + 50)
    bench.recorder.obey(ListFootage(id="q", camera_id=7, since=utc(begun - 10), until=utc(begun + 100)))
    await bench.until(lambda: any(isinstance(one, FootageListed) for one in bench.told))
    listed = next(one for one in bench.told if isinstance(one, FootageListed))
    assert [one.since for one in listed.spans] == [utc(begun), utc(begun + 50)]
    assert (listed.id, listed.oldest) == ("q", utc(begun))
