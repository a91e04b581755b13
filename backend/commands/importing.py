"""`python main.py import FILE --class NAME`: assets from a file, into the data directory or through a backend."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.commands import data_directory
from backend.commands.upload import UploadRefused, upload
from backend.devkit.clock import SystemClock
from backend.domain.asset_classes import standard_asset_classes
from backend.services.feed_relay import FeedRelay
from backend.services.import_files.columns import FIELDS
from backend.services.importing import Importing, ImportRefused
from backend.services.register import Register
from backend.storage.sql import SqlStorage
from contract.imports import ImportOptions, ImportReport

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
    if options.server and not options.token_file:
        return data_directory.say("--server needs --token-file FILE with an access token", data_directory.USAGE)
    path: Path = options.file
    wanted = ImportOptions(class_=options.class_, file_name=path.name, mapping=mapping, commune=options.commune)
    if options.server:
        return asyncio.run(_through_server(options, wanted))

    async def work(storage: SqlStorage) -> int:
        register = Register(storage, FeedRelay(), SystemClock(), standard_asset_classes())
        importing = Importing(register, storage)
        try:
            await register.load()
            report = await importing.run(path, wanted, by=_BY, dry_run=options.dry_run, progress=_show_progress)
        except ImportRefused as error:
            return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
        finally:
            importing.close()
        return _tell(report)

    return asyncio.run(data_directory.with_storage(options, work))


async def _through_server(options: argparse.Namespace, wanted: ImportOptions) -> int:
    try:
        report = await upload(
            options.server, options.token_file, options.file, wanted, dry_run=options.dry_run, ca_file=options.ca_file
        )
    except UploadRefused as error:
        return data_directory.say(f"Refused: {error}", data_directory.REFUSED)
    return _tell(report)


def _tell(report: ImportReport) -> int:
    shown = ", ".join(f"{field} from {column}" for field, column in report.mapping.items())
    sys.stdout.write(f"{report.file_name}: {report.row_count} rows as {report.class_}; {shown}\n")
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
    return data_directory.OK


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {total:,}" + ("\n" if done == total else ""))
        sys.stderr.flush()


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
        description="Takes the assets of a GeoJSON or CSV file (.gz too) into the register: all or none.",
        epilog=data_directory.EXIT_CODES,
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--class",
        dest="class_",
        required=True,
        metavar="NAME",
        help="streetlight, camera, street ...; address: a file of the national address base",
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
    parser.add_argument("--server", metavar="URL", help="through the API of a running backend instead")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="file with an access token, for --server")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificate authority of the server")
    data_directory.add_arguments(parser)
    return parser
