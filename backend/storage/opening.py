"""Where storage begins: a data directory, or a PostgreSQL server beside it."""

from pathlib import Path
from typing import Final

from backend.devkit.clock import Clock
from backend.ports import StorageError
from backend.storage.ballast import BALLAST_BYTES, Ballast
from backend.storage.checkpoints import Checkpoints
from backend.storage.engine import postgresql_engine, sqlite_engine
from backend.storage.sql import SqlStorage

DATABASE_FILE: Final = "beffroi.sqlite"


def create_storage(
    database_url: str | None, data_dir: Path, secrets_dir: Path, clock: Clock, *, ballast_bytes: int = BALLAST_BYTES
) -> SqlStorage:
    """Storage that is not yet open. `database_url` None: SQLite in `data_dir`. Raises StorageError for a bad URL.

    Readings, checkpoints and the lock are in `data_dir` in both cases; keys are in `secrets_dir`, and there, in the
    file `database.password`, the password of the PostgreSQL server when it asks for one.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"the data directory {data_dir} cannot be made: {error.strerror}") from error
    if database_url is None:
        engine = sqlite_engine(data_dir / DATABASE_FILE)
    else:
        engine = postgresql_engine(database_url, database_password(secrets_dir))
    checkpoints = Checkpoints(data_dir / "journal-checkpoints.jsonl", secrets_dir / "journal.key")
    return SqlStorage(engine, clock, data_dir, checkpoints, Ballast(data_dir / "reserve", ballast_bytes))


def database_password(secrets_dir: Path) -> str | None:
    """What the PostgreSQL server asks for; None when there is no such file. Raises StorageError."""
    path = secrets_dir / "database.password"
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"the database's password cannot be read from {path}") from error
