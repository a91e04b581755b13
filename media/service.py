"""The media process's parts joined: each command goes to the part that knows it."""

from collections.abc import Callable

from contract.media import (
    CloseCamera,
    IssueTicket,
    MasksChanged,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    RevokeUser,
    StreamKey,
)
from media.live.camera_pull import LINGER_S
from media.live.cameras import Cameras
from media.live.relay import Relay
from media.pictures.masked_streams import MaskedStreams
from media.pictures.workers import PictureWorkers
from video.clocks import Clock, monotonic


class MediaService:
    """`report` takes what the backend must know."""

    def __init__(
        self, report: Callable[[MediaEvent], None], *, clock: Clock = monotonic, linger_s: float = LINGER_S
    ) -> None:
        self.cameras = Cameras(report, linger_s=linger_s)
        self.pictures = PictureWorkers(clock=clock)
        self.masked_streams = MaskedStreams(self.pictures, clock=clock)
        self.relay = Relay(self.cameras, report, masking=self.masked_streams, clock=clock)

    async def obey(self, command: MediaCommand) -> None:
        """Do what the backend commands."""
        match command:
            case OpenCamera():
                await self.cameras.open(command)
            case CloseCamera():
                self.masked_streams.shut(StreamKey(command.camera_id, command.stream))
                await self.cameras.shut(command)
            case IssueTicket():
                self.relay.issue(command)
            case RevokeUser():
                self.relay.revoke(command)
            case MasksChanged():
                self.relay.masks_changed(command)
            case _:
                pass

    async def close(self) -> None:
        """End every viewing and close every camera; a second call does nothing."""
        await self.relay.close()
        await self.cameras.close()
        await self.pictures.close()
