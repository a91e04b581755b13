"""Documents and photos of assets. Contents leave as attachments; pictures are ours."""

from typing import Any, Final
from urllib.parse import quote

import msgspec
from aiohttp import web

from backend.api.problems import ProblemError, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.services.documents.desk import Documents
from backend.services.documents.kinds import MEDIA_TYPES
from backend.services.refusals import DocumentRefused
from contract.asset_documents import MOST_BYTES, AssetDocument, AssetDocumentList, PictureSize
from contract.assets import Asset
from contract.rights import Level

_HEADERS: Final = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class NewDocumentQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file is called, and what there is to say of it."""

    name: str
    note: str = ""


class PictureQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How large."""

    size: PictureSize = PictureSize.PREVIEW


async def documents(call: Call[Nothing, Nothing]) -> AssetDocumentList:
    """What is kept of an asset."""
    return AssetDocumentList(items=tuple(_desk(call).of(_asset(call, Level.VIEW).id)))


async def add(call: Call[NewDocumentQuery, bytes]) -> AssetDocument:
    """The body is the file."""
    asset, query = _asset(call, Level.OPERATE), call.query
    with _REFUSALS:
        return await _desk(call).add(asset, query.name, call.body, by=call.actor, note=query.note)


async def content(call: Call[Nothing, Nothing]) -> web.Response:
    """As it came."""
    document = _document(call, Level.VIEW)
    with _REFUSALS:
        body = await _desk(call).content(document)
    named = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    headers = {**_HEADERS, "Content-Disposition": named}
    return web.Response(body=body, content_type=MEDIA_TYPES[document.kind], headers=headers)


async def picture(call: Call[PictureQuery, Nothing]) -> web.Response:
    """A JPEG that we drew."""
    document = _document(call, Level.VIEW)
    with _REFUSALS:
        body = await _desk(call).picture(document, call.query.size)
    return web.Response(body=body, content_type="image/jpeg", headers=_HEADERS)


async def remove(call: Call[Nothing, Nothing]) -> AssetDocument:
    """It can be restored for thirty days."""
    with _REFUSALS:
        document = _document(call, Level.VIEW)
        level = Level.OPERATE if document.added_by == call.actor else Level.MANAGE
        return await _desk(call).remove(_asset(call, level), document, by=call.actor)


async def restore(call: Call[Nothing, Nothing]) -> AssetDocument:
    """Take a removal back."""
    with _REFUSALS:
        document = _document(call, Level.VIEW)
        level = Level.OPERATE if document.removed_by == call.actor else Level.MANAGE
        return await _desk(call).restore(_asset(call, level), document, by=call.actor)


def _desk(call: Call[Any, Any]) -> Documents:
    return call.parts.asset_work.documents


def _asset(call: Call[Any, Any], level: Level) -> Asset:
    return call.asset(call.path_number("asset_id"), level)


def _document(call: Call[Any, Any], level: Level) -> AssetDocument:
    with _REFUSALS:
        return _desk(call).get(_asset(call, level).id, call.path_text("document_id"))


def _refused(error: DocumentRefused) -> ProblemError:
    if error.said.code == "document_none":
        return not_found("document")
    if error.said.code == "document_room":
        return ProblemError(507, "document-refused", "The document was not taken.", error.said)
    return ProblemError(422, "document-refused", "The document was not taken.", error.said)


_REFUSALS: Final = Refusals(DocumentRefused, _refused)

_ONE: Final = "/assets/{asset_id}/documents/{document_id}"
ROUTES = (
    Route(
        method="GET",
        path="/assets/{asset_id}/documents",
        access=Level.VIEW,
        summary="Documents and photos of an asset.",
        handler=documents,
        answer=AssetDocumentList,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/assets/{asset_id}/documents",
        access=Level.OPERATE,
        summary="Add a document or photo.",
        handler=add,
        query=NewDocumentQuery,
        answer=AssetDocument,
        problems=(404, 422, 507),
        max_body_bytes=MOST_BYTES,
        takes_bytes=True,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/content",
        access=Level.VIEW,
        summary="The file as it came.",
        handler=content,
        answer=bytes,
        answer_type="*/*",
        problems=(404, 422),
    ),
    Route(
        method="GET",
        path=f"{_ONE}/picture",
        access=Level.VIEW,
        summary="A picture of a photo.",
        handler=picture,
        query=PictureQuery,
        answer=bytes,
        answer_type="image/jpeg",
        problems=(404, 422),
    ),
    Route(
        method="DELETE",
        path=_ONE,
        access=Level.OPERATE,
        summary="Remove a document; it can be restored for thirty days.",
        handler=remove,
        answer=AssetDocument,
        problems=(404, 422),
    ),
    Route(
        method="POST",
        path=f"{_ONE}/restore",
        access=Level.OPERATE,
        summary="Restore a document that was removed.",
        handler=restore,
        answer=AssetDocument,
        problems=(404, 422),
    ),
)
