"""A login at a backend: typed requests that renew their access token by themselves."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import aiohttp
import msgspec

from backend_client.errors import ClientError, NotLoggedIn, NotUnderstood, Refused, Unreachable
from contract.api import Health, LoginRequest, Me, Problem, RefreshRequest, Ticket, Tokens

T = TypeVar("T")
API = "/api/v1"
MOST_BYTES = 256 * 1024 * 1024  # twice the largest base map
_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=5, sock_read=30)


class Session:
    """One person's login. Requests may run at the same time; the access token is renewed once for all of them."""

    def __init__(self, base_url: str, *, tls: ssl.SSLContext | None = None) -> None:
        """`base_url` such as http://127.0.0.1:8080; `tls` pins the CA of a remote backend."""
        self.base_url = base_url.rstrip("/")
        self._tls = tls
        self._http: aiohttp.ClientSession | None = None
        self._tokens: Tokens | None = None
        self._login_number = 0
        self._renewing = asyncio.Lock()
        self.renewed: Callable[[str], None] | None = None  # hears of each new refresh token, for a keyring

    @property
    def is_logged_in(self) -> bool:
        """Whether there are tokens to try."""
        return self._tokens is not None

    @property
    def access_token(self) -> str:
        """What proves the login on each request; empty when nobody is logged in."""
        return "" if self._tokens is None else self._tokens.access_token

    @property
    def refresh_token(self) -> str | None:
        """What a keyring may keep to resume later; it changes at each renewal."""
        return None if self._tokens is None else self._tokens.refresh_token

    async def login(self, user: str, password: str) -> None:
        """Raises Refused (wrong password, told to wait) or Unreachable."""
        body = msgspec.json.encode(LoginRequest(user, password))
        self._tokens = _decoded(await self._send("POST", "/login", body, token=None), Tokens)

    async def resume(self, refresh_token: str) -> None:
        """Log in with a kept refresh token. Raises NotLoggedIn when it is no longer good."""
        self._tokens = Tokens("", refresh_token, 0)
        await self._renew("")

    def use_key(self, secret: str) -> None:
        """A machine's API key stands for the login; there is nothing to renew or to log out of."""
        self._tokens = Tokens(secret, "", 0)

    async def logout(self) -> None:
        """End the login at the backend; the tokens are forgotten even when it cannot be reached."""
        try:
            await self.post("/logout", None)
        except ClientError:
            pass
        finally:
            self._tokens = None

    async def health(self) -> Health:
        """Whether the backend is alive, and what it is for; asked without a login."""
        return _decoded(await self._send("GET", "/health", None, token=None), Health)

    async def trade(self, tokens: Tokens | None) -> Tokens | None:
        """Go on as the login of `tokens`; answers our own. What was asked before is never asked again as the other."""
        async with self._renewing:
            ours, self._tokens = self._tokens, tokens
            self._login_number += 1
        return ours

    async def me(self) -> Me:
        """Who is logged in and what he may do."""
        return await self.get("/me", Me)

    async def ticket(self) -> str:
        """A one-shot ticket for the stream."""
        return (await self.post_for("/ticket", None, Ticket)).ticket

    async def get(self, path: str, answer: type[T], query: Mapping[str, str | int | float | None] | None = None) -> T:
        """GET `path` under /api/v1, decoded as `answer`."""
        return _decoded(await self._request("GET", path, None, query), answer)

    async def get_bytes(self, path: str, query: Mapping[str, str | int | float | None] | None = None) -> bytes:
        """GET `path` under /api/v1, as it comes: images, MessagePack."""
        return await self._request("GET", path, None, query)

    @asynccontextmanager
    async def open_bytes(
        self, path: str, headers: Mapping[str, str]
    ) -> AsyncGenerator[tuple[bool, AsyncIterator[bytes]]]:
        """GET a file of any size: whether it is the part that was asked for, and its pieces. Raises ClientError."""
        await self.me()  # renews the login when it is due
        client, url = self._client(), f"{self.base_url}{API}{path}"
        sent = {**headers, "Authorization": f"Bearer {self.access_token}"}
        try:
            async with client.get(url, headers=sent, timeout=_FILE_TIMEOUT, ssl=self._tls or True) as response:
                if response.status >= 400:
                    raise Refused(_problem(response.status, await _body(response)))
                yield response.status == 206, response.content.iter_chunked(1 << 18)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"The backend at {self.base_url} does not answer ({type(error).__name__}).") from error

    async def post(self, path: str, body: object) -> None:
        """POST where only success matters."""
        await self._request("POST", path, body)

    async def post_for(self, path: str, body: object, answer: type[T]) -> T:
        """POST `body` as JSON, decoded as `answer`."""
        return _decoded(await self._request("POST", path, body), answer)

    async def post_bytes(self, path: str, body: object) -> bytes:
        """POST `body` as JSON; the answer as it comes: a picture."""
        return await self._request("POST", path, body)

    async def put_for(self, path: str, body: object, answer: type[T]) -> T:
        """PUT `body` as JSON, decoded as `answer`."""
        return _decoded(await self._request("PUT", path, body), answer)

    async def put(self, path: str, body: object) -> None:
        """PUT `body` as JSON."""
        await self._request("PUT", path, body)

    async def post_file(self, path: str, content: bytes, answer: type[T]) -> T:
        """POST a file as it is, decoded as `answer`."""
        return _decoded(await self._request("POST", path, content), answer)

    async def post_pieces(self, path: str, content: AsyncIterator[bytes], answer: type[T]) -> T:
        """POST a file of any size, piece by piece; it is read once, so the login is renewed before."""
        await self.me()
        headers = {"Content-Type": "application/octet-stream", "Authorization": f"Bearer {self.access_token}"}
        url = f"{self.base_url}{API}{path}"
        try:
            async with self._client().post(
                url, data=content, headers=headers, timeout=_FILE_TIMEOUT, ssl=self._tls or True
            ) as response:
                raw = await _body(response)
                if response.status >= 400:
                    raise Refused(_problem(response.status, raw))
                return _decoded(raw, answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"The backend at {self.base_url} does not answer ({type(error).__name__}).") from error

    async def delete_for(self, path: str, answer: type[T]) -> T:
        """DELETE `path`, decoded as `answer`."""
        return _decoded(await self._request("DELETE", path, None), answer)

    async def delete(self, path: str, body: object = None) -> None:
        """DELETE `path`."""
        await self._request("DELETE", path, body)

    @asynccontextmanager
    async def open_stream(self, ticket: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse[bool]]:
        """The WebSocket of the stream. Raises aiohttp.ClientError."""
        async with self._client().ws_connect(
            f"{self.base_url}{API}/stream",
            params={"ticket": ticket},
            max_msg_size=256 * 1024 * 1024,
            compress=0,
            ssl=self._tls or True,
        ) as socket:
            yield socket

    async def close(self) -> None:
        """Close connections; the tokens stay good."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _request(
        self, method: str, path: str, body: object, query: Mapping[str, str | int | float | None] | None = None
    ) -> bytes:
        if self._tokens is None:
            raise NotLoggedIn("Nobody is logged in.")
        raw = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        token, login = self._tokens.access_token, self._login_number
        try:
            return await self._send(method, path, raw, token=token, query=query)
        except Refused as refusal:
            if refusal.problem.status != 401 or login != self._login_number:
                raise
        await self._renew(token)
        if login != self._login_number:
            raise NotLoggedIn("Another person has taken over: ask again.")
        return await self._send(method, path, raw, token=self._tokens.access_token, query=query)

    async def _renew(self, used_token: str) -> None:
        login = self._login_number
        async with self._renewing:
            if login != self._login_number:
                return
            if self._tokens is None:
                raise NotLoggedIn("Nobody is logged in.")
            if used_token and self._tokens.access_token != used_token:
                return  # somebody else renewed while we waited
            body = msgspec.json.encode(RefreshRequest(self._tokens.refresh_token))
            try:
                raw = await self._send("POST", "/refresh", body, token=None)
            except Refused as refusal:
                if refusal.problem.status not in {400, 401, 403}:
                    raise
                self._tokens = None
                raise NotLoggedIn("The login has ended. Log in again.") from refusal
            self._tokens = _decoded(raw, Tokens)
            if self.renewed is not None:
                self.renewed(self._tokens.refresh_token)

    async def _send(
        self,
        method: str,
        path: str,
        raw: bytes | None,
        *,
        token: str | None,
        query: Mapping[str, str | int | float | None] | None = None,
    ) -> bytes:
        headers = {"Content-Type": "application/json"} if raw is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        params = {key: str(value) for key, value in (query or {}).items() if value is not None}
        try:
            async with self._client().request(
                method, f"{self.base_url}{API}{path}", data=raw, headers=headers, params=params, ssl=self._tls or True
            ) as response:
                content = await _body(response)
                if response.status < 400:
                    return content
                raise Refused(_problem(response.status, content))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"The backend at {self.base_url} does not answer ({type(error).__name__}).") from error

    def _client(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._http


async def _body(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for piece in response.content.iter_chunked(1 << 18):
        content += piece
        if len(content) > MOST_BYTES:
            raise NotUnderstood(f"The backend sends an answer of more than {MOST_BYTES >> 20} MB. Call its people.")
    return bytes(content)


def _decoded(content: bytes, answer: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstood(
            f"What answers as the backend is not understood ({error}). Check its address and its version."
        ) from error


def _problem(status: int, content: bytes) -> Problem:
    try:
        return msgspec.json.decode(content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Problem(type="about:blank", title=f"The backend answered {status}.", status=status)
