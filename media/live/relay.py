"""Tickets and viewings: whom the RTSP server lets in, and to what."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol

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
from media.live.camera_pull import CameraPull
from media.live.cameras import Cameras
from media.live.tickets import Tickets
from media.live.viewing import Shown, Viewing
from video.clocks import Clock, monotonic
from video.masks import Geometry, geometry
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal
from video.stream_source import ServedStream
from video.task_owner import TaskOwner

MOST_OF_ONE_USER: Final = 192  # two desks with a wall of 36 each, twice over while they change; the door has 512 places
_BEGIN_WITHIN_S: Final = 15.0  # the RTSP server hangs up on who has not played after 10 s


class Masking(Protocol):
    """Who burns masks into live streams."""

    def stream(self, pull: CameraPull, masks: Geometry) -> Shown:
        """The camera with these masks; shared by all who are shown the same."""
        ...


class Relay:
    """`report` takes what the backend must know; `resolve` is what the RTSP server asks."""

    def __init__(
        self,
        cameras: Cameras,
        report: Callable[[MediaEvent], None],
        *,
        masking: Masking,
        clock: Clock = monotonic,
    ) -> None:
        self._cameras = cameras
        self._masking = masking
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
        self._tickets.issue(command)
        self._report(TicketReady(ticket=command.ticket))

    def revoke(self, command: RevokeUser) -> None:
        """End a user's viewings and void the tickets he holds."""
        if command.camera_id is None:
            self._tickets.revoke(command.user, command.session)
        for viewing in [one for one in self._viewings if one.ticket.belongs_to(command.user, command.session)]:
            if command.camera_id in {None, viewing.ticket.key.camera_id}:
                viewing.end()

    def masks_changed(self, command: MasksChanged) -> None:
        """Who watches this camera with other masks asks anew, and is shown it with the masks of now."""
        masks = geometry(command.masks)
        self._tickets.void_other_masks(command.camera_id, masks)
        for viewing in list(self._viewings):
            if viewing.ticket.key.camera_id == command.camera_id and viewing.ticket.masks != masks:
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
        if sum(viewing.ticket.user == ticket.user for viewing in self._viewings) >= MOST_OF_ONE_USER:
            self._report(TicketRefused(camera_id=key.camera_id, reason="this user watches as many streams as one may"))
            return Refusal(453)
        self._report(TicketUsed(ticket=ticket.secret, camera_id=key.camera_id, stream=key.stream, user=ticket.user))
        shown = self._masking.stream(pull, ticket.masks) if ticket.masks else pull
        viewing = Viewing(ticket, shown, self._clock, self._viewing_ended)
        name = f"viewing of camera {key.camera_id} {key.stream}"
        self._viewings[viewing] = self._tasks.start(self._watch_over(viewing), name)
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

    async def _watch_over(self, viewing: Viewing) -> None:
        """A client that asks and never plays must not hold a camera open, and no one sees longer than he may."""
        until = viewing.ticket.shows_until
        await asyncio.sleep(_BEGIN_WITHIN_S if until is None else min(_BEGIN_WITHIN_S, until - self._clock()))
        if viewing.has_begun:
            if until is None:
                return
            await asyncio.sleep(until - self._clock())
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
