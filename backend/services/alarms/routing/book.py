"""Rules, contacts, rosters and channels as they are kept; every change is journalled without addresses or secrets."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec

from backend.ports import KeptRecord, Storage, Unit
from backend.services.alarms.routing.checks import check_channel, check_contacts, check_plan
from backend.services.refusals import RoutingRefused
from backend.services.said import say
from contract.alarm_routing import ChannelKind, ChannelSettings, Contact, Contacts, Roster, RoutingPlan
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)
KIND: Final = "alarm_routing"
CHANNEL_KIND: Final = "alarm_channel"
MOST_CHANNELS: Final = 30
LONGEST_SECRET: Final = 1_000
SHORTEST_KEY: Final = 16
Kept = TypeVar("Kept")


class Secrets(Protocol):
    """Where passwords and keys of channels are."""

    async def store(self, name: str, secret: str) -> None:
        """Add or replace a secret."""
        ...

    def read(self, name: str) -> str:
        """The secret behind a name; raises KeyError when there is none."""
        ...


class RoutingBook:
    """In memory as it is in storage; who changes an old version of it is refused."""

    def __init__(self, storage: Storage, secrets: Secrets, is_account: Callable[[str], bool]) -> None:
        self._storage = storage
        self._secrets = secrets
        self._is_account = is_account
        self._turn = asyncio.Lock()
        self.plan = RoutingPlan()
        self.people = Contacts()
        self.contacts: Mapping[str, Contact] = {}
        self.rosters: Mapping[str, Roster] = {}
        self.channels: dict[str, ChannelSettings] = {}

    async def load(self) -> None:
        """As it was kept; what cannot be read is left out, and said so."""
        kept = await self._storage.records(KIND)
        self.plan = _decoded(kept.get("plan"), RoutingPlan, "the routing rules") or RoutingPlan()
        self._take_people(_decoded(kept.get("people"), Contacts, "the on-call contacts") or Contacts())
        for key, body in (await self._storage.records(CHANNEL_KIND)).items():
            settings = _decoded(body, ChannelSettings, f"the channel {key}")
            if settings is not None:
                self.channels[key] = settings

    async def save_plan(self, plan: RoutingPlan, *, by: str) -> RoutingPlan:
        """Raises RoutingRefused, StorageError."""
        async with self._turn:
            if plan.version != self.plan.version:
                raise RoutingRefused(say("routing_changed"))
            check_plan(plan, self.people)
            made = msgspec.structs.replace(plan, version=plan.version + 1)
            details: dict[str, object] = {"rules": [rule.id for rule in made.rules], "version": made.version}
            await self._keep(KIND, "plan", made, "rules_changed", by, details)
            self.plan = made
        return made

    async def save_people(self, people: Contacts, *, by: str) -> Contacts:
        """Raises RoutingRefused, StorageError."""
        async with self._turn:
            if people.version != self.people.version:
                raise RoutingRefused(say("routing_changed"))
            check_contacts(people, self.channels, self._is_account)
            check_plan(self.plan, people)
            made = msgspec.structs.replace(people, version=people.version + 1)
            details: dict[str, object] = {
                "contacts": [contact.id for contact in made.contacts],
                "rosters": [roster.id for roster in made.rosters],
                "version": made.version,
            }
            await self._keep(KIND, "people", made, "roster_changed", by, details)
            self._take_people(made)
        return made

    async def save_channel(self, settings: ChannelSettings, *, by: str) -> ChannelSettings:
        """A secret stays with the server it was given for. Raises RoutingRefused, StorageError."""
        check_channel(settings)
        async with self._turn:
            before = self.channels.get(settings.id)
            if before is None and len(self.channels) >= MOST_CHANNELS:
                raise RoutingRefused(say("routing_many", most=MOST_CHANNELS))
            if before is not None and before.kind is not settings.kind:
                raise RoutingRefused(say("channel_kind_kept"))
            is_signed = settings.kind is not ChannelKind.WEBHOOK or len(self.secret(settings.id)) >= SHORTEST_KEY
            if settings.is_active and not is_signed:
                raise RoutingRefused(say("channel_unsigned"))
            if before is not None and _server(before) != _server(settings):
                await self._secrets.store(_secret_name(settings.id), "")
            details: dict[str, object] = {"channel": settings.id, "kind": settings.kind.value}
            await self._keep(CHANNEL_KIND, settings.id, settings, "channel_changed", by, details)
            self.channels[settings.id] = settings
        return settings

    async def remove_channel(self, id_: str, *, by: str) -> None:
        """Its secret goes with it. Raises RoutingRefused, StorageError."""
        async with self._turn:
            using = [one.name for one in self.people.contacts if any(at.channel == id_ for at in one.addresses)]
            if using:
                raise RoutingRefused(say("channel_used", who=", ".join(using[:5])))
            await self._secrets.store(_secret_name(id_), "")
            await self._keep(CHANNEL_KIND, id_, None, "channel_removed", by, {"channel": id_})
            self.channels.pop(id_, None)

    async def save_secret(self, id_: str, secret: str, *, by: str) -> None:
        """Raises RoutingRefused, StorageError."""
        if len(secret) > LONGEST_SECRET or not secret.isprintable():
            raise RoutingRefused(say("channel_secret", most=LONGEST_SECRET))
        settings = self.channels.get(id_)
        is_signing = settings is not None and settings.kind is ChannelKind.WEBHOOK and settings.is_active
        if is_signing and len(secret) < SHORTEST_KEY:
            raise RoutingRefused(say("channel_unsigned"))
        await self._secrets.store(_secret_name(id_), secret)
        payload: dict[str, object] = {"event": "channel_secret_changed", "channel": id_}
        await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.ALARM_RULE, actor=by, payload=payload)]))

    def secret(self, id_: str) -> str:
        """The secret of a channel; empty where there is none."""
        try:
            return self._secrets.read(_secret_name(id_))
        except KeyError:
            return ""

    def _take_people(self, people: Contacts) -> None:
        self.people = people
        self.contacts = {contact.id: contact for contact in people.contacts}
        self.rosters = {roster.id: roster for roster in people.rosters}

    async def _keep(
        self, kind: str, key: str, value: object | None, event: str, by: str, details: dict[str, object]
    ) -> None:
        entry = NewEntry(kind=EntryKind.ALARM_RULE, actor=by, payload={"event": event, **details})
        body = None if value is None else msgspec.json.encode(value)
        await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(kind, key, body)]))


def by_name(channels: Mapping[str, ChannelSettings]) -> Sequence[ChannelSettings]:
    """In the order in which people look for them."""
    return sorted(channels.values(), key=lambda settings: (settings.name.casefold(), settings.id))


def _server(settings: ChannelSettings) -> tuple[str, ...] | None:
    """Whom a password is sent to; None for webhooks, whose key only signs."""
    if settings.mail is not None:
        mail = settings.mail
        return mail.host.lower(), str(mail.port), mail.security.value, settings.ca_pem
    if settings.http is not None and settings.kind is not ChannelKind.WEBHOOK:
        url = urlsplit(settings.http.url)
        return url.scheme, url.netloc.lower(), settings.ca_pem
    return None


def _secret_name(id_: str) -> str:
    return f"alarm-channel/{id_}"


def _decoded(body: bytes | None, type_: type[Kept], what: str) -> Kept | None:
    if body is None:
        return None
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.MsgspecError as error:
        log.error("%s cannot be read and are left out: %s", what, error)
        return None
