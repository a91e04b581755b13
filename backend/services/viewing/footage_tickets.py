"""Recordings of one camera: the gate first, then a ticket to the media process's footage door."""

import datetime as dt
from typing import Final

from backend.devkit.clock import Clock
from backend.services.media import TICKET_S, MediaUnavailable
from backend.services.refusals import ViewingRefused
from backend.services.said import quoted, say
from backend.services.viewing.gate import Asked, Door, Gate, Permit, Viewer
from backend.services.viewing.live import TICKET_WITHIN_S, Media
from backend.services.viewing.open_viewings import OpenViewings
from contract.footage import LONGEST_DAYS, FootageRequest, FootageTicket
from contract.media import IssueFootageTicket, TicketReady

LONGEST: Final = dt.timedelta(hours=24)
_AHEAD: Final = dt.timedelta(hours=1)  # who replays what was just recorded goes on into what is recorded meanwhile


class FootageTickets:
    """One ticket a camera and period; longer looks ask again, and are entered again."""

    def __init__(self, gate: Gate, clock: Clock, media: Media, open_viewings: OpenViewings) -> None:
        self._gate = gate
        self._clock = clock
        self._media = media
        self._open = open_viewings

    async def view(self, asset_id: int, request: FootageRequest, viewer: Viewer) -> FootageTicket:
        """Enter the viewing, then give a ticket. Raises ViewingRefused, PurposeNeeded."""
        since, until = self._period(request)
        asked = Asked(camera_id=asset_id, door=Door.FOOTAGE, since=since, until=until)
        permit = await self._gate.admit(viewer, asked)
        try:
            return await self._issue(permit, since, until)
        except MediaUnavailable as error:
            await self._gate.enter(permit, "refused", {"detail": str(error)})
            raise ViewingRefused(quoted(f"{permit.camera.code}: {error}")) from error
        except ViewingRefused as error:
            await self._gate.enter(permit, "refused", {"detail": error.reason})
            raise

    def _period(self, request: FootageRequest) -> tuple[dt.datetime, dt.datetime]:
        now = self._clock.now()
        oldest = now - dt.timedelta(days=LONGEST_DAYS)
        since, until = max(request.since, oldest), min(request.until, now + _AHEAD)
        if request.since >= request.until or request.since >= now:
            raise ViewingRefused(say("period_order"))
        if request.until <= oldest:
            raise ViewingRefused(say("period_old", days=LONGEST_DAYS))
        if until - since > LONGEST:
            raise ViewingRefused(say("period_long", hours=LONGEST // dt.timedelta(hours=1)))
        return since, until

    async def _issue(self, permit: Permit, since: dt.datetime, until: dt.datetime) -> FootageTicket:
        ready = await self._media.until_ready()
        if not ready.footage_port:
            raise ViewingRefused(say("no_footage"))
        now = self._gate.current(permit)
        self._open.expect(now)
        issue = IssueFootageTicket(
            ticket=now.ticket,
            camera_id=now.camera.id,
            user=now.viewer.user,
            expires_in=TICKET_S,
            since=since,
            until=until,
            masks=now.masks,
            session=now.viewer.session,
            lasts_s=now.lasts_s,
        )
        await self._media.ask(issue, now.ticket, TicketReady, within_s=TICKET_WITHIN_S)
        return FootageTicket(
            host=self._media.public_host.strip("[]"),
            port=ready.footage_port,
            is_encrypted=ready.is_encrypted,
            ticket=now.ticket,
            expires_in=TICKET_S,
            is_masked=bool(now.masks),
            server_time=self._clock.now(),
        )
