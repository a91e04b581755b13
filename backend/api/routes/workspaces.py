"""Named workspaces: one's own, those of one's team, the way out of a kiosk. Contents are opaque here."""

from typing import Any

import msgspec

from backend.api.problems import ProblemError, bad_request, conflict, needs, not_found
from backend.api.route import Access, Call, Nothing, Route
from backend.domain.rights import MINUTES_A_DAY, allows_everywhere
from backend.ports import Unit
from backend.services.identity import LoginRefused
from backend.services.workspaces import TooManyWorkspaces, WorkspaceLocked, Workspaces
from contract.api import Workspace, WorkspaceList
from contract.journal import EntryKind, NewEntry
from contract.rights import Level
from contract.workspaces import GoldenWorkspace, SeatRelease, SeatReleased, TeamWorkspaces

LARGEST_BYTES = 512 * 1024
LONGEST_NAME = 80


class TeamQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose: one's own team where none is named."""

    team: str = ""


async def workspaces(call: Call[Nothing, Nothing]) -> WorkspaceList:
    """One's own."""
    items = tuple(await _workspaces(call).own(call.session.user))
    return WorkspaceList(items=items, next=None, total=len(items))


async def save(call: Call[Nothing, Workspace]) -> None:
    """Add or replace by name."""
    wanted = Workspace(name=_name(call), content=call.body.content, is_shared=call.body.is_shared)
    try:
        async with call.parts.shelves:
            await _workspaces(call).keep(call.session.user, wanted)
    except TooManyWorkspaces as error:
        if error.is_shared:
            raise bad_request(f"{error} workspaces of one person are enough for a team: share one less.") from error
        raise bad_request(f"{error} workspaces are enough: delete one first.") from error
    except WorkspaceLocked as error:
        raise conflict(
            "workspace-locked",
            "The workspace was left as it is.",
            "It is the locked default of your team: keep yours under another name.",
        ) from error


async def delete(call: Call[Nothing, Nothing]) -> None:
    """Forget one."""
    await _workspaces(call).forget(call.session.user, _name(call))


async def team_workspaces(call: Call[TeamQuery, Nothing]) -> TeamWorkspaces:
    """What a team has in common; another team's only for those who decide on it."""
    shelf, user = _workspaces(call), call.session.user
    decides = call.sight.has_everywhere(Level.MANAGE)
    team = call.query.team or user.role
    if team != user.role and not decides:
        raise needs(Level.MANAGE, is_everywhere=True)
    if team not in shelf.teams:
        raise not_found("team")
    return TeamWorkspaces(
        team=team,
        shared=tuple(await shelf.shared_with(user)) if team == user.role else (),
        golden=tuple(await shelf.golden(team)),
        may_set_golden=decides,
        teams=tuple(shelf.teams) if decides else (team,),
    )


async def set_golden(call: Call[Nothing, GoldenWorkspace]) -> GoldenWorkspace:
    """A team's locked default, from now on."""
    body = call.body
    hours = (body.from_minute, body.to_minute)
    if (hours[0] is None) is not (hours[1] is None):
        raise bad_request("Hours have a beginning and an end.")
    if any(minute is not None and not 0 <= minute < MINUTES_A_DAY for minute in hours):
        raise bad_request(f"A minute of the day is from 0 to {MINUTES_A_DAY - 1}.")
    if hours[0] is not None and hours[0] == hours[1]:
        raise bad_request("Hours that begin and end together are none: leave both away for the whole day.")
    wanted = GoldenWorkspace(
        team=_team(call), name=_name(call), content=body.content, from_minute=hours[0], to_minute=hours[1]
    )
    try:
        async with call.parts.shelves:
            return await _workspaces(call).set_golden(wanted, by=call.actor)
    except TooManyWorkspaces as error:
        raise bad_request(f"{error} locked defaults are enough for a team: remove one first.") from error


async def forget_golden(call: Call[Nothing, Nothing]) -> None:
    """The team has it no more."""
    await _workspaces(call).forget_golden(_team(call), _name(call), by=call.actor)


async def release_seat(call: Call[Nothing, SeatRelease]) -> SeatReleased:
    """Let people out of the kiosk at the asker's seat: somebody who manages the whole city proves who he is."""
    try:
        person = await call.parts.identity.confirm(call.body.user, call.body.password, address=call.address)
    except LoginRefused as error:
        if error.reason == "wrong":
            raise ProblemError(403, "seat-not-released", "The kiosk stays.", str(error)) from error
        raise ProblemError(429, "too-many", "Not now.", str(error), retry_after_s=error.retry_after_s) from error
    if not allows_everywhere(person.grants, Level.MANAGE, at=call.parts.clock.now()):
        raise needs(Level.MANAGE, is_everywhere=True)
    payload: dict[str, object] = {"event": "kiosk_left", "account": call.actor}
    await call.parts.storage.commit(
        Unit(entries=[NewEntry(kind=EntryKind.SECURITY, actor=person.name, payload=payload)])
    )
    return SeatReleased(user=person.name, display_name=person.display_name)


def _workspaces(call: Call[Any, Any]) -> Workspaces:
    return Workspaces(call.parts.storage, call.parts.clock, call.parts.identity.users())


def _name(call: Call[Any, Any]) -> str:
    name = call.path_text("name")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise bad_request(f"A workspace's name has 1 to {LONGEST_NAME} printable characters.")
    return name


def _team(call: Call[Any, Any]) -> str:
    team = call.path_text("team")
    if team not in _workspaces(call).teams:
        raise not_found("team")
    return team


ROUTES = (
    Route(
        method="GET",
        path="/workspaces",
        access=Access.SESSION,
        summary="One's workspaces.",
        handler=workspaces,
        answer=WorkspaceList,
    ),
    Route(
        method="PUT",
        path="/workspaces/{name}",
        access=Access.SESSION,
        summary="Save a workspace.",
        handler=save,
        body=Workspace,
        answer=None,
        problems=(409,),
        max_body_bytes=LARGEST_BYTES,
    ),
    Route(
        method="DELETE",
        path="/workspaces/{name}",
        access=Access.SESSION,
        summary="Forget a workspace.",
        handler=delete,
        answer=None,
    ),
    Route(
        method="GET",
        path="/team-workspaces",
        access=Access.SESSION,
        summary="What colleagues of one's role share, and the locked defaults of the team.",
        handler=team_workspaces,
        query=TeamQuery,
        answer=TeamWorkspaces,
        problems=(403, 404),
    ),
    Route(
        method="PUT",
        path="/golden-workspaces/{team}/{name}",
        access=Level.MANAGE,
        is_city_wide=True,
        summary="Make a workspace a team's locked default.",
        handler=set_golden,
        body=GoldenWorkspace,
        answer=GoldenWorkspace,
        problems=(404,),
        max_body_bytes=LARGEST_BYTES,
    ),
    Route(
        method="DELETE",
        path="/golden-workspaces/{team}/{name}",
        access=Level.MANAGE,
        is_city_wide=True,
        summary="A team has this locked default no more.",
        handler=forget_golden,
        answer=None,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/seat/release",
        access=Access.SESSION,
        summary="Let people out of the kiosk at this seat.",
        handler=release_seat,
        body=SeatRelease,
        answer=SeatReleased,
        problems=(403, 429),
    ),
)
