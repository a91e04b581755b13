"""The register changed by hand: create, change, move, retire, many at once; what was done, and the way back."""

import datetime as dt
from typing import Any, Final

import msgspec

from backend.api.paging import page_limit
from backend.api.problems import ProblemError, forbidden, not_found
from backend.api.refusals import Refusals
from backend.api.route import Access, Call, Nothing, Route
from backend.services.editing.changes import MOST_TOLD, Edit, difference
from backend.services.editing.joined import AssetWork
from backend.services.refusals import EditConflict, EditRefused
from contract.api import CommuneList
from contract.asset_editing import (
    AssetEdit,
    BulkEdit,
    BulkReport,
    EditDone,
    EditList,
    EditSummary,
    NewAsset,
    UndoEdits,
)
from contract.assets import Commune
from contract.commune_dates import CommuneAt, CommuneDates, communes_at
from contract.rights import Level

LARGEST_REQUEST_BYTES: Final = 4 * 1024 * 1024
_RIGHTS: Final = frozenset({"edit_may_not", "edit_may_not_there"})
_UNKNOWN: Final = frozenset({"edit_no_asset", "edit_no_change"})


class BulkQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seal` is that of the preview: without it, nothing is done."""

    seal: str = ""


class EditsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which asset, by whom; all where not said."""

    asset_id: int | None = None
    by: str | None = None
    limit: int = 50


class DayQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which day; today where not said."""

    date: dt.date | None = None


async def create(call: Call[Nothing, NewAsset]) -> EditDone:
    """An asset that nobody has imported."""
    with _REFUSALS:
        asset, edit = await _work(call).create(call.body, by=call.actor, may=call.sight.may)
    return EditDone(asset=asset, edit=_told(call, edit))


async def change(call: Call[Nothing, AssetEdit]) -> EditDone:
    """Its fields, its place, its status."""
    found = call.asset(call.path_number("asset_id"), Level.MANAGE)
    with _REFUSALS:
        asset, edit = await _work(call).change(found.id, call.body, by=call.actor, may=call.sight.may)
    return EditDone(asset=asset, edit=_told(call, edit))


async def bulk(call: Call[BulkQuery, BulkEdit]) -> BulkReport:
    """Say what would change; with its seal, do it."""
    with _REFUSALS:
        report, edit = await _work(call).bulk(call.body, by=call.actor, may=call.sight.may, seal=call.query.seal)
    return msgspec.structs.replace(report, edit=edit and _told(call, edit))


async def edits(call: Call[EditsQuery, Nothing]) -> EditList:
    """The last changes of what one may see."""
    query, limit = call.query, page_limit(call.query.limit)
    if query.asset_id is not None:
        call.asset(query.asset_id, Level.VIEW)
    found: list[EditSummary] = []
    for edit in _work(call).edits.newest_first():
        if (query.by is None or edit.by == query.by) and (query.asset_id is None or edit.concerns(query.asset_id)):
            told = _told(call, edit)
            if told.assets or query.asset_id is not None:
                found.append(told)
        if len(found) == limit:
            break
    return EditList(items=tuple(found))


async def undo(call: Call[Nothing, UndoEdits]) -> EditSummary:
    """All of them or none; refused where something of it was changed since."""
    with _REFUSALS:
        edit = await _work(call).undo(call.body.edits, by=call.actor, may=call.sight.may, reason=call.body.reason)
    return _told(call, edit)


async def commune_of(call: Call[DayQuery, Nothing]) -> CommuneAt:
    """The commune of an asset on a day: communes merge, the ground stays."""
    asset = call.asset(call.path_number("asset_id"), Level.VIEW)
    return _work(call).communes.of_asset(asset, call.query.date or call.parts.clock.now().date())


async def communes_on(call: Call[DayQuery, Nothing]) -> CommuneList:
    """What is a commune on a day, without outlines."""
    day = call.query.date or call.parts.clock.now().date()
    known = {commune.code: commune for commune in call.parts.register.communes()}
    items = tuple(msgspec.structs.replace(one, outline=()) for one in communes_at(known, day))
    return CommuneList(items=items, next=None, total=len(items))


async def set_commune_dates(call: Call[Nothing, CommuneDates]) -> Commune:
    """Its dates, what it merged into, its name."""
    with _REFUSALS:
        return await _work(call).communes.set_dates(call.path_text("code"), call.body, by=call.actor)


def _work(call: Call[Any, Any]) -> AssetWork:
    return call.parts.asset_work


def _told(call: Call[Any, Any], edit: Edit) -> EditSummary:
    """As far as the asker may see it: assets of others do not stand in it, nor in its count."""
    register, sight = call.parts.register, call.sight
    found = [(asset, one) for one in edit.first if (asset := register.get(one.asset_id)) is not None]
    seen = [(asset, one) for asset, one in found if sight.may_see(asset)]
    hidden_count = len(edit.first) - len(seen)
    return EditSummary(
        id=edit.id,
        at=edit.at,
        by=edit.by,
        kind=edit.kind,
        reason=edit.reason,
        asset_count=_seen_count(call, edit) if edit.asset_count > MOST_TOLD else edit.asset_count - hidden_count,
        assets=tuple(difference(asset, one) for asset, one in seen),
        undone_by=edit.undone_by,
        undoes=edit.undoes,
        can_undo=not edit.undone_by and not hidden_count and all(sight.may(Level.MANAGE, asset) for asset, _ in found),
    )


def _seen_count(call: Call[Any, Any], edit: Edit) -> int:
    get, may_see = call.parts.register.get, call.sight.may_see
    ids = (int.from_bytes(edit.asset_ids[at : at + 4], "little") for at in range(0, len(edit.asset_ids), 4))
    return sum((asset := get(id_)) is not None and may_see(asset) for id_ in ids)


def _refused(error: EditRefused) -> ProblemError:
    if error.said.code in _UNKNOWN:
        return not_found("change" if error.said.code == "edit_no_change" else "asset")
    if error.said.code in _RIGHTS:
        return forbidden(error.said)
    if isinstance(error, EditConflict):
        return ProblemError(409, "asset-changed", "Nothing was changed.", error.said)
    return ProblemError(422, "edit-refused", "Nothing was changed.", error.said)


_REFUSALS: Final = Refusals(EditRefused, _refused)


ROUTES = (
    Route(
        method="POST",
        path="/assets",
        access=Level.MANAGE,
        summary="Create an asset.",
        handler=create,
        body=NewAsset,
        answer=EditDone,
        problems=(404, 409, 422),
    ),
    Route(
        method="POST",
        path="/assets/bulk",
        access=Level.MANAGE,
        summary="Look at the same change of many assets; with the seal of what was shown, make it.",
        handler=bulk,
        query=BulkQuery,
        body=BulkEdit,
        answer=BulkReport,
        problems=(404, 409, 422),
        max_body_bytes=LARGEST_REQUEST_BYTES,
    ),
    Route(
        method="GET",
        path="/assets/edits",
        access=Level.VIEW,
        summary="The last changes by hand.",
        handler=edits,
        query=EditsQuery,
        answer=EditList,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/assets/edits/undo",
        access=Level.MANAGE,
        summary="Take changes back, all or none.",
        handler=undo,
        body=UndoEdits,
        answer=EditSummary,
        problems=(404, 409, 422),
    ),
    Route(
        method="POST",
        path="/assets/{asset_id}/edits",
        access=Level.MANAGE,
        summary="Change fields of an asset, move it, retire it.",
        handler=change,
        body=AssetEdit,
        answer=EditDone,
        problems=(404, 409, 422),
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}/commune",
        access=Level.VIEW,
        summary="To which commune an asset belongs on a day.",
        handler=commune_of,
        query=DayQuery,
        answer=CommuneAt,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/communes/on-day",
        access=Access.SESSION,
        summary="What is a commune on a day.",
        handler=communes_on,
        query=DayQuery,
        answer=CommuneList,
    ),
    Route(
        method="POST",
        path="/communes/{code}/dates",
        access=Level.CONFIGURE,
        summary="Set the dates of a commune, and what it merged into.",
        handler=set_commune_dates,
        body=CommuneDates,
        answer=Commune,
        problems=(422,),
        is_city_wide=True,
    ),
)
