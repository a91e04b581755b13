"""The history of alarms, read from the journal."""

import datetime as dt

import msgspec

from backend.api.checks import checked_time
from backend.api.paging import number_cursor, page_limit
from backend.api.route import Call, Nothing, Route
from backend.ports import JournalQuery
from backend.services.alarms.history import happening
from backend.services.alarms.records import asset_of
from contract.alarm_work import AlarmHappening, AlarmHistoryPage
from contract.alarms import Priority
from contract.journal import EntryKind, JournalEntry
from contract.rights import Level

_SCAN = 1_000
_MOST_SCANS = 10  # a page looks through so many lines; `next` goes on from there


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; times are UTC ISO 8601 with their zone."""

    alarm_id: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    class_: str | None = msgspec.field(name="class", default=None)
    commune: str | None = None
    priority: Priority | None = None
    actor: str | None = None
    cursor: str | None = None
    limit: int = 200


async def history(call: Call[HistoryQuery, Nothing]) -> AlarmHistoryPage:
    """Newest first. Of one alarm: who sees it. Of all: where one operates."""
    query = call.query
    limit = page_limit(query.limit)
    before = number_cursor(query.cursor)
    level = Level.VIEW if query.alarm_id is not None else Level.OPERATE
    if query.alarm_id is not None and call.parts.register.get(asset_of(query.alarm_id)) is None:
        return AlarmHistoryPage(items=(), next=None)
    wanted = JournalQuery(
        since=None if query.since is None else checked_time(query.since),
        until=None if query.until is None else checked_time(query.until),
        asset_id=None if query.alarm_id is None else asset_of(query.alarm_id),
        actor=query.actor,
        kinds=(EntryKind.ALARM, EntryKind.ALARM_WORK),
        limit=_SCAN,
    )
    kept: list[AlarmHappening] = []
    for _ in range(_MOST_SCANS):
        scanned = await call.parts.storage.journal(msgspec.structs.replace(wanted, before=before))
        for entry in scanned:
            before = entry.seq
            line = _line(call, entry, level)
            if line is not None:
                kept.append(line)
                if len(kept) == limit:
                    return AlarmHistoryPage(items=tuple(kept), next=str(before))
        if len(scanned) < _SCAN:
            return AlarmHistoryPage(items=tuple(kept), next=None)
    return AlarmHistoryPage(items=tuple(kept), next=None if before is None else str(before))


def _line(call: Call[HistoryQuery, Nothing], entry: JournalEntry, level: Level) -> AlarmHappening | None:
    query = call.query
    asset = None if entry.asset_id is None else call.parts.register.get(entry.asset_id)
    if asset is None or not call.sight.may(level, asset):
        return None
    line = happening(entry, asset)
    if line is None:
        return None
    is_wanted = (
        (query.alarm_id is None or line.alarm_id == query.alarm_id)
        and (query.class_ is None or line.class_ == query.class_)
        and (query.commune is None or line.commune == query.commune)
        and (query.priority is None or line.priority == query.priority)
    )
    return line if is_wanted else None


ROUTES = (
    Route(
        method="GET",
        path="/alarm-history",
        access=Level.VIEW,
        summary="What happened to alarms, newest first.",
        handler=history,
        query=HistoryQuery,
        answer=AlarmHistoryPage,
    ),
)
