"""The media process's parts joined: each command goes to the part that knows it."""

from collections.abc import Callable

from contract.media import (
    BuildEvidence,
    CancelEvidence,
    CloseCamera,
    IssueFootageTicket,
    IssueTicket,
    ListFootage,
    MasksChanged,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    PlanRecording,
    ProbeStream,
    RecordEvent,
    RecordingState,
    ReleaseSeal,
    RevokeUser,
    SealFootage,
    StreamKey,
    TakeStill,
    TicketRefused,
)
from media.evidence.building import EvidenceBuilding
from media.footage_door.door import FootageDoor
from media.live.camera_pull import LINGER_S
from media.live.cameras import Cameras
from media.live.probing import Probes
from media.live.refusals import Refusals
from media.live.relay import Relay
from media.pictures.masked_streams import MaskedStreams
from media.pictures.stills import Stills
from media.pictures.watch import ConditionWatch
from media.pictures.workers import PictureWorkers
from media.recorder.recorder import Recorder, RecorderOptions
from video.clocks import Clock, monotonic
from video.footage.archive import FootageArchive


class MediaService:
    """`report` takes what the backend must know."""

    def __init__(
        self,
        report: Callable[[MediaEvent], None],
        *,
        clock: Clock = monotonic,
        linger_s: float = LINGER_S,
        footage: RecorderOptions | None = None,
    ) -> None:
        self._refusals = Refusals(report)
        self._report = report = self._refusals.report
        self.pictures = PictureWorkers(clock=clock)
        self.condition_watch = ConditionWatch(self.pictures.watch, report, clock=clock)
        self.cameras = Cameras(report, linger_s=linger_s, listener=self.condition_watch.listener)
        self.masked_streams = MaskedStreams(self.pictures, clock=clock)
        self.relay = Relay(self.cameras, report, masking=self.masked_streams, clock=clock)
        self.probes = Probes(report)
        self.recorder = None if footage is None else Recorder(self.cameras, report, footage, clock=clock)
        folder = None if footage is None else footage.folder
        self.footage_door = None if folder is None else FootageDoor(folder, report, self.pictures, clock=clock)
        archive = None if folder is None else FootageArchive(folder)
        self.stills = Stills(self.cameras, self.pictures, report, archive=archive)
        self.evidence = EvidenceBuilding(folder, self.pictures, report, clock=clock)

    async def start(self) -> None:
        """Begin what goes on by itself."""
        if self.recorder is not None:
            await self.recorder.start()

    async def obey(self, command: MediaCommand) -> None:
        """Do what the backend commands."""
        match command:
            case OpenCamera():
                self.condition_watch.told(command)
                await self.cameras.open(command)
            case CloseCamera():
                self.masked_streams.shut(StreamKey(command.camera_id, command.stream))
                await self.cameras.shut(command)
            case IssueTicket():
                self.relay.issue(command)
            case IssueFootageTicket():
                self._open_footage(command)
            case ProbeStream():
                self.probes.begin(command)
            case RevokeUser():
                self.relay.revoke(command)
                self.stills.revoke(command)
                if self.footage_door is not None:
                    self.footage_door.revoke(command)
            case MasksChanged():
                self.relay.masks_changed(command)
                self.stills.masks_changed(command)
                if self.footage_door is not None:
                    self.footage_door.masks_changed(command)
            case TakeStill():
                self.stills.take(command)
            case PlanRecording() | RecordEvent() | ListFootage() | SealFootage() | ReleaseSeal():
                self._record(command)
            case BuildEvidence():
                self.evidence.build(command)
            case CancelEvidence():
                self.evidence.cancel(command)

    def _open_footage(self, command: IssueFootageTicket) -> None:
        if self.footage_door is not None:
            self.footage_door.issue(command)
        else:
            self._report(TicketRefused(camera_id=command.camera_id, reason="nothing is recorded here"))

    def _record(self, command: PlanRecording | RecordEvent | ListFootage | SealFootage | ReleaseSeal) -> None:
        if self.recorder is not None:
            self.recorder.obey(command)
        elif isinstance(command, PlanRecording):
            self._report(RecordingState(camera_id=command.camera_id, state="failed", detail="no_folder"))

    async def close(self) -> None:
        """End every viewing and close every camera; a second call does nothing."""
        await self.relay.close()
        if self.footage_door is not None:
            await self.footage_door.close()
        await self.probes.close()
        await self.stills.close()
        await self.evidence.close()
        if self.recorder is not None:
            await self.recorder.close()
        await self.cameras.close()
        await self.condition_watch.close()
        await self.pictures.close()
        await self._refusals.close()
