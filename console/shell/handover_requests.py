"""Requests about the handover of shifts."""

import uuid
from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.handover import (
    Handover,
    HandoverList,
    HandoverRequest,
    ShiftNote,
    SignRequest,
    SinceYouLeft,
)
from contract.logbook import NoteRequest


class HandoverRequests:
    """console.kit.handover_ports.HandoverCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def handovers(self, cursor: str | None = None) -> HandoverList:
        """Those one may read, newest first."""
        return await asked(self._session.get("/handovers", HandoverList, {"cursor": cursor}))

    async def handover(self, handover_id: str) -> Handover:
        """One with its report."""
        return await asked(self._session.get(_path(handover_id), Handover))

    async def draw_handover(self, request: HandoverRequest) -> Handover:
        """The report as things stand now; asked twice with the same id, it is drawn once."""
        return await asked(self._session.post_for("/handovers", request, Handover))

    async def sign_handover(self, handover: Handover, *, user: str = "", password: str = "") -> Handover:
        """By oneself, or by another person at this seat with his password."""
        body = SignRequest(hash=handover.hash, user=user, password=password)
        return await asked(self._session.post_for(f"{_path(handover.report.id)}/sign", body, Handover))

    async def withdraw_handover(self, handover_id: str) -> None:
        """It is not to be signed."""
        await asked(self._session.post(f"{_path(handover_id)}/withdraw", None))

    async def since_you_left(self) -> SinceYouLeft:
        """What happened since one handed over last."""
        return await asked(self._session.get("/since-you-left", SinceYouLeft))

    async def write_note(self, text: str) -> ShiftNote:
        """A line for the logbook."""
        return await asked(self._session.post_for("/notes", NoteRequest(id=str(uuid.uuid4()), text=text), ShiftNote))


def _path(handover_id: str) -> str:
    return f"/handovers/{quote(handover_id, safe='')}"
