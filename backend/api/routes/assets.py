"""The register: lists, details, history, trends."""

import datetime as dt
import math

import msgspec

from backend.api.checks import checked_time
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import bad_request
from backend.api.route import Call, Nothing, Route
from contract.api import AssetDetail, AssetPage, Trend
from contract.asset_editing import AssetFilter
from contract.assets import Asset
from contract.rights import Level

LONGEST_TREND = dt.timedelta(days=31)
MOST_SAMPLES = 2000
MOST_TEXT = 200


class AssetQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters of a list; `bbox` is lon_min,lat_min,lon_max,lat_max."""

    class_: str | None = msgspec.field(name="class", default=None)
    commune: str | None = None
    bbox: str | None = None
    text: str | None = None
    cursor: str | None = None
    limit: int = 100


class TrendQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which point, between which UTC times; the last 24 hours where not said."""

    point: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def parse_bbox(text: str | None) -> tuple[float, float, float, float] | None:
    """Four finite degrees in order. Raises a problem."""
    if text is None:
        return None
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != 4 or not all(math.isfinite(value) for value in values):
        raise bad_request("bbox must be four numbers: lon_min,lat_min,lon_max,lat_max.")
    west, south, east, north = values
    if west > east or south > north:
        raise bad_request("bbox must be lon_min,lat_min,lon_max,lat_max, the smaller first.")
    return west, south, east, north


async def assets(call: Call[AssetQuery, Nothing]) -> AssetPage:
    """Assets one may see, by id."""
    query = call.query
    if query.text is not None and len(query.text) > MOST_TEXT:
        raise bad_request(f"text may have at most {MOST_TEXT} characters.")
    wanted = AssetFilter(class_=query.class_, commune=query.commune, bbox=parse_bbox(query.bbox), text=query.text)
    items, after, total = await call.parts.register.search(
        wanted, may_see=call.sight.may_see, after=number_cursor(query.cursor), limit=page_limit(query.limit)
    )
    return AssetPage(items=tuple(items), next=None if after is None else str(after), total=total)


async def asset(call: Call[Nothing, Nothing]) -> AssetDetail:
    """All that a card shows first."""
    parts = call.parts
    found = call.asset(call.path_number("asset_id"), Level.VIEW)
    return AssetDetail(
        asset=found,
        points=parts.live.points_of(found.id),
        claims=tuple(parts.claims.of_asset(found.id)),
        alarms=tuple(parts.alarms.of_asset(found.id)),
        history=tuple(await parts.register.history(found.id)),
        supply_children_count=len(_children(call, found.id)),
    )


async def supply_children(call: Call[Nothing, Nothing]) -> AssetPage:
    """What hangs on this asset's supply."""
    items = _children(call, call.asset(call.path_number("asset_id"), Level.VIEW).id)
    return AssetPage(items=items, next=None, total=len(items))


async def trend(call: Call[TrendQuery, Nothing]) -> Trend:
    """Kept readings of one point, thinned to 2,000."""
    found = call.asset(call.path_number("asset_id"), Level.VIEW)
    query = call.query
    until = call.parts.clock.now() if query.until is None else checked_time(query.until)
    since = until - dt.timedelta(hours=24) if query.since is None else checked_time(query.since)
    if not dt.timedelta(0) <= until - since <= LONGEST_TREND:
        raise bad_request("since must come before until, by at most 31 days.")
    samples = await call.parts.storage.readings(found.id, call.query.point, since, until, MOST_SAMPLES)
    return Trend(asset_id=found.id, point=call.query.point, samples=tuple(samples))


def _children(call: Call[Nothing, Nothing], asset_id: int) -> tuple[Asset, ...]:
    """What an asset feeds, as far as one may see it."""
    register = call.parts.register
    children = [register.get(child) for child in register.supply_children(asset_id)]
    return tuple(child for child in children if child is not None and call.sight.may_see(child))


ROUTES = (
    Route(
        method="GET",
        path="/assets",
        access=Level.VIEW,
        summary="Assets by class, commune, place and text.",
        handler=assets,
        query=AssetQuery,
        answer=AssetPage,
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}",
        access=Level.VIEW,
        summary="One asset with its points, claims, alarms and history.",
        handler=asset,
        answer=AssetDetail,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}/supplied",
        access=Level.VIEW,
        summary="What an asset feeds.",
        handler=supply_children,
        answer=AssetPage,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}/trend",
        access=Level.VIEW,
        summary="Kept readings of one point.",
        handler=trend,
        query=TrendQuery,
        answer=Trend,
        problems=(404,),
    ),
)
