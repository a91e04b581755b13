"""Alarms: the list, and the five different acts on them (ISA-18.2)."""

from collections.abc import Awaitable
from typing import Any

import msgspec

from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, needs, not_found
from backend.api.route import Call, Handler, Nothing, Route
from backend.services.alarm_desk import AlarmRefused
from contract.alarms import Alarm, Priority
from contract.api import AcknowledgeRequest, AlarmPage, ReasonRequest, ShelveRequest
from contract.rights import Level


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
    found = sorted(
        (
            alarm
            for alarm in call.parts.alarms.standing()
            if (query.class_ is None or alarm.class_ == query.class_)
            and (query.commune is None or alarm.commune == query.commune)
            and (query.priority is None or alarm.priority == query.priority)
            and (query.is_active is None or alarm.is_active == query.is_active)
            and _may(call, Level.VIEW, alarm)
        ),
        key=lambda alarm: alarm.id,
    )
    rest = [alarm for alarm in found if alarm.id > after]
    page = tuple(rest[:limit])
    return AlarmPage(items=page, next=str(page[-1].id) if len(rest) > limit else None, total=len(found))


async def alarm(call: Call[Nothing, Nothing]) -> Alarm:
    """One alarm."""
    return _alarm(call, Level.VIEW)


async def acknowledge(call: Call[Nothing, AcknowledgeRequest]) -> Alarm:
    """For one occurrence; a stale one is refused, and the present alarm stays unacknowledged."""
    found = _alarm(call, Level.OPERATE)
    desk = call.parts.alarms
    return await _tell(desk.acknowledge(found.id, call.body.occurrence, by=call.actor, comment=call.body.comment))


async def unacknowledge(call: Call[Nothing, Nothing]) -> Alarm:
    """Takes an acknowledgement back: it is annunciated anew."""
    return await _tell(call.parts.alarms.unacknowledge(_alarm(call, Level.OPERATE).id, by=call.actor))


async def reset(call: Call[Nothing, Nothing]) -> Alarm:
    """A latched, acknowledged alarm may go."""
    return await _tell(call.parts.alarms.reset(_alarm(call, Level.OPERATE).id, by=call.actor))


async def shelve(call: Call[Nothing, ShelveRequest]) -> Alarm:
    """Out of sight until a time, with a reason."""
    found, body = _alarm(call, Level.OPERATE), call.body
    return await _tell(
        call.parts.alarms.shelve(
            found.id, until=body.until, reason=body.reason, is_one_shot=body.is_one_shot, by=call.actor
        )
    )


async def unshelve(call: Call[Nothing, Nothing]) -> Alarm:
    """Back in sight."""
    return await _tell(call.parts.alarms.unshelve(_alarm(call, Level.OPERATE).id, by=call.actor))


async def take_out_of_service(call: Call[Nothing, ReasonRequest]) -> Alarm:
    """For maintenance, with its reason."""
    found = _alarm(call, Level.MANAGE)
    return await _tell(call.parts.alarms.take_out_of_service(found.id, reason=call.body.reason, by=call.actor))


async def return_to_service(call: Call[Nothing, Nothing]) -> Alarm:
    """Maintenance is over."""
    return await _tell(call.parts.alarms.return_to_service(_alarm(call, Level.MANAGE).id, by=call.actor))


def _may(call: Call[Any, Any], level: Level, alarm: Alarm) -> bool:
    asset = call.parts.register.get(alarm.asset_id)
    return asset is not None and call.sight.may(level, asset)


def _alarm(call: Call[Any, Any], level: Level) -> Alarm:
    found = call.parts.alarms.get(call.path_number("alarm_id"))
    if found is None or not _may(call, Level.VIEW, found):
        raise not_found("alarm")
    if not _may(call, level, found):
        raise needs(level, found.asset_code)
    return found


async def _tell(act: Awaitable[Alarm]) -> Alarm:
    try:
        return await act
    except AlarmRefused as error:
        raise ProblemError(409, "alarm-refused", "The alarm was left as it is.", error.said) from error


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
    _act("out-of-service", "Take out of service.", take_out_of_service, Level.MANAGE, ReasonRequest),
    _act("return-to-service", "Return to service.", return_to_service, Level.MANAGE),
)
