"""Runs the migrations on the connection that storage hands over; all of them in one transaction."""

from typing import cast

from alembic import context
from sqlalchemy import Connection

from backend.storage.tables import metadata

# All in one transaction: a kill midway leaves the old schema.
context.configure(
    connection=cast("Connection", context.config.attributes["connection"]),
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
