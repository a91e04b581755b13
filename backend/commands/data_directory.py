"""Where the commands find the city's data, and how they open it when no backend has it open."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import platformdirs

from backend.devkit.clock import SystemClock
from backend.ports import StorageError
from backend.storage.lock import DataBusy
from backend.storage.opening import DATABASE_FILE, create_storage
from backend.storage.sql import SqlStorage

OK = 0
REFUSED = 1
USAGE = 2
BUSY = 3
EXIT_CODES = "exit codes: 0 done, 1 refused or errors in the file, 2 usage, 3 a backend has the data open"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which data the command works on."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", default=default_data_dir(), help="data directory (default: %(default)s)"
    )
    parser.add_argument("--database", metavar="URL", help="postgresql://USER@HOST:PORT/NAME instead of SQLite in DIR")
    parser.add_argument("--secrets", type=Path, metavar="DIR", help="directory of keys (default: DIR/secrets)")


def default_data_dir() -> Path:
    """Where a backend started without --data keeps its data."""
    return Path(platformdirs.user_data_dir("beffroi", appauthor=False))


def secrets_dir(options: argparse.Namespace) -> Path:
    """Where the keys lie."""
    folder: Path = options.secrets or options.data / "secrets"
    return folder


async def with_storage(
    options: argparse.Namespace, work: Callable[[SqlStorage], Awaitable[int]], *, may_be_new: bool = True
) -> int:
    """Run `work` on the open storage; says in words why it could not be opened.

    Unless it `may_be_new`, a directory without a city is refused: a mistyped name is not made into an empty city.
    """
    data_dir: Path = options.data
    is_new = not any((data_dir / name).exists() for name in (DATABASE_FILE, "lock"))
    if is_new and not may_be_new and options.database is None:
        return say(f"There is no city in {data_dir}. Give the right directory with --data.", REFUSED)
    try:
        storage = create_storage(options.database, data_dir, secrets_dir(options), SystemClock())
        await storage.open()
    except DataBusy as error:
        return say(str(error), BUSY)
    except StorageError as error:
        return say(str(error), REFUSED)
    try:
        return await work(storage)
    except StorageError as error:
        return say(str(error), REFUSED)
    finally:
        await storage.close()


def say(message: str, code: int) -> int:
    """Tell why on standard error, and give the exit code back."""
    sys.stderr.write(message + "\n")
    return code
