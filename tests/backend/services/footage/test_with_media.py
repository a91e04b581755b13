"""The desk and the real recorder over a real camera: recorded, killed, recorded again, sealed, released with proof."""

import asyncio
import datetime as dt
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery
from backend.services.feed_relay import FeedRelay
from backend.services.footage.footage import Footage
from backend.services.media import MediaDelays, MediaProcess
from backend.storage.memory import MemoryStorage
from contract.assets import Asset
from contract.devices import Binding, Connection
from contract.footage import CameraFootage, LockRequest, PlanChange, RecordingMode, RecordingPlan
from contract.journal import EntryKind
from contract.media import OpenCamera
from tests.backend.joined_services import JoinedServices
from tests.media.conftest import PASSWORD, USER, FilmCamera, coded_film

MAIN = Path(__file__).resolve().parents[4] / "main.py"
CAMERA = Asset(id=7, code="CAM-007", class_="camera", lon=5.04, lat=47.32)
PLAN = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub", kept_days=3)


class FilmStreams:
    """Where the film is."""

    def __init__(self, camera: FilmCamera) -> None:
        self._camera = camera

    def check(self, camera: Asset) -> None:
        """There is always a picture."""

    async def source(self, camera: Asset, stream: str) -> OpenCamera:
        return OpenCamera(camera_id=camera.id, stream=stream, url=self._camera.url, user=USER, password=PASSWORD)


class RealCity:
    """One camera, its recorder, and what a backend keeps of them."""

    def __init__(self, folder: Path, camera: FilmCamera) -> None:
        self.clock = SystemClock()
        self.storage = MemoryStorage(self.clock)
        feed = FeedRelay()
        self._joined = joined = JoinedServices(self.storage, feed, self.clock)
        self.register, self.live, self.devices, self.intake = (
            joined.register,
            joined.live,
            joined.devices,
            joined.intake,
        )
        command = (sys.executable, str(MAIN), "media", "--footage", str(folder))
        self.media = MediaProcess(command, [], clock=self.clock, delays=MediaDelays(first_s=2.5))
        streams = FilmStreams(camera)
        self.footage = Footage(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self.intake,
            self.media,
            streams,
            lambda _: False,
        )
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.register.apply([CAMERA], "system", note="one camera")
        bindings = {"camera-7": [Binding(asset_id=CAMERA.id, address="p")]}
        self.devices.take({}, [Connection(id="camera-7", integration="x", url="test:")], bindings)
        await self.footage.load()
        await self.media.start()
        self.footage.start()
        self._running = asyncio.get_running_loop().create_task(self.intake.run())

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.footage.close()
        await self.media.close()
        await self._joined.close()

    async def until(self, holds: Callable[[], bool], within_s: float = 15.0) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                await asyncio.sleep(0.05)

    def is_recording(self) -> bool:
        point = self.live.point(CAMERA.id, "recording")
        return point is not None and point.value is True

    async def timeline(self) -> CameraFootage:
        now = self.clock.now()
        since = now - dt.timedelta(minutes=5)
        return await self.footage.timeline.of(CAMERA, since, now, may_see=lambda _: True)

    async def events(self) -> list[str]:
        await self.footage.facts.flush()
        entries = await self.storage.journal(JournalQuery(kinds=(EntryKind.FOOTAGE, EntryKind.SEAL)))
        return [str(entry.payload["event"]) for entry in reversed(entries)]


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[RealCity]:
    camera = FilmCamera(coded_film())
    await camera.switch_on()
    city = RealCity(tmp_path / "footage", camera)
    await city.start()
    yield city
    await city.close()
    await camera.switch_off()


async def test_recorded_killed_recorded_again_and_sealed(city: RealCity) -> None:
    await city.footage.plans.change(PlanChange(camera_ids=(CAMERA.id,), plan=PLAN), by="anne")
    await city.until(city.is_recording)
    await asyncio.sleep(2.5)
    before = await city.timeline()
    assert before.spans
    assert not before.trouble

    pid = city.media.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await city.until(lambda: not city.is_recording())
    await city.until(city.is_recording)
    await asyncio.sleep(2.5)
    after = await city.timeline()
    assert after.spans[0].since == before.spans[0].since, "what was recorded is still there"
    assert after.spans[-1].until > before.spans[-1].until
    assert [gap.reason for gap in after.gaps][-1:] == ["service_down"]

    span = after.spans[0]
    request = LockRequest(
        camera_ids=(CAMERA.id,),
        since=span.since,
        until=span.until,
        reason="accident",
        expires_at=city.clock.now() + dt.timedelta(days=1),
        approval_id="",
    )
    made = await city.footage.seals.make(request, by="claire", approved_by="marc")
    await city.footage.seals.settle()
    seal = city.footage.seals.get(made.id)
    assert seal is not None
    assert (seal.state, seal.bytes > 0) == ("sealed", True)

    await city.footage.seals.release(made.id, by="claire", approved_by="marc", reason="wrong one")
    await city.until(lambda: (seal := city.footage.seals.get(made.id)) is not None and seal.state == "released")
    assert (await city.timeline()).spans, "the recordings themselves stay"
    events = await city.events()
    assert events[0] == "planned"
    assert {"gap", "seal_ordered", "sealed", "seal_release_ordered", "purged", "seal_released"} <= set(events)
