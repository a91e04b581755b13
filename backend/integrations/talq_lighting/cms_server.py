"""The listener of the server half of TALQ: who may speak, how much, how long, and how often it counts."""

import asyncio
import ipaddress
import ssl
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.devkit.errors import ProtocolError
from backend.integrations.talq_lighting.cms_peer import GatewayPeer
from backend.integrations.talq_lighting.cms_refusal import Refused, refusal
from backend.integrations.talq_lighting.cms_routes import CMS_ROUTES, Answer, Ask, Caller, Reply
from backend.integrations.talq_lighting.protocol.values import API_VERSION, VERSION_HEADER

_LARGEST_BODY: Final = 16 * 1024 * 1024
_BODY_DEADLINE_S: Final = 10.0
_KEEPALIVE_S: Final = 15.0
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
    ) -> None:
        if tls is None and not is_loopback(host):
            raise ValueError(
                f"gateways may reach {host} over TLS only: set cms_certificate and cms_key, or listen on 127.0.0.1"
            )
        self._host = host
        self._port = port
        self._tls = tls
        self._middlewares = middlewares
        self._body_deadline_s = body_deadline_s
        self._callers: dict[str, tuple[Caller, Answered]] = {}
        self._runner: web.AppRunner | None = None
        self.uri = ""

    def register(self, gateway_address: str, peer: GatewayPeer) -> None:
        """From now on this gateway may speak to us."""
        self._callers[_canonical(gateway_address)] = (Caller(peer), OrderedDict())

    def forget(self, gateway_address: str) -> None:
        """From now on it may not."""
        self._callers.pop(_canonical(gateway_address), None)

    async def start(self) -> None:
        """Listen; afterwards `uri` says where."""
        if self._runner is not None:
            return
        runner = web.AppRunner(
            self.application(),
            keepalive_timeout=_KEEPALIVE_S,
            access_log=None,
            shutdown_timeout=1.0,
            lingering_time=1.0,
            handle_signals=False,
            auto_decompress=False,  # no gateway compresses, and a broken wrapping would fill the log
        )
        await runner.setup()
        self._runner = runner
        await web.TCPSite(runner, self._host, self._port, ssl_context=self._tls).start()
        port = int(runner.addresses[0][1])
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.uri = f"{'http' if self._tls is None else 'https'}://{host}:{port}"

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def application(self) -> web.Application:
        """The CMS API as an aiohttp application."""
        application = web.Application(client_max_size=_LARGEST_BODY, middlewares=[*self._middlewares, _in_talqs_words])
        application.add_routes([web.route(method, path, self._guarded(answer)) for method, path, answer in CMS_ROUTES])
        return application

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def respond(request: web.Request) -> web.Response:
            try:
                caller, answered = self._caller(request)
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
            except Refused as refused:
                reply = Reply.of([refused.message], status=refused.status)
            except ProtocolError as error:
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

    async def _body(self, request: web.Request) -> bytes:
        if not request.body_exists:
            return b""
        if (request.content_length or 0) > _LARGEST_BODY:
            raise Refused(400, "payloadError", f"no more than {_LARGEST_BODY} bytes are accepted at once")
        try:
            async with asyncio.timeout(self._body_deadline_s):
                return await request.read()
        except TimeoutError:
            raise Refused(408, "genericError", f"the body did not come within {self._body_deadline_s:g} s") from None


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
