"""Devices and gateways by hand: added, changed, tried, paused; each act is in the journal, no credential ever is."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

import msgspec

from backend.ports import SecretVault, Storage, Unit
from backend.services.administration.refusal import AdministrationRefused
from backend.services.administration.trials import tried
from backend.services.devices import Devices
from backend.services.integration_catalogue import IntegrationBroken
from backend.services.link_tally import LinkTally
from backend.services.supervisor import Supervisor
from contract.administration import (
    ConnectionRequest,
    ConnectionTried,
    DeviceConnection,
    InstalledIntegration,
)
from contract.devices import Connection, LinkState
from contract.journal import EntryKind, NewEntry

MOST_TRIALS: Final = 4
_LONGEST_ID: Final = 80
_LONGEST_URL: Final = 500
_LONGEST_SETTING: Final = 4_000
_LONGEST_CREDENTIALS: Final = 1_000
_SECRET_SETTING: Final = re.compile(r"password|secret|token|api_?key", re.IGNORECASE)


class Tallies(Protocol):
    """Where connections are counted."""

    def tally(self, connection_id: str) -> LinkTally:
        """How a connection did since the start."""
        ...


class ConnectionDesk:
    """What is stored and what runs are brought together here."""

    def __init__(
        self,
        storage: Storage,
        vault: SecretVault,
        devices: Devices,
        supervisor: Supervisor,
        tallies: Tallies,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self._storage = storage
        self._vault = vault
        self._devices = devices
        self._supervisor = supervisor
        self._tallies = tallies
        self._trials = 0
        self._turn = turn or asyncio.Lock()

    def all(self) -> Sequence[DeviceConnection]:
        """By id."""
        names = set(self._vault.names())
        found: list[DeviceConnection] = []
        for link in self._devices.links():
            connection = self._devices.connection(link.connection_id)
            if connection is not None:
                found.append(
                    DeviceConnection(
                        connection=shown(connection),
                        link=link,
                        figures=self._tallies.tally(connection.id).figures(),
                        assets=len(self._devices.bound_assets(connection.id)),
                        has_credentials=connection.secret_name in names,
                    )
                )
        return found

    def integrations(self) -> Sequence[InstalledIntegration]:
        """What can be connected."""
        return [
            InstalledIntegration(
                name=manifest.name,
                title_fr=manifest.title_fr,
                title_en=manifest.title_en,
                protocol=manifest.protocol,
                tier=manifest.tier.value,
                classes=manifest.classes,
                settings=manifest.settings,
            )
            for manifest in self._supervisor.manifests().values()
        ]

    async def put(self, connection_id: str, wanted: ConnectionRequest, *, by: str) -> DeviceConnection:
        """Add a connection or change it, and connect anew. Raises AdministrationRefused, StorageError."""
        self.check(connection_id, wanted)
        async with self._turn:
            before = await self._stored(connection_id)
            if before is not None and before.integration != wanted.integration:
                raise AdministrationRefused(
                    "connection_changes_kind", connection=connection_id, integration=before.integration
                )
            await self.check_secrets(connection_id, wanted)
            if before is not None and not goes_where(before.url, wanted.url):
                holds = before.secret_name in self._vault.names() and wanted.credentials is None
                if holds or _takes_over(wanted.settings, before.settings):
                    raise AdministrationRefused("connection_credentials_elsewhere")
            secret_name = before.secret_name if before is not None else ""
            if wanted.credentials:
                secret_name = secret_name or f"connection {connection_id}"
                await self._vault.store(secret_name, wanted.credentials)
            connection = Connection(
                id=connection_id,
                integration=wanted.integration,
                url=wanted.url.strip(),
                settings=with_hidden(wanted.settings, {} if before is None else before.settings),
                secret_name=secret_name if wanted.credentials != "" else "",
                is_paused=before is not None and before.is_paused,
            )
            event = "connection_added" if before is None else "connection_changed"
            details: dict[str, object] = {
                "url": connection.url,
                "settings": sorted(connection.settings),
                "new_credentials": bool(wanted.credentials),
            }
            await self._commit(event, connection, details, by)
            await self._renew(connection_id)
        return self.one(connection_id)

    async def pause(self, connection_id: str, is_paused: bool, reason: str, *, by: str) -> DeviceConnection:
        """Leave the device alone, or go on: its assets are stale meanwhile. Raises AdministrationRefused."""
        async with self._turn:
            before = await self._known(connection_id)
            if before.is_paused != is_paused:
                changed = msgspec.structs.replace(before, is_paused=is_paused)
                event = "connection_paused" if is_paused else "connection_resumed"
                await self._commit(event, changed, {"reason": reason}, by)
                await self._renew(connection_id)
        return self.one(connection_id)

    async def remove(self, connection_id: str, *, by: str) -> None:
        """Forget a connection behind which no asset answers. Raises AdministrationRefused."""
        async with self._turn:
            before = await self._known(connection_id)
            if count := len(self._devices.bound_assets(connection_id)):
                raise AdministrationRefused("connection_bound", count=count, connection=connection_id)
            payload: dict[str, object] = {"event": "connection_removed", "connection": before.id, "url": before.url}
            entry = NewEntry(kind=EntryKind.LINK, actor=by, payload=payload)
            await self._storage.commit(Unit(entries=[entry], removed_connections=[connection_id]))
            await self._renew(connection_id)

    async def try_out(self, wanted: ConnectionRequest, *, by: str) -> ConnectionTried:
        """Connect for some seconds and tell what came of it; nothing is kept. Raises AdministrationRefused."""
        self.check("trial", wanted)
        await self.check_secrets(wanted.of, wanted)
        if self._trials >= MOST_TRIALS:
            raise AdministrationRefused("trial_runs", count=MOST_TRIALS)
        credentials = wanted.credentials
        settings = wanted.settings
        if wanted.of:
            stored = await self._known(wanted.of)
            takes_credentials = credentials is None and stored.secret_name in self._vault.names()
            # Only to where it was entered for: else a trial would carry a password to any address.
            if (takes_credentials or _takes_over(settings, stored.settings)) and not goes_where(stored.url, wanted.url):
                raise AdministrationRefused("connection_credentials_elsewhere")
            settings = with_hidden(settings, stored.settings)
            if takes_credentials:
                credentials = self._vault.read(stored.secret_name)
        self._trials += 1
        try:
            payload: dict[str, object] = {
                "event": "connection_tried",
                "connection": wanted.of,
                "integration": wanted.integration,
                "url": wanted.url.strip(),
            }
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.LINK, actor=by, payload=payload)]))
            connection = Connection(
                id="trial", integration=wanted.integration, url=wanted.url.strip(), settings=settings
            )
            return await tried(self._supervisor, connection, credentials or "")
        except IntegrationBroken as error:
            return ConnectionTried(state=LinkState.REFUSED.value, reason=str(error), readings=0, seconds=0.0)
        finally:
            self._trials -= 1

    def one(self, connection_id: str) -> DeviceConnection:
        """One of them. Raises AdministrationRefused."""
        for found in self.all():
            if found.connection.id == connection_id:
                return found
        raise AdministrationRefused("connection_unknown", connection=connection_id[:_LONGEST_ID])

    def check(self, connection_id: str, wanted: ConnectionRequest) -> None:
        """Raises AdministrationRefused when it cannot be a connection."""
        if not 1 <= len(connection_id) <= _LONGEST_ID or not connection_id.isprintable() or "/" in connection_id:
            raise AdministrationRefused("connection_id")
        manifest = self._supervisor.manifests().get(wanted.integration)
        if manifest is None:
            raise AdministrationRefused("connection_integration", integration=wanted.integration[:_LONGEST_ID])
        url = wanted.url.strip()
        shortest = 0 if manifest.uses_own_broker else 1
        if not shortest <= len(url) <= _LONGEST_URL or not url.isprintable() or _has_password(url):
            raise AdministrationRefused("connection_url")
        for name, value in wanted.settings.items():
            if name not in manifest.settings or len(value) > _LONGEST_SETTING or not value.isprintable():
                raise AdministrationRefused(
                    "connection_setting", integration=wanted.integration, setting=name[:_LONGEST_ID]
                )
        credentials = wanted.credentials or ""
        if len(credentials) > _LONGEST_CREDENTIALS or any(ord(character) < 32 for character in credentials):
            raise AdministrationRefused("connection_credentials")

    async def check_secrets(self, connection_id: str, wanted: ConnectionRequest) -> None:
        """Raises AdministrationRefused when a setting names a secret that was entered for another address."""
        named = {value for name, value in wanted.settings.items() if name.endswith("_secret") and value}
        if not named:
            return
        for other in await self._storage.connections():
            is_foreign = other.id != connection_id and not goes_where(other.url, wanted.url)
            if is_foreign and other.secret_name in named:
                raise AdministrationRefused("connection_credentials_elsewhere")

    async def _renew(self, connection_id: str) -> None:
        try:
            await self._supervisor.renew(connection_id)
        except IntegrationBroken as error:
            raise AdministrationRefused("connection_stored", reason=str(error)) from error

    async def _commit(self, event: str, connection: Connection, details: Mapping[str, object], by: str) -> None:
        payload: dict[str, object] = {
            "event": event,
            "connection": connection.id,
            "integration": connection.integration,
            **details,
        }
        entry = NewEntry(kind=EntryKind.LINK, actor=by, payload=payload)
        await self._storage.commit(Unit(entries=[entry], connections=[connection]))

    async def _stored(self, connection_id: str) -> Connection | None:
        return next((item for item in await self._storage.connections() if item.id == connection_id), None)

    async def _known(self, connection_id: str) -> Connection:
        found = await self._stored(connection_id)
        if found is None:
            raise AdministrationRefused("connection_unknown", connection=connection_id[:_LONGEST_ID])
        return found


HIDDEN: Final = "••••••"


def shown(connection: Connection) -> Connection:
    """Settings that hold a secret are shown as set."""
    settings = {
        name: HIDDEN if value and _SECRET_SETTING.search(name) else value for name, value in connection.settings.items()
    }
    return msgspec.structs.replace(connection, settings=settings)


def with_hidden(wanted: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """What was shown as set and sent back stays as it is."""
    return {name: before.get(name, "") if value == HIDDEN else value for name, value in wanted.items()}


def _takes_over(wanted: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Whether a secret among the settings would come from before."""
    return any(value == HIDDEN and before.get(name) for name, value in wanted.items())


def goes_where(stored: str, wanted: str) -> bool:
    """Whether what was entered for one address may go to the other: the same place, not in clear where it was not."""
    was_encrypted, is_encrypted = (url.strip().partition(":")[0].lower().endswith("s") for url in (stored, wanted))
    return _place(stored) == _place(wanted) and (is_encrypted or not was_encrypted)


def _has_password(url: str) -> bool:
    try:
        return urlsplit(url).password is not None
    except ValueError:
        return True


def _place(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url.strip())
        return parts.hostname or "", parts.port
    except ValueError:
        return "", None
