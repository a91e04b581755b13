"""Everything that the backend does for recordings, joined; hears the media process."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import Storage, StorageError
from backend.services.devices import Devices
from backend.services.footage.addresses import CameraAddresses, Streams
from backend.services.footage.bookmarks import Bookmarks
from backend.services.footage.facts import FootageFacts
from backend.services.footage.happenings import Happenings
from backend.services.footage.plan_book import PlanBook
from backend.services.footage.purge_proof import PurgeProof
from backend.services.footage.recorder import Recorder
from backend.services.footage.recording_desk import Commanded, RecordingDesk
from backend.services.footage.retention_watch import RetentionWatch
from backend.services.footage.seals import Seals
from backend.services.footage.timeline import Timeline
from backend.services.intake import Intake
from backend.services.live_state import LiveState
from backend.services.refusals import FootageRefused
from backend.services.register import MaySee, Register
from contract.assets import Asset
from contract.footage import CameraRecording, PlanChange, RecordingList, RecordingMode, RecordingPlan
from contract.media import (
    CameraCondition,
    FootageDisk,
    GapRecorded,
    MediaCommand,
    MediaEvent,
    MediaReady,
    Purged,
    PurgeHeld,
    RecordingState,
)
from contract.points import Quality, Reading

log = logging.getLogger(__name__)
Answer = TypeVar("Answer", bound=MediaEvent)
_WATCH_EVERY_S: Final = 1.0
_POINT_OF: Final = {
    "is_frozen": "picture_frozen",
    "is_dark": "picture_dark",
    "is_covered": "picture_covered",
    "is_blurred": "picture_blurred",
    "is_moved": "picture_moved",
    "is_in_motion": "picture_motion",
}


class FootageMedia(Commanded, Protocol):
    """The media process, as recordings see it."""

    async def ask(self, command: MediaCommand, key: str, kind: type[Answer], *, within_s: float) -> Answer:
        """Tell, and wait for the answer. Raises MediaUnavailable."""
        ...

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        """Also tell this one what it says."""
        ...


class Footage:
    """Plans, the recorder, timelines, bookmarks and seals."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        intake: Intake,
        media: FootageMedia,
        streams: Streams,
        is_ptz: Callable[[Asset], bool],
    ) -> None:
        self._register = register
        self._devices = devices
        self._media = media
        self._report_ours = intake.report_ours
        self.facts = FootageFacts(storage)
        self.purge_proof = PurgeProof(storage, clock)
        self._recorder = Recorder(register, self.facts, intake.own_sink)
        self._conditions: dict[tuple[int, str], bool] = {}
        self._tasks = Tasks("recordings")
        self.plans = PlanBook(storage, register)
        addresses = CameraAddresses(register.get, streams)
        self.desk = RecordingDesk(self.plans, register, devices, addresses, media, clock, intake.report_ours)
        self.plans.listen(self.desk.wake)
        self.bookmarks = Bookmarks(storage, clock)
        self.seals = Seals(storage, clock, media, register.get, self._recorder.tell)
        self.timeline = Timeline(storage, clock, register, live, media, self.plans, self.bookmarks, self.seals, is_ptz)
        self.happenings = Happenings(self.plans, register, media, clock, is_ptz)
        self.retention = RetentionWatch(self.plans, self.timeline, self.facts, clock, self._recorder.tell)
        media.listen(self.hear)

    @property
    def trouble(self) -> str:
        """What ails the recordings as a whole, in words; empty when nothing does."""
        return self._recorder.trouble

    async def load(self) -> None:
        """Read what is kept."""
        await self.plans.load()
        await self.bookmarks.load()
        await self.seals.load()
        await self.purge_proof.load()

    def start(self) -> None:
        """Begin to look after the recordings."""
        self._tasks.start(self.facts.run(), name="facts")
        self._tasks.start(self.purge_proof.run(), name="purge proof")
        self._tasks.start(self.desk.run(), name="desk")
        self._tasks.start(self.seals.run(), name="seals")
        self._tasks.start(self.retention.run(), name="retention")
        self._tasks.start(self._watch(), name="recorder")

    async def close(self) -> None:
        """End what runs, and write what waits."""
        await self._tasks.close()
        await self.desk.close()
        await self.seals.close()
        await self.facts.flush()
        with contextlib.suppress(StorageError):
            await self.purge_proof.keep()

    def hear(self, event: MediaEvent) -> None:
        """What the media process says."""
        match event:
            case MediaReady():
                self.desk.media_began()
            case RecordingState():
                self.desk.hear(event)
            case GapRecorded():
                self._hear_gap(event)
            case Purged():
                self._hear_purge(event)
            case PurgeHeld() | FootageDisk():
                self._recorder.hear(event)
            case CameraCondition():
                self._hear_condition(event)
            case _:
                pass

    def recordings(self, cameras: Sequence[Asset], *, total: int, following: str | None = None) -> RecordingList:
        """How these cameras are recorded, and the disk under it all."""
        disk = self._recorder.disk
        return RecordingList(
            items=tuple(self._recording(camera.id) for camera in cameras),
            total=total,
            next=following,
            used_bytes=0 if disk is None else disk.used_bytes,
            free_bytes=0 if disk is None else disk.free_bytes,
            quota_bytes=0 if disk is None else disk.quota_bytes,
            trouble=self.trouble,
        )

    def cameras(self, may_see: MaySee) -> Sequence[Asset]:
        """Cameras that are recorded or can be, of those that one may see, by id."""
        found = [
            camera
            for commune, class_ in self._register.topics()
            if class_ == "camera"
            for camera in self._register.of_topic(commune, class_)
            if self._devices.connection_of(camera.id) is not None or self.plans.of(camera.id) is not None
        ]
        return sorted((camera for camera in found if may_see(camera)), key=lambda camera: camera.id)

    async def record_unplanned(self, plan: RecordingPlan) -> None:
        """Record every camera that can be and that nobody has planned yet: how a demo begins."""
        able = (camera.id for camera in self.cameras(lambda _: True))
        fresh = tuple(camera_id for camera_id in able if self.plans.of(camera_id) is None)
        if fresh:
            try:
                await self.plans.change(PlanChange(camera_ids=fresh, plan=plan), by="system")
            except (FootageRefused, StorageError) as error:
                log.error("the cameras of the demo are not recorded: %s", error)

    def _recording(self, camera_id: int) -> CameraRecording:
        kept = self.plans.of(camera_id)
        if kept is None:
            return CameraRecording(camera_id=camera_id, plan=RecordingPlan(mode=RecordingMode.OFF))
        fare = self.desk.fare(camera_id)
        return CameraRecording(
            camera_id=camera_id,
            plan=kept.plan,
            state=fare.state,
            detail=fare.why.text,
            detail_code=fare.why.code,
            detail_args=dict(fare.why.args),
            version=kept.version,
        )

    async def watch_recorder(self) -> None:
        """Once there is a plan there is a recorder, which runs or does not."""
        recorded = (self._register.get(camera_id) for camera_id in self.plans.all())
        first = next((camera for camera in recorded if camera is not None), None)
        if first is not None:
            await self._recorder.ensure(first)
            self._recorder.tell({"running": self._media.is_ready})

    async def _watch(self) -> None:
        while True:
            await self.watch_recorder()
            self.happenings.look()
            await asyncio.sleep(_WATCH_EVERY_S)

    def _hear_gap(self, event: GapRecorded) -> None:
        gap = event.gap
        payload: dict[str, object] = {
            "since": gap.since.isoformat(),
            "until": gap.until.isoformat(),
            "reason": gap.reason,
        }
        self.facts.add("gap", payload, camera_id=event.camera_id)

    def _hear_purge(self, event: Purged) -> None:
        """The proof that the law asks for: what was destroyed, and that it was looked for afterwards."""
        if not event.lock_id and not event.left:
            self.purge_proof.add(event)
            self._recorder.tell({"purge_incomplete": False})
            return
        payload: dict[str, object] = {
            "reason": event.reason,
            "until": event.until.isoformat(),
            "files": event.files,
            "bytes": event.bytes,
            "left": event.left,
        }
        if event.lock_id:
            payload["lock"] = event.lock_id
        self.facts.add("purged", payload, camera_id=event.camera_id or None)
        self._recorder.tell({"purge_incomplete": event.left > 0})
        self.seals.hear(event)

    def _hear_condition(self, event: CameraCondition) -> None:
        readings: list[Reading] = []
        for field, point in _POINT_OF.items():
            value: bool | None = getattr(event, field)
            key = (event.camera_id, point)
            before = self._conditions.pop(key, None)
            if value is not None:
                self._conditions[key] = value
                readings.append(Reading(event.camera_id, point, value))
            elif before is not None:
                # Nobody measures any more: an alarm that nothing could ever clear is taken back first.
                readings.append(Reading(event.camera_id, point, False))
                readings.append(Reading(event.camera_id, point, None, quality=Quality.UNKNOWN))
        if readings:
            self._report_ours(readings)
