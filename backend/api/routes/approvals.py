"""Acts that need two persons."""

from backend.api.checks import LONGEST_WORD, checked_line, checked_text
from backend.api.problems import ProblemError, not_found
from backend.api.route import Call, Nothing, Route
from backend.services.approvals import ApprovalRefused
from contract.api import Approval, ApprovalList, ApprovalRequest
from contract.rights import Level


async def request(call: Call[Nothing, ApprovalRequest]) -> Approval:
    """Ask for a second person."""
    checked_text("act", checked_line("act", call.body.act), LONGEST_WORD)
    checked_text("reason", call.body.reason)
    try:
        return await call.parts.approvals.request(call.body, by=call.session.user)
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It was not asked for.", error.said) from error


async def approve(call: Call[Nothing, Nothing]) -> Approval:
    """Be the second person."""
    try:
        return await call.parts.approvals.approve(call.path_text("approval_id"), by=call.session.user)
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It was not approved.", error.said) from error


async def own(call: Call[Nothing, Nothing]) -> Approval:
    """How one's own request stands."""
    try:
        return call.parts.approvals.of(call.path_text("approval_id"), by=call.actor)
    except ApprovalRefused as error:
        raise not_found("approval") from error


async def approvals(call: Call[Nothing, Nothing]) -> ApprovalList:
    """What waits for a second person."""
    items = tuple(call.parts.approvals.waiting())
    return ApprovalList(items=items, next=None, total=len(items))


ROUTES = (
    Route(
        method="POST",
        path="/approvals",
        access=Level.OPERATE,
        summary="Ask a second person.",
        handler=request,
        body=ApprovalRequest,
        answer=Approval,
        status=201,
        problems=(409,),
    ),
    Route(
        method="GET",
        path="/approvals/{approval_id}",
        access=Level.VIEW,
        summary="One's own request for a second person, as it stands.",
        handler=own,
        answer=Approval,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/approvals/{approval_id}/approve",
        access=Level.MANAGE,
        summary="Approve, as the second person.",
        handler=approve,
        answer=Approval,
        problems=(404, 409),
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path="/approvals",
        access=Level.MANAGE,
        summary="What waits for a second person.",
        handler=approvals,
        answer=ApprovalList,
        is_city_wide=True,
    ),
)
