"""Roles, accounts by hand, and what rights come to before anybody gets them."""

from collections.abc import Awaitable
from typing import TypeVar

from backend.api.problems import ProblemError, conflict, not_found
from backend.api.route import Access, Call, Nothing, Route
from backend.domain.rights import allows_everywhere, allows_somewhere
from backend.services.account_book import AccountRefused
from backend.services.administration.refusal import AdministrationRefused
from contract.administration import (
    AccountChange,
    GrantsToPreview,
    NewAccount,
    PasswordChange,
    PermittedAct,
    RightsPreview,
    RoleKept,
    RoleList,
    RoleRequest,
)
from contract.rights import Level, User

T = TypeVar("T")


async def done(work: Awaitable[T]) -> T:
    """What an administrator asked for, or why not as a problem."""
    try:
        return await work
    except AdministrationRefused as error:
        if error.code.endswith("_unknown"):
            raise ProblemError(404, "not-found", "There is no such thing.", error.said) from error
        raise ProblemError(409, "refused", "Nothing was changed.", error.said) from error
    except AccountRefused as error:
        raise conflict("account-refused", "The account was left as it is.", str(error)) from error


async def roles(call: Call[Nothing, Nothing]) -> RoleList:
    """All roles."""
    items = tuple(call.parts.administration.roles.all())
    return RoleList(items=items, next=None, total=len(items))


async def put_role(call: Call[Nothing, RoleRequest]) -> RoleKept:
    """Add or change a role."""
    return await done(call.parts.administration.roles.put(call.path_text("name"), call.body, by=call.actor))


async def remove_role(call: Call[Nothing, Nothing]) -> None:
    """Forget a role that nobody has."""
    await done(call.parts.administration.roles.remove(call.path_text("name"), by=call.actor))


async def add_account(call: Call[Nothing, NewAccount]) -> User:
    """A new account with the rights of its role."""
    return await done(call.parts.administration.roles.add_account(call.body, by=call.actor))


async def change_account(call: Call[Nothing, AccountChange]) -> User:
    """Another display name, person or role."""
    name = _known(call.parts.identity.user(call.path_text("name")))
    return await done(call.parts.administration.roles.change_account(name, call.body, by=call.actor))


async def set_password(call: Call[Nothing, PasswordChange]) -> None:
    """A new password; the account's logins end."""
    name = _known(call.parts.identity.user(call.path_text("name")))
    await done(call.parts.identity.set_password(name, call.body.password, by=call.actor))


async def preview(call: Call[Nothing, GrantsToPreview]) -> RightsPreview:
    """What somebody with these rights sees and may do now."""
    at = call.parts.clock.now()
    grants = call.body.grants
    reach = await call.parts.administration.reach()
    whole, communes, services, classes = reach.of(grants, at)
    acts = tuple(
        PermittedAct(
            method=route.method,
            path=route.path,
            summary=route.summary,
            needs=route.access.name if isinstance(route.access, Level) else route.access.value,
            reach=_reach(route, call),
        )
        for route in call.all_routes
    )
    hours = any(grant.scope.from_minute is not None or grant.scope.to_minute is not None for grant in grants)
    return RightsPreview(all=whole, communes=communes, services=services, classes=classes, acts=acts, has_hours=hours)


def _reach(route: Route, call: Call[Nothing, GrantsToPreview]) -> str:
    if isinstance(route.access, Access):
        return "everywhere"
    at, grants = call.parts.clock.now(), call.body.grants
    if allows_everywhere(grants, route.access, at=at):
        return "everywhere"
    if route.is_city_wide or not allows_somewhere(grants, route.access, at=at):
        return "no"
    return "somewhere"


def _known(user: User | None) -> str:
    if user is None:
        raise not_found("account")
    return user.name


ROUTES = (
    Route(
        method="GET",
        path="/roles",
        access=Level.CONFIGURE,
        summary="All roles.",
        handler=roles,
        answer=RoleList,
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/roles/{name}",
        access=Level.CONFIGURE,
        summary="Add or change a role; accounts that follow it get its rights.",
        handler=put_role,
        body=RoleRequest,
        answer=RoleKept,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="DELETE",
        path="/roles/{name}",
        access=Level.CONFIGURE,
        summary="Forget a role that nobody has.",
        handler=remove_role,
        answer=None,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/rights/preview",
        access=Level.CONFIGURE,
        summary="What somebody with these rights would see and do.",
        handler=preview,
        body=GrantsToPreview,
        answer=RightsPreview,
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/users",
        access=Level.CONFIGURE,
        summary="Add an account.",
        handler=add_account,
        body=NewAccount,
        answer=User,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/users/{name}",
        access=Level.CONFIGURE,
        summary="Change an account's name, person or role.",
        handler=change_account,
        body=AccountChange,
        answer=User,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/users/{name}/password",
        access=Level.CONFIGURE,
        summary="Set an account's password; its logins end.",
        handler=set_password,
        body=PasswordChange,
        answer=None,
        problems=(404, 409),
        is_city_wide=True,
    ),
)
