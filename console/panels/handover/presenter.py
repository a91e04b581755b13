"""Handovers in words, and the requests behind the buttons. No Qt."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from console.kit.formats import day_and_time
from console.kit.ports import Catalogue, Client
from console.kit.seat import seat_name
from console.panels.handover.report_page import PAPER, PageLook, ReportPage
from contract.alarm_work import PresenceRequest
from contract.handover import Handover, HandoverLine, HandoverRequest, HandoverState, SinceYouLeft
from widgets.texts import Texts


class ListedHandover(NamedTuple):
    """One row of the list."""

    id: str
    when: str
    who: str
    state: str
    is_for_you: bool


class Wants(NamedTuple):
    """What the shown report waits for, as far as it concerns this seat."""

    words: str
    sign: str  # the button's words; "" no button
    asks_password: bool = False  # another person may sign here
    may_withdraw: bool = False


class HandoverPresenter:
    """What the panel says and asks."""

    def __init__(self, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    async def listed(self, now: dt.datetime) -> Sequence[ListedHandover]:
        """Newest first. Raises RequestFailed."""
        return [self._row(line, now) for line in (await self._client.handovers()).items]

    async def open(self, handover_id: str) -> Handover:
        """One with its report. Raises RequestFailed."""
        return await self._client.handover(handover_id)

    async def colleagues(self, user: str) -> Sequence[tuple[str, str]]:
        """Name and words of those who may take over: who is logged in, but oneself. Raises RequestFailed."""
        return [
            (item.user, f"{item.display_name} ({item.user})")
            for item in (await self._client.presences()).items
            if item.user != user
        ]

    async def draw(self, incoming: str, commune: str, remarks: str, *, passes_alarms: bool) -> Handover:
        """The report as things stand now. Raises RequestFailed."""
        request = HandoverRequest(
            id=str(uuid.uuid4()),
            seat=seat_name(),
            incoming=incoming,
            communes=(commune,) if commune else None,
            remarks=remarks,
            passes_alarms=passes_alarms,
        )
        return await self._client.draw_handover(request)

    async def sign(self, handover: Handover, user: str = "", password: str = "") -> Handover:
        """By oneself, or by a colleague at this seat. Raises RequestFailed."""
        return await self._client.sign_handover(handover, user=user, password=password)

    async def withdraw(self, handover: Handover) -> None:
        """It is not to be signed. Raises RequestFailed."""
        await self._client.withdraw_handover(handover.report.id)

    async def since_you_left(self) -> SinceYouLeft:
        """Raises RequestFailed."""
        return await self._client.since_you_left()

    async def note(self, text: str) -> None:
        """Into the logbook. Raises RequestFailed."""
        await self._client.write_note(text)

    async def is_away(self, user: str) -> bool:
        """Whether one has said so. Raises RequestFailed."""
        return any(item.user == user and item.is_away for item in (await self._client.presences()).items)

    async def say_away(self, *, is_away: bool) -> None:
        """Alarms are routed to those who are there. Raises RequestFailed."""
        await self._client.say_presence(PresenceRequest(seat=seat_name(), is_away=is_away))

    def wants(self, handover: Handover | None, user: str) -> Wants:
        """What may be done with the shown report here."""
        tr = self._tr
        if handover is None:
            return Wants("", "")
        is_own = handover.report.outgoing == user
        match handover.state:
            case HandoverState.DRAWN if is_own:
                return Wants(tr("handover.wants.outgoing"), tr("handover.sign_out"), may_withdraw=True)
            case HandoverState.LEFT if is_own:
                words = tr("handover.wants.incoming_here")
                return Wants(words, tr("handover.sign_here"), asks_password=True, may_withdraw=True)
            case HandoverState.LEFT if handover.is_for_you:
                who = handover.report.outgoing_name or handover.report.outgoing
                return Wants(tr("handover.wants.incoming", who=who), tr("handover.sign_in"))
            case state:
                return Wants(tr(f"handover.state.{state.value}"), "")

    def page(self, handover: Handover, look: PageLook) -> str:
        """The report for the screen."""
        return ReportPage(self._catalogue, self._tr, look).whole(handover)

    def paper(self, handover: Handover) -> str:
        """The report for paper."""
        return ReportPage(self._catalogue, self._tr, PAPER).whole(handover)

    def since_page(self, told: SinceYouLeft, look: PageLook) -> str:
        """What happened, for the screen."""
        return ReportPage(self._catalogue, self._tr, look).alone(told)

    def title(self, handover: Handover) -> str:
        """What the printed report is called."""
        report = handover.report
        return f"{self._tr('handover.of_seat', seat=report.seat)} {report.drawn_at.astimezone():%d/%m/%Y %H:%M}"

    def file_name(self, handover: Handover) -> str:
        """What its file is called."""
        return f"{self._tr('handover.file')}-{handover.report.drawn_at.astimezone():%Y%m%d-%H%M}.pdf"

    def _row(self, line: HandoverLine, now: dt.datetime) -> ListedHandover:
        leaves = line.outgoing_name or line.outgoing
        comes = line.incoming_name or line.incoming or self._tr("handover.whoever")
        key = "handover.state.for_you" if line.is_for_you else f"handover.state.{line.state.value}"
        return ListedHandover(
            id=line.id,
            when=day_and_time(line.drawn_at, now),
            who=f"{leaves} → {comes}",
            state=self._tr(key),
            is_for_you=line.is_for_you,
        )
