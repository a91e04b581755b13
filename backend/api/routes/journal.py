"""The journal by time, asset, actor and kind."""

import datetime as dt

import msgspec

from backend.api.checks import checked_time
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import bad_request, forbidden
from backend.api.route import Call, Nothing, Route
from backend.ports import JournalQuery
from contract.api import JournalPage
from contract.journal import EntryKind, JournalEntry
from contract.rights import Level

_SCAN = 1000
_MOST_SCANNED = 10 * _SCAN  # of one request: who sees little of a large city asks on with the cursor
_FOR_MANAGERS = frozenset({EntryKind.VIEWING, EntryKind.SEAL, EntryKind.NOTICE})
_FOR_OPERATORS = frozenset({EntryKind.NOTE})


class JournalListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters; times are UTC ISO 8601 with their zone; `kinds` are separated by commas."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    asset_id: int | None = None
    actor: str | None = None
    kinds: str | None = None
    cursor: str | None = None
    limit: int = 100


async def journal(call: Call[JournalListQuery, Nothing]) -> JournalPage:
    """Newest first. Of one asset: who sees it. Of all one's assets: who operates. All of it: who manages everything."""
    query = call.query
    wanted = JournalQuery(
        since=None if query.since is None else checked_time(query.since),
        until=None if query.until is None else checked_time(query.until),
        asset_id=query.asset_id,
        actor=query.actor,
        kinds=_kinds(query.kinds),
        before=number_cursor(query.cursor),
        limit=page_limit(query.limit),
    )
    if query.asset_id is not None:
        found = call.asset(query.asset_id, Level.VIEW)
        if not call.sight.may(Level.MANAGE, found):
            kept = _FOR_MANAGERS if call.sight.may(Level.OPERATE, found) else _FOR_MANAGERS | _FOR_OPERATORS
            wanted = msgspec.structs.replace(wanted, kinds=_without(kept, wanted.kinds))
    elif not call.sight.has_somewhere(Level.OPERATE):
        raise forbidden("Without asset_id the journal is for those who operate; name one asset.")
    if query.asset_id is not None or call.sight.has_everywhere(Level.MANAGE):
        items = tuple(await call.parts.storage.journal(wanted))
        total = await call.parts.storage.journal_count(wanted)
        return JournalPage(items=items, next=_next(items, wanted.limit), total=total)
    return await _page_in_scope(call, wanted)


async def _page_in_scope(call: Call[JournalListQuery, Nothing], wanted: JournalQuery) -> JournalPage:
    """Who does not manage everything reads what concerns the assets he operates; `total` counts this page only."""
    kept: list[JournalEntry] = []
    before, scanned_count = wanted.before, 0
    while scanned_count < _MOST_SCANNED:
        scanned = await call.parts.storage.journal(msgspec.structs.replace(wanted, before=before, limit=_SCAN))
        for entry in scanned:
            asset = None if entry.asset_id is None else call.parts.register.get(entry.asset_id)
            level = Level.MANAGE if entry.kind in _FOR_MANAGERS else Level.OPERATE
            if asset is not None and call.sight.may(level, asset):
                kept.append(entry)
                if len(kept) == wanted.limit:
                    return JournalPage(items=tuple(kept), next=str(entry.seq), total=len(kept))
        if len(scanned) < _SCAN:
            return JournalPage(items=tuple(kept), next=None, total=len(kept))
        before = scanned[-1].seq
        scanned_count += len(scanned)
    return JournalPage(items=tuple(kept), next=str(before), total=len(kept))


def _without(kept: frozenset[EntryKind], kinds: tuple[EntryKind, ...] | None) -> tuple[EntryKind, ...]:
    """Who watched or sealed what, and who was called at night, is for those who answer for it; notes, for operators."""
    return tuple(kind for kind in kinds or EntryKind if kind not in kept)


def _next(items: tuple[JournalEntry, ...], limit: int) -> str | None:
    return str(items[-1].seq) if len(items) == limit else None


def _kinds(text: str | None) -> tuple[EntryKind, ...] | None:
    if text is None:
        return None
    try:
        return tuple(EntryKind(part) for part in text.split(","))
    except ValueError as error:
        raise bad_request(f"kinds: {error}.") from error


ROUTES = (
    Route(
        method="GET",
        path="/journal",
        access=Level.VIEW,
        summary="Journal entries, newest first.",
        handler=journal,
        query=JournalListQuery,
        answer=JournalPage,
        problems=(404,),
    ),
)
