"""The account with which field devices enter the backend's own broker: made here, told once, good at once."""

import asyncio
import re
import secrets
from typing import Final

from backend.devkit.errors import LinkDown
from backend.devkit.mqtt.address import split_secret
from backend.devkit.mqtt.own_broker import OUR_USER, OwnBroker
from backend.ports import SecretVault, Storage, Unit
from backend.services.administration.refusal import AdministrationRefused
from backend.services.field_broker import SECRET
from backend.services.supervisor import Supervisor
from contract.administration import FieldBroker, NewBrokerPassword
from contract.journal import EntryKind, NewEntry

_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PASSWORD_BYTES: Final = 24


class BrokerAccount:
    """One account for all of them; a new password puts out who entered with the old one."""

    def __init__(self, storage: Storage, vault: SecretVault, supervisor: Supervisor) -> None:
        self._storage = storage
        self._vault = vault
        self._supervisor = supervisor
        self._turn = asyncio.Lock()

    async def present(self) -> FieldBroker:
        """Where it listens and who may enter; no password. Raises AdministrationRefused."""
        broker = self._broker()
        return FieldBroker(
            host=broker.host,
            port=broker.port,
            is_encrypted=broker.is_encrypted,
            is_running=broker.is_running,
            user=broker.field_user,
        )

    async def renew(self, user: str, *, by: str) -> NewBrokerPassword:
        """A new password, kept encrypted; it is told this once. Raises AdministrationRefused, StorageError."""
        if not _USER.fullmatch(user) or user == OUR_USER:
            raise AdministrationRefused("broker_user", ours=OUR_USER)
        broker = self._broker()
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        async with self._turn:
            before = self._known_user()
            await self._vault.store(SECRET, f"{user}:{password}")
            payload: dict[str, object] = {"event": "broker_password_renewed", "user": user, "before": before}
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SECURITY, actor=by, payload=payload)]))
            try:
                await broker.let_in({user: password})
            except LinkDown as error:
                raise AdministrationRefused("broker_down", reason=str(error)) from error
        return NewBrokerPassword(broker=await self.present(), password=password)

    def _known_user(self) -> str:
        try:
            return split_secret(self._vault.read(SECRET))[0]
        except KeyError:
            return ""

    def _broker(self) -> OwnBroker:
        try:
            return self._supervisor.own_broker()
        except ValueError as error:
            raise AdministrationRefused("broker_settings", reason=str(error)) from error
