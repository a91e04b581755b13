"""The only place where the backend's parts are built and joined."""

import asyncio
import functools
import uuid
from collections.abc import Mapping
from pathlib import Path

from backend.api.application import build_application
from backend.api.parts import Parts
from backend.api.server import Server
from backend.api.stream.endpoint import StreamEndpoint
from backend.api.stream.hub import Hub
from backend.api.stream.sources import Sources
from backend.base_maps.shelf import BaseMapFolder
from backend.city_child import CityChild
from backend.city_joining import CityJoining
from backend.devkit.clock import Clock, SystemClock
from backend.devkit.kept_ports import KeptPorts
from backend.devkit.tasks import Tasks
from backend.domain.asset_classes import standard_asset_classes
from backend.options import (
    BackendOptions,
    StartRefused,
    backup_command,
    check_mark,
    city_command,
    media_command,
    server_tls,
    version,
)
from backend.past_joining import MapPast
from backend.picture_joining import Pictures
from backend.ports import Storage
from backend.services.accounts import DEMO_PASSWORD, demo_users
from backend.services.administration.joined import Administration
from backend.services.audit_copy import AuditCopy
from backend.services.base_maps import BaseMaps
from backend.services.disk_watch import DiskWatch
from backend.services.editing.joined import AssetWork
from backend.services.exchange.joined import Exchange
from backend.services.feed_relay import FeedRelay
from backend.services.fleet.joined import FleetServices
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.integration_catalogue import FolderCatalogue, announced_integrations
from backend.services.joined import CityServices
from backend.services.leases import Leases
from backend.services.looking import Looking
from backend.services.media import MediaProcess
from backend.services.nearness import Nearness
from backend.services.onboarding.desk import CameraOnboarding
from backend.services.parking.parking import Parking
from backend.services.reading_retention import ReadingRetention
from backend.services.said import Said
from backend.services.supervisor import Supervisor
from backend.storage.checkpoint_copy import CheckpointCopy, CopyDiffers
from backend.storage.opening import create_storage
from backend.storage.readings import ReadingFiles
from backend.storage.vault import EncryptedVault
from contract.api import CommandRequest
from contract.city_plan import CityReady

__all__ = ["Backend", "BackendOptions", "StartRefused"]


