"""The past of the map: what can be replayed, and its frames, for the topics one may follow live."""

import datetime as dt
from typing import Any

import msgspec
from aiohttp import web

from backend.api.checks import checked_time
from backend.api.problems import ProblemError, bad_request
from backend.api.route import Call, Nothing, Route
from backend.domain.rights_place import RightsPlace
from backend.services.replay import ReplayBusy
from contract.replay import (
    LONGEST_STEP_S,
    MOST_STEPS,
    ReplayAlarmAnswer,
    ReplayFrames,
    ReplaySpan,
)
from contract.rights import Level

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class FramesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which frames. `step_s` gathers the changes of that many seconds into one batch."""

    since: dt.datetime
    until: dt.datetime
    step_s: int = 1


class AlarmQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which moment; `is_back`: towards the past."""

    at: dt.datetime
    is_back: bool = False


async def span(call: Call[Nothing, Nothing]) -> ReplaySpan:
    """From when to when, where nothing is known, and when alarms came."""
    return await call.parts.replay.span(_places(call))


async def frames(call: Call[FramesQuery, Nothing]) -> web.Response:
    """The map from one moment to another. That somebody looks into the past is entered in the journal first."""
    query = call.query
    since, until = _ms(checked_time(query.since)), _ms(checked_time(query.until))
    if not 1 <= query.step_s <= LONGEST_STEP_S:
        raise bad_request(f"step_s must be between 1 and {LONGEST_STEP_S}.")
    if until < since:
        raise bad_request("until must not be before since.")
    longest_s = MOST_STEPS * query.step_s
    if until - since > longest_s * 1000:
        raise bad_request(f"At {query.step_s} s a step, at most {longest_s} s can be asked for at once.")
    places = _places(call)
    try:
        content = await call.parts.replay.frames(
            since, until, query.step_s, places, by=call.actor, session=call.session.id
        )
    except ReplayBusy as error:
        raise ProblemError(503, "busy", "Too many replay at once.", "Try again in some seconds.") from error
    sight_now = call.sight_now()
    if not all(sight_now.may_follow(place) for place in places):
        raise ProblemError(409, "rights-changed", "Your rights have changed meanwhile.", "Ask again.")
    return web.Response(body=content, content_type="application/msgpack", headers={"Cache-Control": "no-store"})


async def alarm(call: Call[AlarmQuery, Nothing]) -> ReplayAlarmAnswer:
    """The next alarm after a moment, or the last before it."""
    at_ms = _ms(checked_time(call.query.at))
    found = await call.parts.replay.alarm_from(at_ms, _places(call), is_back=call.query.is_back)
    return ReplayAlarmAnswer(alarm=found)


def _places(call: Call[Any, Any]) -> list[RightsPlace]:
    """The topics one may follow live, now: rights of today hold for the past."""
    return [place for place in call.parts.register.places() if call.sight.may_follow(place)]


def _ms(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(milliseconds=1)


ROUTES = (
    Route(
        method="GET",
        path="/replay/span",
        access=Level.OPERATE,
        summary="What can be replayed, its gaps, and how many alarms came in each minute.",
        handler=span,
        answer=ReplaySpan,
    ),
    Route(
        method="GET",
        path="/replay/frames",
        access=Level.OPERATE,
        summary="The map from one moment to another; entered in the journal.",
        handler=frames,
        query=FramesQuery,
        problems=(409,),
        answer=ReplayFrames,
        answer_type="application/msgpack",
    ),
    Route(
        method="GET",
        path="/replay/alarm",
        access=Level.OPERATE,
        summary="The next alarm after a moment, or the last before it.",
        handler=alarm,
        query=AlarmQuery,
        answer=ReplayAlarmAnswer,
    ),
)
