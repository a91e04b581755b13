"""Where everything is kept: SQLite by default, PostgreSQL by URL, and an in-memory twin for tests."""
