"""Tickets and viewings: whom the RTSP server lets in, and to what."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from contract.media import (
    IssueTicket,
    MasksChanged,
    MediaEvent,
    RevokeUser,
    StreamKey,
    TicketReady,
    TicketRefused,
    TicketUsed,
    ViewingEnded,
)
from media.live.cameras import Cameras
from media.live.tickets import Tickets
from media.live.viewing import Viewing
from video.clocks import Clock, monotonic
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal
from video.stream_source import ServedStream
from video.task_owner import TaskOwner

_BEGIN_WITHIN_S: Final = 15.0  # the RTSP server hangs up on who has not played after 10 s


class Relay:
    """`report` takes what the backend must know; `resolve` is what the RTSP server asks."""

    def __init__(self, cameras: Cameras, report: Callable[[MediaEvent], None], *, clock: Clock = monotonic) -> None:
        self._cameras = cameras
        self._report = report
        self._clock = clock
        self._tasks = TaskOwner()
        self._tickets = Tickets(clock)
        self._viewings: dict[Viewing, asyncio.Task[None]] = {}

    @property
    def viewing_count(self) -> int:
        """How many viewings are open."""
        return len(self._viewings)

    def issue(self, command: IssueTicket) -> None:
        """Make a ticket good."""
        if command.masks:
            # Never the bare picture in place of a masked one.
            self._report(TicketRefused(camera_id=command.camera_id, reason="masks cannot be burnt in"))
            return
        key = StreamKey(command.camera_id, command.stream)
        self._tickets.issue(command.ticket, key, command.user, command.expires_in, command.session)
        self._report(TicketReady(ticket=command.ticket))

    def revoke(self, command: RevokeUser) -> None:
        """End a user's viewings and void the tickets he holds."""
        self._tickets.revoke(command.user, command.session)
        for viewing in [one for one in self._viewings if one.ticket.belongs_to(command.user, command.session)]:
            viewing.end()

    def masks_changed(self, command: MasksChanged) -> None:
        """Who watches this camera asks anew, and is shown it with the masks of now."""
        for viewing in [one for one in self._viewings if one.ticket.key.camera_id == command.camera_id]:
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
        pull = self._cameras.pull(key)
        if pull is None:
            return Refusal(404)
        self._report(TicketUsed(ticket=ticket.secret, camera_id=key.camera_id, stream=key.stream, user=ticket.user))
        viewing = Viewing(ticket, pull, self._clock, self._viewing_ended)
        name = f"viewing of camera {key.camera_id} {key.stream} begins"
        self._viewings[viewing] = self._tasks.start(_end_unless_begun(viewing), name)
        return viewing

    async def close(self) -> None:
        """End every viewing; a second call does nothing."""
        for viewing in list(self._viewings):
            viewing.end()
        await self._tasks.close()

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
