"""What a transaction writes: rows of tables, in the order in which they were asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from backend.domain.addresses import AddressUpdate
from backend.ports import KeptRecord, Unit
from backend.storage import tables
from backend.storage.stamps import stamp
from contract.assets import Asset, AssetChange
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
ROWS_A_TURN: Final = 1_000
_ENCODER: Final = msgspec.json.Encoder()


class Rows:
    """The rows of a table, made of values only when they are written: a city's worth never waits as text in memory."""

    def __init__(self, values: Sequence[Any], row_of: Callable[[Any], Row]) -> None:
        self._values = values
        self._row_of = row_of

    def __len__(self) -> int:
        return len(self._values)

    def pieces(self) -> Iterator[list[Row]]:
        """All rows in order, as many at a time as one turn of the loop may take."""
        for start in range(0, len(self._values), ROWS_A_TURN):
            yield [self._row_of(value) for value in self._values[start : start + ROWS_A_TURN]]


class Write(msgspec.Struct, frozen=True):
    """Rows to put into a table (by primary key), or to delete from it by `delete_by` (columns, a space between)."""

    table: sa.Table
    rows: Sequence[Row] | Rows
    delete_by: str = ""

    def pieces(self) -> Iterator[Sequence[Row]]:
        """All rows in order, some at a time."""
        rows = self.rows if isinstance(self.rows, Rows) else Rows(self.rows, _as_it_is)
        return rows.pieces()


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
    steps: list[Write] = []
    last: dict[str, tuple[Write, list[Row]]] = {}
    for write in writes:
        if isinstance(write.rows, Rows):
            last.pop(write.table.name, None)
            steps.append(write)
            continue
        step = last.get(write.table.name)
        if step is None or step[0].delete_by != write.delete_by:
            rows: list[Row] = []
            step = last[write.table.name] = (Write(write.table, rows, write.delete_by), rows)
            steps.append(step[0])
        step[1].extend(write.rows)
    return steps


def unit_writes(unit: Unit) -> list[Write]:
    """The rows of a unit, its journal entries apart."""
    found = [
        Write(tables.assets, _rows(unit.replaced_assets, _asset_row)),
        Write(tables.asset_changes, _rows(unit.asset_changes, _change_row)),
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
    return [write for write in found if len(write.rows)]


def _rows(values: Sequence[Any], row_of: Callable[[Any], Row]) -> Sequence[Row] | Rows:
    return Rows(values, row_of) if len(values) > ROWS_A_TURN else [row_of(value) for value in values]


def _as_it_is(row: Row) -> Row:
    return row


def _asset_row(item: Asset) -> Row:
    return item.id, item.class_, item.code, item.commune, text(item)


def _change_row(item: AssetChange) -> Row:
    return item.asset_id, text(item)


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
    return _ENCODER.encode(value).decode()


def _command_row(command: Command) -> Row:
    is_open = command.state not in ENDED_STATES
    return command.id, command.asset_id, stamp(command.requested_at), is_open, text(command)


def _delete(write: Write) -> sa.Delete:
    columns = [write.table.c[name] for name in write.delete_by.split()]
    which = [column == sa.bindparam(f"key_{column.name}", type_=column.type) for column in columns]
    return sa.delete(write.table).where(sa.and_(*which))


def _has_own_key(table: sa.Table) -> bool:
    return table is not tables.asset_changes
