"""The recorder: every camera's plan, one thread that writes, a keeper that purges, seals; commands in, facts out."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from contract.media import (
    FootageListed,
    ListFootage,
    MediaEvent,
    PlanRecording,
    RecordEvent,
    ReleaseSeal,
    SealFootage,
    StreamKey,
)
from media.live.cameras import Cameras
from media.recorder.camera_recorder import CameraRecorder
from media.recorder.clock_watch import ClockReading
from media.recorder.disk_writer import FLOOR_BYTES, DiskNews, DiskRoom, DiskWriter, NotWritten, Recovered, Written
from media.recorder.keeper import Keeper
from media.recorder.seals import SealingStopped, release, seal
from video.clocks import Clock, boot_name, monotonic, uptime, wall
from video.errors import ProtocolError
from video.footage.archive import FootageArchive
from video.footage.places import utc
from video.task_owner import TaskOwner

log = logging.getLogger(__name__)

_TICK_S: Final = 1.0


RecorderCommand = PlanRecording | RecordEvent | ListFootage | SealFootage | ReleaseSeal


class RecorderOptions(msgspec.Struct, frozen=True):
    """Where recordings lie and how much room they may take. `quota_bytes` 0: as much as the disk has."""

    folder: Path
    quota_bytes: int = 0
    floor_bytes: int = FLOOR_BYTES


class Recorder:
    """`await start()` begins; what is recorded comes by PlanRecording."""

    def __init__(
        self,
        cameras: Cameras,
        report: Callable[[MediaEvent], None],
        options: RecorderOptions,
        *,
        clock: Clock = monotonic,
        wall_clock: Clock = wall,
        uptime_clock: Clock = uptime,
    ) -> None:
        self._cameras = cameras
        self._report = report
        self._clock = clock
        self._wall = wall_clock
        self._uptime = uptime_clock
        self._boot = boot_name()
        self.archive = FootageArchive(options.folder)
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer = DiskWriter(options.folder, self._hear, floor_bytes=options.floor_bytes, clock=clock)
        self._recorders: dict[int, CameraRecorder] = {}
        self._asked: set[int] = set()
        self._known: set[int] = set()
        self._tasks = TaskOwner()
        self._keeper = Keeper(
            options.folder,
            report,
            quota_bytes=options.quota_bytes,
            read_clock=self._read_clock,
            plans=lambda: {number: one.plan for number, one in list(self._recorders.items())},
            spared=self._writer.open_paths,
        )
        self._sealing = asyncio.Lock()
        self._stop = threading.Event()
        self._is_closed = False

    async def start(self) -> None:
        """Look at what an earlier run left, and begin to keep time."""
        folder = self.archive.folder
        await asyncio.to_thread(_make_folder, folder)
        self._loop = asyncio.get_running_loop()
        self._writer.start()
        for camera_id in await asyncio.to_thread(self.archive.cameras):
            self._recover(camera_id)
        self._tasks.start(self._keep_time(), "recordings keep time")
        self._tasks.start(self._keeper.run(), "recordings are kept and purged")

    def obey(self, command: RecorderCommand) -> None:
        """Do what the backend commands; what needs the disk is answered later."""
        match command:
            case PlanRecording():
                self.plan(command)
            case RecordEvent():
                self.event(command)
            case ListFootage():
                self.list_footage(command)
            case SealFootage():
                self._tasks.start(self._seal(command), f"seal {command.lock_id}")
            case ReleaseSeal():
                self._tasks.start(self._release(command), f"seal {command.lock_id} is released")

    def plan(self, command: PlanRecording) -> None:
        """Record a camera so from now on."""
        recorder = self._recorder(command.camera_id)
        self._recover(command.camera_id)
        recorder.follow(command.plan)
        self._tick(recorder)

    def event(self, command: RecordEvent) -> None:
        """Something happened in sight of a camera."""
        self._recorder(command.camera_id).event(command.kind, command.label)

    def list_footage(self, command: ListFootage) -> None:
        """Answer when the disk has."""
        self._tasks.start(self._list(command), f"recordings of camera {command.camera_id} are listed")

    async def close(self) -> None:
        """Write what is open and end; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._stop.set()
        await self._tasks.close()
        for recorder in self._recorders.values():
            recorder.close()
        await asyncio.to_thread(self._writer.close)

    def _recorder(self, camera_id: int) -> CameraRecorder:
        recorder = self._recorders.get(camera_id)
        if recorder is None:
            recorder = CameraRecorder(camera_id, self._writer, self._report, clock=self._clock, wall=self._wall)
            self._recorders[camera_id] = recorder
        return recorder

    def _recover(self, camera_id: int) -> None:
        if camera_id not in self._asked:
            self._asked.add(camera_id)
            self._writer.recover(camera_id)

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            for recorder in list(self._recorders.values()):
                self._tick(recorder)

    def _tick(self, recorder: CameraRecorder) -> None:
        # Nothing new is written before it is known what an earlier run left.
        if recorder.camera_id not in self._known:
            return
        recorder.tick(self._cameras.pull(StreamKey(recorder.camera_id, recorder.plan.stream)))

    def _hear(self, news: DiskNews) -> None:
        """In the writing thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, news)

    def _take(self, news: DiskNews) -> None:
        match news:
            case Written():
                self._recorder(news.camera_id).written(news.begins_at, news.ends_at, news.gap)
                self._keeper.grew(news.camera_id, news.size)
            case NotWritten():
                self._recorder(news.camera_id).not_written(news.reason, news.begins_at, news.ends_at)
            case Recovered():
                recorder = self._recorder(news.camera_id)
                recorder.recovered(news.recovery)
                self._known.add(news.camera_id)
                self._tick(recorder)
            case DiskRoom():
                self._keeper.take_room(news)

    def _read_clock(self) -> ClockReading:
        return ClockReading(self._wall(), self._uptime(), self._boot)

    async def _seal(self, command: SealFootage) -> None:
        async with self._sealing:
            with contextlib.suppress(SealingStopped):
                self._report(await asyncio.to_thread(seal, self.archive.folder, command, self._stop))

    async def _release(self, command: ReleaseSeal) -> None:
        async with self._sealing:
            try:
                purged = await asyncio.to_thread(release, self.archive.folder, command.lock_id, self._wall())
            except (ProtocolError, OSError) as error:
                log.error("a sealed extraction cannot be deleted: %s", error)
                return
            self._report(purged)

    async def _list(self, command: ListFootage) -> None:
        self._report(await asyncio.to_thread(_listed, self.archive, command))


def _listed(archive: FootageArchive, command: ListFootage) -> FootageListed:
    since, until = command.since.timestamp(), command.until.timestamp()
    fresh = FootageArchive(archive.folder)
    oldest = fresh.oldest(command.camera_id)
    return FootageListed(
        id=command.id,
        spans=fresh.spans(command.camera_id, since, until),
        gaps=fresh.gaps(command.camera_id, since, until),
        marks=fresh.marks(command.camera_id, since, until),
        oldest=None if oldest is None else utc(oldest),
    )


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
