"""Cameras: which are near, and pictures of them. Each viewing is entered in the register first."""

from collections.abc import Awaitable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from backend.api.checks import checked_line, checked_text, checked_time
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Call, Nothing, Route
from backend.domain.ground import is_place
from backend.services.refusals import LeaseRefused, ViewingRefused
from backend.services.viewing.gate import PurposeNeeded, Viewer
from contract.api import NearbyCameras, ViewRequest, ViewTicket
from contract.assets import Asset
from contract.footage import FootageRequest, FootageTicket, StillRequest
from contract.leases import Lease, LeaseRequest
from contract.rights import Level

MOST_NEARBY = 16
Given = TypeVar("Given")


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
            streams=call.parts.viewing.streams.streams,
            count=query.count,
            is_ptz=call.parts.looking.is_ptz,
        )
    )
    return NearbyCameras(items=items, next=None, total=len(items))


async def view(call: Call[Nothing, ViewRequest]) -> ViewTicket:
    """An RTSP address for one viewing."""
    found = asked_camera(call, Level.VIEW)
    checked_text("reason", checked_line("reason", call.body.reason))
    return await picture(call.parts.viewing.live.view(found.id, call.body, _viewer(call)))


async def footage(call: Call[Nothing, FootageRequest]) -> FootageTicket:
    """A ticket for one period of recordings."""
    found = asked_camera(call, Level.VIEW)
    period = FootageRequest(since=checked_time(call.body.since), until=checked_time(call.body.until))
    return await picture(call.parts.viewing.footage.view(found.id, period, _viewer(call)))


async def still(call: Call[Nothing, StillRequest]) -> web.Response:
    """A JPEG; when it was taken stands in the header."""
    found = asked_camera(call, Level.VIEW)
    at = None if call.body.at is None else checked_time(call.body.at)
    request = msgspec.structs.replace(call.body, at=at)
    content, taken = await picture(call.parts.viewing.stills.take(found.id, request, _viewer(call)))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if taken.taken_at is not None:
        headers["X-Taken-At"] = taken.taken_at.isoformat()
    return web.Response(body=content, content_type="image/jpeg", headers=headers)


async def lease(call: Call[Nothing, Nothing]) -> Lease:
    """Who moves this camera now."""
    return call.parts.leases.of(asked_camera(call, Level.VIEW).id, call.actor)


async def change_lease(call: Call[Nothing, LeaseRequest]) -> Lease:
    """Take, renew, release, or take over."""
    found = asked_camera(call, Level.OPERATE)
    try:
        return await call.parts.leases.act(found, call.body.act, by=call.session.user, session=call.session.id)
    except LeaseRefused as error:
        raise ProblemError(409, "head-held", "The camera is not yours to move.", error.said) from error


def asked_camera(call: Call[Any, Any], level: Level) -> Asset:
    """The camera of the path, at which one has `level`. Raises a problem."""
    found = call.asset(call.path_number("camera_id"), level)
    if found.class_ != "camera":
        raise not_found("camera")
    return found


async def picture(given: Awaitable[Given]) -> Given:
    """What a door gives. Raises a problem when it gives nothing."""
    try:
        return await given
    except PurposeNeeded as error:
        raise ProblemError(409, "purpose-needed", "Say first why you watch.", error.said) from error
    except ViewingRefused as error:
        raise ProblemError(409, "no-picture", "There is no picture to show.", error.said) from error


def _viewer(call: Call[Any, Any]) -> Viewer:
    return Viewer(user=call.actor, session=call.session.id)


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
    Route(
        method="POST",
        path="/cameras/{camera_id}/footage/view",
        access=Level.VIEW,
        summary="Watch recordings of a camera; the register of viewings is written.",
        handler=footage,
        body=FootageRequest,
        answer=FootageTicket,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/still",
        access=Level.VIEW,
        summary="One picture as JPEG, now or recorded; the register of viewings is written.",
        handler=still,
        body=StillRequest,
        answer=bytes,
        answer_type="image/jpeg",
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/cameras/{camera_id}/lease",
        access=Level.VIEW,
        summary="Who moves a camera's head.",
        handler=lease,
        answer=Lease,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/lease",
        access=Level.OPERATE,
        summary="Take, renew, release or take over a camera's head.",
        handler=change_lease,
        body=LeaseRequest,
        answer=Lease,
        problems=(404, 409),
    ),
)
