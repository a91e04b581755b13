"""Storage on SQLite or PostgreSQL: the same tables, statements and answers on both."""

import asyncio
import datetime as dt
import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.devkit.clock import Clock
from backend.domain.addresses import AddressStreet, HouseNumber
from backend.ports import JournalFault, JournalQuery, StorageError, StoredToken, StoredUser, Unit
from backend.storage import engine as engines
from backend.storage import queries, tables
from backend.storage.ballast import Ballast
from backend.storage.chain import ChainWalk, PersonalPart, Row, draft, entry_of
from backend.storage.checkpoints import Checkpoints
from backend.storage.database_lock import DatabaseLock
from backend.storage.lock import DataLock, refuse_half_restored
from backend.storage.readings import ReadingFiles
from backend.storage.stamps import from_stamp, stamp
from backend.storage.writer import Question, Writer
from backend.storage.writes import Write, text, unit_writes
from contract.api import Approval, PointSample, Workspace
from contract.assets import Asset, AssetChange, Commune
from contract.claims import Claim
from contract.commands import Command
from contract.devices import Binding, Connection
from contract.journal import JournalEntry, NewEntry
from contract.points import PointValue
from contract.rights import User

T = TypeVar("T")
_VERIFY_STEP = 5_000


class SqlStorage:
    """Implements `backend.ports.Storage`."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, data_dir: Path, checkpoints: Checkpoints, ballast: Ballast
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._data_dir = data_dir
        self._lock = DataLock(data_dir)
        self._database_lock = DatabaseLock(engine)
        self._checkpoints = checkpoints
        self._ballast = ballast
        self._writer = Writer(engine, clock, checkpoints, ballast)
        self._readings = ReadingFiles(data_dir / "readings", clock)

    async def open(self) -> None:
        """Lock the data directory, migrate, check. Raises StorageError with what to do."""
        try:
            self._lock.take()
        except OSError as error:
            raise StorageError(f"{self._data_dir} cannot be used: {error.strerror}") from error
        try:
            refuse_half_restored(self._data_dir)
            self._ballast.take_on()
            self._readings.open()
            await self._database_lock.take()
            await self._check_and_migrate()
            await self._writer.start()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Flush and disconnect; may be called twice."""
        await self._writer.close()
        await self._readings.close()
        await self._database_lock.free()
        await self._engine.dispose()
        self._lock.free()

    @property
    def trouble(self) -> str:
        """Why nothing is kept at this moment, in words; empty while all is well."""
        return self._database_lock.trouble or self._writer.trouble

    async def commit(self, unit: Unit) -> Sequence[JournalEntry]:
        """Commit a unit with whatever else waits; returns after COMMIT."""
        return await self._write(unit.entries, unit_writes(unit))

    async def assets(self) -> Sequence[Asset]:
        """All assets, by id."""
        return await self._all(tables.assets, tables.assets.c.id, msgspec.json.Decoder(list[Asset]))

    async def asset_changes(self, asset_id: int, limit: int = 50) -> Sequence[AssetChange]:
        """An asset's history, newest first."""
        columns = tables.asset_changes.c
        statement = sa.select(columns.body).where(columns.asset_id == asset_id)
        rows = await self._rows(statement.order_by(columns.number.desc()).limit(limit))
        return [msgspec.json.decode(row.body, type=AssetChange) for row in rows]

    async def communes(self) -> Sequence[Commune]:
        """All communes, by code."""
        return await self._all(tables.communes, tables.communes.c.code, msgspec.json.Decoder(list[Commune]))

    async def address_streets(self) -> Sequence[AddressStreet]:
        """The streets of the address base, by id."""
        table = tables.address_streets
        return await self._all(table, table.c.id, msgspec.json.Decoder(list[AddressStreet]))

    async def house_numbers(self, street_ids: Sequence[int], number: int) -> Sequence[HouseNumber]:
        """This number, with and without suffixes, in these streets."""
        columns = tables.house_numbers.c
        wanted = sa.and_(columns.street_id.in_(street_ids), columns.number == number)
        rows = await self._rows(sa.select(tables.house_numbers).where(wanted).order_by(columns.suffix))
        return [HouseNumber(row.street_id, row.number, row.suffix, row.lon, row.lat) for row in rows]

    async def connections(self) -> Sequence[Connection]:
        """All device connections, by id."""
        return await self._all(tables.connections, tables.connections.c.id, msgspec.json.Decoder(list[Connection]))

    async def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """Bindings by connection id."""
        columns = tables.bindings.c
        found: dict[str, list[Binding]] = {}
        for row in await self._rows(sa.select(tables.bindings).order_by(columns.connection_id, columns.position)):
            found.setdefault(row.connection_id, []).append(Binding(asset_id=row.asset_id, address=row.address))
        return found

    async def records(self, kind: str) -> Mapping[str, bytes]:
        """What is kept of this kind, by key."""
        columns = tables.kept_records.c
        rows = await self._rows(sa.select(tables.kept_records).where(columns.kind == kind))
        return {row.key: bytes(row.body) for row in sorted(rows, key=lambda row: row.key)}

    async def alarm_states(self) -> Sequence[tuple[int, int, str, bytes]]:
        """States of the alarms that are not at rest."""
        rows = await self._rows(sa.select(tables.alarm_states).order_by(tables.alarm_states.c.alarm_id))
        return [(row.alarm_id, row.asset_id, row.kind, bytes(row.state)) for row in rows]

    async def claims(self) -> Sequence[Claim]:
        """Claims not released."""
        return await self._all(tables.claims, tables.claims.c.id, msgspec.json.Decoder(list[Claim]))

    async def open_commands(self) -> Sequence[Command]:
        """Commands that had not ended, oldest first."""
        columns = tables.commands.c
        rows = await self._rows(sa.select(columns.body).where(columns.is_open).order_by(columns.requested_at))
        return [msgspec.json.decode(row.body, type=Command) for row in rows]

    async def command(self, command_id: str) -> Command | None:
        """One command."""
        rows = await self._rows(sa.select(tables.commands.c.body).where(tables.commands.c.id == command_id))
        return msgspec.json.decode(rows[0].body, type=Command) if rows else None

    async def commands(self, asset_id: int | None, before: str | None, limit: int) -> Sequence[Command]:
        """Newest first; `before` is a command id."""
        place: tuple[str, str] | None = None
        if before is not None:
            cursor = await self.command(before)
            if cursor is None:
                return []
            place = (stamp(cursor.requested_at), cursor.id)
        rows = await self._rows(queries.command_page(asset_id, place, limit))
        return [msgspec.json.decode(row.body, type=Command) for row in rows]

    async def journal(self, query: JournalQuery) -> Sequence[JournalEntry]:
        """Entries, newest first; oldest first after a seq."""
        return [entry_of(_journal_row(row)) for row in await self._rows(queries.journal_page(query))]

    async def journal_count(self, query: JournalQuery) -> int:
        """How many entries the query has in all."""
        return int((await self._rows(queries.journal_count(query)))[0][0])

    async def verify_journal(self) -> JournalFault | None:
        """Walk the chain and its checkpoints; None when whole."""
        try:
            sealed = self._checkpoints.sealed()
        except (StorageError, OSError) as error:
            return JournalFault(seq=0, reason=str(error))
        walk = ChainWalk(sealed)
        after = -1
        while rows := await self._rows(queries.journal_after(after, _VERIFY_STEP), engines.BULK_TIMEOUT_S):
            after = rows[-1].seq
            if (fault := walk.check((_journal_row(row), row.personal) for row in rows)) is not None:
                return fault
        return walk.end()

    async def personal_of(self, seq: int) -> Mapping[str, str]:
        """The personal part of an entry; empty when there is none or it was erased."""
        columns = tables.journal_personal.c
        rows = await self._rows(sa.select(columns.body).where(columns.seq == seq))
        return msgspec.json.decode(rows[0].body, type=PersonalPart).fields if rows else {}

    async def erase_personal(self, seq: int) -> None:
        """Forget an entry's personal part; the chain stays whole."""
        await self._write([], [Write(tables.journal_personal, [(seq,)], "seq")])

    async def users(self) -> Sequence[StoredUser]:
        """All accounts, by name."""
        rows = await self._rows(sa.select(tables.users).order_by(tables.users.c.name))
        return [
            StoredUser(user=msgspec.json.decode(row.body, type=User), password_hash=row.password_hash) for row in rows
        ]

    async def save_user(self, user: StoredUser, entry: NewEntry) -> None:
        """Add or replace an account, journalled."""
        row = (user.user.name, text(user.user), user.password_hash)
        await self._write([entry], [Write(tables.users, [row])])

    async def save_token(self, token: StoredToken) -> None:
        """Keep a refresh token."""
        row = (token.token_hash, token.family, token.user_name, stamp(token.expires_at), token.is_used)
        await self._write([], [Write(tables.tokens, [row])])

    async def take_token(self, token_hash: str) -> StoredToken | None:
        """Mark a refresh token used and return it as it was before; atomic."""
        columns = tables.tokens.c

        async def take(connection: AsyncConnection) -> StoredToken | None:
            row = (await connection.execute(sa.select(tables.tokens).where(columns.token_hash == token_hash))).first()
            if row is None:
                return None
            mark = sa.update(tables.tokens).where(columns.token_hash == token_hash)
            await connection.execute(mark.values(is_used=True))
            return StoredToken(
                token_hash=row.token_hash,
                family=row.family,
                user_name=row.user_name,
                expires_at=from_stamp(row.expires_at),
                is_used=bool(row.is_used),
            )

        answer: StoredToken | None = await self._ask(take)
        return answer

    async def revoke_family(self, family: str) -> None:
        """No token of this family is good any more."""

        await self._revoke(tables.tokens.c.family == family)

    async def revoke_tokens_of(self, user_name: str) -> None:
        """No token of this account is good any more."""
        await self._revoke(tables.tokens.c.user_name == user_name)

    async def save_approval(self, approval: Approval, entry: NewEntry) -> None:
        """Add or replace an approval, journalled."""
        row = (approval.id, stamp(approval.expires_at), approval.is_used, text(approval))
        await self._write([entry], [Write(tables.approvals, [row])])

    async def approvals(self) -> Sequence[Approval]:
        """Approvals not yet used or expired."""
        columns = tables.approvals.c
        is_open = sa.and_(columns.is_used.is_(False), columns.expires_at > stamp(self._clock.now()))
        rows = await self._rows(sa.select(columns.body).where(is_open).order_by(columns.expires_at))
        return [msgspec.json.decode(row.body, type=Approval) for row in rows]

    async def workspaces(self, user_name: str) -> Sequence[Workspace]:
        """One's workspaces, by name."""
        columns = tables.workspaces.c
        rows = await self._rows(
            sa.select(tables.workspaces).where(columns.user_name == user_name).order_by(columns.name)
        )
        return [Workspace(name=row.name, content=row.content, updated_at=from_stamp(row.updated_at)) for row in rows]

    async def save_workspace(self, user_name: str, workspace: Workspace) -> None:
        """Add or replace by name."""
        row = (user_name, workspace.name, stamp(self._clock.now()), workspace.content)
        await self._write([], [Write(tables.workspaces, [row])])

    async def delete_workspace(self, user_name: str, name: str) -> None:
        """Forget one; no error when there is none."""

        async def delete(connection: AsyncConnection) -> None:
            columns = tables.workspaces.c
            mine = sa.and_(columns.user_name == user_name, columns.name == name)
            await connection.execute(sa.delete(tables.workspaces).where(mine))

        await self._ask(delete)

    async def secrets(self) -> Mapping[str, str]:
        """Ciphertexts by secret name."""
        return {row.name: row.ciphertext for row in await self._rows(sa.select(tables.secrets))}

    async def save_secret(self, name: str, ciphertext: str) -> None:
        """Add or replace a ciphertext."""
        await self._write([], [Write(tables.secrets, [(name, ciphertext)])])

    async def forget_secrets(self) -> None:
        """Forget all ciphertexts: their key is gone."""

        async def forget(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(tables.secrets))

        await self._ask(forget)

    async def keep_readings(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        """Append to the dated readings files within a second."""
        self._readings.keep(readings)

    async def readings(
        self, asset_id: int, point: str, since: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[PointSample]:
        """Kept readings, oldest first, thinned evenly to `limit`."""
        return await self._readings.read(asset_id, point, since, until, limit)

    def forget_readings_before(self, day: dt.date) -> int:
        """Unlink the readings files of earlier days; says how many."""
        return self._readings.forget_before(day)

    async def _check_and_migrate(self) -> None:
        try:
            if self._engine.dialect.name == "sqlite":
                await self._check_integrity()
            async with asyncio.timeout(engines.BULK_TIMEOUT_S):
                await engines.migrate(self._engine)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise StorageError(f"The database could not be opened. {engines.explain(error)}") from error

    async def _check_integrity(self) -> None:
        """A damaged file is never run on silently."""
        try:
            async with self._engine.connect() as connection:
                result = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar()
        except DatabaseError as error:
            raise StorageError(f"The database file is damaged ({error.orig}): restore the last backup.") from error
        if result != "ok":
            raise StorageError(f"The database file is damaged ({result}): restore the last backup.")

    async def _write(self, entries: Sequence[NewEntry], writes: Sequence[Write]) -> Sequence[JournalEntry]:
        self._check_ours()
        drafts = [draft(entry) for entry in entries]
        rows, _ = await self._writer.submit(drafts, writes)
        return [entry_of(row) for row in rows]

    async def _revoke(self, which: sa.ColumnElement[bool]) -> None:
        async def revoke(connection: AsyncConnection) -> None:
            await connection.execute(sa.update(tables.tokens).where(which).values(is_used=True))
            # Long expired ones are of no use even as evidence of re-use.
            expired = tables.tokens.c.expires_at < stamp(self._clock.now())
            await connection.execute(sa.delete(tables.tokens).where(expired))

        await self._ask(revoke)

    def _check_ours(self) -> None:
        if self._database_lock.is_lost:
            raise StorageError(f"nothing was kept: {self._database_lock.trouble}")

    async def _ask(self, question: Question) -> Any:
        self._check_ours()
        _, answer = await self._writer.submit([], [], question)
        return answer

    async def _all(
        self, table: sa.Table, order: sa.ColumnElement[Any], decoder: msgspec.json.Decoder[list[T]]
    ) -> Sequence[T]:
        rows = await self._rows(sa.select(table.c.body).order_by(order), engines.BULK_TIMEOUT_S)
        text_of_all = "[" + ",".join([row[0] for row in rows]) + "]"
        # One call for all, without the collector: 0.25 s instead of 1.3 s for 350,000 assets.
        was_on = gc.isenabled()
        gc.disable()
        try:
            return decoder.decode(text_of_all)
        finally:
            if was_on:
                gc.enable()

    async def _rows(
        self, statement: sa.Select[Any], limit_s: float = engines.STATEMENT_TIMEOUT_S
    ) -> Sequence[sa.Row[Any]]:
        """The rows of a question; asked again once when the connection had been lost."""
        for is_last in (False, True):
            try:
                async with engines.within(self._engine, limit_s + 0.5), self._engine.connect() as connection:
                    if limit_s > engines.STATEMENT_TIMEOUT_S and self._engine.dialect.name == "postgresql":
                        await connection.exec_driver_sql("SET LOCAL statement_timeout = '120s'")
                    rows: Sequence[sa.Row[Any]] = (await connection.execute(statement)).all()
                    return rows
            except (SQLAlchemyError, OSError) as error:
                if is_last or isinstance(error, TimeoutError) or not engines.is_lost_connection(error):
                    raise StorageError(engines.explain(error)) from error
        raise AssertionError("unreachable")


def _journal_row(row: sa.Row[Any]) -> Row:
    return Row(
        row.seq, row.at, row.kind, row.version, row.actor, row.asset_id, row.payload, row.personal_hash, row.hash
    )
