"""Files into the register: at once, or looked at first."""

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from aiohttp import web

from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.services.exchange.import_jobs import MOST_BYTES, ImportJobs
from backend.services.importing import ImportRefused
from backend.services.refusals import ExchangeConflict, ExchangeRefused
from contract.imports import ImportJob, ImportOptions, ImportReport, ReadAgain, TakeImport
from contract.rights import Level

LARGEST_FILE_BYTES: Final = 64 * 1024 * 1024
_LARGEST_READING_BYTES: Final = 256 * 1024


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` is the file's, and tells its format; `map` is field=column, separated by commas."""

    class_: str = msgspec.field(name="class", default="")
    name: str
    commune: str = ""
    map: str = ""
    dry_run: bool = False


class FileQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` is the file's, and tells its format."""

    name: str
    class_: str = msgspec.field(name="class", default="")
    commune: str = ""


async def import_file(call: Call[ImportQuery, bytes]) -> ImportReport:
    """All rows or none; with `dry_run` only what would happen."""
    query = call.query
    options = ImportOptions(
        class_=query.class_, file_name=query.name, commune=query.commune, mapping=parse_mapping(query.map)
    )
    try:
        return await call.parts.exchange.importing.run(call.body, options, by=call.actor, dry_run=query.dry_run)
    except ImportRefused as error:
        raise ProblemError(422, "import-refused", "The file was not taken.", str(error)) from error


async def send_file(call: Call[FileQuery, AsyncIterator[bytes]]) -> ImportJob:
    """Keep it, and begin to read it."""
    query = call.query
    first = ReadAgain(class_=query.class_, commune=query.commune)
    with REFUSALS:
        return await _jobs(call).begin(query.name, call.body, first, call.actor)


async def job(call: Call[Nothing, Nothing]) -> ImportJob:
    """How far it is, and what it would do."""
    with REFUSALS:
        return _jobs(call).job(call.path_text("job_id"), call.actor)


async def read_again(call: Call[Nothing, ReadAgain]) -> ImportJob:
    """The same file, read otherwise."""
    with REFUSALS:
        return _jobs(call).read_again(call.path_text("job_id"), call.body, call.actor)


async def take(call: Call[Nothing, TakeImport]) -> ImportJob:
    """Yes to what was shown."""
    with REFUSALS:
        return _jobs(call).take(call.path_text("job_id"), call.body.seal, call.actor)


async def forget(call: Call[Nothing, Nothing]) -> None:
    """Stop it."""
    with REFUSALS:
        await _jobs(call).forget(call.path_text("job_id"), call.actor)


async def errors(call: Call[Nothing, Nothing]) -> web.Response:
    """Every row that is wrong."""
    with REFUSALS:
        content = _jobs(call).errors(call.path_text("job_id"), call.actor)
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'attachment; filename="errors.csv"',
    }
    return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)


def _refused(error: ExchangeRefused) -> ProblemError:
    """What a refusal is over HTTP."""
    if error.said.code in {"import_gone", "export_gone"}:
        return not_found("file")
    if isinstance(error, ExchangeConflict):
        return ProblemError(409, "exchange-changed", "Nothing was done.", error.said)
    return ProblemError(422, "exchange-refused", "Nothing was done.", error.said)


REFUSALS: Final = Refusals(ExchangeRefused, _refused)


def parse_mapping(text: str) -> dict[str, str]:
    """field=column pairs. Raises a problem."""
    mapping: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        field, equals, column = pair.partition("=")
        if not (field and equals and column) or field in mapping:
            raise bad_request("map must be field=column, separated by commas, each field once.")
        mapping[field] = column
    return mapping


def _jobs(call: Call[Any, Any]) -> ImportJobs:
    return call.parts.exchange.imports


_FILE: Final = "/imports/files/{job_id}"
ROUTES = (
    Route(
        method="POST",
        path="/imports",
        access=Level.CONFIGURE,
        summary="Import assets from a file at once: CSV, GeoJSON (.gz too), XLSX, GeoPackage, zipped shapefiles.",
        handler=import_file,
        query=ImportQuery,
        answer=ImportReport,
        problems=(422,),
        max_body_bytes=LARGEST_FILE_BYTES,
        takes_bytes=True,
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path="/imports/files",
        access=Level.CONFIGURE,
        summary="Send a file of assets to be looked at; nothing is taken before somebody says yes.",
        handler=send_file,
        query=FileQuery,
        answer=ImportJob,
        problems=(422,),
        max_body_bytes=MOST_BYTES,
        takes_bytes=True,
        streams_body=True,
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path=_FILE,
        access=Level.CONFIGURE,
        summary="How far an import is, how its file was read, and what it would do.",
        handler=job,
        answer=ImportJob,
        problems=(404,),
        is_city_wide=True,
    ),
    Route(
        method="PUT",
        path=f"{_FILE}/reading",
        access=Level.CONFIGURE,
        summary="Read the same file otherwise: dialect, columns, class.",
        handler=read_again,
        body=ReadAgain,
        answer=ImportJob,
        problems=(404, 422),
        max_body_bytes=_LARGEST_READING_BYTES,
        is_city_wide=True,
    ),
    Route(
        method="POST",
        path=f"{_FILE}/take",
        access=Level.CONFIGURE,
        summary="Take a file as it was shown.",
        handler=take,
        body=TakeImport,
        answer=ImportJob,
        problems=(404, 409, 422),
        is_city_wide=True,
    ),
    Route(
        method="GET",
        path=f"{_FILE}/errors",
        access=Level.CONFIGURE,
        summary="Every row of a file that is wrong, with the reason, as CSV.",
        handler=errors,
        answer=bytes,
        answer_type="text/csv",
        problems=(404,),
        is_city_wide=True,
    ),
    Route(
        method="DELETE",
        path=_FILE,
        access=Level.CONFIGURE,
        summary="Stop an import and delete its file.",
        handler=forget,
        answer=None,
        status=204,
        problems=(404, 422),
        is_city_wide=True,
    ),
)
