"""The refresh token in the machine's keyring. One that hangs or is missing is left alone: memory only, and said."""

import asyncio
import enum
import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import keyring
import keyring.backends.fail
import keyring.errors

log = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE_S: Final = 2.0
_SERVICE: Final = "beffroi"


class KeptWhere(enum.Enum):
    """Where a login is kept between two starts."""

    KEYRING = "keyring"
    MEMORY_ONLY = "memory_only"


class Vault(Protocol):
    """What a keyring can do; it may block for ever and raise anything of its own."""

    def get_password(self, service: str, username: str) -> str | None:
        """A kept secret."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


class KeptLogin:
    """One login a server. Every call has `PATIENCE_S`; the first that fails or hangs ends the use of the keyring."""

    def __init__(self, vault: Vault | None, server_url: str, *, patience_s: float = PATIENCE_S) -> None:
        """No vault: memory only."""
        self._vault = vault
        self._server_url = server_url
        self._patience_s = patience_s
        self.reason = "" if vault is not None else "none"

    @property
    def where(self) -> KeptWhere:
        """Whether the login survives this process."""
        return KeptWhere.MEMORY_ONLY if self._vault is None else KeptWhere.KEYRING

    async def read(self) -> str | None:
        """The kept refresh token."""
        vault = self._vault
        return None if vault is None else await self._ask(lambda: vault.get_password(_SERVICE, self._server_url))

    async def keep(self, refresh_token: str) -> None:
        """Keep it for the next start."""
        vault = self._vault
        if vault is not None:
            await self._ask(lambda: vault.set_password(_SERVICE, self._server_url, refresh_token))

    async def forget(self) -> None:
        """At logout."""
        vault = self._vault
        if vault is not None and await self.read() is not None:
            await self._ask(lambda: vault.delete_password(_SERVICE, self._server_url))

    async def _ask(self, question: Callable[[], T]) -> T | None:
        try:
            return await asyncio.wait_for(_in_daemon_thread(question), self._patience_s)
        except TimeoutError:
            self._give_up("hangs")
        except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
            self._give_up(type(error).__name__)
        return None

    def _give_up(self, reason: str) -> None:
        log.warning("the keyring is not usable (%s): the login is kept in memory only", reason)
        self._vault = None
        self.reason = reason


def machine_vault() -> Vault | None:
    """This machine's keyring, None where there is none."""
    if isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring):
        return None
    return _MachineVault()


class _MachineVault:
    def get_password(self, service: str, username: str) -> str | None:
        return keyring.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        keyring.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        keyring.delete_password(service, username)


def _in_daemon_thread(question: Callable[[], T]) -> "asyncio.Future[T]":
    """A keyring that never answers must not keep the process: hence a daemon, not the loop's executor."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value)  # type: ignore[arg-type]  # None is T's own None here

    def ask() -> None:
        value, error = None, None
        try:
            value = question()
        except Exception as raised:  # noqa: BLE001  # keyring plug-ins raise anything; it is handed on
            error = raised
        try:
            loop.call_soon_threadsafe(settle, value, error)
        except RuntimeError:
            log.debug("the keyring answered after the console had left")

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    return answer
