"""The way in: the login window, the kept login, the connection it opens."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.kit.errors import BackendSilent, LoginEnded, NotTrusted, RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.said_by_devices import told_text
from console.kit.task_bag import TaskBag
from console.shell.connection import Connection
from console.shell.embedded_backend import BackendReady
from console.shell.kept_login import KeptLogin, KeptWhere, Vault
from console.shell.login_window import LoginWindow
from console.shell.trust import NoAuthority, context_of
from console.store.stores import Stores
from widgets.look import Palette
from widgets.texts import Texts

log = logging.getLogger(__name__)
_UNAUTHORISED = 401
_TOO_MANY = 429


class Entrance(QObject):
    """Shows the login until `entered` is awaited through; knows the connection afterwards."""

    language_requested = Signal(str)
    leave_requested = Signal()

    def __init__(
        self,
        stores: Stores,
        vault: Vault | None,
        entered: Callable[[Connection], Awaitable[None]],
        failed: Callable[[str, BaseException], None],
        authority_of: Callable[[str], Path | None] = lambda _url: None,
    ) -> None:
        """`authority_of` names the file of the authority that vouches for a server."""
        super().__init__()
        self._authority_of = authority_of
        self._stores = stores
        self._vault = vault
        self._entered = entered
        self._failed = failed
        self._tasks = TaskBag("entrance", failed)
        self._kept: KeptLogin | None = None
        self._ready: BackendReady | None = None
        self._texts: Texts | None = None
        self._status = ("", False)
        self.window: LoginWindow | None = None
        self.connection: Connection | None = None
        stores.occasion.changed.connect(self._show_occasion)

    @property
    def is_memory_only(self) -> bool:
        """Whether the login will be forgotten with this process."""
        return self._kept is not None and self._kept.where is KeptWhere.MEMORY_ONLY

    def show(self, palette: Palette, texts: Texts, user: str) -> None:
        """Show the login window, in place of the one that is shown."""
        self._texts = texts
        old = self.window
        window = LoginWindow(palette, texts, user)
        window.login_requested.connect(self._login_wanted)
        window.language_requested.connect(self.language_requested)
        window.quit_requested.connect(self.leave_requested)
        self.window = window
        _dismiss(old)
        self._show_occasion()
        self._dress()
        window.come_forward()

    def say(self, text: str, *, is_warning: bool = False) -> None:
        """A line in the login window."""
        self._status = (text, is_warning)
        if self.window is not None:
            self.window.show_status(text, is_warning=is_warning)

    def backend_is_ready(self, ready: BackendReady) -> None:
        """The embedded backend answers; what it shows once is shown here."""
        self._ready = ready

    async def meet(self, url: str) -> None:
        """A backend is known: resume the kept login, else ask."""
        try:
            tls = context_of(self._authority_of(url))
        except NoAuthority as error:
            self.say(self._tr("login.no_authority", reason=str(error)), is_warning=True)
            self._dress()
            return
        self._stores.occasion.forget()
        self.connection = Connection(url, self._stores, self._failed, tls=tls)
        self._tasks.start(self.connection.ask_occasion(), name="occasion")
        self._kept = KeptLogin(self._vault, url)
        token = await self._kept.read()
        if token is None:
            self.say("")
        elif await self._resume(self.connection, token):
            return
        self._dress()

    async def log_in(self, user: str, password: str) -> bool:
        """Log in and enter; False when it was refused (the window says why)."""
        connection, window = self.connection, self.window
        if connection is None or window is None:
            return False
        window.set_busy(True)
        self.say(self._tr("login.checking"))
        try:
            await connection.log_in(user, password)
            await self._go_in(connection)
        except RequestRefused as error:
            self.say(self._refusal(error), is_warning=True)
        except RequestFailed as error:
            self.say(self._failure(error, connection), is_warning=True)
        else:
            return True
        if self.window is not None:
            self.window.set_busy(False)
        return False

    async def log_out(self) -> None:
        """End the login here and at the backend."""
        if self._kept is not None:
            await self._kept.forget()
        if self.connection is not None:
            await self.connection.log_out()
            await self.connection.close()
            self.connection = None

    async def close(self) -> None:
        """Window and connection go; the kept login stays good."""
        await self._tasks.close()
        _dismiss(self.window)
        self.window = None
        if self.connection is not None:
            await self.connection.close()
            self.connection = None

    async def _resume(self, connection: Connection, token: str) -> bool:
        self.say(self._tr("login.resuming"))
        try:
            await connection.resume(token)
            await self._go_in(connection)
        except LoginEnded:
            self.say(self._tr("login.ended"))
        except RequestFailed as error:
            self.say(self._failure(error, connection), is_warning=True)
        else:
            return True
        return False

    async def _go_in(self, connection: Connection) -> None:
        await connection.load_catalogue()
        if self._kept is not None and connection.refresh_token is not None:
            await self._kept.keep(connection.refresh_token)
        if self._ready is not None:  # shown once: it is not kept
            self._ready = BackendReady(url=self._ready.url, demo_accounts=self._ready.demo_accounts)
        connection.tokens_changed = self._keep_later
        await self._entered(connection)
        _dismiss(self.window)
        self.window = None

    def _show_occasion(self) -> None:
        if self.window is not None:
            self.window.show_exercise(is_exercise=self._stores.occasion.is_exercise)

    def _keep_later(self, token: str) -> None:
        if self._kept is not None:
            self._tasks.start(self._kept.keep(token), name="keep login")

    def _login_wanted(self, user: str, password: str) -> None:
        self._tasks.start(self.log_in(user, password), name="login")

    def _dress(self) -> None:
        window = self.window
        if window is None:
            return
        window.show_server("" if self.connection is None else self.connection.url)
        window.show_status(self._status[0], is_warning=self._status[1])
        window.set_busy(self.connection is None)
        if self._ready is not None:
            if self._ready.first_password:
                window.show_first_password(self._ready.first_user, self._ready.first_password)
            window.show_demo_accounts(self._ready.demo_accounts)
        window.show_memory_only(self._tr("login.memory_only") if self.is_memory_only else "")

    def _refusal(self, error: RequestRefused) -> str:
        if error.status == _UNAUTHORISED:
            return self._tr("login.refused")
        if self._texts is None:
            return str(error)
        if error.status == _TOO_MANY:
            return self._tr("login.wait", detail=told_text(error.detail, self._texts))
        return failure_text(error, self._texts)

    def _failure(self, error: RequestFailed, connection: Connection) -> str:
        if isinstance(error, NotTrusted):
            return self._tr("login.not_trusted", url=connection.url, reason=str(error))
        if isinstance(error, BackendSilent):
            return self._tr("login.no_answer", url=connection.url)
        return str(error)

    def _tr(self, key: str, **values: Any) -> str:
        return key if self._texts is None else self._texts(key, **values)


def _dismiss(window: LoginWindow | None) -> None:
    if window is not None:
        window.finish()
        window.deleteLater()
