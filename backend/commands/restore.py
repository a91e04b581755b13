"""`python main.py restore FILE`: a city from its backup, while no backend runs."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from backend.commands import data_directory, passphrase, progress
from backend.commands.backup import CANCELLED, add_arguments
from backend.commands.data_directory import BUSY, OK, REFUSED, USAGE, say
from backend.devkit.clock import SystemClock
from backend.options import version
from backend.ports import StorageError
from backend.storage.backup.making import Cancelled, describe
from backend.storage.backup.restoring import Restored, RestoreWish, restore_backup
from backend.storage.lock import DataBusy

_EPILOG: Final = """All of it is made ready and proven beside what is there (digests, the journal's chain, the keys)
and only then put in its place; a restore that fails leaves everything as it was. Logins are not in a backup: people log
in again. Accounts are those of its time: close what was closed since. API keys are revoked: which of them were revoked
after the backup, it cannot know.

exit codes: 0 done, 1 refused or damaged, 2 usage, 3 a backend has the data open, 4 cancelled"""


def main(argv: Sequence[str]) -> int:
    """Returns 0 when the city is restored and proven."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    if not options.file.is_file():
        return say(f"There is no backup {options.file}.", REFUSED)
    try:
        words = passphrase.read(options, is_new=False)
    except passphrase.NoPassphrase as error:
        return say(str(error), USAGE)
    wish = RestoreWish(
        source=options.file,
        data_dir=options.data,
        secrets_dir=data_directory.secrets_dir(options),
        database_url=options.database,
        passphrase=words,
        replaces=options.replace,
        keeps_api_keys=options.keep_api_keys,
    )
    try:
        with progress.shown(as_lines=options.progress) as tell:
            restored = asyncio.run(restore_backup(wish, version(), SystemClock(), tell))
    except DataBusy as error:
        return say(str(error), BUSY)
    except StorageError as error:
        return say(str(error), REFUSED)
    except Cancelled:
        return say("Cancelled: everything is as it was.", CANCELLED)
    sys.stdout.write(_report(restored, wish))
    return OK


def _report(restored: Restored, wish: RestoreWish) -> str:
    lines = [
        f"Restored and proven: {describe(restored.manifest)}.",
        f"The journal is whole: {restored.journal_rows} rows, the last one notes this restore.",
    ]
    if restored.previous:
        lines.append(f"What was there before lies in {restored.previous}; delete it when you are sure.")
    if not restored.manifest.has_secrets or wish.passphrase is None:
        lines.append("The keys were not restored: enter the passwords of devices again.")
    lines.append("Accounts are those of the backup's time: close what was closed since.")
    if wish.keeps_api_keys:
        lines.append("API keys are those of the backup's time: revoke what was revoked since.")
    elif restored.revoked_keys:
        count = restored.revoked_keys
        lines.append(f"API keys revoked: {count}. Make new ones; --keep-api-keys restores them as they were.")
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py restore",
        description="Restores a city from its backup, while no backend runs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="made by `main.py backup`")
    parser.add_argument("--replace", action="store_true", help="set aside what is there, and keep it")
    parser.add_argument(
        "--keep-api-keys", action="store_true", help="keep machines' keys good; one revoked since is good again"
    )
    add_arguments(parser)
    return parser
