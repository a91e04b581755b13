"""One login at one backend: session, requests, mirror into the stores."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable

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
_RENEWAL_S = 0.2
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
        self._tls = tls
        self._stores = stores
        self._tasks = TaskBag("connection", failed)
        self._mirror: Mirror | None = None
        self.requests = Requests(self._session, lambda: self._mirror)
        self.me: Me | None = None
        self._is_renewing = False
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
        return self._know(await _logged_in(self._session, user, password))

    async def change_user(self, user: str, password: str, leaving: Callable[[], Awaitable[None]]) -> None:
        """Go on as another person: what is shown stays until the stream tells what he may see; then the old login ends.

        `leaving` is awaited while the one who leaves is logged in still. Raises as `log_in` does: nothing changed then.
        """
        other = Session(self.url, tls=self._tls)
        try:
            me = await _logged_in(other, user, password)
            await leaving()
            await other.trade(await self._session.trade(await other.trade(None)))
            self._know(me)
            if self._mirror is not None:
                await self._mirror.reconnect()
            if self._session.refresh_token is not None:
                self._renewed(self._session.refresh_token)
            await other.logout()
        finally:
            await other.close()

    async def resume(self, refresh_token: str) -> Me:
        """Raises LoginEnded, BackendSilent or NotTrusted."""
        try:
            await self._session.resume(refresh_token)
            me = await self._session.me()
        except NotLoggedIn as error:
            raise LoginEnded(str(error)) from error
        except ClientError as error:
            raise _silence(error) from error
        return self._know(me)

    async def ask_occasion(self) -> None:
        """Whether this is an exercise; it stays unknown while the backend is silent."""
        try:
            health = await self._session.health()
        except ClientError as error:
            log.info("what the backend is for is not known: %s", error)
            return
        self._stores.occasion.take(is_exercise=health.is_exercise)

    async def load_catalogue(self) -> None:
        """Classes and communes. Raises RequestFailed."""
        classes = await self.requests.classes()
        communes = await self.requests.communes()
        self._stores.catalogue.take(classes.items, communes.items)

    def follow(self) -> None:
        """Begin to mirror the backend into the stores."""
        self._stores.catalogue.outdated.connect(self._renew_catalogue)
        self._mirror = Mirror(self._session, self._stores, Subscribe(kinds=_KINDS))
        self._tasks.start(self._mirror.run(), name="mirror")

    async def log_out(self) -> None:
        """End the login at the backend."""
        await self._session.logout()

    async def close(self) -> None:
        """Stop following and close the connections; the login stays good."""
        if self._mirror is not None:
            self._stores.catalogue.outdated.disconnect(self._renew_catalogue)
        await self._tasks.close()
        self._mirror = None
        await self._session.close()

    def _know(self, me: Me) -> Me:
        self.me = me
        self._stores.occasion.take(is_exercise=me.is_exercise)
        return me

    def _renew_catalogue(self) -> None:
        if not self._is_renewing:
            self._is_renewing = True
            self._tasks.start(self._load_soon(), name="catalogue")

    async def _load_soon(self) -> None:
        await asyncio.sleep(_RENEWAL_S)  # several changes together ask once
        self._is_renewing = False
        await self.load_catalogue()

    def _renewed(self, refresh_token: str) -> None:
        if self.tokens_changed is not None:
            self.tokens_changed(refresh_token)


async def _logged_in(session: Session, user: str, password: str) -> Me:
    try:
        await session.login(user, password)
        return await session.me()
    except Refused as error:
        problem = error.problem
        raise RequestRefused(problem.status, problem.title, problem.detail, problem) from error
    except ClientError as error:
        raise _silence(error) from error


def _silence(error: ClientError) -> BackendSilent:
    cause = error.__cause__
    if isinstance(cause, ssl.CertificateError):
        return NotTrusted(getattr(cause, "verify_message", "") or str(cause))
    return BackendSilent(str(error))
