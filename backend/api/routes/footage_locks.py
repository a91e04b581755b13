"""Sealed extractions: what no purge reaches, under two persons."""

from typing import Any

import msgspec

from backend.api.checks import checked_text, checked_time
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, not_found
from backend.api.route import Call, Nothing, Route
from backend.services.approvals import ApprovalRefused
from backend.services.refusals import FootageRefused
from contract.api import Approval
from contract.footage import FootageLock, LockList, LockRelease, LockRequest
from contract.rights import Level, User

LOCK_FOOTAGE = "lock_footage"
RELEASE_LOCK = "release_footage_lock"


class LockQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the list."""

    cursor: str | None = None
    limit: int = 100


async def locks(call: Call[LockQuery, Nothing]) -> LockList:
    """Newest first: who seals what, and why, is for those who answer for it."""
    limit, start = page_limit(call.query.limit), number_cursor(call.query.cursor) or 0
    mine = [seal for seal in call.parts.footage.seals.all() if _manages(call, seal)]
    page = tuple(mine[start : start + limit])
    following = str(start + limit) if start + limit < len(mine) else None
    return LockList(items=page, total=len(mine), next=following)


async def lock(call: Call[Nothing, LockRequest]) -> FootageLock:
    """Seal a period; copying goes on behind, and the list says how far it is."""
    body = msgspec.structs.replace(
        call.body,
        since=checked_time(call.body.since),
        until=checked_time(call.body.until),
        expires_at=checked_time(call.body.expires_at),
    )
    for camera_id in dict.fromkeys(body.camera_ids):
        if call.asset(camera_id, Level.MANAGE).class_ != "camera":
            raise not_found("camera")
    seals = call.parts.footage.seals
    try:
        seals.check(body)
        await call.parts.footage.timeline.check_any(body.camera_ids, body.since, body.until)
        agreed: dict[str, object] = msgspec.to_builtins(call.body)
        agreed.pop("approval_id")
        approval = await _spend(call, body.approval_id, LOCK_FOOTAGE, agreed)
        return await seals.make(body, by=call.actor, approved_by=approval.approver or "")
    except FootageRefused as error:
        raise ProblemError(409, "lock-refused", "Nothing was sealed.", error.said) from error


async def release(call: Call[Nothing, LockRelease]) -> FootageLock:
    """Give a seal up before its end: what it holds is destroyed, with proof in the journal."""
    seals = call.parts.footage.seals
    found = seals.get(call.path_text("lock_id"))
    if found is None or not _manages(call, found):
        raise not_found("seal")
    checked_text("reason", call.body.reason)
    approval = await _spend(call, call.body.approval_id, RELEASE_LOCK, {"lock_id": found.id})
    try:
        return await seals.release(
            found.id, by=call.actor, approved_by=approval.approver or "", reason=call.body.reason
        )
    except FootageRefused as error:
        raise ProblemError(409, "release-refused", "The seal stands.", error.said) from error


async def _spend(call: Call[Any, Any], approval_id: str, act: str, payload: dict[str, object]) -> Approval:
    by: User = call.session.user
    try:
        return await call.parts.approvals.use(approval_id, act, payload, by=by)
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It takes a second person.", error.said) from error


def _manages(call: Call[Any, Any], seal: FootageLock) -> bool:
    cameras = [call.parts.register.get(camera_id) for camera_id in seal.camera_ids]
    return all(camera is not None and call.sight.may(Level.MANAGE, camera) for camera in cameras)


ROUTES = (
    Route(
        method="GET",
        path="/footage-locks",
        access=Level.MANAGE,
        summary="Sealed extractions, newest first.",
        handler=locks,
        query=LockQuery,
        answer=LockList,
    ),
    Route(
        method="POST",
        path="/footage-locks",
        access=Level.MANAGE,
        summary="Seal recordings of a period, as two persons.",
        handler=lock,
        body=LockRequest,
        answer=FootageLock,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/footage-locks/{lock_id}/release",
        access=Level.MANAGE,
        summary="Release a seal before its end, as two persons.",
        handler=release,
        body=LockRelease,
        answer=FootageLock,
        problems=(404, 409),
    ),
)
