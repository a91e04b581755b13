"""The only place where the backend's parts are built and joined."""

import asyncio
import functools
import logging
import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec

from backend.api.application import build_application
from backend.api.parts import Parts
from backend.api.server import Server
from backend.api.stream.endpoint import StreamEndpoint
from backend.api.stream.hub import Hub
from backend.api.stream.sources import Sources
from backend.base_maps.shelf import BaseMapFolder
from backend.city_child import CityChild
from backend.devkit.clock import Clock, SystemClock
from backend.devkit.tasks import Tasks
from backend.domain.asset_classes import standard_asset_classes
from backend.options import BackendOptions, StartRefused, check_mark, city_command, media_command, server_tls, version
from backend.ports import Storage, StorageError
from backend.services.accounts import DEMO_PASSWORD, demo_users
from backend.services.alarm_desk import AlarmDesk
from backend.services.approvals import Approvals
from backend.services.base_maps import BaseMaps
from backend.services.city_loading import CityLoading
from backend.services.claim_book import ClaimBook
from backend.services.command_desk import CommandDesk
from backend.services.devices import Devices
from backend.services.disk_watch import DiskWatch
from backend.services.evidence.desk import Evidence
from backend.services.feed_relay import FeedRelay
from backend.services.footage.footage import Footage
from backend.services.gazetteer.gazetteer import Gazetteer
from backend.services.identity import Identity
from backend.services.importing import Importing
from backend.services.intake import Intake
from backend.services.integration_catalogue import FolderCatalogue
from backend.services.leases import Leases
from backend.services.live_state import LiveState
from backend.services.looking import Looking
from backend.services.map_recorder import MapRecorder
from backend.services.media import MediaProcess
from backend.services.nearness import Nearness
from backend.services.onboarding.desk import CameraOnboarding
from backend.services.reading_retention import ReadingRetention
from backend.services.reasons import Reasons
from backend.services.recording_retention import RecordingRetention
from backend.services.register import Register
from backend.services.replay import Replay
from backend.services.supervisor import Supervisor
from backend.services.topic_ids import TopicIds
from backend.services.viewing.viewing import Viewing
from backend.storage.evidence_key import EvidenceKey
from backend.storage.opening import create_storage
from backend.storage.recording.files import RecordingFiles
from backend.storage.vault import EncryptedVault
from contract.city_plan import CityPlan, CityReady
from contract.footage import RecordingMode, RecordingPlan
from contract.points import Value

__all__ = ["Backend", "BackendOptions", "StartRefused"]

