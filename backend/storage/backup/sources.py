"""The tables of a database at one moment, while others go on writing."""

import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.ports import StorageError
from backend.storage import engine as engines
from backend.storage.backup.package import Rows

ROWS_A_BATCH: Final = 5_000
# Refresh tokens: one that was revoked since would be good again after a restore.
LEFT_OUT: Final = frozenset({"alembic_version", "tokens"})


class Source(Protocol):
    """A database, read in one transaction."""

    kind: str

    async def revision(self) -> str:
        """The schema's revision. Raises StorageError when there is no city in it."""
        ...

    async def tables(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Names and columns of all tables, a column of the primary key first."""
        ...

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def rows(self, table: str, columns: Sequence[str]) -> AsyncGenerator[Rows]:
        """All rows, in order of the first column."""
        ...

    async def close(self) -> None:
        """End the transaction."""
        ...


class SqliteSource:
    """An SQLite file. In WAL mode a reader sees one moment and hinders nobody."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        """Raises StorageError."""
        if not path.exists():
            raise StorageError(f"There is no city in {path.parent}. Give the right directory with --data.")
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA query_only=ON")
            self._connection.execute("PRAGMA busy_timeout=5000")
            self._connection.execute("BEGIN")
            self._all("SELECT 1 FROM sqlite_master")  # the moment that all of it shows
        except sqlite3.Error as error:
            raise _unreadable(error) from error

    async def revision(self) -> str:
        """The schema's revision."""
        names = {row[0] for row in self._all("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in names:
            raise StorageError("this database holds no city")
        return str(self._all("SELECT version_num FROM alembic_version")[0][0])

    async def tables(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Names and columns."""
        found = self._all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = sorted(str(row[0]) for row in found)
        return [(name, [str(row[1]) for row in self._all(f'PRAGMA table_info("{name}")')]) for name in names]

    async def count(self, table: str) -> int:
        """How many rows."""
        return int(self._all(f'SELECT count(*) FROM "{table}"')[0][0])  # noqa: S608 - a name read from the schema

    async def rows(self, table: str, columns: Sequence[str]) -> AsyncGenerator[Rows]:
        """All rows."""
        try:
            with contextlib.closing(self._connection.execute(_select(table, columns))) as cursor:
                while batch := cursor.fetchmany(ROWS_A_BATCH):
                    yield batch
        except sqlite3.Error as error:
            raise _unreadable(error) from error

    async def close(self) -> None:
        """End the transaction."""
        self._connection.close()

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise _unreadable(error) from error


class PostgresqlSource:
    """A PostgreSQL database, in one read-only transaction that sees one moment."""

    kind = "postgresql"

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection) -> None:
        self._engine = engine
        self._connection = connection

    @classmethod
    async def connected(cls, engine: AsyncEngine) -> "PostgresqlSource":
        """Begin. Raises StorageError."""
        try:
            connection = await engine.connect()
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        except (SQLAlchemyError, OSError) as error:
            await engine.dispose()
            raise StorageError(engines.explain(error)) from error
        return cls(engine, connection)

    async def revision(self) -> str:
        """The schema's revision."""
        found = await self._all("SELECT to_regclass('alembic_version')")
        if found[0][0] is None:
            raise StorageError("this database holds no city")
        return str((await self._all("SELECT version_num FROM alembic_version"))[0][0])

    async def tables(self) -> Sequence[tuple[str, Sequence[str]]]:
        """Names and columns."""
        found: dict[str, list[str]] = {}
        try:
            answer = await self._connection.exec_driver_sql(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
            )
        except (SQLAlchemyError, OSError) as error:
            raise StorageError(engines.explain(error)) from error
        for row in answer.mappings():
            found.setdefault(str(row["table_name"]), []).append(str(row["column_name"]))
        return list(found.items())

    async def count(self, table: str) -> int:
        """How many rows."""
        return int((await self._all(f'SELECT count(*) FROM "{table}"'))[0][0])  # noqa: S608 - a name read from the schema

    async def rows(self, table: str, columns: Sequence[str]) -> AsyncGenerator[Rows]:
        """All rows."""
        try:
            async with self._connection.stream(
                sa.text(_select(table, columns)), execution_options={"yield_per": ROWS_A_BATCH}
            ) as result:
                async for batch in result.partitions():
                    yield [tuple(row) for row in batch]
        except (SQLAlchemyError, OSError) as error:
            raise StorageError(engines.explain(error)) from error

    async def close(self) -> None:
        """End the transaction."""
        await self._connection.close()
        await self._engine.dispose()

    async def _all(self, sql: str) -> Sequence[sa.Row[Any]]:
        try:
            return (await self._connection.exec_driver_sql(sql)).all()
        except (SQLAlchemyError, OSError) as error:
            raise StorageError(engines.explain(error)) from error


def _select(table: str, columns: Sequence[str]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f'SELECT {named} FROM "{table}" ORDER BY "{columns[0]}"'  # noqa: S608 - names read from the schema


def _unreadable(error: sqlite3.Error) -> StorageError:
    return StorageError(f"The database cannot be read ({error}): it is damaged, or not ours. Restore the last backup.")
