"""One login at one backend: session, requests, mirror into the stores."""

import logging
import ssl
from collections.abc import Callable

from backend_client.errors import ClientError, NotLoggedIn, Refused
from backend_client.mirror import Mirror
from backend_client.session import Session
from console.kit.errors import BackendSilent, LoginEnded, NotTrusted, RequestRefused
from console.kit.task_bag import TaskBag
from console.shell.requests import Requests
from console.store.stores import Stores
from contract.api import Me
from contract.stream import Subscribe, TopicKind

log = logging.getLogger(__name__)
_KINDS = (TopicKind.ASSETS, TopicKind.STATES, TopicKind.ALARMS)


class Connection:
    """Owns the session and the stream; feeds the stores until closed."""

    def __init__(
        self,
        url: str,
        stores: Stores,
        failed: Callable[[str, BaseException], None],
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls` pins the authority of a remote backend."""
        self._session = Session(url, tls=tls)
        self._stores = stores
        self._tasks = TaskBag("connection", failed)
        self._mirror: Mirror | None = None
        self.requests = Requests(self._session, lambda: self._mirror)
        self.me: Me | None = None
        self._session.renewed = self._renewed
        self.tokens_changed: Callable[[str], None] | None = None

    @property
    def user_name(self) -> str:
        """Who is logged in."""
        return "" if self.me is None else self.me.name

    @property
    def role(self) -> str:
        """What he does here."""
        return "" if self.me is None else self.me.role

    @property
    def url(self) -> str:
        """The backend's address."""
        return self._session.base_url

    @property
    def refresh_token(self) -> str | None:
        """What a keyring may keep."""
        return self._session.refresh_token

    def move_to(self, url: str) -> None:
        """The same backend answers at another address (its port is free again after each start)."""
        self._session.base_url = url.rstrip("/")

    async def log_in(self, user: str, password: str) -> Me:
        """Raises RequestRefused, BackendSilent or NotTrusted."""
        try:
            await self._session.login(user, password)
            self.me = await self._session.me()
        except Refused as error:
            problem = error.problem
            raise RequestRefused(problem.status, problem.title, problem.detail, problem) from error
        except ClientError as error:
            raise _silence(error) from error
        return self.me

    async def resume(self, refresh_token: str) -> Me:
        """Raises LoginEnded, BackendSilent or NotTrusted."""
        try:
            await self._session.resume(refresh_token)
            self.me = await self._session.me()
        except NotLoggedIn as error:
            raise LoginEnded(str(error)) from error
        except ClientError as error:
            raise _silence(error) from error
        return self.me

    async def load_catalogue(self) -> None:
        """Classes and communes. Raises RequestFailed."""
        classes = await self.requests.classes()
        communes = await self.requests.communes()
        self._stores.catalogue.take(classes.items, communes.items)

    def follow(self) -> None:
        """Begin to mirror the backend into the stores."""
        self._mirror = Mirror(self._session, self._stores, Subscribe(kinds=_KINDS))
        self._tasks.start(self._mirror.run(), name="mirror")

    async def log_out(self) -> None:
        """End the login at the backend."""
        await self._session.logout()

    async def close(self) -> None:
        """Stop following and close the connections; the login stays good."""
        await self._tasks.close()
        self._mirror = None
        await self._session.close()

    def _renewed(self, refresh_token: str) -> None:
        if self.tokens_changed is not None:
            self.tokens_changed(refresh_token)


def _silence(error: ClientError) -> BackendSilent:
    cause = error.__cause__
    if isinstance(cause, ssl.CertificateError):
        return NotTrusted(getattr(cause, "verify_message", "") or str(cause))
    return BackendSilent(str(error))
