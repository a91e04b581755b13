"""Who may know what, who is there, and how much each was told within the hour."""

import datetime as dt
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.roster import on_call
from backend.domain.alarms.routing import HOUR, is_held
from backend.domain.rights import allows, covers, local_minute
from backend.ports import JournalQuery, KeptRecord, Storage
from backend.services.alarms.routing.book import RoutingBook
from backend.services.alarms.routing.letters import Facts, Held
from contract.alarm_routing import Contact, NoticeKind, Outcome
from contract.alarms import Priority
from contract.journal import EntryKind
from contract.rights import Level, User

log = logging.getLogger(__name__)
HELD_KIND: Final = "alarm_held"
DIGEST_AFTER: Final = dt.timedelta(minutes=5)
_MOST_READ: Final = 2_000
_COUNTED: Final = frozenset({NoticeKind.RAISED.value, NoticeKind.DIGEST.value})


class Presence(Protocol):
    """Who is at a seat now."""

    def available(self, commune: str, service: str, class_: str | None = None) -> Sequence[User]:
        """Who is logged in, not away, and may act there."""
        ...


class Receivers:
    """Answers for one moment at a time; what was held and sent survives a restart."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        book: RoutingBook,
        presence: Presence,
        user: Callable[[str], User | None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._book = book
        self._presence = presence
        self._user = user
        self._sent: dict[str, deque[dt.datetime]] = defaultdict(deque)
        self.held: dict[str, Held] = {}
        self._there: dict[tuple[str, str, str], Collection[str]] = {}

    def look_anew(self) -> None:
        """Who is at a seat is asked again: within one look at all alarms it is asked once for each kind of place."""
        self._there.clear()

    async def load(self) -> None:
        """What was promised within the last hour, and what waits to be counted."""
        for contact, body in (await self._storage.records(HELD_KIND)).items():
            try:
                self.held[contact] = msgspec.json.decode(body, type=Held)
            except msgspec.MsgspecError as error:
                log.error("what %s was not told cannot be read and is left out: %s", contact, error)
        query = JournalQuery(since=self._clock.now() - HOUR, kinds=(EntryKind.NOTICE,), limit=_MOST_READ)
        for entry in reversed(await self._storage.journal(query)):
            is_promise = entry.payload.get("outcome") == Outcome.PROMISED.value
            if is_promise and entry.payload.get("notice") in _COUNTED:
                self._sent[str(entry.payload.get("contact", ""))].append(entry.at)

    def may_see(self, contact: Contact, facts: Facts) -> bool:
        """Whether he may read which alarm it is, by the rights of his account or by what the contact is for."""
        at = self._clock.now()
        if not contact.user:
            minute = local_minute(at)
            return covers(
                contact.scope, commune=facts.commune, service=facts.service, class_=facts.class_, minute=minute
            )
        user = self._user(contact.user)
        return (
            user is not None
            and user.is_active
            and allows(
                user.grants,
                Level.VIEW,
                commune=facts.commune,
                service=facts.service,
                class_=facts.class_,
                at=at,
            )
        )

    def is_staffed(self, facts: Facts) -> bool:
        """Whether somebody sits at a seat who may act on it."""
        return bool(self._at_seats(facts))

    def on_duty(self, facts: Facts) -> Collection[str]:
        """Contacts who are logged in, not away, and may act on it."""
        there = self._at_seats(facts)
        return {contact.id for contact in self._book.contacts.values() if contact.user in there}

    def _at_seats(self, facts: Facts) -> Collection[str]:
        key = (facts.commune, facts.service, facts.class_)
        if key not in self._there:
            self._there[key] = {user.name for user in self._presence.available(*key)}
        return self._there[key]

    def on_call(self, roster: str) -> Sequence[str]:
        """Who is on call now."""
        found = self._book.rosters.get(roster)
        return () if found is None else on_call(found, self._clock.now()).contacts

    def is_held(self, contact: Contact, priority: Priority, more: int = 0) -> bool:
        """Whether he is told of it later, counted. `more` messages are about to be promised to him besides."""
        at = self._clock.now()
        sent = self._sent[contact.id]
        while sent and at - sent[0] > HOUR:
            sent.popleft()
        return is_held(contact, priority, [*sent, *([at] * more)], at)

    def told(self, contact: str) -> None:
        """A message to him is promised."""
        self._sent[contact].append(self._clock.now())

    def due_digests(self) -> Sequence[tuple[Contact, Held]]:
        """Who can be told of how much he was not told."""
        at = self._clock.now()
        found: list[tuple[Contact, Held]] = []
        for id_, held in self.held.items():
            contact = self._book.contacts.get(id_)
            if contact is None or not contact.addresses or at - held.since < DIGEST_AFTER:
                continue
            if not self.is_held(contact, Priority(min(map(int, held.counts), default=4))):
                found.append((contact, held))
        return found


def one_more(held: Held | None, priority: Priority, at: dt.datetime) -> Held:
    """Counted instead of told."""
    counts = dict(held.counts) if held is not None else {}
    key = str(int(priority))
    counts[key] = counts.get(key, 0) + 1
    return Held(since=at if held is None else held.since, counts=counts)


def held_record(contact: str, held: Held | None) -> KeptRecord:
    """As it is kept; None: he was told."""
    return KeptRecord(HELD_KIND, contact, None if held is None else msgspec.json.encode(held))
