"""Who is told of alarms: rules, contacts and rosters, channels with a test, the log of messages."""

import datetime as dt
from typing import Any, Final

import msgspec

from backend.api.checks import checked_time
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.ports import JournalQuery
from backend.services.alarms.routing.carriers.carrier import Result
from backend.services.alarms.routing.routing import AlarmRouting
from backend.services.refusals import RoutingRefused
from contract.alarm_routing import (
    Channel,
    ChannelList,
    ChannelSecret,
    ChannelSettings,
    Contacts,
    Notice,
    NoticeKind,
    NoticePage,
    OnCall,
    Outcome,
    RoutingPlan,
    TestMessage,
    TestOutcome,
)
from contract.journal import EntryKind, JournalEntry
from contract.rights import Level

MOST_DAYS: Final = 62
LARGEST_BYTES: Final = 1024 * 1024
_SCAN: Final = 1000
_MOST_SCANS: Final = 20


class PeriodQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times are UTC ISO 8601 with their zone; without them: the next seven days."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None


class LogQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one alarm, of one contact, by one channel; newest first."""

    alarm_id: int | None = None
    contact: str | None = None
    channel: str | None = None
    cursor: str | None = None
    limit: int = 100


async def on_call(call: Call[PeriodQuery, Nothing]) -> OnCall:
    """Names, and no addresses."""
    now = call.parts.clock.now()
    since = now if call.query.since is None else checked_time(call.query.since)
    until = since + dt.timedelta(days=7) if call.query.until is None else checked_time(call.query.until)
    if not dt.timedelta(0) < until - since <= dt.timedelta(days=MOST_DAYS):
        raise bad_request(f"until lies after since, {MOST_DAYS} days at most.")
    return _routing(call).on_call(since, until)


async def plan(call: Call[Nothing, Nothing]) -> RoutingPlan:
    """Rules in order, the last resort, times to respond."""
    return _routing(call).book.plan


async def save_plan(call: Call[Nothing, RoutingPlan]) -> RoutingPlan:
    """The whole plan, as changed from its present version."""
    with _REFUSALS:
        return await _routing(call).book.save_plan(call.body, by=call.actor)


async def people(call: Call[Nothing, Nothing]) -> Contacts:
    """Contacts with their addresses, and rosters."""
    return _routing(call).book.people


async def save_people(call: Call[Nothing, Contacts]) -> Contacts:
    """All contacts and rosters, as changed from their present version."""
    with _REFUSALS:
        saved = await _routing(call).book.save_people(call.body, by=call.actor)
    await _routing(call).call_out.ensure()
    _routing(call).rosters_changed()
    return saved


async def channels(call: Call[Nothing, Nothing]) -> ChannelList:
    """How each fares, and whether it has a secret."""
    items = tuple(_routing(call).channels())
    return ChannelList(items=items, total=len(items))


async def save_channel(call: Call[Nothing, ChannelSettings]) -> Channel:
    """Add or replace; the kind of a channel stays."""
    if call.body.id != call.path_text("channel_id"):
        raise bad_request("The id in the body is the one in the path.")
    with _REFUSALS:
        return await _routing(call).save_channel(call.body, by=call.actor)


async def remove_channel(call: Call[Nothing, Nothing]) -> None:
    """Its secret goes with it."""
    found = _channel(call)
    with _REFUSALS:
        await _routing(call).remove_channel(found.id, by=call.actor)


async def save_secret(call: Call[Nothing, ChannelSecret]) -> Channel:
    """Goes to the vault and is never told again."""
    found = _channel(call)
    with _REFUSALS:
        return await _routing(call).save_secret(found, call.body.secret, by=call.actor)


async def test(call: Call[Nothing, TestMessage]) -> TestOutcome:
    """One try, at once; what became of it is in the log too."""
    found = _channel(call)
    with _REFUSALS:
        tried = await _routing(call).test(found, call.body.to, call.body.language, by=call.actor)
    outcomes = {Result.DELIVERED: Outcome.DELIVERED, Result.REFUSED: Outcome.REFUSED}
    return TestOutcome(
        outcome=outcomes.get(tried.result, Outcome.FAILED),
        detail=tried.detail.text,
        detail_code=tried.detail.code,
        detail_args=dict(tried.detail.args),
    )


async def log(call: Call[LogQuery, Nothing]) -> NoticePage:
    """What concerns assets that one manages; what concerns no asset: who manages everything."""
    limit, before = page_limit(call.query.limit), number_cursor(call.query.cursor)
    items: list[Notice] = []
    for _ in range(_MOST_SCANS):
        query = JournalQuery(kinds=(EntryKind.NOTICE,), before=before, limit=_SCAN)
        scanned = await call.parts.storage.journal(query)
        for entry in scanned:
            before = entry.seq
            if _is_asked_for(call.query, entry) and _may_read(call, entry):
                items.append(_notice(entry))
                if len(items) == limit:
                    return NoticePage(items=tuple(items), next=before)
        if len(scanned) < _SCAN:
            return NoticePage(items=tuple(items), next=None)
    return NoticePage(items=tuple(items), next=before)


def _is_asked_for(query: LogQuery, entry: JournalEntry) -> bool:
    wanted = {"alarm": query.alarm_id, "contact": query.contact, "channel": query.channel}
    return all(value is None or entry.payload.get(name) == value for name, value in wanted.items())


def _may_read(call: Call[Any, Any], entry: JournalEntry) -> bool:
    if entry.asset_id is None:
        return call.sight.has_everywhere(Level.MANAGE)
    asset = call.parts.register.get(entry.asset_id)
    return asset is not None and call.sight.may(Level.MANAGE, asset)


def _notice(entry: JournalEntry) -> Notice:
    payload = entry.payload
    alarm, level, tries = payload.get("alarm"), payload.get("level"), payload.get("tries")
    args = payload.get("detail_args")
    return Notice(
        seq=entry.seq,
        at=entry.at,
        outcome=Outcome(str(payload["outcome"])),
        kind=NoticeKind(str(payload["notice"])),
        message_id=str(payload.get("message", "")),
        alarm_id=alarm if isinstance(alarm, int) else None,
        asset_id=entry.asset_id,
        level=level if isinstance(level, int) else 0,
        contact=str(payload.get("contact", "")),
        channel=str(payload.get("channel", "")),
        tries=tries if isinstance(tries, int) else 0,
        detail=str(payload.get("detail", "")),
        detail_code=str(payload.get("detail_code", "")),
        detail_args=msgspec.convert(args, dict[str, str]) if isinstance(args, dict) else {},
    )


def _routing(call: Call[Any, Any]) -> AlarmRouting:
    return call.parts.alarm_services.routing


def _channel(call: Call[Any, Any]) -> ChannelSettings:
    found = _routing(call).book.channels.get(call.path_text("channel_id"))
    if found is None:
        raise not_found("channel")
    return found


def _refused(error: RoutingRefused) -> ProblemError:
    return ProblemError(409, "routing-refused", "Nothing was changed or sent.", error.said)


_REFUSALS: Final = Refusals(RoutingRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/alarm-routing/on-call",
        access=Level.OPERATE,
        summary="Who is on call, roster by roster.",
        handler=on_call,
        query=PeriodQuery,
        answer=OnCall,
    ),
    Route(
        method="GET",
        path="/alarm-routing/plan",
        access=Level.MANAGE,
        summary="Rules of who is told of an alarm that nobody acknowledges.",
        handler=plan,
        answer=RoutingPlan,
    ),
    Route(
        method="PUT",
        path="/alarm-routing/plan",
        access=Level.CONFIGURE,
        summary="Change the rules.",
        handler=save_plan,
        body=RoutingPlan,
        answer=RoutingPlan,
        problems=(409,),
        max_body_bytes=LARGEST_BYTES,
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/alarm-routing/people",
        access=Level.MANAGE,
        summary="Contacts and rosters.",
        handler=people,
        answer=Contacts,
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/alarm-routing/people",
        access=Level.MANAGE,
        summary="Change contacts and rosters.",
        handler=save_people,
        body=Contacts,
        answer=Contacts,
        problems=(409,),
        max_body_bytes=LARGEST_BYTES,
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/alarm-routing/channels",
        access=Level.MANAGE,
        summary="Ways to reach people, and how they fare.",
        handler=channels,
        answer=ChannelList,
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/alarm-routing/channels/{channel_id}",
        access=Level.CONFIGURE,
        summary="Add or change a channel.",
        handler=save_channel,
        body=ChannelSettings,
        answer=Channel,
        problems=(409,),
        max_body_bytes=256 * 1024,
        is_city_wide=True,
    ),
    Route(
        method="DELETE",
        path="/alarm-routing/channels/{channel_id}",
        access=Level.CONFIGURE,
        summary="Remove a channel.",
        handler=remove_channel,
        answer=None,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path="/alarm-routing/channels/{channel_id}/secret",
        access=Level.CONFIGURE,
        summary="Keep a channel's password or key.",
        handler=save_secret,
        body=ChannelSecret,
        answer=Channel,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/alarm-routing/channels/{channel_id}/test",
        access=Level.CONFIGURE,
        summary="Send a test message.",
        handler=test,
        body=TestMessage,
        answer=TestOutcome,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/alarm-routing/log",
        access=Level.MANAGE,
        summary="Messages and what became of them, newest first.",
        handler=log,
        query=LogQuery,
        answer=NoticePage,
    ),
)
