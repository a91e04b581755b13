"""What is recorded: timelines, which cameras near a place have a moment, and bookmarks."""

import datetime as dt
from typing import Any

import msgspec

from backend.api.checks import checked_time
from backend.api.problems import ProblemError, bad_request, forbidden, not_found
from backend.api.route import Call, Nothing, Route
from backend.domain.ground import is_place
from backend.services.footage.timeline import MOST_NEARBY
from backend.services.refusals import FootageRefused
from backend.services.said import say
from contract.assets import Asset
from contract.footage import Bookmark, BookmarkList, BookmarkRequest, CameraFootage, NearbyFootage
from contract.rights import Level


class PeriodQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times are UTC ISO 8601 with their zone."""

    since: dt.datetime
    until: dt.datetime


class MomentQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in degrees, a moment, and how many cameras."""

    lon: float
    lat: float
    at: dt.datetime
    count: int = 8


async def footage(call: Call[PeriodQuery, Nothing]) -> CameraFootage:
    """The timeline of one camera; no picture leaves with it."""
    camera = _camera(call, Level.VIEW)
    since, until = checked_time(call.query.since), checked_time(call.query.until)
    try:
        return await call.parts.footage.timeline.of(camera, since, until, may_see=call.sight.may_see)
    except FootageRefused as error:
        raise ProblemError(409, "footage-refused", "The recordings are not listed.", error.said) from error


async def nearest(call: Call[MomentQuery, Nothing]) -> NearbyFootage:
    """From an alarm to that moment on the nearest cameras."""
    query = call.query
    if not is_place(query.lon, query.lat):
        raise bad_request("lon and lat must be degrees.")
    if not 1 <= query.count <= MOST_NEARBY:
        raise bad_request(f"count must be between 1 and {MOST_NEARBY}.")
    return await call.parts.footage.timeline.near(
        query.lon, query.lat, checked_time(query.at), may_see=call.sight.may_see, count=query.count
    )


async def bookmarks(call: Call[Nothing, Nothing]) -> BookmarkList:
    """Of one camera, oldest first."""
    items = tuple(call.parts.footage.bookmarks.of(_camera(call, Level.VIEW).id))
    return BookmarkList(items=items, total=len(items))


async def bookmark(call: Call[Nothing, BookmarkRequest]) -> Bookmark:
    """Mark a moment for everybody who sees the camera."""
    camera = _camera(call, Level.OPERATE)
    until = None if call.body.until is None else checked_time(call.body.until)
    request = msgspec.structs.replace(call.body, at=checked_time(call.body.at), until=until)
    try:
        return await call.parts.footage.bookmarks.make(camera, request, by=call.actor)
    except FootageRefused as error:
        raise ProblemError(409, "bookmark-refused", "Nothing was marked.", error.said) from error


async def remove_bookmark(call: Call[Nothing, Nothing]) -> None:
    """One's own; another's only by who manages the camera."""
    kept = call.parts.footage.bookmarks
    found = kept.get(call.path_text("bookmark_id"))
    camera = None if found is None else call.parts.register.get(found.camera_id)
    if found is None or camera is None or not call.sight.may_see(camera):
        raise not_found("bookmark")
    if found.made_by != call.actor and not call.sight.may(Level.MANAGE, camera):
        raise forbidden(say("bookmark_not_yours", who=found.made_by, asset=camera.code).text)
    await kept.remove(found, by=call.actor)


def _camera(call: Call[Any, Any], level: Level) -> Asset:
    found = call.asset(call.path_number("camera_id"), level)
    if found.class_ != "camera":
        raise not_found("camera")
    return found


ROUTES = (
    Route(
        method="GET",
        path="/cameras/{camera_id}/footage",
        access=Level.VIEW,
        summary="The timeline of a camera: recordings, gaps and marks.",
        handler=footage,
        query=PeriodQuery,
        answer=CameraFootage,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/footage/nearest",
        access=Level.VIEW,
        summary="Which cameras near a place have a moment.",
        handler=nearest,
        query=MomentQuery,
        answer=NearbyFootage,
    ),
    Route(
        method="GET",
        path="/cameras/{camera_id}/bookmarks",
        access=Level.VIEW,
        summary="Moments of a camera that somebody marked.",
        handler=bookmarks,
        answer=BookmarkList,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/bookmarks",
        access=Level.OPERATE,
        summary="Mark a moment of a camera.",
        handler=bookmark,
        body=BookmarkRequest,
        answer=Bookmark,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="DELETE",
        path="/bookmarks/{bookmark_id}",
        access=Level.OPERATE,
        summary="Remove a bookmark.",
        handler=remove_bookmark,
        answer=None,
        problems=(404,),
    ),
)
