"""Shifts handed over."""

from typing import Any, Final

import msgspec

from backend.api.checks import checked_line, checked_text, checked_uuid
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.api.sight import Sight
from backend.services.alarms.handover import HandoverRefused, MaySee
from backend.services.identity import LoginRefused
from backend.services.said import say
from contract.handover import (
    LONGEST_REMARKS,
    Handover,
    HandoverList,
    HandoverRequest,
    SignRequest,
    SinceYouLeft,
)
from contract.rights import Level, User

LONGEST_SEAT: Final = 80
MOST_NAMES: Final = 500


class HandoversQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page; the cursor counts from the newest."""

    cursor: str | None = None
    limit: int = 100


async def handovers(call: Call[HandoversQuery, Nothing]) -> HandoverList:
    """Those of which one may see all that is in them."""
    limit, start = page_limit(call.query.limit), number_cursor(call.query.cursor) or 0
    found = call.parts.alarm_services.handovers.list(call.session.user, _may_see(call.sight))
    end = start + limit
    return HandoverList(items=tuple(found[start:end]), next=str(end) if len(found) > end else None, total=len(found))


async def handover(call: Call[Nothing, Nothing]) -> Handover:
    """With its report, checked against the journal."""
    services = call.parts.alarm_services
    with _REFUSALS:
        return await services.handovers.get(call.path_text("handover_id"), call.session.user, _may_see(call.sight))


async def draw(call: Call[Nothing, HandoverRequest]) -> Handover:
    """The report of what the asker may see, as it stands now."""
    body = call.body
    checked_uuid(body.id)
    checked_line("seat", checked_text("seat", body.seat, LONGEST_SEAT))
    checked_text("remarks", body.remarks, LONGEST_REMARKS)
    if len(body.communes or ()) > MOST_NAMES or len(body.classes or ()) > MOST_NAMES:
        raise bad_request(f"Name {MOST_NAMES} communes and classes at most.")
    incoming: User | None = None
    if body.incoming:
        incoming = call.parts.identity.user(body.incoming)
        if incoming is None or not incoming.is_active:
            raise _refused(HandoverRefused(say("no_assignee")))
    with _REFUSALS:
        return await call.parts.alarm_services.handovers.draw(body, call.session.user, incoming, call.sight.may_see)


async def sign(call: Call[Nothing, SignRequest]) -> Handover:
    """By the asker, or by another person at the asker's seat with his own password."""
    body = call.body
    signer = await _signer(call, body) if body.user else call.session.user
    sight = Sight(signer, call.parts.register.classes, call.parts.clock)
    if not sight.has_somewhere(Level.OPERATE):
        raise _refused(HandoverRefused(say("handover_blind", who=signer.name)))
    with _REFUSALS:
        return await call.parts.alarm_services.handovers.sign(
            call.path_text("handover_id"),
            body.hash,
            signer,
            _may_see(sight),
            _may_operate(sight),
            is_by_password=bool(body.user),
        )


async def withdraw(call: Call[Nothing, Nothing]) -> None:
    """By the one who drew it, while the other has not signed."""
    with _REFUSALS:
        await call.parts.alarm_services.handovers.withdraw(call.path_text("handover_id"), call.session.user)


async def since_you_left(call: Call[Nothing, Nothing]) -> SinceYouLeft:
    """What happened since the asker handed over last, or logged out."""
    return await call.parts.alarm_services.drawing.since_left(call.actor, call.sight.may_see)


async def _signer(call: Call[Any, Any], body: SignRequest) -> User:
    try:
        return await call.parts.identity.confirm(body.user, body.password, address=call.address)
    except LoginRefused as error:
        if error.reason == "wrong":
            raise _refused(HandoverRefused(say("handover_password"))) from error
        raise ProblemError(429, "too-many", "Not now.", str(error), retry_after_s=error.retry_after_s) from error


def _may_see(sight: Sight) -> MaySee:
    return lambda commune, service, class_: sight.allows(Level.VIEW, commune, service, class_)


def _may_operate(sight: Sight) -> MaySee:
    return lambda commune, service, class_: sight.allows(Level.OPERATE, commune, service, class_)


def _refused(error: HandoverRefused) -> ProblemError:
    status = 404 if error.said.code == "handover_gone" else 409
    return ProblemError(status, "handover-refused", "The handover was left as it is.", error.said)


_REFUSALS: Final = Refusals(HandoverRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/handovers",
        access=Level.OPERATE,
        summary="Handovers of shifts, newest first.",
        handler=handovers,
        query=HandoversQuery,
        answer=HandoverList,
    ),
    Route(
        method="POST",
        path="/handovers",
        access=Level.OPERATE,
        summary="Draw the report of a shift.",
        handler=draw,
        body=HandoverRequest,
        answer=Handover,
        problems=(409,),
    ),
    Route(
        method="GET",
        path="/handovers/{handover_id}",
        access=Level.OPERATE,
        summary="One handover with its report.",
        handler=handover,
        answer=Handover,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/handovers/{handover_id}/sign",
        access=Level.OPERATE,
        summary="Sign: first the one who leaves, then the one who comes, who is another person.",
        handler=sign,
        body=SignRequest,
        answer=Handover,
        problems=(404, 409, 429),
    ),
    Route(
        method="POST",
        path="/handovers/{handover_id}/withdraw",
        access=Level.OPERATE,
        summary="Take back a report that is not signed by both.",
        handler=withdraw,
        answer=None,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/since-you-left",
        access=Level.OPERATE,
        summary="What happened to alarms since the asker left.",
        handler=since_you_left,
        answer=SinceYouLeft,
    ),
)
