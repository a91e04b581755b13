"""Login, its tokens, and the accounts."""

from collections.abc import Awaitable
from typing import Any

from backend.api.problems import ProblemError, conflict, not_found
from backend.api.route import Access, Call, Nothing, Route
from backend.services.account_book import AccountRefused
from backend.services.identity import LoginRefused
from contract.api import (
    ActiveRequest,
    GrantsRequest,
    LoginRequest,
    Me,
    RefreshRequest,
    Ticket,
    Tokens,
    UserList,
)
from contract.rights import Level, User


def _refused(error: LoginRefused) -> ProblemError:
    if error.retry_after_s:
        return ProblemError(429, "wait", "Too many attempts.", str(error), retry_after_s=error.retry_after_s)
    return ProblemError(401, "login-refused", "The login was refused.", str(error))


async def login(call: Call[Nothing, LoginRequest]) -> Tokens:
    """Name and password for tokens."""
    try:
        return await call.parts.identity.login(call.body.user, call.body.password, address=call.address)
    except LoginRefused as error:
        raise _refused(error) from error


async def refresh(call: Call[Nothing, RefreshRequest]) -> Tokens:
    """A refresh token, once, for new tokens."""
    try:
        return await call.parts.identity.refresh(call.body.refresh_token, address=call.address)
    except LoginRefused as error:
        raise _refused(error) from error


async def logout(call: Call[Nothing, Nothing]) -> None:
    """The login ends; its tokens and tickets are dead."""
    await call.parts.identity.logout(call.bearer)


async def ticket(call: Call[Nothing, Nothing]) -> Ticket:
    """One use, 30 s, for the stream."""
    return call.parts.identity.ticket(call.session)


async def me(call: Call[Nothing, Nothing]) -> Me:
    """Who one is."""
    user = call.session.user
    return Me(
        name=user.name,
        display_name=user.display_name,
        role=user.role,
        grants=user.grants,
        is_exercise=call.parts.is_exercise,
    )


async def users(call: Call[Nothing, Nothing]) -> UserList:
    """All accounts."""
    items = tuple(call.parts.identity.users())
    return UserList(items=items, next=None, total=len(items))


def _known(call: Call[Any, Any]) -> User:
    user = call.parts.identity.user(call.path_text("name"))
    if user is None:
        raise not_found("account")
    return user


async def _changed(change: Awaitable[User]) -> User:
    try:
        return await change
    except AccountRefused as error:
        raise conflict("account-refused", "The account was left as it is.", str(error)) from error


async def set_grants(call: Call[Nothing, GrantsRequest]) -> User:
    """Replace somebody's rights."""
    return await _changed(call.parts.identity.set_grants(_known(call).name, call.body.grants, by=call.actor))


async def set_active(call: Call[Nothing, ActiveRequest]) -> User:
    """Open or close an account; closing ends its logins at once."""
    return await _changed(
        call.parts.identity.set_active(_known(call).name, is_active=call.body.is_active, by=call.actor)
    )


ROUTES = (
    Route(
        method="POST",
        path="/login",
        access=Access.PUBLIC,
        summary="Log in.",
        handler=login,
        body=LoginRequest,
        answer=Tokens,
        problems=(401, 429),
    ),
    Route(
        method="POST",
        path="/refresh",
        access=Access.PUBLIC,
        summary="Renew a login.",
        handler=refresh,
        body=RefreshRequest,
        answer=Tokens,
        problems=(401, 429),
    ),
    Route(method="POST", path="/logout", access=Access.SESSION, summary="Log out.", handler=logout, answer=None),
    Route(
        method="POST",
        path="/ticket",
        access=Access.SESSION,
        summary="A ticket for the stream.",
        handler=ticket,
        answer=Ticket,
    ),
    Route(method="GET", path="/me", access=Access.SESSION, summary="Who am I?", handler=me, answer=Me),
    Route(
        method="GET",
        path="/users",
        access=Level.CONFIGURE,
        summary="All accounts.",
        handler=users,
        answer=UserList,
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/users/{name}/grants",
        access=Level.CONFIGURE,
        summary="Replace somebody's rights.",
        handler=set_grants,
        body=GrantsRequest,
        answer=User,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/users/{name}/active",
        access=Level.CONFIGURE,
        summary="Open or close an account.",
        handler=set_active,
        body=ActiveRequest,
        answer=User,
        problems=(404, 409),
        is_city_wide=True,
    ),
)
