"""Two cameras over a place, a recorder that does what the test says, and the services around them."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Storage
from backend.services.feed_relay import FeedRelay
from backend.services.footage.footage import Footage
from backend.services.refusals import ViewingRefused
from backend.services.said import say
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, Commune
from contract.devices import Binding, Connection, LinkState, LinkStatus
from contract.footage import PlanChange, RecordingMode, RecordingPlan
from contract.journal import EntryKind, JournalEntry
from contract.media import OpenCamera
from contract.points import PointValue
from tests.backend.joined_services import JoinedServices
from tests.backend.scripted_media import ScriptedMedia

NEAR, FAR, LAMP = 1, 2, 3
Told = TypeVar("Told")
START = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
CONTINUOUS = RecordingPlan(mode=RecordingMode.CONTINUOUS)
ON_EVENT = RecordingPlan(mode=RecordingMode.EVENT)


class ScriptedStreams:
    """Gives the addresses that the test says."""

    def __init__(self) -> None:
        self.password = "secret"
        self.refused: set[int] = set()
        self.asked: list[tuple[int, str]] = []

    def check(self, camera: Asset) -> None:
        if camera.id in self.refused:
            raise ViewingRefused(say("camera_not_running", asset=camera.code))

    async def source(self, camera: Asset, stream: str) -> OpenCamera:
        self.asked.append((camera.id, stream))
        url = f"rtsp://192.0.2.{camera.id}/{stream}"
        return OpenCamera(camera_id=camera.id, stream=stream, url=url, user="root", password=self.password)


class RecordedCity:
    """`look` is one turn of everything that else looks by itself."""

    def __init__(self, storage: Storage | None = None, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock(START)
        self.storage: Storage = storage or MemoryStorage(self.clock)
        self.feed = FeedRelay()
        self._joined = joined = JoinedServices(self.storage, self.feed, self.clock)
        self.register, self.live, self.alarms = joined.register, joined.live, joined.alarms
        self.devices, self.intake = joined.devices, joined.intake
        self.media = ScriptedMedia()
        self.streams = ScriptedStreams()
        self.footage = Footage(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self.intake,
            self.media,
            self.streams,
            _never,
        )
        self.feed.hear(self.footage.happenings)

    async def start(self) -> None:
        await self.register.load()
        if not len(self.register):
            commune = Commune(code="21231", name="Dijon", lon=5.04, lat=47.32)
            await self.register.apply(_equipment(), "system", note="a place", communes=[commune])
        await self.alarms.load()
        bindings = {f"camera-{number}": [Binding(asset_id=number, address="profile")] for number in (NEAR, FAR)}
        self.devices.take({}, [Connection(id=id_, integration="x", url="test:") for id_ in bindings], bindings)
        await self.footage.load()

    async def close(self) -> None:
        await self.footage.close()
        await self._joined.close()

    async def look(self) -> None:
        """The desk looks, what it asks is answered, and it looks again; points and alarms follow."""
        for _ in range(3):
            await self.footage.watch_recorder()
            self.footage.desk.look()
            await self.footage.desk.settle()
        await self.footage.seals.look()
        await self.footage.seals.settle()
        await self.intake.take_all()
        await self.alarms.settle()
        await self.footage.facts.flush()
        await self.footage.purge_proof.look()

    async def pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)
        await self.look()

    async def plan(self, plan: RecordingPlan, *camera_ids: int) -> None:
        await self.footage.plans.change(PlanChange(camera_ids=camera_ids or (NEAR,), plan=plan), by="anne")

    def link(self, camera_id: int, state: LinkState) -> None:
        since = self.clock.now().timestamp()
        self.devices.set_link(LinkStatus(connection_id=f"camera-{camera_id}", state=state, since=since))

    def told(self, kind: type[Told]) -> list[Told]:
        """What the recorder was told of a kind, since this was last asked."""
        found: list[Told] = [command for command in self.media.told if isinstance(command, kind)]
        self.media.told = [command for command in self.media.told if not isinstance(command, kind)]
        return found

    async def journal(self, kind: EntryKind = EntryKind.FOOTAGE) -> Sequence[JournalEntry]:
        """Oldest first."""
        return list(reversed(await self.storage.journal(JournalQuery(kinds=(kind,), limit=1000))))

    def point(self, asset_id: int, name: str) -> PointValue:
        value = self.live.point(asset_id, name)
        assert value is not None, name
        return value

    def alarm_kinds(self, asset_id: int) -> set[str]:
        """Which alarms stand."""
        return {alarm.kind for alarm in self.alarms.of_asset(asset_id) if alarm.is_active}

    @property
    def recorder(self) -> Asset:
        found = self.register.find("recorder", "ENR-01")
        assert found is not None
        return found


def _never(_: Asset) -> bool:
    return False


def _equipment() -> list[Asset]:
    return [
        _camera(NEAR, "CAM-001", 5.04),
        _camera(FAR, "CAM-002", 5.05),
        Asset(id=LAMP, code="PL-1", class_="streetlight", lon=5.0402, lat=47.32, commune="21231"),
    ]


def _camera(number: int, code: str, lon: float) -> Asset:
    """It looks east."""
    return Asset(id=number, code=code, class_="camera", lon=lon, lat=47.32, commune="21231", azimuth_deg=90, fov_deg=90)
