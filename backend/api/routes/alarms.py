"""Alarms: the list, and the five different acts on them (ISA-18.2)."""

from bisect import bisect_right
from collections.abc import Awaitable
from typing import Any

import msgspec

from backend.api.checks import checked_text
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, needs, not_found
from backend.api.route import Call, Handler, Nothing, Route
from backend.domain.alarms.life import AlarmState
from backend.services.alarms.bulk import out_of_service_words
from backend.services.alarms.desk import AlarmRefused
from contract.alarm_work import LONGEST_COMMENT, LONGEST_REASON, AlarmAct, OutOfServiceRequest
from contract.alarms import Alarm, Priority
from contract.api import AcknowledgeRequest, AlarmPage, ShelveRequest
from contract.rights import Level

ALARM_DIGITS = 16  # an alarm's number is its asset's, shifted by twenty bits


class AlarmQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters of the list."""

    class_: str | None = msgspec.field(name="class", default=None)
    commune: str | None = None
    priority: Priority | None = None
    is_active: bool | None = None
    cursor: str | None = None
    limit: int = 100


async def alarms(call: Call[AlarmQuery, Nothing]) -> AlarmPage:
    """Standing alarms on assets one may see, by id."""
    query = call.query
    limit = page_limit(query.limit)
    after = number_cursor(query.cursor) or 0
    desk, register, sight = call.parts.alarms, call.parts.register, call.sight

    def passes(asset_id: int, state: AlarmState) -> bool:
        asset = register.get(asset_id)
        return (
            asset is not None
            and (query.class_ is None or asset.class_ == query.class_)
            and (query.commune is None or asset.commune == query.commune)
            and (query.priority is None or state.priority == query.priority)
            and (query.is_active is None or state.is_active == query.is_active)
            and sight.may(Level.VIEW, asset)
        )

    found = desk.standing_ids(passes)
    rest = found[bisect_right(found, after) :]
    page = tuple(alarm for id_ in rest[:limit] if (alarm := desk.get(id_)) is not None)
    return AlarmPage(items=page, next=str(page[-1].id) if len(rest) > limit else None, total=len(found))


async def alarm(call: Call[Nothing, Nothing]) -> Alarm:
    """One alarm."""
    return alarm_of(call, Level.VIEW)


async def acknowledge(call: Call[Nothing, AcknowledgeRequest]) -> Alarm:
    """For one occurrence; a stale one is refused, and the present alarm stays unacknowledged."""
    found, body = alarm_of(call, Level.OPERATE), call.body
    comment = checked_text("comment", body.comment, LONGEST_COMMENT)
    doing = call.parts.alarms.acknowledge(found.id, body.occurrence, by=call.actor, comment=comment)
    return await _tell(call, AlarmAct.ACKNOWLEDGE, doing)


async def unacknowledge(call: Call[Nothing, Nothing]) -> Alarm:
    """Takes an acknowledgement back: it is annunciated anew."""
    found = alarm_of(call, Level.OPERATE)
    return await _tell(call, AlarmAct.UNACKNOWLEDGE, call.parts.alarms.unacknowledge(found.id, by=call.actor))


async def reset(call: Call[Nothing, Nothing]) -> Alarm:
    """A latched, acknowledged alarm may go."""
    found = alarm_of(call, Level.OPERATE)
    return await _tell(call, AlarmAct.RESET, call.parts.alarms.reset(found.id, by=call.actor))


async def shelve(call: Call[Nothing, ShelveRequest]) -> Alarm:
    """Out of sight until a time, with a reason."""
    found, body = alarm_of(call, Level.OPERATE), call.body
    reason = checked_text("reason", body.reason, LONGEST_REASON)
    doing = call.parts.alarms.shelve(
        found.id, until=body.until, reason=reason, is_one_shot=body.is_one_shot, by=call.actor
    )
    return await _tell(call, AlarmAct.SHELVE, doing)


async def unshelve(call: Call[Nothing, Nothing]) -> Alarm:
    """Back in sight."""
    found = alarm_of(call, Level.OPERATE)
    return await _tell(call, AlarmAct.UNSHELVE, call.parts.alarms.unshelve(found.id, by=call.actor))


async def take_out_of_service(call: Call[Nothing, OutOfServiceRequest]) -> Alarm:
    """For maintenance, with its work order or its reason."""
    found = alarm_of(call, Level.MANAGE)
    words = out_of_service_words(call.body.reason, call.body.work_order)
    reason = checked_text("reason", words, LONGEST_REASON)
    doing = call.parts.alarms.take_out_of_service(found.id, reason=reason, by=call.actor)
    return await _tell(call, AlarmAct.OUT_OF_SERVICE, doing)


async def return_to_service(call: Call[Nothing, Nothing]) -> Alarm:
    """Maintenance is over."""
    found = alarm_of(call, Level.MANAGE)
    return await _tell(call, AlarmAct.RETURN_TO_SERVICE, call.parts.alarms.return_to_service(found.id, by=call.actor))


def may_act(call: Call[Any, Any], level: Level, alarm: Alarm) -> bool:
    """Whether the asker has this right on the alarm's asset."""
    asset = call.parts.register.get(alarm.asset_id)
    return asset is not None and call.sight.may(level, asset)


def alarm_of(call: Call[Any, Any], level: Level) -> Alarm:
    """The alarm of the path, on which the asker has this right. Raises a problem."""
    found = call.parts.alarms.get(call.path_number("alarm_id", ALARM_DIGITS))
    if found is None or not may_act(call, Level.VIEW, found):
        raise not_found("alarm")
    if not may_act(call, level, found):
        raise needs(level, found.asset_code)
    return found


async def _tell(call: Call[Any, Any], act: AlarmAct, doing: Awaitable[Alarm]) -> Alarm:
    try:
        return await call.parts.alarm_services.acts.one(act, doing, by=call.actor)
    except AlarmRefused as error:
        raise left_alone(error) from error


def left_alone(error: AlarmRefused) -> ProblemError:
    """Nothing was done to the alarm, and why."""
    return ProblemError(409, "alarm-refused", "The alarm was left as it is.", error.said)


def _act(name: str, summary: str, handler: Handler, level: Level = Level.OPERATE, body: object = Nothing) -> Route:
    return Route(
        method="POST",
        path=f"/alarms/{{alarm_id}}/{name}",
        access=level,
        summary=summary,
        handler=handler,
        body=body,
        answer=Alarm,
        problems=(404, 409),
    )


ROUTES = (
    Route(
        method="GET",
        path="/alarms",
        access=Level.VIEW,
        summary="Standing alarms.",
        handler=alarms,
        query=AlarmQuery,
        answer=AlarmPage,
    ),
    Route(
        method="GET",
        path="/alarms/{alarm_id}",
        access=Level.VIEW,
        summary="One alarm.",
        handler=alarm,
        answer=Alarm,
        problems=(404,),
    ),
    _act("acknowledge", "Acknowledge one occurrence.", acknowledge, body=AcknowledgeRequest),
    _act("unacknowledge", "Take an acknowledgement back.", unacknowledge),
    _act("reset", "Reset a latched alarm.", reset),
    _act("shelve", "Shelve until a time, with a reason.", shelve, body=ShelveRequest),
    _act("unshelve", "Unshelve.", unshelve),
    _act("out-of-service", "Take out of service.", take_out_of_service, Level.MANAGE, OutOfServiceRequest),
    _act("return-to-service", "Return to service.", return_to_service, Level.MANAGE),
)
