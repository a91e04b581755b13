"""A small city of real services on storage in memory, for tests of the API and the stream."""

import datetime as dt
import functools
import itertools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from backend.api.parts import Parts
from backend.api.stream.hub import Hub
from backend.api.stream.sources import Sources
from backend.base_maps.shelf import BaseMapFolder
from backend.devkit.adapter import Integration, IntegrationContext
from backend.devkit.clock import ManualClock
from backend.devkit.manifest import Manifest
from backend.ports import JournalQuery
from backend.services.administration.joined import Administration
from backend.services.base_maps import BaseMaps
from backend.services.editing.joined import AssetWork
from backend.services.evidence.desk import Evidence
from backend.services.exchange.joined import Exchange
from backend.services.feed_relay import FeedRelay
from backend.services.fleet.joined import FleetServices
from backend.services.footage.footage import Footage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.leases import Leases
from backend.services.looking import Looking
from backend.services.map_recorder import MapRecorder
from backend.services.nearness import Nearness
from backend.services.onboarding.desk import CameraOnboarding
from backend.services.parking.parking import Parking
from backend.services.replay import Replay
from backend.services.said import Said
from backend.services.sessions import Session
from backend.services.supervisor import Supervisor
from backend.services.topic_ids import TopicIds
from backend.services.viewing.live import Streams
from backend.services.viewing.viewing import Viewing
from backend.storage.evidence_key import EvidenceKey
from backend.storage.memory import MemoryStorage
from backend.storage.readings import ReadingFiles
from backend.storage.recording.files import RecordingFiles
from contract.api import CommandRequest
from contract.assets import Asset
from contract.journal import EntryKind, JournalEntry
from contract.points import Reading
from contract.rights import Grant, Level, User
from tests.backend.joined_services import JoinedServices
from tests.backend.scripted_media import ScriptedMedia

EVERYTHING = (Grant(level=Level.CONFIGURE),)
DIJON, QUETIGNY = "21231", "21515"


