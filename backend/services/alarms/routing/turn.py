"""What one look at waiting alarms comes to: committed as a whole, then taken over."""

import datetime as dt
import uuid

from backend.domain.alarms.routing import Escalation
from backend.ports import Unit
from backend.services.alarms.routing.letters import Facts, Held
from backend.services.alarms.routing.messages import Message, notice
from backend.services.alarms.routing.receivers import one_more
from contract.alarm_routing import Contact, NoticeKind, Outcome


class Turn:
    """Messages promised, messages only counted, and how far each alarm went; None: it waits no more."""

    def __init__(self) -> None:
        self.unit = Unit()
        self.messages: list[Message] = []
        self.held: dict[str, Held | None] = {}
        self.states: dict[int, Escalation | None] = {}
        self.exhausted: set[int] = set()
        self._reached: set[int] = set()

    def count(self, contact: str) -> int:
        """Messages of this turn to one person."""
        return sum(1 for message in self.messages if message.contact == contact)

    def reaches(self, alarm_id: int) -> bool:
        """Whether somebody is told of this alarm by this turn, now or counted."""
        return alarm_id in self._reached

    def promise(
        self,
        kind: NoticeKind,
        contact: Contact,
        at: dt.datetime,
        level: int = 0,
        *,
        facts: Facts | None = None,
        held: Held | None = None,
    ) -> None:
        """He is told."""
        message = Message(
            id=str(uuid.uuid4()),
            kind=kind,
            contact=contact.id,
            addresses=contact.addresses,
            made_at=at,
            next_at=at,
            level=level,
            facts=facts,
            held=held,
        )
        self.messages.append(message)
        if facts is not None:
            self._reached.add(facts.alarm_id)

    def hold(self, contact: Contact, before: Held | None, facts: Facts, level: int, at: dt.datetime) -> None:
        """He is told of it later, counted."""
        before = self.held.get(contact.id, before)
        self.held[contact.id] = one_more(before, facts.priority, at)
        entry = notice(Outcome.HELD, NoticeKind.RAISED, contact=contact.id, facts=facts, level=level)
        self.unit.entries.append(entry)
        self._reached.add(facts.alarm_id)
