"""`python main.py import FILE --class NAME`: assets from a file, into the data directory or through a backend."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from backend.commands import data_directory, progress, through_server
from backend.commands.through_server import ServerRefused
from backend.commands.upload import upload
from backend.devkit.clock import SystemClock
from backend.services.address_import import ADDRESS
from backend.services.exchange.error_table import errors_csv
from backend.services.feed_relay import FeedRelay
from backend.services.import_files.columns import FIELDS
from backend.services.importing import Importing, ImportRefused
from backend.services.integration_catalogue import installed_asset_classes
from backend.services.register import Register
from backend.storage.sql import SqlStorage
from contract.imports import ENCODINGS, DateOrder, Dialect, ImportOptions, ImportReport

_BY = "command line"


def main(argv: Sequence[str]) -> int:
    """Returns 0 when taken, 1 when refused or rows are wrong, 2 for wrong usage, 3 when a backend has the data open."""
    try:
        options = _parser().parse_args(argv)
        mapping = _mapping(options.map)
    except SystemExit as stop:
        return int(stop.code or 0)
    except ValueError as error:
        return data_directory.say(str(error), data_directory.USAGE)
    if lacking := through_server.lacks_token(options):
        return data_directory.say(lacking, data_directory.USAGE)
    path: Path = options.file
    wanted = ImportOptions(
        class_=options.class_,
        file_name=path.name,
        mapping=mapping,
        commune=options.commune,
        dialect=_dialect(options),
        retires_missing=options.retire_missing,
    )
    if options.server and (wanted.dialect != Dialect() or wanted.retires_missing or options.errors):
        return data_directory.say(
            "--server takes --class, --map, --commune and --dry-run; to correct how a file is read, use the console's "
            "panel Import, or the data directory while no backend runs",
            data_directory.USAGE,
        )
    if options.server:
        return asyncio.run(_through_server(options, wanted))
    if not path.is_file():  # before a city is opened, or made
        return data_directory.say(f"Refused: {path} is not a file", data_directory.REFUSED)

    async def work(storage: SqlStorage) -> int:
        register = Register(storage, FeedRelay(), SystemClock(), installed_asset_classes())
        importing = Importing(register, storage)
        try:
            await register.load()
            if options.class_ != ADDRESS and (options.dry_run or options.errors):
                return await _check_first(importing, path, wanted, options)
            report = await importing.run(path, wanted, by=_BY, dry_run=options.dry_run, progress=progress.show_count)
        except ImportRefused as error:
            return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
        finally:
            importing.close()
        return _tell(report)

    return asyncio.run(data_directory.with_storage(options, work))


async def _check_first(importing: Importing, path: Path, wanted: ImportOptions, options: argparse.Namespace) -> int:
    """Say how the file was read and what it would do; then do it, unless it is a dry run."""
    checked = await importing.check(path, wanted, progress=progress.show_count)
    if checked.facts is not None:
        dialect = msgspec.json.encode(msgspec.structs.replace(checked.facts.dialect, nothing=None)).decode()
        sys.stdout.write(f"read as {checked.facts.format.value} {dialect}\n")
    if options.errors and checked.wrong:
        try:
            options.errors.write_bytes(errors_csv(checked))
        except OSError as error:
            return data_directory.say(f"{options.errors} cannot be written: {error.strerror}", data_directory.REFUSED)
    if options.dry_run or checked.report.error_count:
        return _tell(msgspec.structs.replace(checked.report, is_dry_run=options.dry_run))
    return _tell(await importing.take(checked, _BY))


async def _through_server(options: argparse.Namespace, wanted: ImportOptions) -> int:
    try:
        report = await upload(
            options.server, options.token_file, options.file, wanted, dry_run=options.dry_run, ca_file=options.ca_file
        )
    except ServerRefused as error:
        return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
    return _tell(report)


def _tell(report: ImportReport) -> int:
    shown = ", ".join(f"{field} from {column}" for field, column in report.mapping.items())
    class_ = report.class_ or "their own classes"
    sys.stdout.write(f"{report.file_name}: {report.row_count} rows as {class_}; {shown}\n")
    for note in report.notes:
        sys.stdout.write(note + "\n")
    for error in report.errors:
        sys.stderr.write(f"row {error.row}: {error.reason}\n")
    if report.error_count:
        more = report.error_count - len(report.errors)
        and_more = f" ({more} more are not shown)" if more else ""
        return data_directory.say(f"{report.error_count} rows are wrong{and_more}: nothing was taken.", 1)
    verb = "would be" if report.is_dry_run else "were"
    sys.stdout.write(
        f"{report.added_count} {verb} added, {report.changed_count} {verb} changed, "
        f"{report.unchanged_count} stay as they are.\n"
    )
    if report.missing_count:
        sys.stdout.write(f"{report.missing_count} of the same classes and communes are not in the file.\n")
    return data_directory.OK


def _dialect(options: argparse.Namespace) -> Dialect:
    return Dialect(
        encoding=options.encoding,
        separator="\t" if options.separator == "tab" else options.separator,
        decimal=options.decimal,
        dates=None if options.dates is None else DateOrder(options.dates),
        nothing=None if options.nothing is None else tuple(options.nothing),
        heading_line=options.heading_line,
        layer=options.layer,
        epsg=options.epsg,
    )


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, separator, column = pair.partition("=")
        if not separator or field not in FIELDS:
            raise ValueError(f"--map {pair}: write field=column; the fields are {', '.join(FIELDS)}")
        mapping[field] = column
    return mapping


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py import",
        description="Takes the assets of a file into the register, all or none: CSV, GeoJSON (.gz too), XLSX, "
        "GeoPackage, zipped shapefiles.",
        epilog=data_directory.EXIT_CODES,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--class",
        dest="class_",
        default="",
        metavar="NAME",
        help="streetlight, camera, street ...; without it the file's column class says it; "
        "address: a file of the national address base",
    )
    parser.add_argument(
        "--encoding",
        default="",
        choices=("", *ENCODINGS),
        metavar="NAME",
        help=f"{', '.join(ENCODINGS)}; found out unless said",
    )
    parser.add_argument("--separator", default="", metavar="SIGN", help="; , | or tab; found out unless said")
    parser.add_argument(
        "--decimal", default="", choices=("", ",", "."), metavar="SIGN", help=", or . ; found out unless said"
    )
    parser.add_argument(
        "--dates", choices=[order.value for order in DateOrder], help="day first unless the file shows it"
    )
    parser.add_argument("--heading-line", type=int, metavar="N", help="which line names the columns")
    parser.add_argument("--layer", default="", metavar="NAME", help="layer or sheet to read")
    parser.add_argument("--epsg", type=int, metavar="N", help="reference system of the positions, such as 2154 or 3947")
    parser.add_argument(
        "--nothing", action="append", metavar="WORD", help="cells that say nothing, instead of #N/A ..."
    )
    parser.add_argument("--errors", type=Path, metavar="CSV", help="write every wrong row with its reason here")
    parser.add_argument(
        "--retire-missing", action="store_true", help="retire what the file does not name (same classes and communes)"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column is which field; FIELD= for none",
    )
    parser.add_argument("--commune", default="", metavar="CODE", help="INSEE code where a row has none")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, take nothing")
    through_server.add_arguments(parser)
    data_directory.add_arguments(parser)
    return parser
