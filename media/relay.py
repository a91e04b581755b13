"""Cameras, tickets and viewings together: what the backend commands, and whom the RTSP server lets in."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from contract.media import (
    CameraState,
    CloseCamera,
    IssueTicket,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    RevokeUser,
    StreamKey,
    TicketReady,
    TicketRefused,
    TicketUsed,
    ViewingEnded,
)
from media.camera_pull import LINGER_S, CameraAddress, CameraPull
from media.tickets import Tickets
from media.viewing import Viewing
from video.clocks import Clock, monotonic
from video.rtsp.authentication import Credentials, PresentedCredentials
from video.rtsp.server import Refusal
from video.stream_source import ServedStream
from video.task_owner import TaskOwner

_BEGIN_WITHIN_S: Final = 15.0  # the RTSP server hangs up on who has not played after 10 s


class Relay:
    """`report` takes what the backend must know; `resolve` is what the RTSP server asks."""

    def __init__(
        self, report: Callable[[MediaEvent], None], *, clock: Clock = monotonic, linger_s: float = LINGER_S
    ) -> None:
        self._report = report
        self._clock = clock
        self._linger_s = linger_s
        self._tasks = TaskOwner()
        self._tickets = Tickets(clock)
        self._pulls: dict[StreamKey, CameraPull] = {}
        self._viewings: dict[Viewing, asyncio.Task[None]] = {}

    @property
    def viewing_count(self) -> int:
        """How many viewings are open."""
        return len(self._viewings)

    def pulls(self) -> int:
        """How many cameras are open now."""
        return sum(pull.is_pulling for pull in self._pulls.values())

    async def obey(self, command: MediaCommand) -> None:
        """Do what the backend commands."""
        match command:
            case OpenCamera():
                await self._open(command)
            case CloseCamera(camera_id=camera_id, stream=stream):
                await self._close(StreamKey(camera_id, stream))
            case IssueTicket(ticket=secret, user=user, expires_in=expires_in):
                self._tickets.issue(
                    secret, StreamKey(command.camera_id, command.stream), user, expires_in, command.session
                )
                self._report(TicketReady(ticket=secret))
            case RevokeUser(user=user, session=session):
                self._tickets.revoke(user, session)
                for viewing in [one for one in self._viewings if one.ticket.belongs_to(user, session)]:
                    viewing.end()

    async def resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        """The stream behind /live/CAMERA_ID/STREAM?ticket=...; names and passwords open nothing here."""
        del presented
        key = _parse_path(path)
        if key is None:
            return Refusal(404)
        ticket = self._tickets.burn(query.get("ticket", ""), key)
        if ticket is None:
            reason = "the ticket is burnt, expired, made up, or another stream's"
            self._report(TicketRefused(camera_id=key.camera_id, reason=reason))
            return Refusal(401)
        pull = self._pulls.get(key)
        if pull is None:
            return Refusal(404)
        self._report(TicketUsed(ticket=ticket.secret, camera_id=key.camera_id, stream=key.stream, user=ticket.user))
        viewing = Viewing(ticket, pull, self._clock, self._viewing_ended)
        name = f"viewing of camera {key.camera_id} {key.stream} begins"
        self._viewings[viewing] = self._tasks.start(_end_unless_begun(viewing), name)
        return viewing

    async def close(self) -> None:
        """End every viewing and close every camera; a second call does nothing."""
        for viewing in list(self._viewings):
            viewing.end()
        pulls, self._pulls = self._pulls, {}
        for pull in pulls.values():
            await pull.close()
        await self._tasks.close()

    async def _open(self, command: OpenCamera) -> None:
        key = StreamKey(command.camera_id, command.stream)
        credentials = Credentials(command.user, command.password) if command.user else None
        address = CameraAddress(command.url, credentials)
        present = self._pulls.get(key)
        if present is not None and present.address == address:
            return
        await self._close(key)
        self._pulls[key] = CameraPull(key, address, self._tasks, self._camera_fares, linger_s=self._linger_s)

    async def _close(self, key: StreamKey) -> None:
        pull = self._pulls.pop(key, None)
        if pull is not None:
            await pull.close()

    def _camera_fares(self, state: CameraState) -> None:
        self._report(state)

    def _viewing_ended(self, viewing: Viewing, event: ViewingEnded) -> None:
        waiting = self._viewings.pop(viewing, None)
        if waiting is not None and waiting is not asyncio.current_task():
            waiting.cancel()
        self._report(event)


async def _end_unless_begun(viewing: Viewing) -> None:
    """A client that asks and never plays must not hold a camera open."""
    await asyncio.sleep(_BEGIN_WITHIN_S)
    if not viewing.has_begun:
        viewing.end()


def _parse_path(path: str) -> StreamKey | None:
    parts = path.strip("/").split("/")
    # Players append the track to the address when they set it up.
    if len(parts) < 3 or parts[0] != "live" or parts[2] not in {"sub", "main"}:
        return None
    number = parts[1]
    if not number.isascii() or not number.isdigit() or len(number) > 10:
        return None
    return StreamKey(int(number), parts[2])