class TwoCommunes:
    """Two communes, a cabinet with three lamps in each, one camera; no devices behind them."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.storage = MemoryStorage(self.clock)
        self.feed = FeedRelay()
        self._joined = joined = JoinedServices(self.storage, self.feed, self.clock, fence=self._fence)
        self.register, self.live, self.alarms = joined.register, joined.live, joined.alarms
        self.alarm_services = joined.alarm_services
        self.devices, self.commands, self.claims = joined.devices, joined.commands, joined.claims
        self.identity, self.approvals = joined.identity, joined.approvals
        self.leases = Leases(self.storage, self.clock, self.register, self.live, self.identity)
        self.leases.stop_heads_by(functools.partial(self.commands.submit, by="system"))
        self.gazetteer = Gazetteer(self.register, self.storage, self.clock)
        self.nearness = Nearness(self.register, self.live.places.of)
        self._fleet_folder = tempfile.TemporaryDirectory()
        positions = ReadingFiles(Path(self._fleet_folder.name), self.clock)
        self.fleet = FleetServices(
            self.storage, self.clock, self.register, self.live, self.nearness, self.feed, NoVault(), positions
        )
        self.parking = Parking(self.storage, self.clock, self.register, self.live, self.devices, self._report_ours)
        self.feed.hear(self.parking)
        self.feed.watch(self.parking)
        self._exchange_folder = tempfile.TemporaryDirectory()
        place = Path(self._exchange_folder.name)
        self.exchange = Exchange(self.register, self.storage, self.clock, place, self.gazetteer.load)
        self.supervisor = Supervisor(
            self.storage, self.clock, self.devices, joined.intake, NoIntegrations(), _no_secret
        )
        self.administration = Administration(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.identity,
            self.devices,
            self.supervisor,
            joined.intake,
            NoVault(),
            self.live,
            is_masked=lambda camera_id: bool(self.viewing.masks.of(camera_id)),
            data_dir=Path(),
            version="0.0",
            backup_command=("false",),
            troubles=tuple,
        )
        self.media = ScriptedMedia()
        self.viewing = Viewing(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            joined.reasons,
            NoVault(),
            self.identity,
            self.approvals,
            self.media,
        )
        self.looking = Looking(self.register, self.live, self.commands)
        self.onboarding = CameraOnboarding(
            self.storage, self.register, NoVault(), self.supervisor, self.media, self.clock
        )
        self.footage = Footage(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            joined.intake,
            self.media,
            Streams(self.devices, NoVault(), self.live),
            self.looking.is_ptz,
        )
        self.identity.take_pictures_by(self._login_lost)
        self.sources = Sources(self.clock, self.register, self.live, self.alarms, self.claims)
        self.hub = Hub(self.sources)
        self.feed.attach(self.hub)
        self.administration.health.ask_too(self.hub.figures)
        self._folder = tempfile.TemporaryDirectory()
        self.data_dir = Path(self._folder.name)
        self.evidence = self.evidence_desk()
        self.media.listen(self.evidence.hear)
        self.asset_work = AssetWork(self.storage, self.register, self.clock, self.feed, self.data_dir)
        self.base_maps = BaseMaps(BaseMapFolder(self.data_dir, self.clock), self.storage)
        self.recording = RecordingFiles(Path(self._folder.name), least_free_bytes=0)
        self.recorder = MapRecorder(self.recording, self.storage, self.live, self.clock)
        topic_ids = TopicIds(self.register)
        self.feed.watch(self.recorder)
        self.feed.watch(topic_ids)
        self.replay = Replay(self.recording, self.recorder, self.storage, self.clock, topic_ids, 72)

    def evidence_desk(self) -> Evidence:
        """A desk for evidence packages, as it is after a restart."""
        return Evidence(
            self.storage,
            self.clock,
            self.register,
            self.identity.user,
            self.approvals,
            self.viewing.gate,
            self.footage.seals.get,
            self.media,
            EvidenceKey(self.data_dir / "secrets"),
            self.data_dir / "evidence",
            "beffroi 0.0",
        )

    async def start(self) -> None:
        """Fill the register."""
        await self.register.load()
        await self._joined.alarm_services.load()
        await self.identity.open()
        await self.administration.load()
        await self.viewing.open()
        await self.leases.open()
        await self.footage.load()
        await self.evidence.load()
        await self.asset_work.load()
        await self.register.apply(list(equipment()), "system", note="a small city")

    def parts(self) -> Parts:
        """What the API calls."""
        return Parts(
            clock=self.clock,
            version="0.0",
            server_id="small",
            register=self.register,
            asset_work=self.asset_work,
            live=self.live,
            alarms=self.alarms,
            alarm_services=self._joined.alarm_services,
            claims=self.claims,
            commands=self.commands,
            identity=self.identity,
            approvals=self.approvals,
            viewing=self.viewing,
            leases=self.leases,
            exchange=self.exchange,
            supervisor=self.supervisor,
            gazetteer=self.gazetteer,
            nearness=self.nearness,
            fleet=self.fleet,
            looking=self.looking,
            parking=self.parking,
            replay=self.replay,
            base_maps=self.base_maps,
            footage=self.footage,
            evidence=self.evidence,
            onboarding=self.onboarding,
            administration=self.administration,
            storage=self.storage,
        )

    async def close(self) -> None:
        """End what runs."""
        await self.evidence.close()
        await self.viewing.close()
        await self.footage.close()
        await self.leases.close()
        await self.administration.close()
        await self.exchange.close()
        self._exchange_folder.cleanup()
        await self.asset_work.close()
        await self.gazetteer.close()
        self.nearness.close()
        await self.fleet.close()
        self._fleet_folder.cleanup()
        await self.hub.close()
        await self._joined.close()
        self.identity.close()
        self.replay.close()
        await self.base_maps.close()
        await self.recorder.close()
        self._folder.cleanup()

    async def _fence(self, request: CommandRequest, by: str, session: str) -> int | Said:
        return await self.leases.fence(request, by, session)

    def _login_lost(self, user: str, session: str) -> None:
        self.viewing.take_pictures(user, session)
        self.leases.lose(user, session)

    def camera(self, commune: str = DIJON) -> Asset:
        """The camera of a commune."""
        return self.register.of_topic(commune, "camera")[0]

    def lamps(self, commune: str = DIJON) -> Sequence[Asset]:
        """The three lamps of a commune."""
        return self.register.of_topic(commune, "streetlight")

    def cabinet(self, commune: str = DIJON) -> Asset:
        """The cabinet that feeds them."""
        return self.register.of_topic(commune, "lighting_cabinet")[0]

    async def say(self, *readings: Reading) -> None:
        """Devices report; alarms follow."""
        changes = self.live.apply(readings)
        self.alarms.points_changed(changes)
        await self.alarms.settle()

    def _report_ours(self, readings: Sequence[Reading]) -> None:
        self.alarms.points_changed(self.live.apply(readings))

    async def journal(self, kind: EntryKind) -> Sequence[JournalEntry]:
        """Entries of a kind, oldest first."""
        found = await self.storage.journal(JournalQuery(kinds=(kind,), limit=1_000))
        return list(reversed(found))

    async def account(self, name: str, grants: Sequence[Grant] = EVERYTHING, role: str = "operator") -> User:
        """An account whose password is its name, long enough."""
        user = User(name=name, person=name, display_name=name, role=role, grants=tuple(grants))
        return await self.identity.add_user(user, f"{name}-password", by="system")

    def session(self, user: User) -> Session:
        """A session that no login made, for tests below the API."""
        return Session(id=f"session of {user.name}", user=user, expires_at=self.clock.now() + dt.timedelta(hours=1))


class NoIntegrations:
    """No field protocol."""

    def manifests(self) -> Mapping[str, Manifest]:
        return {}

    async def create(self, name: str, context: IntegrationContext) -> Integration:
        raise IntegrationBroken(name)


class NoVault:
    """Passwords in memory; at first no device has one."""

    async def load(self) -> None:
        return None

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    async def store(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def read(self, name: str) -> str:
        return self._secrets[name]

    def names(self) -> Sequence[str]:
        return tuple(self._secrets)


def _no_secret(secret_name: str) -> str:
    raise KeyError(secret_name)


def equipment() -> Sequence[Asset]:
    numbers = itertools.count(1)
    equipment: list[Asset] = []
    for commune, lon in ((DIJON, 5.04), (QUETIGNY, 5.11)):
        cabinet = Asset(
            id=next(numbers), code=f"ARM-{commune}-01", class_="lighting_cabinet", lon=lon, lat=47.32, commune=commune
        )
        equipment.append(cabinet)
        equipment += [
            Asset(
                id=next(numbers),
                code=f"PL-{commune}-{lamp}",
                class_="streetlight",
                lon=lon + lamp / 10_000,
                lat=47.32,
                commune=commune,
                supply_parent=cabinet.id,
            )
            for lamp in range(3)
        ]
        equipment.append(
            Asset(id=next(numbers), code=f"CAM-{commune}", class_="camera", lon=lon, lat=47.32, commune=commune)
        )
    return equipment
