"""`python main.py backup FILE`: the whole city in one file, also while a backend runs."""

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from backend.commands import data_directory, passphrase, progress
from backend.commands.data_directory import OK, REFUSED, USAGE, say
from backend.devkit.clock import SystemClock
from backend.options import version
from backend.ports import StorageError
from backend.storage.backup.making import BackupWish, Cancelled, describe, make_backup
from backend.storage.backup.package import SUFFIX
from backend.storage.backup.restoring import check_backup

_EPILOG: Final = """Holds the database, the readings, base maps, documents and evidence packages, and, sealed under
the passphrase, the keys. Recordings are not in it: they end with their authorised delay, wherever they lie. It works
the same from SQLite and from PostgreSQL, and a backup of one may be restored into the other.

exit codes: 0 done, 1 refused or damaged, 2 usage, 4 cancelled"""
CANCELLED: Final = 4


def main(argv: Sequence[str]) -> int:
    """Returns 0 when the backup is on disk."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    target = _target(options.file, SystemClock().now())
    if target.exists() and not options.check:
        return say(f"{target} exists already: give another name.", REFUSED)
    if not target.parent.is_dir():
        return say(f"There is no folder {target.parent}.", REFUSED)
    if options.check and not target.is_file():
        return say(f"There is no backup {target}.", REFUSED)
    try:
        words = passphrase.read(options, is_new=not options.check)
    except passphrase.NoPassphrase as error:
        return say(str(error), USAGE)
    try:
        with progress.shown(as_lines=options.progress) as tell:
            if options.check:
                manifest = check_backup(target, words, tell)
            else:
                wish = BackupWish(
                    data_dir=options.data,
                    secrets_dir=data_directory.secrets_dir(options),
                    database_url=options.database,
                    target=target,
                    passphrase=words,
                    with_readings=not options.without_readings,
                )
                manifest = asyncio.run(make_backup(wish, version(), SystemClock().now(), tell))
    except StorageError as error:
        return say(str(error), REFUSED)
    except Cancelled:
        return say("Cancelled: nothing of it remains.", CANCELLED)
    what = "is whole" if options.check else f"was made ({target.stat().st_size / 1e6:.1f} MB)"
    sys.stdout.write(f"{target} {what}: {describe(manifest)}.\n")
    return OK


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What making and restoring a backup both take."""
    parser.add_argument("--progress", action="store_true", help="one line of JSON a step on standard output")
    passphrase.add_arguments(parser)
    data_directory.add_arguments(parser)


def _target(path: Path, now: dt.datetime) -> Path:
    """A folder gets a file named by the time."""
    return path / f"beffroi-{now:%Y%m%d-%H%M%S}{SUFFIX}" if path.is_dir() else path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py backup",
        description="Backs up a city into one file, also while its backend runs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE_OR_FOLDER", help="a folder gets a file named by the time")
    parser.add_argument("--check", action="store_true", help="read such a file instead, and say whether it is whole")
    parser.add_argument("--without-readings", action="store_true", help="leave the readings of devices out")
    add_arguments(parser)
    return parser
