"""Loading the tables of a backup: into a new SQLite file, or into a PostgreSQL database in one transaction."""

import asyncio
import contextlib
import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.ports import StorageError
from backend.storage import engine as engines
from backend.storage.backup.package import BackupDamaged, PackageReader, TablePart
from backend.storage.database_lock import DatabaseLock

Step = Callable[[str, int], None]
_OWN_NUMBERS: Final = (("asset_changes", "number"),)  # columns that count by themselves


class _CopyingConnection(Protocol):
    """What is used of asyncpg."""

    async def copy_records_to_table(
        self, _table_name: str, /, *, records: Sequence[Sequence[Any]], columns: Sequence[str]
    ) -> str:
        """COPY."""
        ...


async def load_sqlite(path: Path, package: PackageReader, step: Step) -> None:
    """Make the file with the schema of the backup, fill it, bring it to our schema. Raises StorageError."""
    engine = engines.sqlite_engine(path)
    try:
        async with engine.connect() as connection, connection.begin():
            await connection.run_sync(engines.upgrade, package.manifest.schema)
        await engine.dispose()
        try:
            _fill_sqlite(path, package, step)
        except sqlite3.Error as error:
            raise _not_loaded(str(error)) from error
        await engines.migrate(engine)
    except SQLAlchemyError as error:
        raise _not_loaded(engines.explain(error)) from error
    finally:
        await engine.dispose()
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill_sqlite(path: Path, package: PackageReader, step: Step) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Nobody reads it before it is whole and on disk: a journal would only be written for nothing.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-65536", "locking_mode=EXCLUSIVE"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        for part in package.manifest.tables:
            _check_columns(part, [row[1] for row in database.execute(f'PRAGMA table_info("{part.name}")')])
            indexes = database.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
                (part.name,),
            ).fetchall()
            for name, _ in indexes:
                database.execute(f'DROP INDEX "{name}"')
            named = ", ".join(f'"{column}"' for column in part.columns)
            places = ", ".join("?" * len(part.columns))
            insert = f'INSERT INTO "{part.name}" ({named}) VALUES ({places})'  # noqa: S608 - names checked against the schema
            for batch in package.batches(part):
                database.executemany(insert, batch)
                step(part.name, len(batch))
            for _, sql in indexes:
                database.execute(sql)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode=WAL")


async def load_postgresql(
    engine: AsyncEngine, package: PackageReader, step: Step, *, replaces: bool, now: dt.datetime
) -> str:
    """Load it all in one transaction; until its end everything is as it was. Raises StorageError.

    What was there is moved into a schema of its own, whose name is returned; empty when there was nothing.
    """
    lock = DatabaseLock(engine)
    await lock.take()
    try:
        async with engine.connect() as connection, connection.begin():
            await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            aside = await _set_aside(connection, replaces=replaces, now=now)
            await connection.run_sync(engines.upgrade, package.manifest.schema)
            await _fill_postgresql(connection, package, step)
            await connection.run_sync(engines.upgrade)
    except (SQLAlchemyError, OSError) as error:
        raise _not_loaded(engines.explain(error)) from error
    except StorageError:
        raise
    except Exception as error:  # asyncpg's own errors, from COPY
        raise _not_loaded(f"{type(error).__name__}: {error}") from error
    finally:
        await lock.free()
    return aside


async def _set_aside(connection: AsyncConnection, *, replaces: bool, now: dt.datetime) -> str:
    found = await connection.exec_driver_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    )
    names = [str(row[0]) for row in found]
    if not names:
        return ""
    if not replaces:
        raise StorageError(
            "this database is not empty: give an empty one, or --replace, which keeps what is there in another schema"
        )
    schema = f"before_restore_{now:%Y%m%d_%H%M%S}"
    await connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    for name in names:
        await connection.exec_driver_sql(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
    return schema


async def _fill_postgresql(connection: AsyncConnection, package: PackageReader, step: Step) -> None:
    raw = await connection.get_raw_connection()
    copying = cast("_CopyingConnection", raw.driver_connection)
    for part in package.manifest.tables:
        found = await connection.execute(
            sa.text(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = :name"
            ),
            {"name": part.name},
        )
        kinds = {str(row["column_name"]): str(row["data_type"]) for row in found.mappings()}
        _check_columns(part, kinds)
        flags = [place for place, column in enumerate(part.columns) if kinds[column] == "boolean"]
        for batch in package.batches(part):
            await copying.copy_records_to_table(part.name, records=_with_flags(batch, flags), columns=part.columns)
            step(part.name, len(batch))
            await asyncio.sleep(0)
    for table, column in _OWN_NUMBERS:
        await connection.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "  # noqa: S608 - constants
                f"greatest((SELECT max({column}) FROM {table}), 1))"
            )
        )


def _with_flags(batch: list[list[Any]], flags: Sequence[int]) -> list[list[Any]]:
    """SQLite keeps booleans as 0 and 1."""
    for row in batch if flags else ():
        for place in flags:
            row[place] = None if row[place] is None else bool(row[place])
    return batch


def _check_columns(part: TablePart, known: Sequence[str] | dict[str, str]) -> None:
    unknown = [column for column in part.columns if column not in known]
    if unknown:
        raise BackupDamaged(f"the backup's table {part.name} has columns that its schema has not: {unknown[0]}")


def _not_loaded(reason: str) -> StorageError:
    return StorageError(f"the backup could not be loaded, everything is as it was: {reason}")
