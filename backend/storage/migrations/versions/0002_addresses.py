"""Addresses: streets and house numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "address_streets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "house_numbers",
        sa.Column("street_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double[float](), nullable=False),
        sa.Column("lat", sa.Double[float](), nullable=False),
        sa.PrimaryKeyConstraint("street_id", "number", "suffix"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("house_numbers")
    op.drop_table("address_streets")
