"""Roles and connections as one file: compared, then taken whole or not at all; the one before can be taken back."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.ports import KeptRecord, Storage, Unit
from backend.services.account_book import AccountRefused
from backend.services.administration.connections import ConnectionDesk, goes_where, shown, with_hidden
from backend.services.administration.refusal import AdministrationRefused
from backend.services.administration.roles import Roles
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.supervisor import Supervisor
from contract.administration import (
    ConfigurationDifference,
    ConfigurationFile,
    ConfigurationLine,
    ConnectionRequest,
    Role,
    RoleRequest,
)
from contract.devices import Connection
from contract.journal import EntryKind, NewEntry

FORMAT: Final = 1
_KIND: Final = "configuration"
_PREVIOUS: Final = "previous"
_MOST_LINES: Final = 500


class Configuration:
    """Only what a file names is changed: a role or connection that it does not name stays as it is."""

    def __init__(self, storage: Storage, roles: Roles, connections: ConnectionDesk, supervisor: Supervisor) -> None:
        self._storage = storage
        self._roles = roles
        self._connections = connections
        self._supervisor = supervisor
        self._turn = asyncio.Lock()

    async def present(self) -> ConfigurationFile:
        """As it is now, without any secret."""
        connections = sorted(await self._storage.connections(), key=lambda item: item.id)
        return ConfigurationFile(
            format=FORMAT, roles=tuple(self._roles.all()), connections=tuple(map(shown, connections))
        )

    async def compare(self, wanted: ConfigurationFile) -> ConfigurationDifference:
        """What taking it would change. Raises AdministrationRefused when it cannot be taken as a whole."""
        await self._check(wanted)
        present = await self.present()
        lines = _lines(present, wanted)
        return ConfigurationDifference(
            lines=tuple(lines[:_MOST_LINES]),
            seal=_seal(present, wanted),
            is_taken=False,
            has_previous=bool(await self._storage.records(_KIND)),
        )

    async def take(self, wanted: ConfigurationFile, seal: str, *, by: str) -> ConfigurationDifference:
        """Take exactly what was compared. Raises AdministrationRefused: nothing was taken."""
        async with self._turn:
            await self._check(wanted)
            present = await self.present()
            if seal != _seal(present, wanted):
                raise AdministrationRefused("configuration_seal")
            lines = _lines(present, wanted)
            await self._commit(present, wanted, by)
            return ConfigurationDifference(
                lines=tuple(lines[:_MOST_LINES]),
                seal="",
                is_taken=True,
                has_previous=True,
            )

    async def previous(self) -> ConfigurationFile:
        """The one before the last that was taken: compare and take it like any other. Raises AdministrationRefused."""
        kept = (await self._storage.records(_KIND)).get(_PREVIOUS)
        if kept is None:
            raise AdministrationRefused("configuration_previous")
        return msgspec.json.decode(kept, type=ConfigurationFile)

    async def _check(self, wanted: ConfigurationFile) -> None:
        if wanted.format != FORMAT:
            raise AdministrationRefused("configuration_format")
        try:
            for role in wanted.roles:
                self._roles.check(role.name, RoleRequest(title=role.title, grants=role.grants))
            for connection in wanted.connections:
                asked = ConnectionRequest(
                    integration=connection.integration, url=connection.url, settings=connection.settings
                )
                self._connections.check(connection.id, asked)
                await self._connections.check_secrets(connection.id, asked)
        except AdministrationRefused as error:
            raise AdministrationRefused("configuration_wrong", reason=error.said.text) from error
        names = [role.name for role in wanted.roles] + [f"/{item.id}" for item in wanted.connections]
        if len(set(names)) != len(names):
            raise AdministrationRefused("configuration_wrong", reason="a name stands in it twice")
        if not self._roles.stays_administered_with(wanted.roles):
            raise AdministrationRefused("role_last")

    async def _commit(self, present: ConfigurationFile, wanted: ConfigurationFile, by: str) -> None:
        """All of it in one transaction; what runs follows."""
        before = {item.id: item for item in await self._storage.connections()}
        connections = [_taken(item, before.get(item.id)) for item in wanted.connections]
        changed = [item for item in connections if before.get(item.id) != item]
        roles = [role for role in wanted.roles if _changes(self._roles.get(role.name), role)]
        payload: dict[str, object] = {
            "event": "configuration_taken",
            "roles": [role.name for role in roles],
            "connections": [item.id for item in changed],
        }
        entry = NewEntry(kind=EntryKind.SYSTEM, actor=by, payload=payload)
        kept = KeptRecord(_KIND, _PREVIOUS, msgspec.json.encode(present))
        unit = Unit(entries=[entry], connections=changed, records=[kept, *self._roles.records(roles)])
        await self._storage.commit(unit)
        try:
            await self._roles.take(roles, by=by)
            for item in changed:
                await self._supervisor.renew(item.id)
        except (IntegrationBroken, AccountRefused) as error:
            raise AdministrationRefused("connection_stored", reason=str(error)) from error


def _taken(item: Connection, before: Connection | None) -> Connection:
    """Where a secret lies is ours to say: a file from elsewhere never points at a password, nor sends it elsewhere."""
    if before is None or not goes_where(before.url, item.url):
        return msgspec.structs.replace(item, secret_name="", settings=with_hidden(item.settings, {}))
    settings = with_hidden(item.settings, before.settings)
    return msgspec.structs.replace(item, secret_name=before.secret_name, settings=settings)


def _changes(before: Role | None, after: Role) -> bool:
    return before is None or (before.title, before.grants) != (after.title, after.grants)


def _lines(present: ConfigurationFile, wanted: ConfigurationFile) -> Sequence[ConfigurationLine]:
    roles = {role.name: role for role in present.roles}
    connections = {item.id: item for item in present.connections}
    pairs = [
        *(("role", role.name, _role_words(roles.get(role.name)), _role_words(role)) for role in wanted.roles),
        *(
            ("connection", item.id, _connection_words(connections.get(item.id)), _connection_words(item))
            for item in wanted.connections
        ),
    ]
    return [_line(*pair) for pair in pairs if pair[2] != pair[3]]


def _line(part: str, name: str, before: str, after: str) -> ConfigurationLine:
    return ConfigurationLine(part=part, name=name, what="changed" if before else "added", before=before, after=after)


def _role_words(role: Role | None) -> str:
    if role is None:
        return ""
    return f"{role.name} {role.title} {msgspec.json.encode(role.grants).decode()}".strip()


def _connection_words(item: Connection | None) -> str:
    if item is None:
        return ""
    settings = " ".join(f"{name}={value}" for name, value in sorted(item.settings.items()))
    return f"{item.integration} {item.url} {settings}{' paused' if item.is_paused else ''}".strip()


def _seal(present: ConfigurationFile, wanted: ConfigurationFile) -> str:
    return hashlib.sha256(msgspec.json.encode((present, wanted), order="sorted")).hexdigest()
