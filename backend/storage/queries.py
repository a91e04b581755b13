"""Questions to the database, as statements."""

from typing import Any

import sqlalchemy as sa

from backend.ports import JournalQuery
from backend.storage import tables
from backend.storage.stamps import stamp


def journal_page(query: JournalQuery) -> sa.Select[Any]:
    """The rows of a page, newest first; oldest first after a seq."""
    statement = _journal_where(sa.select(tables.journal), query)
    seq = tables.journal.c.seq
    if query.before is not None:
        statement = statement.where(seq < query.before)
    if query.after is not None:
        statement = statement.where(seq > query.after)
    return statement.order_by(seq.desc() if query.after is None else seq).limit(max(0, query.limit))


def journal_count(query: JournalQuery) -> sa.Select[Any]:
    """How many rows in all."""
    return _journal_where(sa.select(sa.func.count()).select_from(tables.journal), query)


def journal_after(seq: int, count: int) -> sa.Select[Any]:
    """The next rows with their personal part, oldest first."""
    return (
        sa.select(tables.journal, tables.journal_personal.c.body.label("personal"))
        .join_from(
            tables.journal,
            tables.journal_personal,
            tables.journal.c.seq == tables.journal_personal.c.seq,
            isouter=True,
        )
        .where(tables.journal.c.seq > seq)
        .order_by(tables.journal.c.seq)
        .limit(count)
    )


def command_page(asset_id: int | None, before: tuple[str, str] | None, limit: int) -> sa.Select[Any]:
    """Commands, newest first, after the place `before` (time of request, id)."""
    columns = tables.commands.c
    statement = sa.select(columns.body)
    if asset_id is not None:
        statement = statement.where(columns.asset_id == asset_id)
    if before is not None:
        moment, command_id = before
        earlier = sa.or_(
            columns.requested_at < moment, sa.and_(columns.requested_at == moment, columns.id < command_id)
        )
        statement = statement.where(earlier)
    return statement.order_by(columns.requested_at.desc(), columns.id.desc()).limit(max(0, limit))


def _journal_where(statement: sa.Select[Any], query: JournalQuery) -> sa.Select[Any]:
    columns = tables.journal.c
    if query.since is not None:
        statement = statement.where(columns.at >= stamp(query.since))
    if query.until is not None:
        statement = statement.where(columns.at < stamp(query.until))
    if query.asset_id is not None:
        statement = statement.where(columns.asset_id == query.asset_id)
    if query.actor is not None:
        statement = statement.where(columns.actor == query.actor)
    if query.kinds is not None:
        statement = statement.where(columns.kind.in_([kind.value for kind in query.kinds]))
    return statement
