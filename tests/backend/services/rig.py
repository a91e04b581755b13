"""A small city whose devices do what the test says, and a backend's services around it."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence

from backend.devkit.adapter import Adapter, DeviceCommand, Outcome, Sink
from backend.devkit.clock import ManualClock
from backend.devkit.manifest import Capability, Manifest, Tier
from backend.ports import JournalQuery, Storage
from backend.services.command_memory import CrashPoint, go_on
from backend.storage.memory import MemoryStorage
from contract.alarms import Alarm
from contract.api import ClaimRequest
from contract.assets import Asset
from contract.commands import Command, CommandState
from contract.devices import Binding, Connection, LinkState
from contract.journal import EntryKind, JournalEntry
from contract.points import Reading, Value
from tests.backend.feeds import RecordingFeed
from tests.backend.joined_services import JoinedServices

GATEWAY, DARK_CABINET, BRIGHT_CABINET, CAMERA = 1, 2, 3, 4
LAMPS = range(100, 150)  # fed by DARK_CABINET
NEIGHBOURS = range(200, 210)  # fed by BRIGHT_CABINET
LIGHTING = "talq-21231"
LAMP_MANIFEST = Manifest(
    name="scripted",
    title_fr="Appareils de test",
    title_en="Test devices",
    protocol="none",
    tier=Tier.BRONZE,
    classes=("streetlight", "camera"),
    capabilities=(
        Capability("level_percent", ("streetlight",), is_claim=True),
        Capability("ptz_move", ("camera",)),
        Capability("ptz_stop", ("camera",)),
        Capability("ptz_absolute", ("camera",)),
    ),
)


class ScriptedGateway:
    """An adapter whose lamps obey, unless they are in `dark` or the test says otherwise."""

    def __init__(self) -> None:
        self.dark: set[int] = set()
        self.commands: list[DeviceCommand] = []
        self.read: list[tuple[int, ...]] = []
        self.answer: Sequence[Outcome] | Exception | None = None
        self.program_level = 30.0
        self.sink: Sink | None = None

    async def run(self) -> None:
        """Nothing to keep."""

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        self.commands.append(command)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        return [self._obey(asset_id, command) for asset_id in command.asset_ids]

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        self.read.append(tuple(asset_ids))

    async def close(self) -> None:
        """Nothing to free."""

    def _obey(self, asset_id: int, command: DeviceCommand) -> Outcome:
        if asset_id in self.dark:
            return Outcome(asset_id=asset_id, state=CommandState.UNKNOWN, detail="the lamp did not answer")
        level = self.program_level if command.value is None else command.value
        if self.sink is not None and command.property:
            self.sink.report([Reading(asset_id, command.property, level)])
        return Outcome(asset_id=asset_id, state=CommandState.DEVICE_ACK)


class SmallCity:
    """Two cabinets with their lamps behind one gateway, and one camera."""

    def __init__(self, storage: Storage | None = None, reached: CrashPoint = go_on) -> None:
        self.clock = ManualClock(dt.datetime(2026, 3, 1, 21, 0, tzinfo=dt.UTC))
        self.storage: Storage = storage or MemoryStorage(self.clock)
        self.feed = RecordingFeed()
        self.gateway = ScriptedGateway()
        self.camera = ScriptedGateway()
        self._reached = reached
        self._build()

    def _build(self) -> None:
        self._joined = joined = JoinedServices(self.storage, self.feed, self.clock, self._reached)
        self.register, self.live, self.alarms = joined.register, joined.live, joined.alarms
        self.alarm_services, self.identity = joined.alarm_services, joined.identity
        self.server = joined.server
        self.devices, self.commands, self.claims = joined.devices, joined.commands, joined.claims
        self.intake = joined.intake
        self.routing = joined.alarm_services.routing

    def use(self, storage: Storage) -> None:
        """Keep everything there, before the start."""
        self.storage = storage
        self._build()

    async def start(self) -> None:
        """Like a backend that starts on this storage."""
        await self.register.load()
        if not len(self.register):
            await self.register.apply(_assets(), "system", note="a small city")
        await self._joined.alarm_services.load()
        await self.claims.load()
        await self.alarm_services.recall()
        manifests = {"scripted": LAMP_MANIFEST}
        bound = [GATEWAY, DARK_CABINET, BRIGHT_CABINET, *LAMPS, *NEIGHBOURS]
        bindings = {
            LIGHTING: [Binding(asset_id=asset_id, address=str(asset_id)) for asset_id in bound],
            "camera-4": [Binding(asset_id=CAMERA, address="profile")],
        }
        connections = [Connection(id=id_, integration="scripted", url="test:") for id_ in bindings]
        self.devices.take(manifests, connections, bindings)
        for connection_id, adapter in ((LIGHTING, self.gateway), ("camera-4", self.camera)):
            as_adapter: Adapter = adapter
            self.devices.set_adapter(connection_id, as_adapter)
            adapter.sink = self.intake.sink(connection_id)
            adapter.sink.link_changed(LinkState.UP)
        await self.commands.recover()
        await self.intake.take_all()

    async def stop(self) -> None:
        """End what runs."""
        await self._joined.close()

    async def restart(self, away_s: float = 5.0) -> None:
        """The backend is killed and comes back on the same storage."""
        await self.stop()
        self.clock.pass_time(away_s)
        self._build()
        await self.start()

    @property
    def sink(self) -> Sink:
        """Where the gateway reports."""
        assert self.gateway.sink is not None
        return self.gateway.sink

    async def settle(self) -> None:
        """Let everything that is under way arrive."""
        for _ in range(6):
            await asyncio.sleep(0)
            await self.intake.take_all()
            await self.intake.look()
        await asyncio.sleep(0.01)
        await self.intake.take_all()

    async def pass_time(self, seconds: float) -> None:
        """Time goes by, looked at four times a second, or less often over long spans."""
        steps = min(int(seconds * 4) + 1, 400)
        for _ in range(steps):
            self.clock.pass_time(seconds / steps)
            await self.intake.look()
        await self.settle()

    async def tells(self, asset_id: int, point: str, value: Value) -> None:
        """A device reports one value."""
        self.sink.report([Reading(asset_id, point, value)])
        await self.intake.take_all()

    async def all_lamps_burn(self, level: float = 30.0) -> None:
        """Every lamp and cabinet was heard."""
        lamps = [*LAMPS, *NEIGHBOURS]
        self.sink.report([Reading(asset_id, "level_percent", level) for asset_id in lamps])
        cabinets = (DARK_CABINET, BRIGHT_CABINET)
        self.sink.report([Reading(asset_id, "supplyLoss", False) for asset_id in cabinets])
        self.sink.assets_reachable([GATEWAY])
        await self.intake.take_all()

    def shown(self) -> list[Alarm]:
        """What stands in the operator's list, not set aside."""
        return [alarm for alarm in self.alarms.standing() if not alarm.is_suppressed]

    async def claim(self, asset_ids: Sequence[int], value: Value, *, minutes: float | None = 10) -> ClaimRequest:
        """Leila claims a level."""
        ends = None if minutes is None else self.clock.now() + dt.timedelta(minutes=minutes)
        request = ClaimRequest(
            id=str(uuid.uuid4()),
            asset_ids=tuple(asset_ids),
            property="level_percent",
            value=value,
            reason="panne rue voisine",
            expires_at=ends,
        )
        await self.claims.place(request, by="leila")
        await self.settle()
        return request

    async def last_command(self, asset_id: int) -> Command:
        """The newest command of an asset."""
        return (await self.commands.list(asset_id, None, 1))[0]

    async def journal(self, *kinds: EntryKind) -> list[JournalEntry]:
        """Entries of these kinds, oldest first."""
        found = await self.storage.journal(JournalQuery(kinds=kinds or None, limit=10_000))
        return list(reversed(found))


def _assets() -> list[Asset]:
    assets = [
        _asset(GATEWAY, "GW-21231", "lighting_gateway"),
        _asset(DARK_CABINET, "ARM-0213", "lighting_cabinet", GATEWAY),
        _asset(BRIGHT_CABINET, "ARM-0214", "lighting_cabinet", GATEWAY),
        _asset(CAMERA, "CAM-4", "camera"),
    ]
    assets.extend(_asset(lamp, f"L-{lamp}", "streetlight", DARK_CABINET) for lamp in LAMPS)
    assets.extend(_asset(lamp, f"L-{lamp}", "streetlight", BRIGHT_CABINET) for lamp in NEIGHBOURS)
    return assets


def _asset(id_: int, code: str, class_: str, supply_parent: int | None = None) -> Asset:
    return Asset(id=id_, code=code, class_=class_, lon=5.04, lat=47.32, commune="21231", supply_parent=supply_parent)
