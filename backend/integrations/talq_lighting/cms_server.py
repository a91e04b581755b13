"""The listener of the server half of TALQ: who may speak, how much, how long, and how often it counts."""

import asyncio
import functools
import ipaddress
import logging
import math
import ssl
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.devkit.errors import ProtocolError
from backend.devkit.guarded_server import GuardedServer
from backend.devkit.origin import origin_of
from backend.devkit.pace import Pace
from backend.devkit.refused_at_doors import NoteRefused, not_noted
from backend.integrations.talq_lighting.cms_peer import GatewayPeer
from backend.integrations.talq_lighting.cms_refusal import Refused, refusal
from backend.integrations.talq_lighting.cms_routes import CMS_ROUTES, Answer, Ask, Caller, Reply
from backend.integrations.talq_lighting.protocol.values import API_VERSION, VERSION_HEADER

log = logging.getLogger(__name__)

NAME: Final = "talq_lighting"
_LARGEST_BODY: Final = 16 * 1024 * 1024
_BODY_DEADLINE_S: Final = 10.0
_KEEPALIVE_S: Final = 15.0
_PATIENCE_S: Final = 1.0
_KEPT_WITHIN_S: Final = 5.0
_MOST_CONNECTIONS: Final = 400
_MOST_OF_ONE_ADDRESS: Final = 200  # gateways behind one router share it; each keeps about two
_LARGE_BODY: Final = 1024 * 1024
_MOST_LARGE_AT_ONCE: Final = 8  # announcements of a whole gateway; who waits is told so
# A gateway tells thousands of readings in one report; back after a night it tells them all at once.
_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE = 400.0, 10_000.0
_REMEMBERED_REQUESTS: Final = 256
_LARGEST_REMEMBERED: Final = 64 * 1024

# Request id, method, path and a hash of the body.
Same = tuple[str, str, str, int]
Answered = OrderedDict[Same, Reply]


class CmsServer:
    """One listener for all gateways. Those it does not know are refused; each request is bounded in size and time."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        *,
        body_deadline_s: float = _BODY_DEADLINE_S,
        middlewares: Sequence[Middleware] = (),
        refused: NoteRefused = not_noted,
    ) -> None:
        """`refused` is told of requests that were refused: the gateway's connection, or our name, and the address."""
        if tls is None and not is_loopback(host):
            raise ValueError(
                f"gateways may reach {host} over TLS only: set cms_certificate and cms_key, or listen on 127.0.0.1"
            )
        self._host = host
        self.port = port
        self._tls = tls
        self._middlewares = middlewares
        self._body_deadline_s = body_deadline_s
        self._callers: dict[str, tuple[Caller, Answered]] = {}
        self._refused = refused
        turned_away = functools.partial(refused, NAME)
        self._server = GuardedServer(tls, keepalive_s=_KEEPALIVE_S, patience_s=_PATIENCE_S, refused=turned_away)
        self._large = 0
        self.pace = Pace(a_second=_REQUESTS_A_SECOND, burst=_REQUESTS_AT_ONCE)
        self.uri = ""

    def register(self, gateway_address: str, peer: GatewayPeer, name: str = "") -> None:
        """From now on this gateway may speak to us; `name`: of its connection."""
        self._callers[_canonical(gateway_address)] = (Caller(peer, name), OrderedDict())

    def forget(self, gateway_address: str) -> None:
        """From now on it may not."""
        self._callers.pop(_canonical(gateway_address), None)

    async def start(self, *, may_move: bool = False) -> None:
        """Listen; afterwards `uri` and `port` say where. `may_move`: at another port when that one is taken."""
        if self._server.is_open:
            return
        try:
            await self._listen(self.port)
        except OSError as error:
            if not may_move or not self.port:
                raise
            log.warning("port %d is taken, gateways find us at another: %s", self.port, error)
            await self._listen(0)

    async def _listen(self, port: int) -> None:
        _, self.port = await self._server.open(
            self.application(), self._host, port, most=_MOST_CONNECTIONS, most_of_one=_MOST_OF_ONE_ADDRESS
        )
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.uri = f"{'http' if self._tls is None else 'https'}://{host}:{self.port}"

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        await self._server.close()

    def application(self) -> web.Application:
        """The CMS API as an aiohttp application."""
        application = web.Application(client_max_size=_LARGEST_BODY, middlewares=[*self._middlewares, _in_talqs_words])
        application.add_routes([web.route(method, path, self._guarded(answer)) for method, path, answer in CMS_ROUTES])
        return application

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def respond(request: web.Request) -> web.Response:
            name = ""
            try:
                caller, answered = self._caller(request)
                name = caller.name
                self._check_pace(request)
                request_id = _request_id(request)
                body = await self._body(request)
                caller.peer.heard()
                # A gateway that missed our answer repeats its request under the same id: it counts once.
                same = (request_id or "", request.method, request.path, hash(body))
                reply = answered.get(same)
                if reply is None:
                    reply = answer(Ask(path=request.match_info, query=request.query, body=body), caller)
                    if request_id is not None:
                        _remember(answered, same, reply)
                if request_id is not None:
                    await self._is_kept(caller)
            except Refused as refused:
                self._refused(name or NAME, request.remote or "")
                reply = Reply.of([refused.message], status=refused.status, headers=refused.headers)
            except ProtocolError as error:
                self._refused(name or NAME, request.remote or "")
                reply = Reply.of([refusal("payloadError", str(error)[:500])], status=400)
            return _response(reply)

        return respond

    def _caller(self, request: web.Request) -> tuple[Caller, Answered]:
        version = request.headers.get(VERSION_HEADER)
        if version is None:
            raise Refused(400, "headerMissing", f"the header {VERSION_HEADER} is missing")
        if version.partition(".")[0] != API_VERSION.partition(".")[0]:
            raise Refused(400, "headerValueNotValid", f"this CMS speaks TALQ {API_VERSION}")
        address = request.query.get("clientAddress")
        if address is None:
            raise Refused(400, "parameterMissing", "clientAddress is missing")
        found = self._callers.get(_uuid(address, "clientAddress"))
        if found is None:
            raise Refused(400, "parameterValueNotValid", "this clientAddress is no gateway of ours")
        return found

    async def _is_kept(self, caller: Caller) -> None:
        """A gateway forgets what we confirm: it is told to come again while that is not committed."""
        try:
            async with asyncio.timeout(_KEPT_WITHIN_S):
                if await caller.peer.kept():
                    return
        except TimeoutError:
            pass
        raise Refused(503, "genericError", "this CMS cannot keep what it is told now: say it again")

    def _check_pace(self, request: web.Request) -> None:
        """Each gateway has a pace of its own: one that runs away does not silence the others."""
        who = f"{_uuid(request.query['clientAddress'], 'clientAddress')} {origin_of(request.remote or '')}"
        wait_s = self.pace.wait_s(who, asyncio.get_running_loop().time())
        if wait_s > 0:
            raise _busy("this gateway speaks too often", wait_s)

    async def _body(self, request: web.Request) -> bytes:
        if not request.body_exists:
            return b""
        if (request.content_length or 0) > _LARGEST_BODY:
            raise Refused(400, "payloadError", f"no more than {_LARGEST_BODY} bytes are accepted at once")
        is_large = request.content_length is None or request.content_length > _LARGE_BODY
        if is_large and self._large >= _MOST_LARGE_AT_ONCE:
            raise _busy("other gateways are announcing much", self._body_deadline_s)
        self._large += is_large
        try:
            async with asyncio.timeout(self._body_deadline_s):
                return await request.read()
        except TimeoutError:
            raise Refused(408, "genericError", f"the body did not come within {self._body_deadline_s:g} s") from None
        finally:
            self._large -= is_large


