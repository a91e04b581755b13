"""What is watched now, and by whom: when the reason to let it stay open is gone, it ends."""

import logging
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.services.viewing.gate import Gate, Permit
from contract.media import MediaEvent, MediaReady, TicketUsed, ViewingEnded

log = logging.getLogger(__name__)
_UNSPENT_S: Final = 90.0  # a ticket is good for 30 s; the rest is for a slow beginning
STREAMS: Final = ("sub", "main")


class PictureTaker(Protocol):
    """The media process, as far as it takes pictures away."""

    def revoke_user(self, user: str, session: str = "") -> None:
        """End a user's viewings and void his tickets, of one login or of all."""
        ...

    def close_camera(self, camera_id: int, stream: str) -> None:
        """Nobody may watch this stream any more."""
        ...


class _Open(msgspec.Struct, frozen=True):
    permit: Permit
    expected_at: float
    has_begun: bool = False


class OpenViewings:
    """Tickets given and viewings under way, by ticket."""

    def __init__(self, gate: Gate, clock: Clock, media: PictureTaker) -> None:
        self._gate = gate
        self._clock = clock
        self._media = media
        self._open: dict[str, _Open] = {}

    def __len__(self) -> int:
        """How many, tickets that nobody has used yet included."""
        return len(self._open)

    def __repr__(self) -> str:
        """How many, never which."""
        return f"OpenViewings({len(self._open)})"

    def expect(self, permit: Permit) -> None:
        """Its ticket is handed out now."""
        self._open[permit.ticket] = _Open(permit, self._clock.monotonic())

    def permit_of(self, ticket: str) -> Permit | None:
        """What opened this viewing."""
        known = self._open.get(ticket)
        return None if known is None else known.permit

    def hear(self, event: MediaEvent) -> None:
        """What the media process says."""
        match event:
            case MediaReady():
                self._open.clear()  # a new process: whatever its forerunner served has ended
            case TicketUsed(ticket=ticket) if ticket in self._open:
                self._open[ticket] = msgspec.structs.replace(self._open[ticket], has_begun=True)
            case ViewingEnded(ticket=ticket):
                self._open.pop(ticket, None)
            case _:
                pass

    def end_what_may_not_stay(self) -> None:
        """Rights end by the hour too, logins by themselves, and cameras are removed."""
        now = self._clock.monotonic()
        for ticket, known in list(self._open.items()):
            if not self._gate.still_may(known.permit):
                self._end(known.permit)
            elif not known.has_begun and now - known.expected_at > _UNSPENT_S:
                self._open.pop(ticket, None)

    def camera_removed(self, camera_id: int) -> None:
        """Nobody watches it any more, live or recorded."""
        for stream in STREAMS:
            self._media.close_camera(camera_id, stream)
        for known in list(self._open.values()):
            if known.permit.camera.id == camera_id:
                self._end(known.permit)

    def _end(self, permit: Permit) -> None:
        """All this login watches ends; what it may go on watching, it asks for anew."""
        viewer = permit.viewer
        log.info("the viewings of %s end: he may not see %s any more", viewer.user, permit.camera.code)
        for ticket, known in list(self._open.items()):
            if known.permit.viewer == viewer:
                self._open.pop(ticket, None)
        self._media.revoke_user(viewer.user, viewer.session)
