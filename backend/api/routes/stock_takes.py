"""Stock-takes: campaigns by zone, marked by hand or by scanning labels."""

import csv
import io
from typing import Any, Final

import msgspec
from aiohttp import web

from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, forbidden, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.services.export_files.harmless import harmless
from backend.services.refusals import StockTakeRefused
from backend.services.stock_takes.campaign import Campaign
from backend.services.stock_takes.desk import StockTakes
from contract.rights import Level
from contract.stock_take import (
    MarkRequest,
    ScanAnswer,
    ScanRequest,
    StockLines,
    StockMark,
    StockTake,
    StockTakeList,
    StockTakeRequest,
)

_MARKS_BYTES: Final = 256 * 1024


class LinesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which assets of the campaign; all of them where not said."""

    mark: StockMark | None = None
    cursor: str | None = None
    limit: int = 100


async def stock_takes(call: Call[Nothing, Nothing]) -> StockTakeList:
    """Those of which one may see something."""
    told = (_told(call, one) for one in _desk(call).all())
    return StockTakeList(items=tuple(take for take in told if take.asset_count))


async def open_one(call: Call[Nothing, StockTakeRequest]) -> StockTake:
    """With the assets that stand in the zone now."""
    with _REFUSALS:
        return _told(call, await _desk(call).open(call.body, by=call.actor, may=call.sight.may))


async def one(call: Call[Nothing, Nothing]) -> StockTake:
    """How far it is."""
    return _told(call, _campaign(call))


async def lines(call: Call[LinesQuery, Nothing]) -> StockLines:
    """By street, then code."""
    query = call.query
    start, limit = number_cursor(query.cursor) or 0, page_limit(query.limit)
    found = _campaign(call).lines(call.parts.register, call.sight.may_see, query.mark)
    following = str(start + limit) if start + limit < len(found) else None
    return StockLines(items=tuple(found[start : start + limit]), next=following, total=len(found))


async def report(call: Call[Nothing, Nothing]) -> web.Response:
    """The result as CSV, for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("class", "code", "name", "street", "result", "extra", "by", "at", "note"))
    for line in _campaign(call).lines(call.parts.register, call.sight.may_see, None):
        at = "" if line.at is None else line.at.isoformat()
        extra = "extra" if line.is_extra else ""
        cells = (line.class_, line.code, line.name, line.street, line.mark.value, extra, line.by, at, line.note)
        writer.writerow([harmless(cell) for cell in cells])
    headers = {"Content-Disposition": 'attachment; filename="stock_take.csv"', "X-Content-Type-Options": "nosniff"}
    return web.Response(body=out.getvalue().encode("utf-8-sig"), content_type="text/csv", headers=headers)


async def mark(call: Call[Nothing, MarkRequest]) -> StockTake:
    """All of them or none."""
    with _REFUSALS:
        take_id = _campaign(call).head.id
        return _told(call, await _desk(call).mark(take_id, call.body, by=call.actor, may=call.sight.may))


async def scan(call: Call[Nothing, ScanRequest]) -> ScanAnswer:
    """A label that was scanned, or a code that was written."""
    with _REFUSALS:
        take_id = _campaign(call).head.id
        campaign, asset = await _desk(call).scan(take_id, call.body, by=call.actor, may=call.sight.may)
    return ScanAnswer(take=_told(call, campaign), line=None if asset is None else campaign.line(asset))


async def close(call: Call[Nothing, Nothing]) -> StockTake:
    """No more marks."""
    with _REFUSALS:
        take_id = _campaign(call).head.id
        return _told(call, await _desk(call).finish(take_id, by=call.actor, may=call.sight.may))


async def delete(call: Call[Nothing, Nothing]) -> None:
    """One that is closed; the journal remembers it."""
    with _REFUSALS:
        await _desk(call).delete(_campaign(call).head.id, by=call.actor, may=call.sight.may)


def _desk(call: Call[Any, Any]) -> StockTakes:
    return call.parts.asset_work.stock_takes


def _campaign(call: Call[Any, Any]) -> Campaign:
    """One of which the asker may see something. Raises a problem."""
    with _REFUSALS:
        campaign = _desk(call).get(call.path_text("take_id"))
    if not _told(call, campaign).asset_count:
        raise not_found("stock-take")
    return campaign


def _told(call: Call[Any, Any], campaign: Campaign) -> StockTake:
    return campaign.told(call.parts.register, call.sight.may_see)


def _refused(error: StockTakeRefused) -> ProblemError:
    if error.said.code == "stock_none":
        return not_found("stock-take")
    if error.said.code == "stock_may_not":
        return forbidden(error.said)
    if error.said.code in {"stock_closed", "stock_open"}:
        return ProblemError(409, "stock-take-refused", "Nothing was changed.", error.said)
    return ProblemError(422, "stock-take-refused", "Nothing was changed.", error.said)


_REFUSALS: Final = Refusals(StockTakeRefused, _refused)


ROUTES = (
    Route(
        method="GET",
        path="/stock-takes",
        access=Level.VIEW,
        summary="All stock-takes.",
        handler=stock_takes,
        answer=StockTakeList,
    ),
    Route(
        method="POST",
        path="/stock-takes",
        access=Level.OPERATE,
        summary="Open a stock-take of a zone.",
        handler=open_one,
        body=StockTakeRequest,
        answer=StockTake,
        problems=(422,),
        max_body_bytes=_MARKS_BYTES * 4,
    ),
    Route(
        method="GET",
        path="/stock-takes/{take_id}",
        access=Level.VIEW,
        summary="How far a stock-take is.",
        handler=one,
        answer=StockTake,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/stock-takes/{take_id}/lines",
        access=Level.VIEW,
        summary="The assets of a stock-take, and what was seen of them.",
        handler=lines,
        query=LinesQuery,
        answer=StockLines,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/stock-takes/{take_id}/report",
        access=Level.VIEW,
        summary="The result of a stock-take as CSV.",
        handler=report,
        answer=bytes,
        answer_type="text/csv",
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/stock-takes/{take_id}/marks",
        access=Level.OPERATE,
        summary="Say what was seen of assets.",
        handler=mark,
        body=MarkRequest,
        answer=StockTake,
        problems=(404, 409, 422),
        max_body_bytes=_MARKS_BYTES,
    ),
    Route(
        method="POST",
        path="/stock-takes/{take_id}/scans",
        access=Level.OPERATE,
        summary="A code was scanned or written.",
        handler=scan,
        body=ScanRequest,
        answer=ScanAnswer,
        problems=(404, 409, 422),
    ),
    Route(
        method="POST",
        path="/stock-takes/{take_id}/close",
        access=Level.OPERATE,
        summary="Close a stock-take.",
        handler=close,
        answer=StockTake,
        problems=(404, 409),
    ),
    Route(
        method="DELETE",
        path="/stock-takes/{take_id}",
        access=Level.OPERATE,
        summary="Delete a stock-take that is closed.",
        handler=delete,
        answer=None,
        problems=(404, 409),
    ),
)