def _busy(why: str, wait_s: float) -> Refused:
    seconds = str(max(1, math.ceil(wait_s)))
    return Refused(503, "genericError", f"{why}: come again in {seconds} s", {"Retry-After": seconds})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@web.middleware
async def _in_talqs_words(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What aiohttp itself refuses (unknown path, method, too large a body) is told as TALQ errors too."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _response(Reply.of([refusal("resourceNotFound", "there is no such path")], status=404))
    except web.HTTPRequestEntityTooLarge:
        too_large = refusal("payloadError", f"no more than {_LARGEST_BODY} bytes are accepted at once")
        return _response(Reply.of([too_large], status=400))
    except web.HTTPMethodNotAllowed as error:
        response = _response(Reply.of([refusal("genericError", "this method is not allowed here")], status=405))
        response.headers["Allow"] = ",".join(sorted(error.allowed_methods))
        return response


def _remember(answered: Answered, same: Same, reply: Reply) -> None:
    # An echo of a long announcement is not worth its memory: a gateway needs the status only.
    answered[same] = reply if len(reply.body) <= _LARGEST_REMEMBERED else Reply(status=reply.status, body=b"[]")
    while len(answered) > _REMEMBERED_REQUESTS:
        answered.popitem(last=False)


def _request_id(request: web.Request) -> str | None:
    if request.method in {"GET", "HEAD"}:
        return None
    given = request.query.get("talqRequestId")
    if given is None:
        raise Refused(400, "parameterMissing", "talqRequestId is missing")
    if (origin := request.query.get("talqOriginRequestId")) is not None:
        _uuid(origin, "talqOriginRequestId")
    return _uuid(given, "talqRequestId")


def _response(reply: Reply) -> web.Response:
    if not reply.body:
        return web.Response(status=reply.status, headers=dict(reply.headers))
    return web.Response(
        body=reply.body, status=reply.status, content_type="application/json", headers=dict(reply.headers)
    )


def _canonical(address: str) -> str:
    try:
        return str(uuid.UUID(address))
    except ValueError as error:
        raise ValueError(f"the gateway address {address!r} is no uuid") from error


def _uuid(text: str, name: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Refused(400, "parameterValueNotValid", f"{name} is no uuid") from None
