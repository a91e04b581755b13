"""What a transaction writes: rows of tables, in the order in which they were asked for."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from backend.domain.addresses import AddressUpdate
from backend.ports import KeptRecord, Unit
from backend.storage import tables
from backend.storage.stamps import stamp
from contract.commands import Command, CommandState

ENDED_STATES = frozenset(
    {
        CommandState.VERIFIED,
        CommandState.REJECTED,
        CommandState.EXPIRED,
        CommandState.FAILED,
        CommandState.UNKNOWN,
    }
)
Row = tuple[Any, ...]


class Write(msgspec.Struct, frozen=True):
    """Rows to put into a table (by primary key), or to delete from it by `delete_by` (columns, a space between)."""

    table: sa.Table
    rows: Sequence[Row]
    delete_by: str = ""


class Statements:
    """Statements compiled once for a database; their rows are plain tuples in the order of the columns."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[tuple[str, str], str] = {}

    def sql(self, write: Write) -> str:
        """The statement of a write."""
        key = (write.table.name, write.delete_by)
        if key not in self._known:
            statement = _delete(write) if write.delete_by else self._put(write.table)
            self._known[key] = str(statement.compile(dialect=self._dialect))
        return self._known[key]

    def _put(self, table: sa.Table) -> sa.Insert:
        is_postgresql = self._dialect.name == "postgresql"
        names = stored_columns(table)
        values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
        if not _has_own_key(table):
            return sa.insert(table).values(values)
        insert = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
        keys = [column.name for column in table.primary_key]
        changed = {name: insert.excluded[name] for name in names if name not in keys}
        # The journal is only ever appended to: a second row with the same seq is an error.
        if table is tables.journal:
            return insert.values(values)
        return insert.values(values).on_conflict_do_update(index_elements=keys, set_=changed)


def stored_columns(table: sa.Table) -> list[str]:
    """The columns that a row gives, in order."""
    return [column.name for column in table.columns if _has_own_key(table) or not column.primary_key]


def merged(writes: Iterable[Write]) -> list[Write]:
    """Fewer, larger writes with the same effect: per table the order is kept, tables do not refer to each other."""
    steps: list[tuple[Write, list[Row]]] = []
    last: dict[str, tuple[Write, list[Row]]] = {}
    for write in writes:
        step = last.get(write.table.name)
        if step is None or step[0].delete_by != write.delete_by:
            step = (write, list[Row]())
            last[write.table.name] = step
            steps.append(step)
        step[1].extend(write.rows)
    return [Write(write.table, rows, write.delete_by) for write, rows in steps]


def unit_writes(unit: Unit) -> list[Write]:
    """The rows of a unit, its journal entries apart."""
    found = [
        Write(
            tables.assets,
            [(item.id, item.class_, item.code, item.commune, text(item)) for item in unit.replaced_assets],
        ),
        Write(tables.asset_changes, [(item.asset_id, text(item)) for item in unit.asset_changes]),
        Write(tables.communes, [(item.code, text(item)) for item in unit.communes]),
        *_address_writes(unit.addresses),
        Write(tables.alarm_states, [item for item in unit.alarm_states if item[3]]),
        Write(tables.alarm_states, [(item[0],) for item in unit.alarm_states if not item[3]], "alarm_id"),
        Write(tables.claims, [(item.id, item.asset_id, text(item)) for item in unit.claims]),
        Write(tables.claims, [(claim_id,) for claim_id in unit.released_claims], "id"),
        Write(tables.commands, [_command_row(item) for item in unit.commands]),
        Write(tables.connections, [(item.id, text(item)) for item in unit.connections]),
        Write(tables.bindings, [(connection_id,) for connection_id in unit.bindings], "connection_id"),
        Write(
            tables.bindings,
            [
                (connection_id, position, item.asset_id, item.address)
                for connection_id, items in unit.bindings.items()
                for position, item in enumerate(items)
            ],
        ),
        Write(tables.connections, [(connection_id,) for connection_id in unit.removed_connections], "id"),
        Write(tables.bindings, [(connection_id,) for connection_id in unit.removed_connections], "connection_id"),
        *_record_writes(unit.records),
    ]
    return [write for write in found if write.rows]


def _address_writes(update: AddressUpdate | None) -> list[Write]:
    if update is None:
        return []
    gone = [(street,) for street in update.removed_streets]
    return [
        Write(tables.house_numbers, gone, "street_id"),
        Write(tables.address_streets, gone, "id"),
        Write(tables.address_streets, [(item.id, item.commune, text(item)) for item in update.streets]),
        Write(tables.house_numbers, [msgspec.structs.astuple(item) for item in update.numbers]),
    ]


def _record_writes(records: Sequence[KeptRecord]) -> list[Write]:
    last = {(record.kind, record.key): record.body for record in records}
    kept = [(kind, key, body) for (kind, key), body in last.items() if body is not None]
    gone = [place for place, body in last.items() if body is None]
    return [Write(tables.kept_records, kept), Write(tables.kept_records, gone, "kind key")]


def text(value: object) -> str:
    """The JSON of a value, as kept in a body column."""
    return msgspec.json.encode(value).decode()


def _command_row(command: Command) -> Row:
    is_open = command.state not in ENDED_STATES
    return command.id, command.asset_id, stamp(command.requested_at), is_open, text(command)


def _delete(write: Write) -> sa.Delete:
    columns = [write.table.c[name] for name in write.delete_by.split()]
    which = [column == sa.bindparam(f"key_{column.name}", type_=column.type) for column in columns]
    return sa.delete(write.table).where(sa.and_(*which))


def _has_own_key(table: sa.Table) -> bool:
    return table is not tables.asset_changes
