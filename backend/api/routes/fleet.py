"""Vehicles: what they do, who is nearest, and, to those who operate them and journaled, where they were."""

import datetime as dt

import msgspec

from backend.api.problems import ProblemError, bad_request
from backend.api.route import Call, Nothing, Route
from backend.domain.fleet import thinned
from backend.domain.ground import is_place
from backend.services.fleet.fleet import MOST_NEAREST
from backend.services.fleet.joined import NoAccess
from backend.services.fleet.positions import LONGEST_SPAN
from contract.fleet import DeviceAccess, Trail, VehicleStates
from contract.rights import Level

MOST_POINTS = 5_000


class NearestQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in degrees. `offline`: also those whose place may be old."""

    lon: float
    lat: float
    count: int = 5
    offline: bool = False


class TrailQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At most 24 hours; thinned evenly to `limit`."""

    since: dt.datetime
    until: dt.datetime
    limit: int = 1_000


async def vehicles(call: Call[Nothing, Nothing]) -> VehicleStates:
    """Those that one may see."""
    return VehicleStates(items=tuple(call.parts.fleet.fleet.vehicles(call.sight.may_see)))


async def nearest(call: Call[NearestQuery, Nothing]) -> VehicleStates:
    """Straight over the ground, not along streets."""
    query = call.query
    if not is_place(query.lon, query.lat):
        raise bad_request("lon and lat must be degrees.")
    if not 1 <= query.count <= MOST_NEAREST:
        raise bad_request(f"count must be between 1 and {MOST_NEAREST}.")
    found = await call.parts.fleet.fleet.nearest(
        query.lon, query.lat, may_see=call.sight.may_see, count=query.count, with_offline=query.offline
    )
    return VehicleStates(items=tuple(found))


async def trail(call: Call[TrailQuery, Nothing]) -> Trail:
    """Who asked for which hours of which vehicle stands in the journal before anything is told."""
    query = call.query
    asset = call.asset(call.path_number("asset_id"), Level.OPERATE)
    if query.since.tzinfo is None or query.until.tzinfo is None:
        raise bad_request("since and until need a time zone.")
    if not dt.timedelta(0) < query.until - query.since <= LONGEST_SPAN:
        raise bad_request("until must be after since, by 24 hours at most.")
    if not 1 <= query.limit <= MOST_POINTS:
        raise bad_request(f"limit must be between 1 and {MOST_POINTS}.")
    fleet = call.parts.fleet
    asked: dict[str, object] = {"since": query.since.isoformat(), "until": query.until.isoformat()}
    await fleet.looked_up(asset.id, call.actor, asked)
    points = await fleet.positions.trail(asset.id, query.since, query.until)
    shown = tuple(thinned(points, query.limit))
    return Trail(asset_id=asset.id, points=shown, kept_days=fleet.positions.kept_days, total=len(points))


async def access(call: Call[Nothing, Nothing]) -> DeviceAccess:
    """Shown to who configures the vehicle; that it was shown is in the journal."""
    asset = call.asset(call.path_number("asset_id"), Level.CONFIGURE)
    try:
        return await call.parts.fleet.access(asset.id, call.actor)
    except NoAccess as error:
        raise ProblemError(409, "no-access", str(error), "Set up the vehicle's connection first.") from error


ROUTES = (
    Route(
        method="GET",
        path="/fleet",
        access=Level.VIEW,
        summary="What each vehicle does and where it is.",
        handler=vehicles,
        answer=VehicleStates,
    ),
    Route(
        method="GET",
        path="/fleet/nearest",
        access=Level.VIEW,
        summary="The vehicles nearest to a place, straight over the ground.",
        handler=nearest,
        query=NearestQuery,
        answer=VehicleStates,
    ),
    Route(
        method="GET",
        path="/fleet/{asset_id}/trail",
        access=Level.OPERATE,
        summary="Where a vehicle was; who asked is in the journal.",
        handler=trail,
        query=TrailQuery,
        answer=Trail,
    ),
    Route(
        method="GET",
        path="/fleet/{asset_id}/access",
        access=Level.CONFIGURE,
        summary="What the phone of a vehicle is given to report.",
        handler=access,
        answer=DeviceAccess,
        problems=(409,),
    ),
)
