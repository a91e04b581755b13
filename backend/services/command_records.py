"""Commands as they are made, moved on and journalled."""

import datetime as dt
from collections.abc import Mapping

from msgspec.structs import replace

from backend.services.said import NOTHING, Said
from contract.api import CommandRequest
from contract.claims import Claim
from contract.commands import Command, CommandState
from contract.journal import EntryKind, NewEntry
from contract.points import Value

SET = "set"
SET_DEADLINE_S = 20.0
ENDED = frozenset(
    {
        CommandState.VERIFIED,
        CommandState.REJECTED,
        CommandState.EXPIRED,
        CommandState.FAILED,
        CommandState.UNKNOWN,
    }
)


def requested(request: CommandRequest, *, by: str, at: dt.datetime) -> Command:
    """A command as somebody asked for it."""
    return Command(
        id=request.id,
        asset_id=request.asset_id,
        action=request.action,
        arguments=request.arguments,
        actor=by,
        requested_at=at,
        deadline=at + dt.timedelta(seconds=request.deadline_s),
        state=CommandState.REQUESTED,
        changed_at=at,
        reason=request.reason,
    )


def is_same_request(command: Command, request: CommandRequest, by: str) -> bool:
    """Whether a request is the one that made this command."""
    return (command.asset_id, command.action, dict(command.arguments), command.actor, command.reason) == (
        request.asset_id,
        request.action,
        request.arguments,
        by,
        request.reason,
    )


def driven(
    command_id: str, asset_id: int, property_: str, claim: Claim | None, *, by: str, reason: str, at: dt.datetime
) -> Command:
    """The command that makes a property what its winning claim says; without a claim, takes our override back."""
    arguments: dict[str, Value] = {"property": property_, "value": None if claim is None else claim.value}
    if claim is not None and claim.expires_at is not None:
        arguments["expires_at"] = claim.expires_at.isoformat()
    return Command(
        id=command_id,
        asset_id=asset_id,
        action=SET,
        arguments=arguments,
        actor=by,
        requested_at=at,
        deadline=at + dt.timedelta(seconds=SET_DEADLINE_S),
        state=CommandState.REQUESTED,
        changed_at=at,
        reason=reason,
        claim_id=None if claim is None else claim.id,
    )


def moved(
    command: Command, state: CommandState, at: dt.datetime, why: Said = NOTHING, *, is_late: bool = False
) -> Command:
    """The command in its next state."""
    return replace(
        command,
        state=state,
        changed_at=at,
        detail=why.text,
        detail_code=why.code,
        detail_args=dict(why.args),
        is_late=command.is_late or is_late,
    )


def why_so(command: Command) -> Said:
    """Why a command is in its state."""
    return Said(command.detail, command.detail_code, command.detail_args)


def command_line(command: Command, *, actor: str | None = None) -> NewEntry:
    """The journal's line for a command's present state."""
    payload: dict[str, object] = {
        "command": command.id,
        "action": command.action,
        "arguments": dict(command.arguments),
        "state": command.state.value,
        "reason": command.reason,
    }
    extra: Mapping[str, object] = {
        "detail": command.detail,
        "detail_code": command.detail_code,
        "detail_args": dict(command.detail_args),
        "claim": command.claim_id,
        "is_late": command.is_late,
    }
    payload |= {name: value for name, value in extra.items() if value}
    return NewEntry(kind=EntryKind.COMMAND, actor=actor or command.actor, asset_id=command.asset_id, payload=payload)
