"""One message and its lines in the log, as they are kept."""

import datetime as dt
import zlib
from typing import Final

import msgspec

from backend.ports import KeptRecord
from backend.services.alarms.routing.letters import Facts, Held
from backend.services.said import NOTHING, Said
from contract.alarm_routing import Address, NoticeKind, Outcome
from contract.alarms import Priority
from contract.journal import EntryKind, NewEntry

KIND: Final = "alarm_message"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person, and where it is on its way."""

    id: str
    kind: NoticeKind
    contact: str
    addresses: tuple[Address, ...]  # those not yet refused, the next to be tried first
    made_at: dt.datetime
    next_at: dt.datetime
    level: int = 0
    facts: Facts | None = None
    held: Held | None = None
    tries: int = 0
    is_sending: bool = False

    @property
    def key(self) -> str:
        """The same at each try at one address: whoever gets it twice can tell."""
        return f"{self.id}-{zlib.crc32(f'{self.addresses[0].channel} {self.addresses[0].to}'.encode()):08x}"

    @property
    def priority(self) -> Priority:
        """That of its alarm; a digest has the lowest."""
        return Priority.P4 if self.facts is None else self.facts.priority


def notice(
    outcome: Outcome,
    kind: NoticeKind,
    *,
    contact: str = "",
    channel: str = "",
    to: str = "",
    message_id: str = "",
    facts: Facts | None = None,
    level: int = 0,
    tries: int = 0,
    detail: Said = NOTHING,
    actor: str = "system",
) -> NewEntry:
    """A line of the log. The address is personal and can be erased."""
    payload: dict[str, object] = {
        "outcome": outcome.value,
        "notice": kind.value,
        "contact": contact,
        "channel": channel,
        "message": message_id,
        "level": level,
        "tries": tries,
    }
    if facts is not None:
        payload |= {"alarm": facts.alarm_id, "occurrence": facts.occurrence, "priority": int(facts.priority)}
    if detail:
        payload |= {"detail": detail.text, "detail_code": detail.code, "detail_args": dict(detail.args)}
    return NewEntry(
        kind=EntryKind.NOTICE,
        actor=actor,
        asset_id=None if facts is None else facts.asset_id,
        payload=payload,
        personal={"to": to} if to else None,
    )


def record_of(message: Message) -> KeptRecord:
    """As it is kept."""
    return KeptRecord(KIND, message.id, msgspec.json.encode(message))
