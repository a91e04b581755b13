"""A route as data: what it takes, what it answers, and the right it asks. An undeclared right cannot be written."""

import enum
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import msgspec
from aiohttp import web

from backend.api.checks import checked_line
from backend.api.parts import Parts
from backend.api.problems import ProblemError, bad_request, forbidden, needs, not_found
from backend.api.sight import Sight
from backend.services.sessions import Session
from contract.assets import Asset
from contract.rights import Level

Query = TypeVar("Query")
Body = TypeVar("Body")


class Access(enum.Enum):
    """Rights that are not a level: anybody at all, or anybody who is logged in."""

    PUBLIC = "public"
    SESSION = "session"


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No query parameters, or no body."""


class Call(Generic[Query, Body]):
    """One request to a route, checked and decoded."""

    def __init__(self, parts: Parts, session: Session | None, request: web.Request, query: Query, body: Body) -> None:
        self.parts = parts
        self.query = query
        self.body = body
        self._session = session
        self._request = request
        self._sight: Sight | None = None

    @property
    def session(self) -> Session:
        """Who asks. Raises a problem on a public route, where there is nobody."""
        if self._session is None:
            raise forbidden("Log in first.")
        return self._session

    @property
    def actor(self) -> str:
        """The user's name, as the journal records it."""
        return self.session.user.name

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self._request.remote or "unknown"

    @property
    def bearer(self) -> str:
        """The access token of the request, empty when there is none."""
        return bearer_token(self._request)

    @property
    def sight(self) -> Sight:
        """What the asker may do where."""
        if self._sight is None:
            self._sight = Sight(self.session.user, self.parts.register.classes, self.parts.clock)
        return self._sight

    @property
    def all_routes(self) -> "Sequence[Route]":
        """Every route of the API, for who wants to know what rights open."""
        return self._request.app[ALL_ROUTES]

    def sight_now(self) -> Sight:
        """What the asker may do by now, after work that took its time. Raises a problem when the login has ended."""
        session = self.parts.identity.session(self.bearer)
        if session is None:
            raise ProblemError(401, "log-in", "You are not logged in.", "Log in, or renew your access token.")
        return Sight(session.user, self.parts.register.classes, self.parts.clock)

    def path_text(self, name: str) -> str:
        """A part of the path. Raises a problem."""
        return checked_line(name, self._request.match_info[name])

    def path_number(self, name: str, digits: int = 10) -> int:
        """A part of the path that is an id: a uint32, or larger with more digits. Raises a problem."""
        text = self.path_text(name)
        if not text.isascii() or not text.isdigit() or len(text) > digits:
            raise bad_request(f"{name} must be a whole number.")
        return int(text)

    def asset(self, asset_id: int, level: Level) -> Asset:
        """An asset one may see, and at which one has `level`. Raises a problem."""
        asset = self.parts.register.get(asset_id)
        if asset is None or not self.sight.may(Level.VIEW, asset):
            raise not_found("asset")
        if level > Level.VIEW and not self.sight.may(level, asset):
            raise needs(level, asset.code)
        return asset


Handler = Callable[[Call[Any, Any]], Awaitable[object]]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """`access` is the least right that opens the route; the handler checks it again on each asset it touches."""

    method: str
    path: str
    access: Access | Level
    summary: str
    handler: Handler
    answer: Any
    query: Any = Nothing
    body: Any = Nothing
    status: int = 200
    problems: tuple[int, ...] = ()
    max_body_bytes: int = 64 * 1024
    takes_bytes: bool = False  # the body is a file, not JSON
    streams_body: bool = False  # and comes as an iterator of pieces, which raises a problem where it ends badly
    answer_type: str = "application/json"
    is_city_wide: bool = False  # `access` is asked for the whole city: what it touches belongs to no one commune


ALL_ROUTES: Final[web.AppKey[Sequence[Route]]] = web.AppKey("ALL_ROUTES", Sequence[Route])


def bearer_token(request: web.Request) -> str:
    """The token of an Authorization: Bearer header, empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
