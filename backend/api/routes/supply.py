"""What feeds what: the tree, what it lacks, changes and their undoing, files, links learned from past failures."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.services.refusals import SupplyConflict, SupplyRefused
from backend.services.supply.editing import Change
from backend.services.supply.supply import Supply
from contract.api import AssetPage
from contract.assets import Asset, FeedKind
from contract.rights import Level
from contract.supply import (
    ChangedLink,
    FeedChange,
    FeedChanges,
    FeedRequest,
    Learning,
    LearnRequest,
    MissingFeeders,
    ProposalAnswer,
    ProposalPick,
    SupplyImport,
    SupplyPage,
)

LARGEST_FILE_BYTES: Final = 16 * 1024 * 1024
LARGEST_REQUEST_BYTES: Final = 4 * 1024 * 1024
_MOST_CHANGES: Final = 50
_MOST_LINKS: Final = 50


class TreeQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tree, below which asset; its tops where none is said."""

    kind: FeedKind = FeedKind.POWER
    parent: int | None = None
    cursor: str | None = None
    limit: int = 100


class MissingQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which class, and which feeder is not known."""

    class_: str | None = msgspec.field(name="class", default=None)
    kind: FeedKind = FeedKind.POWER
    cursor: str | None = None
    limit: int = 100


class FileQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seal` is that of the preview: without it, nothing is done."""

    name: str = ""
    seal: str = ""


async def tree(call: Call[TreeQuery, Nothing]) -> SupplyPage:
    """What hangs on an asset, or the tops of the tree."""
    query = call.query
    if query.parent is not None:
        call.asset(query.parent, Level.VIEW)
    start, limit = number_cursor(query.cursor) or 0, page_limit(query.limit)
    nodes, total = await _supply(call).tree.children(
        query.kind, query.parent, may_see=call.sight.may_see, start=start, limit=limit
    )
    return SupplyPage(items=tuple(nodes), next=_next(start, limit, total), total=total)


async def missing(call: Call[Nothing, Nothing]) -> MissingFeeders:
    """Counts by class."""
    return MissingFeeders(classes=tuple(_supply(call).tree.missing(may_see=call.sight.may_see)))


async def missing_assets(call: Call[MissingQuery, Nothing]) -> AssetPage:
    """The assets themselves."""
    query = call.query
    found = _supply(call).tree.without_feeder(query.class_, query.kind, may_see=call.sight.may_see)
    start, limit = number_cursor(query.cursor) or 0, page_limit(query.limit)
    page = tuple(found[start : start + limit])
    return AssetPage(items=page, next=_next(start, limit, len(found)), total=len(found))


async def set_feeders(call: Call[Nothing, FeedRequest]) -> FeedChange:
    """All links or none."""
    body = call.body
    for link in body.links:
        _touched(call, link.asset_id, link.feeder)
    with _REFUSALS:
        change = await _supply(call).editor.set_feeders(body.links, by=call.actor, reason=body.reason)
    return _told(call, change)


async def changes(call: Call[Nothing, Nothing]) -> FeedChanges:
    """The last changes of what one may see."""
    told = (_told(call, change) for change in _supply(call).editor.changes())
    seen = [change for change in told if change.links]
    return FeedChanges(items=tuple(seen[:_MOST_CHANGES]))


async def undo(call: Call[Nothing, Nothing]) -> FeedChange:
    """The inverse of a change, as a change of its own."""
    editor = _supply(call).editor
    with _REFUSALS:
        change = editor.change(call.path_text("change_id"))
        for link in change.links:
            _touched(call, link.asset_id, link.before)
        return _told(call, await editor.undo(change.id, by=call.actor))


async def import_file(call: Call[FileQuery, bytes]) -> SupplyImport:
    """Say what a file would do; with its seal, do it."""
    query, sight = call.query, call.sight
    with _REFUSALS:
        taken = await _supply(call).files.run(call.body, query.name, may=sight.may, by=call.actor, seal=query.seal)
    return msgspec.structs.replace(taken.report, change=taken.change and _told(call, taken.change))


async def learning(call: Call[Nothing, Nothing]) -> Learning:
    """How far the search is, and what it proposes."""
    return _supply(call).learning.told(may=call.sight.may)


async def learn(call: Call[Nothing, LearnRequest]) -> Learning:
    """Begin a search."""
    with _REFUSALS:
        _supply(call).learning.begin(call.body.days, by=call.actor)
    return _supply(call).learning.told(may=call.sight.may)


async def stop_learning(call: Call[Nothing, Nothing]) -> Learning:
    """Search no further."""
    _supply(call).learning.cancel()
    return _supply(call).learning.told(may=call.sight.may)


async def confirm(call: Call[Nothing, ProposalAnswer]) -> FeedChange:
    """A person confirms: the links are made."""
    _check_picks(call, call.body.picks)
    with _REFUSALS:
        change = await _supply(call).learning.confirm(call.body.picks, by=call.actor, reason=call.body.reason)
    return _told(call, change)


async def reject(call: Call[Nothing, ProposalAnswer]) -> Learning:
    """A person rejects: never proposed again."""
    _check_picks(call, call.body.picks)
    with _REFUSALS:
        await _supply(call).learning.reject(call.body.picks, by=call.actor, reason=call.body.reason)
    return _supply(call).learning.told(may=call.sight.may)


