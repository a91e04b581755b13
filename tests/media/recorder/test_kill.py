"""The recorder is killed at any moment: what it told is there, index and files agree, and everything plays."""

import asyncio
import random
import subprocess
from pathlib import Path

import msgspec

from contract.footage import RecordingMode, RecordingPlan
from contract.media import (
    FootageListed,
    GapRecorded,
    ListFootage,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    PlanRecording,
    RecordingState,
)
from tests.media.conftest import PASSWORD, USER, FilmCamera
from tests.media.test_process import COMMAND
from tests.video.footage.films import pictures_in
from video.clocks import wall
from video.footage.archive import FootageArchive
from video.footage.places import INDEX_SUFFIX, camera_folder, utc
from video.footage.recovery import recover
from video.footage.segment_index import parse_index

CAMERAS = (7, 8, 9)
KILLS = 4


class MediaRun:
    """One life of the media process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.told: list[MediaEvent] = []
        self._hearing = asyncio.get_running_loop().create_task(self._hear())

    @classmethod
    async def start(cls, folder: Path) -> "MediaRun":
        return cls(
            await asyncio.create_subprocess_exec(
                *(*COMMAND, "--footage", str(folder), "--footage-floor-mb", "0"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )

    def tell(self, *commands: MediaCommand) -> None:
        assert self._process.stdin is not None
        for command in commands:
            self._process.stdin.write(msgspec.json.encode(command) + b"\n")

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()
        await self._hearing

    async def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(10):
            await self._process.wait()
        await self._hearing

    async def listed(self, camera_id: int) -> FootageListed:
        number = f"{camera_id}-{len(self.told)}"
        self.tell(ListFootage(id=number, camera_id=camera_id, since=utc(wall() - 3600), until=utc(wall() + 3600)))
        async with asyncio.timeout(10):
            while True:
                for event in self.told:
                    if isinstance(event, FootageListed) and event.id == number:
                        return event
                await asyncio.sleep(0.02)

    def recording(self) -> set[int]:
        return {one.camera_id for one in self.told if isinstance(one, RecordingState) and one.state == "recording"}

    async def _hear(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            if line.endswith(b"\n"):
                self.told.append(msgspec.json.decode(line, type=MediaEvent))


async def test_nothing_that_was_told_is_lost(tmp_path: Path, camera: FilmCamera) -> None:
    chance = random.Random(4)
    promised: dict[int, float] = {}
    for _ in range(KILLS):
        run = await MediaRun.start(tmp_path)
        plan = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub")
        for camera_id in CAMERAS:
            run.tell(OpenCamera(camera_id=camera_id, stream="sub", url=camera.url, user=USER, password=PASSWORD))
            run.tell(PlanRecording(camera_id=camera_id, plan=plan))
        async with asyncio.timeout(15):
            while run.recording() != set(CAMERAS):
                await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0.0, 1.2))
        for camera_id in CAMERAS:
            spans = (await run.listed(camera_id)).spans
            promised[camera_id] = spans[-1].until.timestamp()
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        await run.kill()
        for camera_id in CAMERAS:
            # Half of the kills are mended by the next run, half are looked at here first.
            if chance.random() < 0.5:
                recover(tmp_path, camera_id)
            newest = FootageArchive(tmp_path).newest(camera_id)
            assert newest is not None
            assert newest.ends_at >= promised[camera_id] - 0.001
    run = await MediaRun.start(tmp_path)
    await asyncio.gather(*(run.listed(camera_id) for camera_id in CAMERAS))
    await run.end()
    for camera_id in CAMERAS:
        _look_at_files(tmp_path, camera_id)
        archive = FootageArchive(tmp_path)
        passages = list(archive.passages(camera_id, 0, wall() + 3600))
        assert len(passages) >= KILLS
        assert all(pictures_in(one.parameters.codec, one.read()) == one.pictures for one in passages)
        gaps = archive.gaps(camera_id, 0, wall() + 3600)
        assert {gap.reason for gap in gaps} <= {"service_down"}


async def test_what_was_missed_while_the_recorder_was_down_is_told(tmp_path: Path, camera: FilmCamera) -> None:
    gaps: list[GapRecorded] = []
    for _ in range(2):
        run = await MediaRun.start(tmp_path)
        run.tell(OpenCamera(camera_id=7, stream="sub", url=camera.url, user=USER, password=PASSWORD))
        plan = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub")
        run.tell(PlanRecording(camera_id=7, plan=plan))
        async with asyncio.timeout(15):
            while 7 not in run.recording():
                await asyncio.sleep(0.02)
        gaps = [one for one in run.told if isinstance(one, GapRecorded)]
        await run.kill()
        await asyncio.sleep(2.2)
    assert [one.gap.reason for one in gaps] == ["service_down"]
    assert 2 < (gaps[0].gap.until - gaps[0].gap.since).total_seconds() < 8


def _look_at_files(folder: Path, camera_id: int) -> None:
    """Every index names every byte of its file, and nothing else lies there."""
    for day in camera_folder(folder, camera_id).iterdir():
        if not day.is_dir():
            continue
        films = sorted(day.glob("*.mp4"))
        assert films
        assert {path.stem for path in films} == {path.stem for path in day.glob(f"*{INDEX_SUFFIX}")}
        for film in films:
            data = film.with_suffix(INDEX_SUFFIX).read_bytes()
            head, records = parse_index(data)
            assert head.camera_id == camera_id
            assert len(data) == 68 * (len(records) + 1)
            assert records[-1].end == film.stat().st_size
