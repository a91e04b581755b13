"""Cameras: which are near, and a ticket to watch one. The viewing is entered in the register first."""

import msgspec

from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Call, Nothing, Route
from backend.domain.ground import is_place
from backend.services.viewings import ViewingRefused
from contract.api import NearbyCameras, ViewRequest, ViewTicket
from contract.rights import Level

MOST_NEARBY = 16


class NearQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in degrees, and how many cameras."""

    lon: float
    lat: float
    count: int = 4


async def near(call: Call[NearQuery, Nothing]) -> NearbyCameras:
    """Nearest first; those that stream and see the place before the others."""
    query = call.query
    if not is_place(query.lon, query.lat):
        raise bad_request("lon and lat must be degrees.")
    if not 1 <= query.count <= MOST_NEARBY:
        raise bad_request(f"count must be between 1 and {MOST_NEARBY}.")
    items = tuple(
        call.parts.register.nearest_cameras(
            query.lon,
            query.lat,
            may_see=call.sight.may_see,
            streams=call.parts.viewings.streams,
            count=query.count,
            is_ptz=call.parts.looking.is_ptz,
        )
    )
    return NearbyCameras(items=items, next=None, total=len(items))


async def view(call: Call[Nothing, ViewRequest]) -> ViewTicket:
    """An RTSP address for one viewing."""
    found = call.asset(call.path_number("camera_id"), Level.VIEW)
    if found.class_ != "camera":
        raise not_found("camera")
    try:
        return await call.parts.viewings.view(found.id, call.body, by=call.actor, session=call.session.id)
    except ViewingRefused as error:
        raise ProblemError(409, "no-picture", "There is no picture to show.", error.said) from error


ROUTES = (
    Route(
        method="GET",
        path="/cameras/near",
        access=Level.VIEW,
        summary="Cameras near a place.",
        handler=near,
        query=NearQuery,
        answer=NearbyCameras,
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/view",
        access=Level.VIEW,
        summary="Watch a camera live; the register of viewings is written.",
        handler=view,
        body=ViewRequest,
        answer=ViewTicket,
        problems=(404, 409),
    ),
)
