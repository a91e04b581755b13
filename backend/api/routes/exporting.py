"""The register as files."""

from typing import Final

from aiohttp import web

from backend.api.file_sending import FileSending, SentFile
from backend.api.route import Call, Nothing, Route
from backend.api.routes.importing import REFUSALS
from backend.services.refusals import ExchangeRefused
from contract.exports import ExportFormat, ExportJob, ExportRequest
from contract.rights import Level

_LARGEST_REQUEST_BYTES: Final = 8 * 1024 * 1024
_SENDING: Final = FileSending()
_TYPES: Final = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GEOPACKAGE: "application/geopackage+sqlite3",
    ExportFormat.SHAPEFILE: "application/zip",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def begin(call: Call[Nothing, ExportRequest]) -> ExportJob:
    """Order a file."""
    with REFUSALS:
        return await call.parts.exchange.exports.begin(call.body, by=call.actor, may_see=call.sight.may_see)


async def job(call: Call[Nothing, Nothing]) -> ExportJob:
    """How far it is."""
    with REFUSALS:
        return call.parts.exchange.exports.job(call.path_text("job_id"), call.actor)


async def fetch(call: Call[Nothing, Nothing]) -> web.StreamResponse:
    """The file."""
    exports, by, job_id = call.parts.exchange.exports, call.actor, call.path_text("job_id")
    with REFUSALS:
        found = exports.ready(job_id, by, call.sight.may_see)
    _SENDING.check()

    async def read(at: int, length: int) -> bytes:
        try:
            return await exports.read(job_id, by, at, length)
        except ExchangeRefused as error:
            raise OSError(str(error)) from error

    async def sent(_bytes: int) -> None:
        return None

    return SentFile(read, found.bytes, found.id, found.file_name, _SENDING, sent, _TYPES[found.format])


async def forget(call: Call[Nothing, Nothing]) -> None:
    """Stop it."""
    with REFUSALS:
        await call.parts.exchange.exports.forget(call.path_text("job_id"), call.actor)


ROUTES = (
    Route(
        method="POST",
        path="/exports",
        access=Level.VIEW,
        summary="Order a file of assets: CSV, XLSX, GeoJSON, GeoPackage, zipped shapefiles.",
        handler=begin,
        body=ExportRequest,
        answer=ExportJob,
        problems=(422,),
        max_body_bytes=_LARGEST_REQUEST_BYTES,
    ),
    Route(
        method="GET",
        path="/exports/{job_id}",
        access=Level.VIEW,
        summary="How far an export is.",
        handler=job,
        answer=ExportJob,
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/exports/{job_id}/file",
        access=Level.VIEW,
        summary="The file of an export that is ready.",
        handler=fetch,
        answer=bytes,
        answer_type="*/*",
        problems=(404, 422),
    ),
    Route(
        method="DELETE",
        path="/exports/{job_id}",
        access=Level.VIEW,
        summary="Stop an export, or delete its file.",
        handler=forget,
        answer=None,
        status=204,
        problems=(404,),
    ),
)
