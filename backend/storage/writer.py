"""The one writer: callers that wait together share a transaction, and each returns only after its COMMIT."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import StorageError
from backend.storage import engine as engines
from backend.storage import tables
from backend.storage.ballast import Ballast
from backend.storage.chain import ChainHead, DraftRow, Row, append
from backend.storage.checkpoints import ROWS_BETWEEN, SECONDS_BETWEEN, Checkpoints
from backend.storage.stamps import stamp
from backend.storage.writes import Statements, Write, merged

log = logging.getLogger(__name__)

MOST_WAITING = 20_000
MOST_TOGETHER = 2_000
MOST_TRIES = 30  # some 5 s: a server that was killed is back by then
ROWS_PER_SECOND = 5_000  # far below what either database does; bounds how long a large unit may take

Question = Callable[[AsyncConnection], Awaitable[Any]]


class DatabaseAway(StorageError):
    """The database cannot be reached or does not answer: trying again unit by unit is of no use."""


class Act(msgspec.Struct):
    """One caller's wish. `question` runs in the transaction, alone, before the writes."""

    drafts: Sequence[DraftRow]
    writes: Sequence[Write]
    done: asyncio.Future[tuple[list[Row], Any]]
    question: Question | None = None


class Writer:
    """Owns the head of the chain. Nobody else writes."""

    def __init__(self, engine: AsyncEngine, clock: Clock, checkpoints: Checkpoints, ballast: Ballast) -> None:
        self._engine = engine
        self._clock = clock
        self._checkpoints = checkpoints
        self._ballast = ballast
        self._statements = Statements(engine.dialect)
        self._tasks = Tasks("storage writer")
        self._threads = Threads("checkpoints")
        self._waiting: list[Act] = []
        self._wake = asyncio.Event()
        self._head: ChainHead | None = None
        self._signed = ChainHead()
        self._signed_at = clock.monotonic()
        self._is_closed = True
        self.trouble = ""  # why the last group was not kept, when that is the database's fault

    async def start(self) -> None:
        """Read the head of the chain and begin. Raises StorageError."""
        try:
            async with self._engine.connect() as connection:
                self._head = await _read_head(connection)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise StorageError(engines.explain(error)) from error
        self._signed_at = self._clock.monotonic()
        try:
            sealed = await self._threads.run(self._checkpoints.sealed)
            self._signed = ChainHead(max(sealed, default=0))
        except (StorageError, OSError) as error:
            # The city is run even so; the audit tells it, and the next checkpoint is signed from here on.
            log.error("the journal's checkpoints cannot be read: %s", error)
            self._signed = self._head
        self._is_closed = False
        self._tasks.start(self._run(), name="group commit")

    async def close(self) -> None:
        """Finish what waits, sign the head, stop."""
        if self._is_closed:
            self._threads.close()
            return
        self._is_closed = True
        while self._waiting:
            self._wake.set()
            await asyncio.wait([act.done for act in self._waiting])
        await self._tasks.close()
        await self._sign(is_due=True)
        self._threads.close()

    async def submit(
        self, drafts: Sequence[DraftRow], writes: Sequence[Write], question: Question | None = None
    ) -> tuple[list[Row], Any]:
        """Write it with whatever else waits; returns after COMMIT. Raises StorageError: nothing kept."""
        if self._is_closed:
            raise StorageError("the storage is closed")
        if len(self._waiting) >= MOST_WAITING:
            raise StorageError("too much waits to be written already; the database is too slow or does not answer")
        act = Act(drafts, writes, asyncio.get_running_loop().create_future(), question)
        self._waiting.append(act)
        self._wake.set()
        return await act.done

    async def _run(self) -> None:
        try:
            while True:
                await self._wait()
                while self._waiting:
                    group = self._take_group()
                    await self._commit_group(group)
                    del self._waiting[: len(group)]
                    await self._sign(is_due=False)
        finally:
            # Whatever ends the writer, nobody waits for it for ever.
            self._is_closed = True
            for act in self._waiting:
                if not act.done.done():
                    act.done.set_exception(StorageError("the storage was closed"))
            self._waiting.clear()

    async def _wait(self) -> None:
        """Until somebody wants something; rows that are not signed wait a minute at most."""
        # Not wait_for: before Python 3.12 it can swallow the cancellation that ends the writer.
        try:
            async with asyncio.timeout(SECONDS_BETWEEN if self._unsigned() else None):
                await self._wake.wait()
        except TimeoutError:
            await self._sign(is_due=True)
        self._wake.clear()

    def _take_group(self) -> list[Act]:
        """The acts that go together; one with a question goes alone."""
        if self._waiting[0].question is not None:
            return self._waiting[:1]
        group: list[Act] = []
        for act in self._waiting[:MOST_TOGETHER]:
            if act.question is not None:
                break
            group.append(act)
        return group

    async def _commit_group(self, group: list[Act]) -> None:
        try:
            rows, answer = await self._commit(group)
        except Exception as fault:
            error = fault if isinstance(fault, StorageError) else StorageError("a fault in the backend, it was logged")
            if error is not fault:
                # The one writer outlives whatever a unit does to it: else nothing could be kept until a restart.
                log.exception("a unit was not written")
            if len(group) > 1 and not isinstance(error, DatabaseAway):
                # One bad unit must not take its neighbours with it.
                for act in group:
                    await self._commit_group([act])
                return
            for act in group:
                if not act.done.done():
                    act.done.set_exception(error)
            return
        start = 0
        for act in group:
            end = start + len(act.drafts)
            if not act.done.done():
                act.done.set_result((rows[start:end], answer))
            start = end

    async def _commit(self, group: list[Act]) -> tuple[list[Row], Any]:
        tries = 0
        rows: list[Row] = []
        head_before: ChainHead | None = None
        while True:
            try:
                if self._head is None:
                    async with (
                        engines.within(self._engine, engines.STATEMENT_TIMEOUT_S),
                        self._engine.connect() as connection,
                    ):
                        self._head = await _read_head(connection)
                    if rows and self._head == ChainHead(rows[-1].seq, rows[-1].hash):
                        return rows, None  # COMMIT had succeeded; only its answer was lost
                head_before = self._head
                drafts = [item for act in group for item in act.drafts]
                rows, head = append(head_before, drafts, self._clock.now())
                self._head = None
                answer = await self._transact(group, drafts, rows)
                self._head = head
                self.trouble = ""
                return rows, answer
            except (SQLAlchemyError, OSError, ValueError, TypeError, ArithmeticError) as error:
                if engines.is_full(error) and self._ballast.drop():
                    continue
                is_passing = engines.is_lost_connection(error) or engines.is_conflict(error)
                is_hanging = isinstance(error, TimeoutError)
                tries += 1
                if not is_passing or is_hanging or tries > MOST_TRIES or group[0].question is not None:
                    kind = DatabaseAway if is_passing else StorageError
                    self.trouble = engines.explain(error) if is_passing or engines.is_full(error) else ""
                    raise kind(engines.explain(error)) from error
                # S311 is about secrets; this only keeps two writers from meeting again.
                await asyncio.sleep(0.05 + random.random() * 0.2)  # noqa: S311

    async def _transact(self, group: list[Act], drafts: Sequence[DraftRow], rows: Sequence[Row]) -> Any:
        writes = merged(write for act in group for write in act.writes)
        if rows:
            writes.append(Write(tables.journal, [msgspec.structs.astuple(row) for row in rows]))
        personal = [(row.seq, item.personal) for row, item in zip(rows, drafts, strict=True) if item.personal]
        if personal:
            writes.append(Write(tables.journal_personal, personal))
        count = sum(len(write.rows) for write in writes)
        limit_s = engines.STATEMENT_TIMEOUT_S + count / ROWS_PER_SECOND
        answer: Any = None
        async with engines.within(self._engine, limit_s), self._engine.connect() as connection, connection.begin():
            if count > ROWS_PER_SECOND and self._engine.dialect.name == "postgresql":
                await connection.execute(
                    sa.text("SELECT set_config('statement_timeout', :ms, true)"), {"ms": str(int(limit_s * 1000))}
                )
            if group[0].question is not None:
                answer = await group[0].question(connection)
            for write in writes:
                for piece in write.pieces():
                    await connection.exec_driver_sql(self._statements.sql(write), list(piece))
        return answer

    def _unsigned(self) -> int:
        return 0 if self._head is None else self._head.seq - self._signed.seq

    async def _sign(self, *, is_due: bool) -> None:
        head = self._head
        is_due = is_due or self._clock.monotonic() - self._signed_at >= SECONDS_BETWEEN
        if head is None or self._unsigned() <= 0 or not (is_due or self._unsigned() >= ROWS_BETWEEN):
            return
        self._signed_at = self._clock.monotonic()
        try:
            at = stamp(self._clock.now())
            await self._threads.run(lambda: self._checkpoints.sign(head, at))
        except (OSError, StorageError) as error:
            log.error("the journal's checkpoint could not be written: %s", error)
            return
        self._signed = head


async def _read_head(connection: AsyncConnection) -> ChainHead:
    columns = (tables.journal.c.seq, tables.journal.c.hash)
    result = await connection.execute(sa.select(*columns).order_by(tables.journal.c.seq.desc()).limit(1))
    row = result.first()
    return ChainHead() if row is None else ChainHead(row.seq, row.hash)
