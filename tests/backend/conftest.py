"""Storage for tests: the real one on both databases, and its twin in memory."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Storage
from backend.storage.memory import MemoryStorage
from backend.storage.opening import create_storage
from tests.backend import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for the run."""
    postgresql.require()
    server = postgresql.Server()
    yield server
    server.stop()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock()


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
async def storage(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Storage]:
    """An open, empty storage of each kind."""
    if request.param == "memory":
        yield MemoryStorage(clock)
        return
    url: str | None = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server").new_database()
    kept = create_storage(url, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await kept.open()
    yield kept
    await kept.close()
