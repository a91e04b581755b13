"""`python main.py export FILE`: assets of the register as a file, from the data directory or through a backend."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.commands import data_directory, progress, through_server
from backend.commands.download import export_through
from backend.commands.through_server import ServerRefused
from backend.devkit.clock import SystemClock
from backend.services.exchange.export_jobs import ExportJobs
from backend.services.feed_relay import FeedRelay
from backend.services.integration_catalogue import installed_asset_classes
from backend.services.refusals import ExchangeRefused
from backend.services.register import Register
from backend.storage.sql import SqlStorage
from contract.assets import AssetStatus
from contract.exports import EXTRA, FIELDS, ExportFormat, ExportRequest, ExportState

_BY: Final = "command line"
_LOOK_EVERY_S: Final = 0.1
_PIECE: Final = 1 << 20
_FORMATS: Final = {
    ".csv": ExportFormat.CSV,
    ".geojson": ExportFormat.GEOJSON,
    ".json": ExportFormat.GEOJSON,
    ".gpkg": ExportFormat.GEOPACKAGE,
    ".zip": ExportFormat.SHAPEFILE,
    ".xlsx": ExportFormat.XLSX,
}


def main(argv: Sequence[str]) -> int:
    """Returns 0 when written, 1 when refused, 2 for wrong usage, 3 when a backend has the data open."""
    try:
        options = _parser().parse_args(argv)
        request = _request(options)
    except SystemExit as stop:
        return int(stop.code or 0)
    except ValueError as error:
        return data_directory.say(str(error), data_directory.USAGE)
    if lacking := through_server.lacks_token(options):
        return data_directory.say(lacking, data_directory.USAGE)
    target: Path = options.file
    if target.exists() and not options.force:
        return data_directory.say(f"{target} is there already: say --force to write over it.", data_directory.REFUSED)
    if options.server:
        return asyncio.run(_through_server(options, request, target))

    async def work(storage: SqlStorage) -> int:
        register = Register(storage, FeedRelay(), SystemClock(), installed_asset_classes())
        await register.load()
        with tempfile.TemporaryDirectory(prefix="beffroi-export-") as folder:
            exports = ExportJobs(register, storage, SystemClock(), Path(folder))
            try:
                return await _write(exports, request, target)
            except ExchangeRefused as error:
                return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
            finally:
                await exports.close()

    return asyncio.run(data_directory.with_storage(options, work, may_be_new=False))


async def _write(exports: ExportJobs, request: ExportRequest, target: Path) -> int:
    job = await exports.begin(request, by=_BY, may_see=lambda _: True)
    while job.state is ExportState.WRITING:
        await asyncio.sleep(_LOOK_EVERY_S)
        job = exports.job(job.id, _BY)
        progress.show_count(job.done, job.total)
    if job.state is ExportState.FAILED:
        return data_directory.say(f"Refused: {job.said}", data_directory.REFUSED)
    try:
        with target.open("wb") as file:
            while piece := await exports.read(job.id, _BY, file.tell(), _PIECE):
                file.write(piece)
    except OSError as error:
        return data_directory.say(f"{target} cannot be written: {error.strerror}", data_directory.REFUSED)
    sys.stdout.write(f"{job.total} assets in {target} ({job.bytes:,} bytes)\n")
    return data_directory.OK


async def _through_server(options: argparse.Namespace, request: ExportRequest, target: Path) -> int:
    try:
        job = await export_through(options.server, options.token_file, request, target, ca_file=options.ca_file)
    except ServerRefused as error:
        return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
    sys.stdout.write(f"{job.total} assets in {target} ({job.bytes:,} bytes)\n")
    return data_directory.OK


def _request(options: argparse.Namespace) -> ExportRequest:
    format_ = _FORMATS.get(options.file.suffix.lower())
    if format_ is None:
        raise ValueError(f"{options.file}: the name must end in {', '.join(_FORMATS)}")
    written: str = options.columns
    columns = tuple(name.strip() for name in written.split(",") if name.strip())
    if unknown := set(columns) - {*FIELDS, EXTRA}:
        raise ValueError(f"--columns: there is no {min(unknown)}; the columns are {', '.join((*FIELDS, EXTRA))}")
    try:
        statuses = tuple(AssetStatus(status) for status in options.status)
    except ValueError as error:
        raise ValueError(f"--status: one of {', '.join(AssetStatus)}") from error
    return msgspec.structs.replace(
        ExportRequest(format=format_),
        classes=tuple(options.class_),
        communes=tuple(options.commune),
        statuses=statuses,
        text=options.text,
        columns=columns,
        language="fr" if options.french else "en",
        epsg=options.epsg,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py export",
        description="Writes assets of the register to a file: CSV, XLSX, GeoJSON, GeoPackage, zipped shapefiles.",
        epilog=data_directory.EXIT_CODES,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="its ending says the format")
    parser.add_argument("--class", dest="class_", action="append", default=[], metavar="NAME", help="of these classes")
    parser.add_argument("--commune", action="append", default=[], metavar="CODE", help="in these communes (INSEE)")
    parser.add_argument("--status", action="append", default=[], metavar="STATUS", help="planned, in_service ...")
    parser.add_argument(
        "--text", default="", metavar="WORDS", help="whose code, name, street or number holds all words"
    )
    parser.add_argument("--columns", default="", metavar="A,B", help="only these; class, code and places come always")
    parser.add_argument(
        "--french", action="store_true", help="CSV and XLSX under French headings; CSV with ; and commas"
    )
    parser.add_argument(
        "--epsg", type=int, default=4326, metavar="N", help="reference system of the places (default 4326)"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    through_server.add_arguments(parser)
    data_directory.add_arguments(parser)
    return parser
