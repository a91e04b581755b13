"""Acts on many alarms, comments, who takes care of one, silence, and who is there."""

from typing import Any, Final

import msgspec

from backend.api.checks import checked_line, checked_text, checked_time, checked_uuid
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Access, Call, Nothing, Route
from backend.api.routes.alarms import alarm_of, left_alone, may_act
from backend.api.sight import Sight
from backend.ports import JournalQuery
from backend.services.alarms.bulk import BulkMismatch
from backend.services.refusals import AlarmRefused
from backend.services.said import say
from contract.alarm_work import (
    LONGEST_COMMENT,
    LONGEST_REASON,
    LONGEST_SILENCE_S,
    MOST_PICKS,
    AlarmComment,
    AlarmCommentList,
    Assignee,
    AssigneeList,
    AssignRequest,
    BulkOutcome,
    BulkRequest,
    CommentRequest,
    Presence,
    PresenceList,
    PresenceRequest,
    Silence,
    SilenceRequest,
)
from contract.alarms import Alarm
from contract.journal import EntryKind, JournalEntry
from contract.rights import Level

LONGEST_SEAT: Final = 80
LONGEST_NOTE: Final = 200
_LARGEST_BULK: Final = 2 * 1024 * 1024
_MOST_COMMENT_LINES: Final = 1_000


class CommentsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of comments."""

    cursor: str | None = None
    limit: int = 100


async def bulk(call: Call[Nothing, BulkRequest]) -> BulkOutcome:
    """Each alarm is answered for: done, or refused with its reason. Rights are asked for on each."""
    body = call.body
    checked_uuid(body.id)
    if not 1 <= len(body.picks) <= MOST_PICKS:
        raise bad_request(f"picks holds 1 to {MOST_PICKS} alarms.")
    if len({pick.id for pick in body.picks}) != len(body.picks):
        raise bad_request("Name each alarm once.")
    checked_text("reason", body.reason, LONGEST_COMMENT)
    checked_line("work_order", checked_text("work_order", body.work_order, LONGEST_REASON))
    if body.until is not None:
        checked_time(body.until)
    if body.user:
        _known_user(call, body.user)
    try:
        return await call.parts.alarm_services.acts.bulk(
            body,
            by=call.actor,
            may=lambda level, alarm: may_act(call, level, alarm),
            allows=_Operators(call).may_operate,
        )
    except AlarmRefused as error:
        raise left_alone(error) from error
    except BulkMismatch as error:
        raise ProblemError(409, "request-differs", "Nothing was done.", error.said) from error


async def comments(call: Call[CommentsQuery, Nothing]) -> AlarmCommentList:
    """Newest first, of all times; `total` counts those of the last thousand lines on the asset's alarms."""
    found = alarm_of(call, Level.VIEW)
    limit, before = page_limit(call.query.limit), number_cursor(call.query.cursor)
    wanted = JournalQuery(asset_id=found.asset_id, kinds=(EntryKind.ALARM_WORK,), limit=_MOST_COMMENT_LINES)
    lines = [
        entry
        for entry in await call.parts.storage.journal(wanted)
        if entry.payload.get("event") == "comment" and entry.payload.get("alarm") == found.id
    ]
    rest = [entry for entry in lines if before is None or entry.seq < before]
    page = rest[:limit]
    items = tuple(_comment(entry, found) for entry in page)
    return AlarmCommentList(items=items, next=str(page[-1].seq) if len(rest) > limit else None, total=len(lines))


async def comment(call: Call[Nothing, CommentRequest]) -> AlarmComment:
    """Written for all who see the alarm."""
    found = alarm_of(call, Level.OPERATE)
    text = checked_text("text", call.body.text, LONGEST_COMMENT)
    work = call.parts.alarm_services.work
    written, refused = await work.comment({found.id: checked_uuid(call.body.id)}, text, by=call.actor)
    if found.id in refused:
        raise left_alone(refused[found.id])
    return written[found.id]


async def assignees(call: Call[Nothing, Nothing]) -> AssigneeList:
    """Who may operate there: the available first, then who is logged in, then by name."""
    found = alarm_of(call, Level.OPERATE)
    there = {item.user: item for item in call.parts.alarm_services.presence.all()}
    operators = _Operators(call)
    items = [
        _assignee(user.name, user.display_name, there.get(user.name))
        for user in call.parts.identity.users()
        if user.is_active and operators.may_operate(user.name, found)
    ]
    items.sort(key=lambda item: (not item.is_available, not item.is_logged_in, item.display_name.casefold()))
    return AssigneeList(items=tuple(items), next=None, total=len(items))


async def assign(call: Call[Nothing, AssignRequest]) -> Alarm:
    """To somebody who may operate there, or to nobody."""
    found, body = alarm_of(call, Level.OPERATE), call.body
    note = checked_text("note", body.note, LONGEST_REASON)
    if body.user:
        _known_user(call, body.user)
        if not _Operators(call).may_operate(body.user, found):
            raise left_alone(AlarmRefused(say("assignee_right", who=body.user, asset=found.asset_code), found))
    refused = await call.parts.alarm_services.work.assign([found.id], body.user, by=call.actor, note=note)
    return _standing(call, found, refused.get(found.id))


