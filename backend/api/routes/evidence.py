"""Evidence packages: ordered by two persons, watched while they are built, fetched, destroyed."""

import uuid
from typing import Any

import msgspec
from aiohttp import web

from backend.api.checks import checked_text, checked_time
from backend.api.file_sending import FileSending, SentFile
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Call, Nothing, Route
from backend.services.approvals import ApprovalRefused
from backend.services.evidence.kept_package import EvidenceRefused, KeptPackage
from backend.services.refusals import ViewingRefused
from backend.services.viewing.gate import Viewer
from contract.evidence import EvidenceKeyFacts, EvidenceList, EvidencePackage, EvidenceRequest
from contract.rights import Level


class EvidenceQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the list."""

    cursor: str | None = None
    limit: int = 100


_SENDING = FileSending()


async def packages(call: Call[EvidenceQuery, Nothing]) -> EvidenceList:
    """Newest first: those of which the caller manages every camera."""
    limit, start = page_limit(call.query.limit), number_cursor(call.query.cursor) or 0
    evidence = call.parts.evidence
    mine = [kept for kept in evidence.all() if _manages(call, kept)]
    page = tuple(evidence.shown(kept) for kept in mine[start : start + limit])
    following = str(start + limit) if start + limit < len(mine) else None
    return EvidenceList(items=page, total=len(mine), next=following)


async def package(call: Call[Nothing, Nothing]) -> EvidencePackage:
    """How far one package is."""
    return call.parts.evidence.shown(_asked(call))


async def request(call: Call[Nothing, EvidenceRequest]) -> EvidencePackage:
    """Order one; it waits for its second person, then it is built."""
    body = call.body
    _checked_id(body.id)
    checked_text("reason", body.reason)
    for part in body.parts:
        checked_time(part.since)
        checked_time(part.until)
        if call.asset(part.camera_id, Level.MANAGE).class_ != "camera":
            raise not_found("camera")
    try:
        return await call.parts.evidence.request(body, by=call.session.user)
    except ApprovalRefused as error:
        raise ProblemError(409, "approval-refused", "It takes a second person.", error.said) from error
    except (EvidenceRefused, ViewingRefused) as error:
        raise ProblemError(409, "evidence-refused", "No package is made.", error.said) from error


async def cancel(call: Call[Nothing, Nothing]) -> EvidencePackage:
    """Stop building; what is written stays for a resume."""
    kept = _asked(call)
    try:
        return await call.parts.evidence.cancel(kept.request.id, by=call.actor)
    except EvidenceRefused as error:
        raise ProblemError(409, "evidence-refused", "Nothing was cancelled.", error.said) from error


async def resume(call: Call[Nothing, Nothing]) -> EvidencePackage:
    """Go on where it stopped."""
    kept = _asked(call)
    try:
        return await call.parts.evidence.resume(kept.request.id, by=call.actor)
    except EvidenceRefused as error:
        raise ProblemError(409, "evidence-refused", "Nothing was resumed.", error.said) from error


async def delete(call: Call[Nothing, Nothing]) -> None:
    """Destroy a package before its time; the journal keeps what it was."""
    kept = _asked(call)
    try:
        await call.parts.evidence.delete(kept.request.id, by=call.actor)
    except EvidenceRefused as error:
        raise not_found("evidence package") from error


async def file(call: Call[Nothing, Nothing]) -> web.StreamResponse:
    """The package, or the part of it that a Range header asks for; journalled before its first byte leaves."""
    _SENDING.check()
    kept = _asked(call)
    evidence = call.parts.evidence
    viewer = Viewer(user=call.actor, session=call.session.id)
    try:
        kept, permits = await evidence.fetch(kept.request.id, viewer)
    except (EvidenceRefused, ViewingRefused) as error:
        raise ProblemError(409, "evidence-refused", "The package is not given.", error.said) from error

    async def sent(count: int) -> None:
        await evidence.fetched(permits, count)

    async def read(at: int, length: int) -> bytes:
        return await evidence.read(kept, at, length)

    found = kept.package
    return SentFile(read, found.bytes, found.sha256, found.file_name, _SENDING, sent)


async def key(call: Call[Nothing, Nothing]) -> EvidenceKeyFacts:
    """The fingerprint of the city's evidence key, to be given out of band."""
    return EvidenceKeyFacts(fingerprint=call.parts.evidence.fingerprint)


def _asked(call: Call[Any, Any]) -> KeptPackage:
    """The package of the path, when the caller manages every camera of it."""
    found = call.parts.evidence.get(_checked_id(call.path_text("evidence_id")))
    if found is None or not _manages(call, found):
        raise not_found("evidence package")
    return found


def _checked_id(text: str) -> str:
    """A UUID in the one form that may name a folder."""
    try:
        is_plain = str(uuid.UUID(text)) == text
    except ValueError:
        is_plain = False
    if not is_plain:
        raise bad_request("id must be a UUID, in lower case and with its hyphens.")
    return text


def _manages(call: Call[Any, Any], kept: KeptPackage) -> bool:
    cameras = [call.parts.register.get(camera_id) for camera_id in kept.camera_ids]
    return all(camera is not None and call.sight.may(Level.MANAGE, camera) for camera in cameras)


ROUTES = (
    Route(
        method="GET",
        path="/evidence",
        access=Level.MANAGE,
        summary="Evidence packages, newest first.",
        handler=packages,
        query=EvidenceQuery,
        answer=EvidenceList,
    ),
    Route(
        method="POST",
        path="/evidence",
        access=Level.MANAGE,
        summary="Order an evidence package, as two persons.",
        handler=request,
        body=EvidenceRequest,
        answer=EvidencePackage,
        status=201,
        problems=(404, 409),
    ),
    Route(
        method="GET",
        path="/evidence-key",
        access=Level.MANAGE,
        summary="The fingerprint of the key that signs evidence packages.",
        handler=key,
        answer=EvidenceKeyFacts,
    ),
    Route(
        method="GET",
        path="/evidence/{evidence_id}",
        access=Level.MANAGE,
        summary="One evidence package.",
        handler=package,
        answer=EvidencePackage,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/evidence/{evidence_id}/cancel",
        access=Level.MANAGE,
        summary="Stop building an evidence package.",
        handler=cancel,
        answer=EvidencePackage,
        problems=(404, 409),
    ),
    Route(
        method="POST",
        path="/evidence/{evidence_id}/resume",
        access=Level.MANAGE,
        summary="Go on building an evidence package.",
        handler=resume,
        answer=EvidencePackage,
        problems=(404, 409),
    ),
    Route(
        method="DELETE",
        path="/evidence/{evidence_id}",
        access=Level.MANAGE,
        summary="Destroy an evidence package.",
        handler=delete,
        answer=None,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/evidence/{evidence_id}/file",
        access=Level.MANAGE,
        summary="Fetch an evidence package; the register of viewings is written.",
        handler=file,
        answer=bytes,
        answer_type="application/zip",
        problems=(404, 409),
    ),
)
