"""Why one watches, what is covered for everybody, and lifting that for a while."""

from backend.api.checks import checked_text, checked_uuid
from backend.api.problems import ProblemError
from backend.api.route import Call, Nothing, Route
from backend.api.routes.cameras import asked_camera
from backend.services.approvals import ApprovalRefused
from backend.services.refusals import ViewingRefused
from backend.services.viewing.masks import MasksStale
from contract.footage import PurposeRequest, ViewingPurpose
from contract.masks import LiftRequest, MaskChange, MaskLift, MaskSheet
from contract.rights import Level


async def purpose(call: Call[Nothing, Nothing]) -> ViewingPurpose:
    """What this login watches for."""
    return call.parts.viewing.purposes.of(call.session.id)


async def say_purpose(call: Call[Nothing, PurposeRequest]) -> ViewingPurpose:
    """Good for the rest of the shift, or until it is said anew."""
    try:
        return await call.parts.viewing.purposes.say(call.body, by=call.actor, session=call.session.id)
    except ViewingRefused as error:
        raise ProblemError(400, "bad-purpose", "The reason was not taken.", error.said) from error


async def masks(call: Call[Nothing, Nothing]) -> MaskSheet:
    """What is covered, and whether the caller has lifted it."""
    found = asked_camera(call, Level.VIEW)
    viewing = call.parts.viewing
    return viewing.masks.seen_by(found.id, viewing.lifts.of(found.id, call.session.id))


async def change_masks(call: Call[Nothing, MaskChange]) -> MaskSheet:
    """Uncovering anything takes a second person."""
    found = asked_camera(call, Level.CONFIGURE)
    checked_text("reason", call.body.reason)
    viewing = call.parts.viewing
    try:
        changed = await viewing.masks.change(found, call.body, by=call.session.user)
    except ApprovalRefused as error:
        raise _second_person(error) from error
    except MasksStale as error:
        raise ProblemError(409, "masks-stale", "The masks were left as they are.", error.said) from error
    except ViewingRefused as error:
        raise ProblemError(400, "bad-masks", "The masks were left as they are.", error.said) from error
    return viewing.masks.seen_by(changed.camera_id, viewing.lifts.of(found.id, call.session.id))


async def lift(call: Call[Nothing, LiftRequest]) -> MaskLift:
    """For this login alone; it comes back by itself."""
    found = asked_camera(call, Level.VIEW)
    checked_text("reason", call.body.reason)
    if call.body.approval_id:
        checked_uuid(call.body.approval_id)
    try:
        return await call.parts.viewing.lifts.lift(found, call.body, by=call.session.user, session=call.session.id)
    except ApprovalRefused as error:
        raise _second_person(error) from error
    except ViewingRefused as error:
        is_unsaid = not call.body.reason.strip()
        code, title = ("purpose-needed", "Say first why you watch.") if is_unsaid else _NOT_LIFTED
        raise ProblemError(409, code, title, error.said) from error


async def give_up_lift(call: Call[Nothing, Nothing]) -> None:
    """The masks come back now."""
    found = asked_camera(call, Level.VIEW)
    try:
        await call.parts.viewing.lifts.give_up(found, by=call.actor, session=call.session.id)
    except ViewingRefused as error:
        raise ProblemError(409, *_NOT_LIFTED, error.said) from error


def _second_person(error: ApprovalRefused) -> ProblemError:
    return ProblemError(409, "approval-refused", "It takes a second person.", error.said)


_NOT_LIFTED = ("not-lifted", "The masks are not lifted.")

ROUTES = (
    Route(
        method="GET",
        path="/viewing-purpose",
        access=Level.VIEW,
        summary="Why this login watches.",
        handler=purpose,
        answer=ViewingPurpose,
    ),
    Route(
        method="PUT",
        path="/viewing-purpose",
        access=Level.VIEW,
        summary="Say why you watch; it is entered with every viewing.",
        handler=say_purpose,
        body=PurposeRequest,
        answer=ViewingPurpose,
    ),
    Route(
        method="GET",
        path="/cameras/{camera_id}/masks",
        access=Level.VIEW,
        summary="The privacy masks of a camera.",
        handler=masks,
        answer=MaskSheet,
        problems=(404,),
    ),
    Route(
        method="PUT",
        path="/cameras/{camera_id}/masks",
        access=Level.CONFIGURE,
        summary="Draw the privacy masks of a camera.",
        handler=change_masks,
        body=MaskChange,
        answer=MaskSheet,
        problems=(404, 409),
        max_body_bytes=256 * 1024,
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/masks/lift",
        access=Level.VIEW,
        summary="See a camera without its masks for a while, under two persons.",
        handler=lift,
        body=LiftRequest,
        answer=MaskLift,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="DELETE",
        path="/cameras/{camera_id}/masks/lift",
        access=Level.VIEW,
        summary="Give up a lift early.",
        handler=give_up_lift,
        answer=None,
        status=204,
        problems=(404, 409),
    ),
)
