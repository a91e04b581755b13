"""Claims: place, release, list, explain."""

import msgspec

from backend.api.problems import ProblemError, bad_request, forbidden, not_found
from backend.api.route import Call, Nothing, Route
from backend.services.approvals import ApprovalRefused
from backend.services.claim_book import ClaimRefused
from contract.api import ClaimOutcome, ClaimPage, ClaimRequest, ReasonRequest
from contract.claims import Claim, Explanation, Rank
from contract.rights import Level

MOST_ASSETS = 1000
PLACE_CLAIM = "place_claim"  # the act that an approval names
_LEVEL_OF_RANK = {
    Rank.OPERATOR: Level.OPERATE,
    Rank.INCIDENT_PLAN: Level.OPERATE,
    Rank.TWO_PERSON_MANUAL: Level.OPERATE,
}


class ClaimQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which asset."""

    asset_id: int


class ExplainQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which property."""

    property: str


async def claims(call: Call[ClaimQuery, Nothing]) -> ClaimPage:
    """All claims on one asset."""
    items = tuple(call.parts.claims.of_asset(call.asset(call.query.asset_id, Level.VIEW).id))
    return ClaimPage(items=items, next=None, total=len(items))


async def explain(call: Call[ExplainQuery, Nothing]) -> Explanation:
    """Why is it in this state?"""
    found = call.asset(call.path_number("asset_id"), Level.VIEW)
    points = call.parts.register.classes[found.class_].points
    if not any(point.name == call.query.property and point.is_controllable for point in points):
        raise bad_request(f"{found.code} has no controllable property of that name.")
    return call.parts.claims.explain(found.id, call.query.property)


async def place(call: Call[Nothing, ClaimRequest]) -> ClaimOutcome:
    """All assets are claimed or none; what the devices then do is told by the commands."""
    body = call.body
    if not 1 <= len(body.asset_ids) <= MOST_ASSETS:
        raise bad_request(f"asset_ids must name 1 to {MOST_ASSETS} assets.")
    level = _LEVEL_OF_RANK.get(body.rank)
    if level is None:
        raise forbidden("A person claims at rank OPERATOR or INCIDENT_PLAN; two persons at TWO_PERSON_MANUAL.")
    for asset_id in body.asset_ids:
        call.asset(asset_id, level)
    needs_second = body.rank is Rank.TWO_PERSON_MANUAL
    if needs_second:
        await _spend_approval(call)
    try:
        return await call.parts.claims.place(body, by=call.actor, is_agreed=needs_second)
    except ClaimRefused as error:
        raise ProblemError(409, "claim-refused", "Nothing was claimed.", error.said) from error


async def release(call: Call[Nothing, ReasonRequest]) -> Claim:
    """The next claim applies."""
    claim = call.parts.claims.get(call.path_text("claim_id"))
    if claim is None:
        raise not_found("claim")
    call.asset(claim.asset_id, Level.VIEW)
    call.asset(claim.asset_id, Level.MANAGE if claim.rank is Rank.TWO_PERSON_MANUAL else Level.OPERATE)
    try:
        return await call.parts.claims.release(claim.id, by=call.actor, reason=call.body.reason)
    except ClaimRefused as error:
        raise ProblemError(409, "claim-refused", "The claim stands.", error.said) from error


async def _spend_approval(call: Call[Nothing, ClaimRequest]) -> None:
    agreed = msgspec.structs.replace(call.body, approval_id="")
    payload: dict[str, object] = msgspec.to_builtins(agreed)
    try:
        await call.parts.approvals.use(call.body.approval_id, PLACE_CLAIM, payload, by=call.session.user)
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It takes a second person.", error.said) from error


ROUTES = (
    Route(
        method="GET",
        path="/claims",
        access=Level.VIEW,
        summary="Claims on one asset.",
        handler=claims,
        query=ClaimQuery,
        answer=ClaimPage,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/claims",
        access=Level.OPERATE,
        summary="Place a claim on one or more assets.",
        handler=place,
        body=ClaimRequest,
        answer=ClaimOutcome,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/claims/{claim_id}/release",
        access=Level.OPERATE,
        summary="Release a claim.",
        handler=release,
        body=ReasonRequest,
        answer=Claim,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}/explain",
        access=Level.VIEW,
        summary="Why is a property in its state?",
        handler=explain,
        query=ExplainQuery,
        answer=Explanation,
        problems=(404,),
    ),
)
