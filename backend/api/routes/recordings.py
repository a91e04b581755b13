"""How cameras are recorded: plans, how each recording fares, and the disk under it all."""

import bisect

import msgspec

from backend.api.checks import LONGEST_WORD, checked_line, checked_text
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError
from backend.api.route import Call, Nothing, Route
from backend.services.refusals import FootageRefused
from contract.footage import PlanChange, RecordingList
from contract.rights import Level


class RecordingQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one commune, or of all that one may see."""

    commune: str | None = None
    cursor: str | None = None
    limit: int = 1000


async def recordings(call: Call[RecordingQuery, Nothing]) -> RecordingList:
    """Cameras that are recorded or can be, by id."""
    limit, after = page_limit(call.query.limit), number_cursor(call.query.cursor)
    footage = call.parts.footage
    found = footage.cameras(call.sight.may_see)
    if call.query.commune is not None:
        found = [camera for camera in found if camera.commune == call.query.commune]
    start = 0 if after is None else bisect.bisect_right(found, after, key=lambda camera: camera.id)
    page = found[start : start + limit]
    following = str(page[-1].id) if page and start + limit < len(found) else None
    return footage.recordings(page, total=len(found), following=following)


async def plan(call: Call[Nothing, PlanChange]) -> RecordingList:
    """All cameras of the change are planned or none; the recorder follows within seconds."""
    checked_text("time_zone", checked_line("time_zone", call.body.plan.time_zone), LONGEST_WORD)
    cameras = [call.asset(camera_id, Level.CONFIGURE) for camera_id in dict.fromkeys(call.body.camera_ids)]
    try:
        await call.parts.footage.plans.change(call.body, by=call.actor)
    except FootageRefused as error:
        raise ProblemError(409, "plan-refused", "Nothing was planned.", error.said) from error
    return call.parts.footage.recordings(cameras, total=len(cameras))


ROUTES = (
    Route(
        method="GET",
        path="/recordings",
        access=Level.VIEW,
        summary="How cameras are recorded, and the disk under it.",
        handler=recordings,
        query=RecordingQuery,
        answer=RecordingList,
    ),
    Route(
        method="PUT",
        path="/recordings",
        access=Level.CONFIGURE,
        summary="Record these cameras so from now on.",
        handler=plan,
        body=PlanChange,
        answer=RecordingList,
        problems=(404, 409),
    ),
)
