"""Commands: momentary acts on devices, and how they ended."""

import msgspec

from backend.api.checks import LONGEST_WORD, checked_line, checked_text, checked_uuid
from backend.api.paging import page_limit
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Call, Nothing, Route
from backend.services.command_desk import CommandConflict, CommandRejected
from contract.api import CommandPage, CommandRequest
from contract.commands import Command
from contract.rights import Level

LONGEST_DEADLINE_S = 300.0
MOST_ARGUMENTS = 20


class CommandQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which asset."""

    asset_id: int
    cursor: str | None = None
    limit: int = 100


async def submit(call: Call[Nothing, CommandRequest]) -> Command:
    """The same id with the same payload gives the same command; another payload is refused."""
    _check(call.body)
    found = call.asset(call.body.asset_id, Level.OPERATE)
    try:
        return await call.parts.commands.submit(call.body, by=call.actor, session=call.session.id)
    except CommandConflict as error:
        raise ProblemError(409, "command-conflict", "That id names another command.", error.said) from error
    except CommandRejected as error:
        raise ProblemError(409, "command-rejected", f"{found.code} was not commanded.", error.said) from error


async def command(call: Call[Nothing, Nothing]) -> Command:
    """One command."""
    found = await call.parts.commands.get(call.path_text("command_id"))
    if found is None:
        raise not_found("command")
    call.asset(found.asset_id, Level.VIEW)
    return found


async def commands(call: Call[CommandQuery, Nothing]) -> CommandPage:
    """An asset's commands, newest first."""
    limit = page_limit(call.query.limit)
    found = call.asset(call.query.asset_id, Level.VIEW)
    items = tuple(await call.parts.commands.list(found.id, call.query.cursor, limit))
    return CommandPage(items=items, next=items[-1].id if len(items) == limit else None, total=len(items))


def _check(request: CommandRequest) -> None:
    checked_uuid(request.id)
    checked_text("action", request.action, LONGEST_WORD)
    checked_text("reason", request.reason)
    if not 0 < request.deadline_s <= LONGEST_DEADLINE_S:
        raise bad_request(f"deadline_s must be more than 0 and at most {LONGEST_DEADLINE_S:.0f}.")
    if len(request.arguments) > MOST_ARGUMENTS:
        raise bad_request(f"arguments may have at most {MOST_ARGUMENTS} fields.")
    for name, value in request.arguments.items():
        checked_text("The name of an argument", checked_line("The name of an argument", name), LONGEST_WORD)
        checked_text(name, value if isinstance(value, str) else "")


ROUTES = (
    Route(
        method="POST",
        path="/commands",
        access=Level.OPERATE,
        summary="Command a device.",
        handler=submit,
        body=CommandRequest,
        answer=Command,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/commands",
        access=Level.VIEW,
        summary="Commands given to one asset.",
        handler=commands,
        query=CommandQuery,
        answer=CommandPage,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/commands/{command_id}",
        access=Level.VIEW,
        summary="One command.",
        handler=command,
        answer=Command,
        problems=(404,),
    ),
)
