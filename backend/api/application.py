"""The HTTP application: every request is checked against its route's declaration before a handler sees it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from backend.api import openapi
from backend.api.checks import checked_line
from backend.api.large_work import is_large, short_of_memory
from backend.api.parts import Parts
from backend.api.problems import ProblemError, bad_request, forbidden, needs, problem_response
from backend.api.rates import Rates
from backend.api.route import ALL_ROUTES, Access, Call, Nothing, Route, bearer_token
from backend.api.routes import ROUTES
from backend.api.sending import LargeAnswers
from backend.api.sight import Sight
from backend.api.stream.endpoint import StreamEndpoint
from backend.api.walls import SHOWN, is_wall
from backend.ports import StorageError
from backend.services.sessions import Session
from contract.rights import Level

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
BODY_DEADLINE_S = 10.0


def build_application(
    parts: Parts,
    stream: StreamEndpoint,
    large_answers: LargeAnswers | None = None,
    rates: Rates | None = None,
) -> web.Application:
    """All routes under /api/v1, the stream, and the description of it all."""
    largest = max(route.max_body_bytes for route in ROUTES if not route.streams_body)
    application = web.Application(middlewares=[_errors_as_problems], client_max_size=largest)
    application[ALL_ROUTES] = ROUTES
    description = msgspec.json.encode(openapi.describe(ROUTES, parts.version))
    large = large_answers or LargeAnswers()
    kept_rates = rates or Rates(parts.clock, refused=parts.administration.refusals.note)
    for route in ROUTES:
        application.router.add_route(route.method, PREFIX + route.path, _answerer(route, parts, large, kept_rates))
    application.router.add_get(f"{PREFIX}/stream", stream.handle)

    async def describe(_: web.Request) -> web.Response:
        return web.Response(body=description, content_type="application/json")

    application.router.add_get(f"{PREFIX}/openapi.json", describe)
    return application


def _answerer(
    route: Route, parts: Parts, large: LargeAnswers, rates: Rates
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        rates.check(parts.identity.session(bearer_token(request)), request.remote or "unknown")
        _admit(route, parts, request)
        if parts.administration.memory.is_short and is_large(route):
            raise short_of_memory()
        query = _decode_query(route, request)
        _check_framing(route, request)
        if route.streams_body:
            body: Any = _pieces(route, parts, request)
        else:
            body = await _read_body(route, request)
        session = _admit(route, parts, request)  # a body may take its time: who was logged out meanwhile is out
        result = await route.handler(Call[Any, Any](parts, session, request, query, body))
        if not isinstance(result, web.StreamResponse):
            result = web.Response(
                body=b"" if result is None else msgspec.json.encode(result),
                status=204 if result is None else route.status,
                content_type="application/json",
                headers={"Cache-Control": "no-store"},
            )
        return await large.send(request, result, request.remote or "" if session is None else session.id)

    return answer


def _admit(route: Route, parts: Parts, request: web.Request) -> Session | None:
    if route.access is Access.PUBLIC:
        return None
    session = parts.identity.session(bearer_token(request))
    if session is None:
        raise ProblemError(401, "log-in", "You are not logged in.", "Log in, or renew your access token.")
    if is_wall(session.user) and (route.method, route.path) not in SHOWN:
        raise forbidden("A wall account only shows: log in as a person at a seat.")
    if isinstance(route.access, Level):
        sight = Sight(session.user, parts.register.classes, parts.clock)
        if not sight.has_somewhere(route.access):
            raise needs(route.access)
        if route.is_city_wide and not sight.has_everywhere(route.access):
            raise needs(route.access, is_everywhere=True)
    return session


def _decode_query(route: Route, request: web.Request) -> Any:
    pairs: dict[str, str] = {}
    for name, value in request.query.items():
        if name in pairs:
            raise bad_request(f"The parameter {name} is given twice.")
        pairs[name] = checked_line(name, value)
    try:
        return msgspec.convert(pairs, route.query, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(f"Query parameters: {error}.") from error


def _check_framing(route: Route, request: web.Request) -> None:
    if (request.content_length or 0) > route.max_body_bytes:
        raise ProblemError(413, "too-large", "The body is too large.", f"At most {route.max_body_bytes} bytes.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(415, "compressed", "Bodies are taken as they are.", "Send it without Content-Encoding.")


async def _pieces(route: Route, parts: Parts, request: web.Request) -> AsyncGenerator[bytes]:
    """The body as it comes; who was logged out meanwhile is out before it counts."""
    async for piece in _read_pieces(route, request):
        yield piece
    _admit(route, parts, request)


async def _read_body(route: Route, request: web.Request) -> Any:
    raw = await _read_within_deadline(route, request)
    if route.takes_bytes:
        return raw
    if route.body is Nothing and not raw.strip():
        return Nothing()
    try:
        return msgspec.json.decode(raw, type=route.body)
    except RecursionError as error:
        raise bad_request("The body is nested too deeply.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise bad_request(f"Body: {error}.") from error


async def _read_within_deadline(route: Route, request: web.Request) -> bytes:
    """The whole body; a small one within 10 s, a file as long as something comes every 10 s."""
    return b"".join([piece async for piece in _read_pieces(route, request)])


async def _read_pieces(route: Route, request: web.Request) -> AsyncGenerator[bytes]:
    size = 0
    loop = asyncio.get_running_loop()
    ends = loop.time() + BODY_DEADLINE_S
    while piece := await _piece(request, ends):
        size += len(piece)
        if size > route.max_body_bytes:
            raise ProblemError(413, "too-large", "The body is too large.", f"At most {route.max_body_bytes} bytes.")
        yield piece
        if route.takes_bytes:
            ends = loop.time() + BODY_DEADLINE_S


async def _piece(request: web.Request, ends: float) -> bytes:
    try:
        async with asyncio.timeout_at(ends):
            return await request.content.readany()
    except web.RequestPayloadError as error:
        raise bad_request("The body was cut or is not framed as HTTP asks.") from error
    except TimeoutError as error:
        raise ProblemError(408, "too-slow", "The body did not arrive in time.", "Send it within 10 seconds.") from error


@web.middleware
async def _errors_as_problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProblemError as error:
        response = problem_response(error)
        if error.problem.status == 408:
            response.force_close()
        return response
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = problem_response(ProblemError(error.status, f"http-{error.status}", error.reason))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except StorageError as error:
        log.error("storage: %s", error)
        return problem_response(ProblemError(503, "storage", "It could not be kept, so it was not done.", str(error)))
    except MemoryError:
        log.error("%s: there was no memory for it", request.method)
        return problem_response(short_of_memory())
    except ConnectionResetError:
        return web.Response(status=400)  # nobody is there to read it; raised on, it would fill the log
    except Exception:
        log.exception("%s %s failed", request.method, request.rel_url.path.encode("unicode_escape").decode())
        return problem_response(
            ProblemError(500, "internal", "Something is wrong in the backend.", "It was logged. Try again, then call.")
        )
