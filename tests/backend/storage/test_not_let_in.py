"""A database server that does not let us in: the words say where the password goes."""

import pytest

from backend.storage.engine import explain


class _Refusal(Exception):
    """As the driver of PostgreSQL raises it while a connection is made."""

    def __init__(self, sqlstate: str, text: str) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "text"),
    [("28P01", 'password authentication failed for user "beffroi"'), ("28000", 'role "beffroi" does not exist')],
)
def test_who_is_not_let_in_reads_where_the_password_goes(sqlstate: str, text: str) -> None:
    said = explain(_Refusal(sqlstate, text))
    assert said.startswith(f"The database does not let us in: {text}")
    assert "database.password" in said