async def take_over(call: Call[Nothing, Nothing]) -> Alarm:
    """One's own from now on; who had it is told."""
    found = alarm_of(call, Level.OPERATE)
    refused = await call.parts.alarm_services.work.take_over([found.id], by=call.actor)
    return _standing(call, found, refused.get(found.id))


async def silence(call: Call[Nothing, SilenceRequest]) -> Silence:
    """Nothing is acknowledged by it."""
    body = call.body
    seat = _seat(body.seat)
    if not seat or not 1 <= body.seconds <= LONGEST_SILENCE_S or not 0 <= body.waiting <= 1_000_000:
        raise bad_request(f"Name the seat; it is silent for 1 to {LONGEST_SILENCE_S} seconds.")
    return await call.parts.alarm_services.work.silence(seat, body.seconds, body.waiting, by=call.actor)


async def presences(call: Call[Nothing, Nothing]) -> PresenceList:
    """Colleagues who are logged in."""
    items = tuple(call.parts.alarm_services.presence.all())
    return PresenceList(items=items, next=None, total=len(items))


async def say_presence(call: Call[Nothing, PresenceRequest]) -> Presence:
    """Where one sits, and whether one is there."""
    body = call.body
    checked_line("note", checked_text("note", body.note, LONGEST_NOTE))
    _seat(body.seat)
    said = await call.parts.alarm_services.presence.say(call.session.user, call.session.id, body)
    if said is None:
        raise not_found("login")
    return said


class _Operators:
    """Whether others may operate, each looked up once in a request."""

    def __init__(self, call: Call[Any, Any]) -> None:
        self._parts = call.parts
        self._sights: dict[str, Sight | None] = {}

    def may_operate(self, user_name: str, alarm: Alarm) -> bool:
        """Whether this user may operate where the alarm is."""
        if user_name not in self._sights:
            user = self._parts.identity.user(user_name)
            self._sights[user_name] = (
                Sight(user, self._parts.register.classes, self._parts.clock)
                if user is not None and user.is_active
                else None
            )
        sight, asset = self._sights[user_name], self._parts.register.get(alarm.asset_id)
        return sight is not None and asset is not None and sight.may(Level.OPERATE, asset)


def _known_user(call: Call[Any, Any], name: str) -> None:
    user = call.parts.identity.user(name)
    if user is None or not user.is_active:
        raise left_alone(AlarmRefused(say("no_assignee")))


def _standing(call: Call[Any, Any], before: Alarm, refusal: AlarmRefused | None) -> Alarm:
    if refusal is not None:
        raise left_alone(refusal)
    return call.parts.alarms.get(before.id) or before


def _seat(text: str) -> str:
    return checked_line("seat", checked_text("seat", text, LONGEST_SEAT)).strip()


def _assignee(name: str, display_name: str, there: Presence | None) -> Assignee:
    return Assignee(
        name=name,
        display_name=display_name,
        is_logged_in=there is not None,
        is_available=there is not None and there.is_available,
        seat=", ".join(there.seats) if there is not None else "",
    )


def _comment(entry: JournalEntry, alarm: Alarm) -> AlarmComment:
    occurrence = entry.payload.get("occurrence")
    return AlarmComment(
        id=str(entry.payload.get("id", entry.seq)),
        alarm_id=alarm.id,
        occurrence=occurrence if isinstance(occurrence, int) else 0,
        author=entry.actor,
        at=entry.at,
        text=str(entry.payload.get("note", "")),
    )


ROUTES = (
    Route(
        method="POST",
        path="/alarms/bulk",
        access=Level.OPERATE,
        summary="One act on alarms exactly as they were shown. Out of service and back ask the right to manage.",
        handler=bulk,
        body=BulkRequest,
        answer=BulkOutcome,
        problems=(409,),
        max_body_bytes=_LARGEST_BULK,
    ),
    Route(
        method="GET",
        path="/alarms/{alarm_id}/comments",
        access=Level.VIEW,
        summary="Comments on an alarm.",
        handler=comments,
        query=CommentsQuery,
        answer=AlarmCommentList,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/alarms/{alarm_id}/comments",
        access=Level.OPERATE,
        summary="Comment on an alarm.",
        handler=comment,
        body=CommentRequest,
        answer=AlarmComment,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/alarms/{alarm_id}/assignees",
        access=Level.OPERATE,
        summary="Who may take care of an alarm.",
        handler=assignees,
        answer=AssigneeList,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/alarms/{alarm_id}/assign",
        access=Level.OPERATE,
        summary="Give an alarm to a person, or to nobody: what nobody or oneself takes care of.",
        handler=assign,
        body=AssignRequest,
        answer=Alarm,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/alarms/{alarm_id}/take-over",
        access=Level.OPERATE,
        summary="Take care of an alarm oneself; who did is told.",
        handler=take_over,
        answer=Alarm,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/seats/silence",
        access=Level.OPERATE,
        summary="Silence one seat for two minutes at most. It is no acknowledgement.",
        handler=silence,
        body=SilenceRequest,
        answer=Silence,
    ),
    Route(
        method="GET",
        path="/presence",
        access=Access.SESSION,
        summary="Who is logged in, where, available or away.",
        handler=presences,
        answer=PresenceList,
    ),
    Route(
        method="PUT",
        path="/presence",
        access=Access.SESSION,
        summary="Say where one sits, and whether one is there.",
        handler=say_presence,
        body=PresenceRequest,
        answer=Presence,
        problems=(404,),
    ),
)
