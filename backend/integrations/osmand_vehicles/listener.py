"""The HTTP door for phones and trackers: who may speak, how much, how long. It tells them as little as it can."""

import asyncio
import base64
import binascii
import ipaddress
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from backend.devkit.errors import LinkRefused, ProtocolError
from backend.devkit.guarded_server import GuardedServer
from backend.integrations.osmand_vehicles.protocol import LARGEST_BODY, Report, parse_json, parse_query

_BODY_DEADLINE_S: Final = 10.0
_KEEPALIVE_S: Final = 15.0
_PATIENCE_S: Final = 0.5
_MOST_AT_ONCE: Final = 256
_MOST_CONNECTIONS: Final = 400  # of the thousand files a process may open: consoles and gateways need the others
_MOST_OF_ONE_ADDRESS: Final = 100  # phones behind one carrier's address share it
_WAIT_S: Final = 5


class NotAllowed(Exception):
    """The device is not known here, or did not show its token: the same answer for both."""


class TooMuch(Exception):
    """More than this sender may say now."""


Take = Callable[[Report, str], None]
"""Given a report and the address that it came from. Raises NotAllowed, TooMuch."""


class Listener:
    """Listens at one address. Every request is bounded in size and time, and so is how many there are at once."""

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext | None,
        take: Take,
        *,
        speed_unit: str,
        refused: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`refused` is told the address of whoever is not let in. Raises ValueError when nothing can listen there."""
        self._refused = refused
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no address to listen at, such as http://127.0.0.1:5055")
        self._host, self._port = parts.hostname, parts.port or 5055
        if (parts.scheme == "https") is not (tls is not None):
            raise ValueError("https needs the settings certificate and key, and they need https")
        if tls is None and not _is_loopback(self._host):
            raise ValueError(
                f"phones reach {self._host} over https only: give certificate and key, or listen on loopback"
            )
        self._take = take
        self._speed_unit = speed_unit
        self._open = 0
        self._server = GuardedServer(tls, keepalive_s=_KEEPALIVE_S, patience_s=_PATIENCE_S, refused=refused)

    async def start(self) -> None:
        """Listen; does nothing when it listens already. Raises LinkRefused when the address is taken."""
        if self._server.is_open:
            return
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/", self._answer)
        application.router.add_route("*", "/{token}", self._answer)
        try:
            await self._server.open(
                application, self._host, self._port, most=_MOST_CONNECTIONS, most_of_one=_MOST_OF_ONE_ADDRESS
            )
        except OSError as error:
            raise LinkRefused(f"nothing can listen at {self._host}:{self._port}: {error.strerror or error}") from error

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method not in {"GET", "POST"}:
            return web.Response(status=405, headers={"Allow": "GET, POST"})
        if self._open >= _MOST_AT_ONCE:
            self._refused(request.remote or "")
            return _wait(503)
        self._open += 1
        try:
            report = await self._read(request)
            self._take(report, request.remote or "")
        except NotAllowed:
            self._refused(request.remote or "")
            return web.Response(status=403, text="not known here")
        except TooMuch:
            self._refused(request.remote or "")
            return _wait(429)
        except TimeoutError:
            return web.Response(status=408, text="the body did not come")
        except ProtocolError as error:
            return web.Response(status=400, text=str(error))
        finally:
            self._open -= 1
        return web.Response(status=200)

    async def _read(self, request: web.Request) -> Report:
        body = b""
        if request.body_exists:
            if (request.content_length or 0) > LARGEST_BODY:
                raise ProtocolError(f"a message is at most {LARGEST_BODY} bytes long")
            async with asyncio.timeout(_BODY_DEADLINE_S):
                body = await request.read()
        if body and (request.content_type == "application/json" or body[:1] == b"{"):
            report = parse_json(body)
        else:
            report = parse_query(_query(request, body), speed_unit=self._speed_unit)
        token = request.match_info.get("token") or request.query.get("token") or _authorised(request) or report.token
        return Report(device=report.device, token=token, fixes=report.fixes)


def _query(request: web.Request, body: bytes) -> str:
    query = request.rel_url.raw_query_string
    if body:
        try:
            form = body.decode()
        except UnicodeDecodeError as error:
            raise ProtocolError("the body is no text in UTF-8") from error
        query = f"{form}&{query}" if query else form
    return query


def _authorised(request: web.Request) -> str:
    """The token of `Authorization: Bearer`, or the password of `Basic`."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _wait(status: int) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(_WAIT_S)})


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
