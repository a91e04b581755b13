"""Connections to the database, with the settings that durability stands on."""

import asyncio
import logging
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.ports import StorageError

STATEMENT_TIMEOUT_S = 2.0
BULK_TIMEOUT_S = 120.0
CONNECT_TIMEOUT_S = 3.0
_GOING_DOWN = {"57P01", "57P02", "57P03"}
_NOT_LET_IN = {"28000", "28P01"}  # no such account, or not with this password


class Cursor(Protocol):
    """What is used of a driver's cursor."""

    def execute(self, sql: str) -> object:
        """Run one statement."""
        ...

    def close(self) -> None:
        """Free it."""
        ...


class DriverConnection(Protocol):
    """What is used of a driver's connection to SQLite."""

    isolation_level: str | None

    def cursor(self) -> Cursor:
        """A cursor."""
        ...


def sqlite_engine(path: Path) -> AsyncEngine:
    """An engine on a file: WAL and synchronous=FULL, so that COMMIT means on disk."""
    engine = create_async_engine(sa.URL.create("sqlite+aiosqlite", database=str(path)), hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: DriverConnection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction] - called by the engine
        # The driver's own transactions leave DDL outside; migrations must be all or nothing.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:  # pyright: ignore[reportUnusedFunction] - called by the engine
        connection.exec_driver_sql("BEGIN")

    return engine


def postgresql_engine(url: str, password: str | None = None) -> AsyncEngine:
    """An engine on a PostgreSQL server. Raises StorageError for a URL that is none, or that holds a password."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("the database URL cannot be read; write postgresql://USER@HOST:PORT/NAME") from error
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise StorageError(f"{parsed.get_backend_name()} is not known here: use a postgresql:// URL, or --data DIR")
    if parsed.password is not None or "password" in parsed.query:
        raise StorageError(
            "everybody on this machine can read a command line: leave the password out of the database URL "
            "and write it into the file database.password in the directory of keys"
        )
    return create_async_engine(
        parsed.set(drivername="postgresql+asyncpg", password=password),
        hide_parameters=True,  # what was being written has no place in a log
        pool_size=5,
        max_overflow=5,
        pool_timeout=STATEMENT_TIMEOUT_S,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "server_settings": {
                "synchronous_commit": "on",
                "statement_timeout": str(int(STATEMENT_TIMEOUT_S * 1000)),
                "idle_in_transaction_session_timeout": "60000",
                "application_name": "beffroi",
                # A machine that lost its power frees the database within half a minute, not after two hours.
                "tcp_keepalives_idle": "10",
                "tcp_keepalives_interval": "5",
                "tcp_keepalives_count": "3",
            },
        },
    )


def within(engine: AsyncEngine, limit_s: float) -> asyncio.Timeout:
    """A limit for a server that may hang. The embedded file cannot: there only our own busy loop would exceed it."""
    return asyncio.timeout(None if engine.dialect.name == "sqlite" else limit_s)


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema to the present one, in one transaction."""
    async with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            await connection.exec_driver_sql("SET LOCAL statement_timeout = '300s'")
        await connection.run_sync(upgrade)


def is_lost_connection(error: BaseException) -> bool:
    """Whether the server or the link went away, rather than refused."""
    if isinstance(error, DBAPIError):
        state = _sqlstate(error)
        return error.connection_invalidated or state.startswith("08") or state in _GOING_DOWN
    return isinstance(error, (OSError, asyncio.TimeoutError))


def is_conflict(error: BaseException) -> bool:
    """Whether two transactions were in each other's way: nothing was kept, trying again is right."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlstate(error) in {"40001", "40P01"} or "database is locked" in str(error.orig)


def is_full(error: BaseException) -> bool:
    """Whether the disk is full."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlstate(error) == "53100" or (isinstance(error, OperationalError) and "is full" in str(error.orig))


def explain(error: BaseException) -> str:
    """What happened and what to do, without values that were being written."""
    if is_full(error):
        return "The disk is full: nothing of this was kept. Free space on the disk of the data directory."
    if isinstance(error, asyncio.TimeoutError):
        return "The database does not answer in time. Look at its server; what is on screen comes from memory."
    if is_lost_connection(error):
        return "The database cannot be reached: nothing of this was kept. Look at its server and the network to it."
    reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if _sqlstate(error) in _NOT_LET_IN:
        return (
            f"The database does not let us in: {reason.splitlines()[0]}. Its password goes into the file "
            "database.password among the keys (--secrets, within the data directory by itself), readable by us only."
        )
    return f"The database refused: {reason.splitlines()[0] if reason else type(error).__name__}"


def _sqlstate(error: BaseException) -> str:
    # While a connection is made the driver's own error comes, afterwards SQLAlchemy's around it.
    orig = error.orig if isinstance(error, DBAPIError) else None
    for candidate in (error, orig, getattr(orig, "__cause__", None)):
        state = getattr(candidate, "sqlstate", None)
        if isinstance(state, str):
            return state
    return ""


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, within the transaction that is open. Raises StorageError for a newer schema."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and not knows_revision(present):
        raise StorageError(
            f"This database was written by a newer version (its schema is {present}): install that version, "
            "or restore a backup of this one."
        )
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows_revision(revision: str) -> bool:
    """Whether a schema of this revision can be brought to ours."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_migrations()).walk_revisions()}


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