class Backend:
    """All parts of one backend. `start` returns once it answers; devices come up behind."""

    def __init__(self, options: BackendOptions, clock: Clock | None = None) -> None:
        self.options = options
        self.clock = clock or SystemClock()
        secrets_dir = options.secrets_dir or options.data_dir / "secrets"
        check_mark(options)
        secrets_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._kept = create_storage(options.database_url, options.data_dir, secrets_dir, self.clock)
        self.storage: Storage = self._kept
        self.feed = FeedRelay()
        self._disk_watch = DiskWatch(self.storage, options.data_dir)
        self._reading_retention = ReadingRetention(self._kept, self.storage, self.clock)
        self.vault = EncryptedVault(self.storage, secrets_dir)
        self.first_password: str | None = None
        self._join_services()
        self._join_devices()
        self._join_api()
        self._tasks = Tasks("backend")
        work = None if options.is_city_calm else self.asset_work
        places = (self.gazetteer, self.supervisor, self.footage)
        joining = CityJoining(self.storage, self.register, self.vault, *places, work)
        self._city = CityChild(city_command(options), joining.take, self.clock) if options.is_demo else None

    @property
    def url(self) -> str:
        """Where it listens, once started."""
        return self._server.url

    @property
    def city(self) -> CityReady | None:
        """The demo city, once its devices listen."""
        return None if self._city is None else self._city.ready

    @property
    def demo_accounts(self) -> Mapping[str, str]:
        """Documented accounts, under the demo only."""
        return {user.name: DEMO_PASSWORD for user in demo_users()} if self.options.is_demo else {}

    async def start(self) -> None:
        """Open, load and listen. Raises StorageError, TlsRequired, OSError: then everything is closed again."""
        try:
            await self._load()
            await self._server.start()
        except BaseException:
            await self.close()
            raise
        self._hub.start()
        self.feed.attach(self._hub)
        await self.media.start()
        self._tasks.start(self.intake.run(), name="intake")
        self._tasks.start(self.intake.watch_time(), name="time")
        self._tasks.start(self._disk_watch.run(), name="disk")
        self._tasks.start(self.audit_copy.run(), name="audit copy")
        self._tasks.start(self._services.server.run(), name="server")
        self._tasks.start(self.base_maps.run(), name="base maps")
        self._tasks.start(self._reading_retention.run(), name="readings")
        self.fleet.start(self._tasks)
        self._tasks.start(self.parking.run(), name="parking")
        self._past.start(self._tasks)
        self.administration.start()
        self._tasks.start(self.gazetteer.run(), name="gazetteer")
        self._pictures.start(self._tasks)
        self.alarm_services.start()
        self._tasks.start(self.leases.run(), name="leases")
        await self.commands.recover()
        if self._city is None:
            await self.supervisor.start()
        else:
            self._city.start()

    async def close(self) -> None:
        """Stop in the order in which nothing is lost; may be called twice."""
        async with asyncio.TaskGroup() as group:
            if self._city is not None:
                group.create_task(self._city.close())
            group.create_task(self.media.close())
            await self.footage.close()
            await self._endpoint.close()
            await self._server.close()
            await self.supervisor.close()
            await self._tasks.close()
            await self.leases.close()
            await self._services.close()
            await self._hub.close()
        await self.onboarding.close()
        await self._pictures.close()
        await self.gazetteer.close()
        await self.asset_work.close()
        self._nearness.close()
        await self.fleet.close()
        await self.exchange.close()
        self._disk_watch.close()
        await self.audit_copy.close()
        await self.base_maps.close()
        await self.administration.close()
        await self._past.close()
        self.identity.close()
        await self.storage.close()

    # --- joining

    def _join_services(self) -> None:
        self._catalogue = FolderCatalogue(Path(__file__).parent / "integrations", announced=announced_integrations())
        standard = self._catalogue.with_classes_of_others(standard_asset_classes())
        self._services = services = CityServices(
            self.storage,
            self.feed,
            self.clock,
            {**standard, **self.options.classes},
            self.vault,
            fence=self._fence,
            is_blocked=lambda: self.audit_copy.blocks,
        )
        self.register, self.live = services.register, services.live
        self.identity, self.approvals = services.identity, services.approvals
        self.alarm_services, self.alarms = services.alarm_services, services.alarms
        self.devices, self.commands = services.devices, services.commands
        self.claims, self.intake = services.claims, services.intake
        self.leases = Leases(self.storage, self.clock, self.register, self.live, self.identity)
        self.leases.stop_heads_by(functools.partial(self.commands.submit, by="system"))
        place = self.options.checkpoint_copy
        copy = None if place is None else CheckpointCopy(self.options.data_dir, place).bring_up_to_date
        self.audit_copy = AuditCopy(self.storage, self.register, copy, CopyDiffers)
        past, hours = self.options.data_dir / "recording", self.options.replay_hours
        self._past = MapPast(self.storage, self.feed, self.clock, self.register, self.live, past, hours)
        self.asset_work = AssetWork(self.storage, self.register, self.clock, self.feed, self.options.data_dir)
        self.gazetteer = Gazetteer(self.register, self.storage, self.clock)
        self._nearness = Nearness(self.register, self.live.places.of)
        positions = ReadingFiles(self.options.data_dir / "positions", self.clock), self.options.position_days
        self.fleet = FleetServices(
            self.storage, self.clock, self.register, self.live, self._nearness, self.feed, self.vault, *positions
        )
        place = self.options.data_dir / "exchange"
        self.exchange = Exchange(self.register, self.storage, self.clock, place, self.gazetteer.load)
        self.base_maps = BaseMaps(BaseMapFolder(self.options.data_dir, self.clock), self.storage)

    def _join_devices(self) -> None:
        self.audit_copy.asset.report_by(self.intake.own_sink)
        self.parking = Parking(
            self.storage, self.clock, self.register, self.live, self.devices, self.intake.report_ours
        )
        self.feed.hear(self.parking)
        self.feed.watch(self.parking)
        self.supervisor = Supervisor(
            self.storage,
            self.clock,
            self.devices,
            self.intake,
            self._catalogue,
            self.vault.read,
            self.options.settings,
            ports=KeptPorts(self.options.data_dir / "ports.json"),
        )
        self.media = MediaProcess(media_command(self.options), [], clock=self.clock)
        self._looking = Looking(self.register, self.live, self.commands)
        self._pictures = Pictures(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self._services.reasons,
            self.vault,
            self.identity,
            self.approvals,
            self.media,
            self.intake,
            self._looking,
            secrets_dir=self.options.secrets_dir or self.options.data_dir / "secrets",
            evidence_dir=self.options.data_dir / "evidence",
            maker=f"beffroi {version()}",
            allows_sound=self.options.allows_camera_sound,
        )
        self.viewing, self.footage = self._pictures.viewing, self._pictures.footage
        self.evidence = self._pictures.evidence
        self.identity.take_pictures_by(self._login_lost)
        self.onboarding = CameraOnboarding(
            self.storage, self.register, self.vault, self.supervisor, self.media, self.clock
        )

    async def _fence(self, request: CommandRequest, by: str, session: str) -> int | Said:
        return await self.leases.fence(request, by, session)

    def _login_lost(self, user: str, session: str) -> None:
        self.viewing.take_pictures(user, session)
        self.leases.lose(user, session)

    def _join_api(self) -> None:
        server_id = str(uuid.uuid4())
        self._hub = Hub(Sources(self.clock, self.register, self.live, self.alarms, self.claims))
        self.alarm_services.presence.connected_by(self._hub.audience.names)
        self._endpoint = StreamEndpoint(self._hub, self.identity, self.clock, server_id, self.leases.lose)
        self.administration = Administration(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.identity,
            self.devices,
            self.supervisor,
            self.intake,
            self.vault,
            self.live,
            is_masked=lambda camera_id: bool(self.viewing.masks.of(camera_id)),
            data_dir=self.options.data_dir,
            version=version(),
            backup_command=backup_command(self.options),
            troubles=self._troubles,
        )
        self.administration.health.ask_too(self._hub.figures)
        self._services.server.watch(lambda: (self._disk_watch, self.administration.memory))
        parts = Parts(
            clock=self.clock,
            version=version(),
            is_exercise=self.options.is_demo,
            server_id=server_id,
            register=self.register,
            asset_work=self.asset_work,
            live=self.live,
            alarms=self.alarms,
            alarm_services=self.alarm_services,
            claims=self.claims,
            commands=self.commands,
            identity=self.identity,
            approvals=self.approvals,
            viewing=self.viewing,
            leases=self.leases,
            exchange=self.exchange,
            supervisor=self.supervisor,
            gazetteer=self.gazetteer,
            nearness=self._nearness,
            fleet=self.fleet,
            looking=self._looking,
            parking=self.parking,
            replay=self._past.replay,
            base_maps=self.base_maps,
            footage=self.footage,
            evidence=self.evidence,
            onboarding=self.onboarding,
            administration=self.administration,
            storage=self.storage,
            troubles=self._troubles,
        )
        application = build_application(parts, self._endpoint)
        self._server = Server(
            application,
            self.options.host,
            self.options.port,
            server_tls(self.options),
            self.administration.refusals.connection,
        )

    def _troubles(self) -> tuple[str, ...]:
        return (
            self._kept.trouble,
            self._disk_watch.trouble,
            self.administration.memory.trouble,
            self.audit_copy.trouble,
            self.media.reason,
            self._past.trouble,
            self.footage.trouble,
            *self._catalogue.troubles,
        )

    # --- starting

    async def _load(self) -> None:
        await self.storage.open()
        await self.vault.load()
        self.fleet.open()
        await self.parking.load()
        await self.register.load()
        await self.asset_work.load()
        await self.gazetteer.load()
        await self.alarm_services.load()
        await self.claims.load()
        await self.alarm_services.recall()
        await self.identity.open()
        await self.administration.load()
        await self.approvals.open()
        await self._pictures.load()
        await self.leases.open()
        await self.base_maps.open()
        self.exchange.start()
        if self.options.is_demo:
            await self.identity.ensure_demo_accounts()
        self.first_password = await self.identity.ensure_administrator()