def _supply(call: Call[Any, Any]) -> Supply:
    return call.parts.alarm_services.supply


def _touched(call: Call[Any, Any], *asset_ids: int | None) -> None:
    """One must manage everything a change touches. Raises a problem."""
    for asset_id in asset_ids:
        if asset_id is not None:
            call.asset(asset_id, Level.MANAGE)


def _check_picks(call: Call[Any, Any], picks: Iterable[ProposalPick]) -> None:
    for pick in picks:
        _touched(call, pick.asset_id, pick.feeder)


def _told(call: Call[Any, Any], change: Change) -> FeedChange:
    register, may_see = call.parts.register, call.sight.may_see
    links = [link for link in change.links if (asset := register.get(link.asset_id)) is not None and may_see(asset)]
    return FeedChange(
        id=change.id,
        at=change.at,
        by=change.by,
        source=change.source,
        reason=change.reason,
        link_count=len(links),
        links=tuple(
            ChangedLink(
                asset_id=link.asset_id,
                code=_code(register.get, may_see, link.asset_id),
                kind=link.kind,
                before=_seen(register.get, may_see, link.before),
                after=_seen(register.get, may_see, link.after),
                before_code=_code(register.get, may_see, link.before),
                after_code=_code(register.get, may_see, link.after),
            )
            for link in links[:_MOST_LINKS]
        ),
        undone_by=change.undone_by,
        undoes=change.undoes,
    )


def _seen(get: Callable[[int], Asset | None], may_see: Callable[[Asset], bool], asset_id: int | None) -> int | None:
    return asset_id if _code(get, may_see, asset_id) else None


def _code(get: Callable[[int], Asset | None], may_see: Callable[[Asset], bool], asset_id: int | None) -> str:
    asset = None if asset_id is None else get(asset_id)
    return asset.code if asset is not None and may_see(asset) else ""


def _next(start: int, limit: int, total: int) -> str | None:
    return str(start + limit) if start + limit < total else None


def _refused(error: SupplyRefused) -> ProblemError:
    if error.said.code == "supply_no_change":
        return not_found("change")
    if isinstance(error, SupplyConflict):
        return ProblemError(409, "supply-changed", "Nothing was changed.", error.said)
    return ProblemError(422, "supply-refused", "Nothing was changed.", error.said)


_REFUSALS: Final = Refusals(SupplyRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/supply/tree",
        access=Level.VIEW,
        summary="What feeds what, one level at a time.",
        handler=tree,
        query=TreeQuery,
        answer=SupplyPage,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/supply/missing",
        access=Level.VIEW,
        summary="How many assets have no feeder that is known, by class.",
        handler=missing,
        answer=MissingFeeders,
    ),
    Route(
        method="GET",
        path="/supply/missing/assets",
        access=Level.VIEW,
        summary="Assets without a known feeder.",
        handler=missing_assets,
        query=MissingQuery,
        answer=AssetPage,
    ),
    Route(
        method="POST",
        path="/supply/feeders",
        access=Level.MANAGE,
        summary="Give assets their feeders.",
        handler=set_feeders,
        body=FeedRequest,
        answer=FeedChange,
        problems=(404, 409, 422),
        max_body_bytes=LARGEST_REQUEST_BYTES,
    ),
    Route(
        method="GET",
        path="/supply/changes",
        access=Level.VIEW,
        summary="The last changes of feeders.",
        handler=changes,
        answer=FeedChanges,
    ),
    Route(
        method="POST",
        path="/supply/changes/{change_id}/undo",
        access=Level.MANAGE,
        summary="Take a change of feeders back.",
        handler=undo,
        answer=FeedChange,
        problems=(404, 409, 422),
    ),
    Route(
        method="POST",
        path="/supply/imports",
        access=Level.MANAGE,
        summary="Look at a CSV file of feeders; with the seal of what was shown, take it.",
        handler=import_file,
        query=FileQuery,
        answer=SupplyImport,
        problems=(409, 422),
        max_body_bytes=LARGEST_FILE_BYTES,
        takes_bytes=True,
    ),
    Route(
        method="GET",
        path="/supply/learning",
        access=Level.MANAGE,
        summary="Links that past failures suggest.",
        handler=learning,
        answer=Learning,
    ),
    Route(
        method="POST",
        path="/supply/learning",
        access=Level.MANAGE,
        summary="Search the journal for links.",
        handler=learn,
        body=LearnRequest,
        answer=Learning,
        problems=(422,),
    ),
    Route(
        method="DELETE",
        path="/supply/learning",
        access=Level.MANAGE,
        summary="Stop the search for links.",
        handler=stop_learning,
        answer=Learning,
    ),
    Route(
        method="POST",
        path="/supply/proposals/confirm",
        access=Level.MANAGE,
        summary="Make links that were proposed.",
        handler=confirm,
        body=ProposalAnswer,
        answer=FeedChange,
        problems=(404, 409, 422),
        max_body_bytes=LARGEST_REQUEST_BYTES,
    ),
    Route(
        method="POST",
        path="/supply/proposals/reject",
        access=Level.MANAGE,
        summary="Never propose these links again.",
        handler=reject,
        body=ProposalAnswer,
        answer=Learning,
        problems=(404, 409, 422),
        max_body_bytes=LARGEST_REQUEST_BYTES,
    ),
)
