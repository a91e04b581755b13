"""The footage door: listens, lets players in by their tickets, tells the register who saw what."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.media import (
    IssueFootageTicket,
    MasksChanged,
    MediaEvent,
    RevokeUser,
    TicketReady,
    TicketRefused,
    TicketUsed,
)
from media.footage_door.handing_out import Readers
from media.footage_door.ports import Masking
from media.footage_door.tickets import FootageTickets, belongs_to
from media.footage_door.viewing import PRESENT_S, FootageViewing
from video.clocks import Clock, monotonic
from video.footage.archive import FootageArchive

MOST_CONNECTIONS: Final = 256
MOST_OF_ONE_ADDRESS: Final = 96  # a wall of 36 in step, its thumbnails, and a second console behind the same router
_WRITE_BUFFER_BYTES: Final = 2**20


class FootageDoor:
    """`report` takes what the backend must know. `start`, then read `port`; `close` hangs up on everybody."""

    def __init__(
        self,
        folder: Path,
        report: Callable[[MediaEvent], None],
        masking: Masking | None,
        *,
        clock: Clock = monotonic,
    ) -> None:
        self._folder = folder
        self._report = report
        self._masking = masking
        self._readers = Readers()
        self._clock = clock
        self._tickets = FootageTickets(clock)
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], str] = {}
        self._viewings: set[FootageViewing] = set()
        self.port = 0

    @property
    def viewing_count(self) -> int:
        """How many players are let in."""
        return sum(viewing.ticket is not None for viewing in self._viewings)

    async def start(self, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Begin to listen."""
        handshake_s = None if tls is None else PRESENT_S
        self._server = await asyncio.start_server(self._serve, host, port, ssl=tls, ssl_handshake_timeout=handshake_s)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and hang up on everyone; a second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()
        self._readers.close()

    def issue(self, command: IssueFootageTicket) -> None:
        """Make a ticket good."""
        if command.masks and self._masking is None:
            # Never the bare picture in place of a masked one.
            self._report(TicketRefused(camera_id=command.camera_id, reason="masks cannot be burnt in"))
            return
        self._tickets.issue(command)
        self._report(TicketReady(ticket=command.ticket))

    def revoke(self, command: RevokeUser) -> None:
        """End a user's viewings and void the tickets he holds."""
        if command.camera_id is None:
            self._tickets.revoke(command.user, command.session)
        for viewing in tuple(self._viewings):
            ticket = viewing.ticket
            if ticket is None or not belongs_to(ticket, command.user, command.session):
                continue
            if command.camera_id in {None, ticket.camera_id}:
                viewing.end("the right to watch was taken back")

    def masks_changed(self, command: MasksChanged) -> None:
        """Who watches this camera with other masks asks anew."""
        self._tickets.masks_changed(command)
        for viewing in tuple(self._viewings):
            ticket = viewing.ticket
            if ticket is not None and ticket.camera_id == command.camera_id and ticket.masks != command.masks:
                viewing.end("the masks of this camera have changed")

    def _admit(self, secret: str) -> IssueFootageTicket | None:
        ticket = self._tickets.burn(secret)
        if ticket is None:
            reason = "the ticket for recordings is burnt, expired or made up"
            self._report(TicketRefused(camera_id=None, reason=reason))
        else:
            used = TicketUsed(ticket=ticket.ticket, camera_id=ticket.camera_id, stream="footage", user=ticket.user)
            self._report(used)
        return ticket

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        address = str((writer.get_extra_info("peername") or ("",))[0])
        if task is None or not self._has_room(address):
            writer.transport.abort()
            return
        self._connections[task] = address
        writer.transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        # An archive each: it remembers what it read, and threads read for every player.
        viewing = FootageViewing(
            reader, writer, FootageArchive(self._folder), self._masking, self._readers, self._clock
        )
        self._viewings.add(viewing)
        try:
            await viewing.run(self._admit)
        except asyncio.CancelledError:
            # The door closes; asyncio's own callback would log a cancelled connection as an error.
            writer.transport.abort()
        finally:
            self._viewings.discard(viewing)
            del self._connections[task]
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()
            if (ended := viewing.ended()) is not None:
                self._report(ended)

    def _has_room(self, address: str) -> bool:
        connections = list(self._connections.values())
        return len(connections) < MOST_CONNECTIONS and connections.count(address) < MOST_OF_ONE_ADDRESS
