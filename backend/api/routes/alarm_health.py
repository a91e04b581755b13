"""Alarm health: figures of a seat, its bad actors, what could be done about them, and doing it with a second person."""

import datetime as dt
from typing import Any

import msgspec

from backend.api.checks import LONGEST_WORD
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request, forbidden, needs, not_found
from backend.api.route import Call, Nothing, Route
from backend.api.routes.alarms import ALARM_DIGITS
from backend.domain.alarms.health_days import day_of
from backend.services.alarms.health.figures import LONGEST_PERIOD_DAYS
from backend.services.alarms.health.remedies import RemedyRefused
from backend.services.alarms.health.seats import CITY
from backend.services.approvals import ApprovalRefused
from backend.services.refusals import AlarmRefused, RuleRefused
from contract.alarm_health import (
    BadActors,
    HealthAnswer,
    HealthSeats,
    Proposals,
    RemediesApplied,
    RemedyApplied,
    RemedyRequest,
)
from contract.rights import Level


class HealthQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which seat (None: one's own) and which days, both included (None: today)."""

    seat: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a list."""

    cursor: str | None = None
    limit: int = 100


async def seats(call: Call[Nothing, Nothing]) -> HealthSeats:
    """Whoever manages the city sees all seats, others their own."""
    found = call.parts.alarm_services.health.seats(call.session.user)
    may_all = _sees_all(call)
    items = tuple(seat for seat in found if may_all or seat.is_own)
    return HealthSeats(items=items, total=len(items))


async def health(call: Call[HealthQuery, Nothing]) -> HealthAnswer:
    """Counted from the journal; where much of it is unread yet, `progress` says so."""
    since, until = _days(call)
    return await call.parts.alarm_services.health.answer(_seat(call), since, until)


async def bad_actors(call: Call[HealthQuery, Nothing]) -> BadActors:
    """The ten sources that came most often."""
    since, until = _days(call)
    return await call.parts.alarm_services.health.bad_actors(_seat(call), since, until, call.sight.may_see)


async def proposals(call: Call[HealthQuery, Nothing]) -> Proposals:
    """Tried on this alarm's own past in these days."""
    alarm_id = call.path_number("alarm_id", ALARM_DIGITS)
    key = await _source(call, alarm_id, Level.VIEW)
    since, until = _days(call)
    try:
        return await call.parts.alarm_services.remedies.proposals(alarm_id, key, since, until)
    except RemedyRefused as error:
        raise ProblemError(409, "remedy-refused", "Nothing can be proposed.", error.said) from error


async def apply(call: Call[Nothing, RemedyRequest]) -> RemedyApplied:
    """Done exactly as a second person approved it."""
    body = call.body
    remedies = call.parts.alarm_services.remedies
    key = await _source(call, body.alarm_id, Level.MANAGE)
    try:
        return await remedies.apply(key, body, by=call.session.user)
    except (RemedyRefused, RuleRefused) as error:
        raise ProblemError(409, "remedy-refused", "Nothing was changed.", error.said) from error
    except AlarmRefused as error:
        raise ProblemError(409, "alarm-refused", "The alarm was not shelved.", error.said) from error
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It takes a second person.", error.said) from error


async def applied(call: Call[PageQuery, Nothing]) -> RemediesApplied:
    """What was changed because of these figures, newest first."""
    limit, start = page_limit(call.query.limit), number_cursor(call.query.cursor) or 0
    found = await call.parts.alarm_services.remedies.applied(call.sight.may_see)
    following = str(start + limit) if start + limit < len(found) else None
    return RemediesApplied(items=tuple(found[start : start + limit]), next=following, total=len(found))


def _seat(call: Call[HealthQuery, Nothing]) -> str:
    asked, own = call.query.seat, call.session.user.role
    known = call.parts.alarm_services.health
    if asked is None:
        asked = CITY if _sees_all(call) else own
    if len(asked) > LONGEST_WORD:
        raise bad_request(f"A seat has at most {LONGEST_WORD} characters.")
    if not _sees_all(call) and (asked != own or not known.has_seat(own)):
        raise forbidden("The figures of other seats are for those who manage the whole city.")
    if not known.has_seat(asked):
        raise not_found("seat")
    return asked


def _sees_all(call: Call[Any, Any]) -> bool:
    return call.sight.has_everywhere(Level.MANAGE)


def _days(call: Call[HealthQuery, Nothing]) -> tuple[dt.date, dt.date]:
    today = day_of(call.parts.clock.now())
    until = call.query.until or today
    since = call.query.since or until
    if not dt.date(1970, 1, 2) <= since <= until <= dt.date(2200, 1, 1):
        raise bad_request("since and until are days, and since is not after until.")
    if (until - since).days >= LONGEST_PERIOD_DAYS:
        raise bad_request(f"At most {LONGEST_PERIOD_DAYS} days can be asked for at once.")
    return since, until


async def _source(call: Call[Any, Any], alarm_id: int, level: Level) -> tuple[int, str]:
    """(asset, kind) of an alarm that has come, on an asset on which the asker has this right."""
    found = await call.parts.alarm_services.health.source(alarm_id)
    asset = None if found is None else call.parts.register.get(found[0])
    if found is None or asset is None or not call.sight.may_see(asset):
        raise not_found("alarm")
    if not call.sight.may(level, asset):
        raise needs(level, asset.code)
    return found


ROUTES = (
    Route(
        method="GET",
        path="/alarm-health/seats",
        access=Level.VIEW,
        summary="Seats whose alarm figures one may see.",
        handler=seats,
        answer=HealthSeats,
    ),
    Route(
        method="GET",
        path="/alarm-health",
        access=Level.VIEW,
        summary="Alarm figures (EEMUA 191, ISA-18.2 clause 16) of a seat over some days, with their trend.",
        handler=health,
        query=HealthQuery,
        answer=HealthAnswer,
        problems=(403, 404),
    ),
    Route(
        method="GET",
        path="/alarm-health/bad-actors",
        access=Level.VIEW,
        summary="The ten sources of most alarms.",
        handler=bad_actors,
        query=HealthQuery,
        answer=BadActors,
        problems=(403, 404),
    ),
    Route(
        method="GET",
        path="/alarm-health/bad-actors/{alarm_id}",
        access=Level.VIEW,
        summary="What could be done about one source, tried on its own past.",
        handler=proposals,
        query=HealthQuery,
        answer=Proposals,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/alarm-health/remedies",
        access=Level.VIEW,
        summary="What was changed about bad actors.",
        handler=applied,
        query=PageQuery,
        answer=RemediesApplied,
    ),
    Route(
        method="POST",
        path="/alarm-health/remedies",
        access=Level.MANAGE,
        summary="Change what a second person agreed to change.",
        handler=apply,
        body=RemedyRequest,
        answer=RemedyApplied,
        status=201,
        problems=(404, 409),
    ),
)
