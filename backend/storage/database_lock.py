"""Who has a PostgreSQL database open: one backend at a time, whatever its data directory. SQLite needs none."""

import asyncio
import logging
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.devkit.tasks import Tasks
from backend.ports import StorageError
from backend.storage import engine as engines
from backend.storage.lock import DataBusy

log = logging.getLogger(__name__)

_KEY: Final = int.from_bytes(b"beffroi", "big")
_TRIES: Final = 20  # a backend that was killed a moment ago may still be seen by the server
_BETWEEN_TRIES_S: Final = 0.1
LOOK_EVERY_S: Final = 2.0


class DatabaseLock:
    """An advisory lock on a connection of its own: the server frees it when we die, however we die."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._tasks = Tasks("database lock")
        self.trouble = ""  # why nothing may be written now; empty while we are alone and the server answers
        self.is_lost = False  # another backend took the database while we could not reach it

    async def take(self) -> None:
        """Take it and keep it. Raises DataBusy when another backend has it, StorageError when the server is away."""
        if self._engine.dialect.name != "postgresql":
            return
        for _ in range(_TRIES):
            if await self._try():
                self._tasks.start(self._keep(), name="keep")
                return
            await asyncio.sleep(_BETWEEN_TRIES_S)
        raise DataBusy("this database is in use by a running backend. Stop it first, or go through it with --server.")

    async def free(self) -> None:
        """Give it back; may be called twice."""
        await self._tasks.close()
        await self._drop()

    async def _keep(self) -> None:
        while not self.is_lost:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._connection is not None:
                    await self._ask(self._connection, "SELECT 1")
                    self.trouble = ""
                    continue
            except StorageError as error:
                self.trouble = str(error)
                await self._drop()
            await self._take_again()

    async def _take_again(self) -> None:
        try:
            is_ours = await self._try()
        except StorageError as error:
            self.trouble = str(error)
            return
        self.trouble = ""
        if not is_ours:
            # What we hold in memory is no longer what is kept: only a new start may write again.
            self.is_lost = True
            self.trouble = "another backend has taken the database: stop this one"
            log.error("another backend took the database while this one could not reach it: this one writes no more")

    async def _try(self) -> bool:
        if self._connection is None:
            self._connection = await self._connected()
        try:
            is_ours = await self._ask(self._connection, f"SELECT pg_try_advisory_lock({_KEY})")
        except StorageError:
            await self._drop()
            raise
        return bool(is_ours)

    async def _connected(self) -> AsyncConnection:
        try:
            async with asyncio.timeout(engines.CONNECT_TIMEOUT_S):
                connection = await self._engine.connect()
                return await connection.execution_options(isolation_level="AUTOCOMMIT")
        except (SQLAlchemyError, OSError) as error:
            raise StorageError(engines.explain(error)) from error

    async def _ask(self, connection: AsyncConnection, question: str) -> object:
        try:
            async with engines.within(self._engine, engines.STATEMENT_TIMEOUT_S + 0.5):
                answer: object = (await connection.execute(sa.text(question))).scalar()
                return answer
        except (SQLAlchemyError, OSError) as error:
            raise StorageError(engines.explain(error)) from error

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            async with asyncio.timeout(1.0):
                await connection.invalidate()
                await connection.close()
        except (SQLAlchemyError, OSError) as error:
            log.debug("the connection of the lock was gone already: %s", error)