log = logging.getLogger(__name__)


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
        self._city = CityChild(city_command(options), self._connect_city, self.clock) if options.is_demo else None

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
        self._tasks.start(self.base_maps.run(), name="base maps")
        self._tasks.start(self._reading_retention.run(), name="readings")
        self._tasks.start(self._recorder.run(), name="map recorder")
        self._tasks.start(self._recording_retention.run(), name="map retention")
        self._tasks.start(self.gazetteer.run(), name="gazetteer")
        self.footage.start()
        self._tasks.start(self.evidence.run(), name="evidence")
        self._tasks.start(self.viewing.run(), name="viewing")
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
            await self.commands.close()
            await self.claims.close()
            await self.alarms.close()
            await self._hub.close()
        await self.onboarding.close()
        await self.evidence.close()
        await self.viewing.close()
        await self.gazetteer.close()
        self._nearness.close()
        self.importing.close()
        self._disk_watch.close()
        await self.base_maps.close()
        self._replay.close()
        self._recording_retention.close()
        await self._recorder.close()
        self.identity.close()
        await self.storage.close()

    # --- joining

    def _join_services(self) -> None:
        self.register = Register(self.storage, self.feed, self.clock, standard_asset_classes())
        self.live = LiveState(self.register, self.feed, self.clock)
        self.alarms = AlarmDesk(self.storage, self.feed, self.clock, self.register, self.live, self._wanted)
        self._join_replay()
        self.identity = Identity(self.storage, self.feed, self.clock)
        self.approvals = Approvals(self.storage, self.clock, self.identity.user)
        self.gazetteer = Gazetteer(self.register, self.storage, self.clock)
        self._nearness = Nearness(self.register, self.live.places.of)
        self.importing = Importing(self.register, self.storage, self.gazetteer.load)
        self.base_maps = BaseMaps(BaseMapFolder(self.options.data_dir, self.clock), self.storage)

    def _join_replay(self) -> None:
        recording = RecordingFiles(self.options.data_dir / "recording")
        hours = self.options.replay_hours
        self._recorder = MapRecorder(recording, self.storage, self.live, self.clock)
        self._recording_retention = RecordingRetention(recording, self.storage, self.clock, hours)
        topic_ids = TopicIds(self.register)
        self.feed.watch(self._recorder)
        self.feed.watch(topic_ids)
        self._replay = Replay(recording, self._recorder, self.storage, self.clock, topic_ids, hours)

    def _join_devices(self) -> None:
        self.devices = Devices()
        self._reasons = Reasons(self.register, self.live, self.alarms, self.devices)
        self.leases = Leases(self.storage, self.clock, self.register, self.live, self.identity)
        self.commands = CommandDesk(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self._reasons,
            fence=self.leases.fence,
        )
        self.leases.stop_heads_by(functools.partial(self.commands.submit, by="system"))
        self.claims = ClaimBook(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self.commands,
            self._reasons,
        )
        self.intake = Intake(
            self.storage,
            self.feed,
            self.clock,
            self.register,
            self.live,
            self.alarms,
            self.commands,
            self.claims,
            self.devices,
        )
        catalogue = FolderCatalogue(Path(__file__).parent / "integrations")
        self.supervisor = Supervisor(
            self.storage, self.clock, self.devices, self.intake, catalogue, self.vault.read, self.options.settings
        )
        self.media = MediaProcess(media_command(self.options), [], clock=self.clock)
        self._looking = Looking(self.register, self.live, self.commands)
        self._join_viewing()
        self._join_footage()
        self._join_evidence()
        self.onboarding = CameraOnboarding(
            self.storage, self.register, self.vault, self.supervisor, self.media, self.clock
        )

    def _join_footage(self) -> None:
        self.footage = Footage(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self.intake,
            self.media,
            self.viewing.streams,
            self._looking.is_ptz,
        )
        self.feed.hear(self.footage.happenings)

    def _join_evidence(self) -> None:
        secrets_dir = self.options.secrets_dir or self.options.data_dir / "secrets"
        self.evidence = Evidence(
            self.storage,
            self.clock,
            self.register,
            self.identity.user,
            self.approvals,
            self.viewing.gate,
            self.footage.seals.get,
            self.media,
            EvidenceKey(secrets_dir),
            self.options.data_dir / "evidence",
            f"beffroi {version()}",
        )
        self.media.listen(self.evidence.hear)

    def _join_viewing(self) -> None:
        self.viewing = Viewing(
            self.storage,
            self.clock,
            self.register,
            self.live,
            self.devices,
            self._reasons,
            self.vault,
            self.identity,
            self.approvals,
            self.media,
            allows_sound=self.options.allows_camera_sound,
        )
        self.media.listen(self.viewing.hear)
        self.feed.watch(self.viewing)
        self.identity.take_pictures_by(self._login_lost)

    def _login_lost(self, user: str, session: str) -> None:
        self.viewing.take_pictures(user, session)
        self.leases.lose(user, session)

    def _join_api(self) -> None:
        server_id = str(uuid.uuid4())
        self._hub = Hub(Sources(self.clock, self.register, self.live, self.alarms, self.claims))
        self._endpoint = StreamEndpoint(self._hub, self.identity, self.clock, server_id, self.leases.lose)
        parts = Parts(
            clock=self.clock,
            version=version(),
            server_id=server_id,
            register=self.register,
            live=self.live,
            alarms=self.alarms,
            claims=self.claims,
            commands=self.commands,
            identity=self.identity,
            approvals=self.approvals,
            viewing=self.viewing,
            leases=self.leases,
            importing=self.importing,
            supervisor=self.supervisor,
            gazetteer=self.gazetteer,
            nearness=self._nearness,
            looking=self._looking,
            replay=self._replay,
            base_maps=self.base_maps,
            footage=self.footage,
            evidence=self.evidence,
            onboarding=self.onboarding,
            storage=self.storage,
            troubles=self._troubles,
        )
        application = build_application(parts, self._endpoint)
        self._server = Server(application, self.options.host, self.options.port, server_tls(self.options))

    def _troubles(self) -> tuple[str, ...]:
        return (
            self._kept.trouble,
            self._disk_watch.trouble,
            self.media.reason,
            self._recorder.trouble,
            self.footage.trouble,
        )

    def _wanted(self, asset_id: int, property_: str) -> Value:
        return self.claims.wanted(asset_id, property_)

    # --- starting

    async def _load(self) -> None:
        await self.storage.open()
        await self.vault.load()
        await self.register.load()
        await self.gazetteer.load()
        await self.alarms.load()
        await self.claims.load()
        await self.identity.open()
        await self.approvals.open()
        await self.viewing.open()
        await self.leases.open()
        await self.base_maps.open()
        await self.footage.load()
        await self.evidence.load()
        if self.options.is_demo:
            await self.identity.ensure_demo_accounts()
        self.first_password = await self.identity.ensure_administrator()

    async def _connect_city(self, ready: CityReady) -> None:
        """The devices of the city listen: know it, connect to it anew, and say where its levers are."""
        levers = Path(ready.plan_path).with_name("ready.json")
        await asyncio.to_thread(levers.write_bytes, msgspec.json.encode(ready))
        content = await asyncio.to_thread(Path(ready.plan_path).read_bytes)
        plan = await asyncio.to_thread(msgspec.msgpack.decode, content, type=CityPlan)
        try:
            await CityLoading(self.storage, self.register, self.vault).take(plan)
            await self.gazetteer.load()
        except StorageError as error:
            log.error("the city could not be kept: %s", error)
            return
        await self.supervisor.reload()
        await self.footage.record_unplanned(RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub"))
