"""Files into the register."""

import msgspec

from backend.api.problems import ProblemError, bad_request
from backend.api.route import Call, Route
from backend.services.importing import ImportRefused
from contract.imports import ImportOptions, ImportReport
from contract.rights import Level

LARGEST_FILE_BYTES = 64 * 1024 * 1024


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` is the file's, and tells its format; `map` is field=column, separated by commas."""

    class_: str = msgspec.field(name="class")
    name: str
    commune: str = ""
    map: str = ""
    dry_run: bool = False


async def import_file(call: Call[ImportQuery, bytes]) -> ImportReport:
    """All rows or none; with `dry_run` only what would happen."""
    query = call.query
    options = ImportOptions(
        class_=query.class_, file_name=query.name, commune=query.commune, mapping=parse_mapping(query.map)
    )
    try:
        return await call.parts.importing.run(call.body, options, by=call.actor, dry_run=query.dry_run)
    except ImportRefused as error:
        raise ProblemError(422, "import-refused", "The file was not taken.", str(error)) from error


def parse_mapping(text: str) -> dict[str, str]:
    """field=column pairs. Raises a problem."""
    mapping: dict[str, str] = {}
    for pair in filter(None, text.split(",")):
        field, equals, column = pair.partition("=")
        if not (field and equals and column) or field in mapping:
            raise bad_request("map must be field=column, separated by commas, each field once.")
        mapping[field] = column
    return mapping


ROUTES = (
    Route(
        method="POST",
        path="/imports",
        access=Level.CONFIGURE,
        summary="Import assets from a GeoJSON (.gz too) or CSV file.",
        handler=import_file,
        query=ImportQuery,
        answer=ImportReport,
        problems=(422,),
        max_body_bytes=LARGEST_FILE_BYTES,
        takes_bytes=True,
        is_city_wide=True,
    ),
)
