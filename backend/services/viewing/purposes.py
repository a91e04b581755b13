"""Why somebody watches: said once per shift or incident, entered with every viewing of his login."""

import datetime as dt
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from backend.services.refusals import ViewingRefused
from backend.services.said import say
from backend.services.viewing.marks import session_mark
from contract.footage import PurposeRequest, ViewingPurpose
from contract.journal import EntryKind, NewEntry

GOOD_FOR: Final = dt.timedelta(hours=12)
LONGEST_REASON: Final = 500
LONGEST_REFERENCE: Final = 120
KIND: Final = "viewing_purpose"
ROUTINE: Final = ViewingPurpose(reason="", is_routine=True)


class Purposes:
    """One purpose a login. It outlives a restart of the backend, and no login."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._said: dict[str, ViewingPurpose] = {}  # by the mark of the login

    async def open(self) -> None:
        """Read what was said; forget what is over."""
        kept = await self._storage.records(KIND)
        self._said = {key: msgspec.json.decode(body, type=ViewingPurpose) for key, body in kept.items()}
        over = [key for key, purpose in self._said.items() if not self._is_good(purpose)]
        if over:
            await self._storage.commit(Unit(records=[KeptRecord(KIND, key, None) for key in over]))
        for key in over:
            del self._said[key]

    def of(self, session: str) -> ViewingPurpose:
        """What this login watches for; routine duty when nothing was said, or too long ago."""
        purpose = self._said.get(session_mark(session))
        return purpose if purpose is not None and self._is_good(purpose) else ROUTINE

    async def say(self, request: PurposeRequest, *, by: str, session: str) -> ViewingPurpose:
        """Good for a shift, or until it is said anew. Raises ViewingRefused."""
        checked = checked_purpose(request)
        now = self._clock.now()
        purpose = ViewingPurpose(
            reason=checked.reason,
            incident=checked.incident,
            requisition=checked.requisition,
            said_at=now,
            expires_at=now + GOOD_FOR,
        )
        mark = session_mark(session)
        payload: dict[str, object] = {"act": "purpose", **purpose_payload(purpose), "session": mark}
        entry = NewEntry(kind=EntryKind.VIEWING, actor=by, payload=payload)
        record = KeptRecord(KIND, mark, msgspec.json.encode(purpose))
        over = [key for key, other in self._said.items() if not self._is_good(other) and key != mark]
        forgotten = [KeptRecord(KIND, key, None) for key in over]
        await self._storage.commit(Unit(entries=[entry], records=[*forgotten, record]))
        self._said[mark] = purpose
        for key in over:
            self._said.pop(key, None)
        return purpose

    def _is_good(self, purpose: ViewingPurpose) -> bool:
        """Also against a clock that was set back: what was said in the future is not believed."""
        said_at, now = purpose.said_at, self._clock.now()
        return said_at is not None and said_at <= now < said_at + GOOD_FOR


def checked_purpose(request: PurposeRequest) -> PurposeRequest:
    """With its blanks trimmed. Raises ViewingRefused."""
    reason, incident, requisition = (t.strip() for t in (request.reason, request.incident, request.requisition))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ViewingRefused(say("purpose_reason", count=LONGEST_REASON))
    for reference in (incident, requisition):
        if len(reference) > LONGEST_REFERENCE or not reference.isprintable():
            raise ViewingRefused(say("purpose_reference", count=LONGEST_REFERENCE))
    return PurposeRequest(reason=reason, incident=incident, requisition=requisition)


def purpose_payload(purpose: ViewingPurpose) -> dict[str, object]:
    """As every entry of the register bears it."""
    return {
        "reason": purpose.reason,
        "incident": purpose.incident,
        "requisition": purpose.requisition,
        "is_routine": purpose.is_routine,
    }
