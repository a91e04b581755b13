"""The tables as they are today. What is searched has a column; the rest of a value is JSON in `body`."""

import sqlalchemy as sa

metadata = sa.MetaData()

assets = sa.Table(
    "assets",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("class", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("class", "code", name="uq_assets_class_code"),
)
asset_changes = sa.Table(
    "asset_changes",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("asset_id", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_asset_changes_asset", "asset_id", "number"),
)
communes = sa.Table(
    "communes",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
address_streets = sa.Table(
    "address_streets",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
house_numbers = sa.Table(
    "house_numbers",
    metadata,
    sa.Column("street_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("suffix", sa.Text, primary_key=True),
    sa.Column("lon", sa.Double[float](), nullable=False),
    sa.Column("lat", sa.Double[float](), nullable=False),
)
connections = sa.Table(
    "connections",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("connection_id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asset_id", sa.BigInteger, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
)
alarm_states = sa.Table(
    "alarm_states",
    metadata,
    sa.Column("alarm_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asset_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
kept_records = sa.Table(
    "kept_records",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asset_id", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
commands = sa.Table(
    "commands",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asset_id", sa.BigInteger, nullable=False),
    sa.Column("requested_at", sa.Text, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_commands_requested", "requested_at", "id"),
    sa.Index("ix_commands_asset", "asset_id", "requested_at", "id"),
    sa.Index("ix_commands_open", "is_open", sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open")),
)
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("asset_id", sa.BigInteger),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("personal_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("ix_journal_at", "at"),
    sa.Index(
        "ix_journal_asset",
        "asset_id",
        "seq",
        sqlite_where=sa.text("asset_id IS NOT NULL"),
        postgresql_where=sa.text("asset_id IS NOT NULL"),
    ),
    sa.Index("ix_journal_actor", "actor", "seq"),
    sa.Index("ix_journal_kind", "kind", "seq"),
)
journal_personal = sa.Table(
    "journal_personal",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
)
users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
)
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("user_name", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("is_used", sa.Boolean, nullable=False),
    sa.Index("ix_tokens_family", "family"),
)
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("expires_at", sa.Text, nullable=False),
    sa.Column("is_used", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("user_name", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)
secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("ciphertext", sa.Text, nullable=False),
)
