"""PostgreSQL dies, loses connections or hangs: nothing acknowledged is lost, and nobody waits for ever."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery, StorageError, Unit
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from contract.journal import EntryKind, NewEntry
from tests.backend import postgresql

pytestmark = pytest.mark.postgres
NOTE = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={})


@pytest.fixture
def server() -> Iterator[postgresql.Server]:
    """A server of one's own, to be maltreated."""
    postgresql.require()
    made = postgresql.Server()
    yield made
    made.stop()


@pytest.fixture
async def storage(server: postgresql.Server, tmp_path: Path) -> AsyncIterator[SqlStorage]:
    """An open storage on it."""
    made = create_storage(server.new_database(), tmp_path, tmp_path / "secrets", SystemClock(), ballast_bytes=0)
    await made.open()
    yield made
    await made.close()


class Writers:
    """Callers that commit one entry after the other and remember what was acknowledged."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage
        self.acknowledged: list[str] = []
        self.refused = 0
        self.must_stop = False

    async def run(self, name: str) -> None:
        """Until told to stop."""
        number = 0
        while not self.must_stop:
            number += 1
            mark = f"{name}-{number}"
            try:
                await self._storage.commit(
                    Unit(entries=[NewEntry(kind=EntryKind.NOTE, actor="anne", payload={"mark": mark})])
                )
            except StorageError:
                self.refused += 1
                continue
            self.acknowledged.append(mark)

    async def check(self) -> None:
        """Each acknowledged entry is there exactly once, and the chain is whole."""
        entries = await self._storage.journal(JournalQuery(limit=1_000_000))
        marks = [str(entry.payload["mark"]) for entry in entries]
        assert len(marks) == len(set(marks))
        assert set(self.acknowledged) <= set(marks)
        assert await self._storage.verify_journal() is None


async def test_a_killed_server_costs_no_acknowledged_row_and_is_found_again(
    server: postgresql.Server, storage: SqlStorage
) -> None:
    writers = Writers(storage)

    async def maltreat() -> float:
        await asyncio.sleep(0.3)
        server.kill()
        await asyncio.to_thread(server.start)
        back = time.monotonic()
        before = len(writers.acknowledged)
        while len(writers.acknowledged) == before:
            await asyncio.sleep(0.01)
            assert time.monotonic() - back < 5
        await asyncio.sleep(0.2)
        writers.must_stop = True
        return time.monotonic() - back

    *_, seconds = await asyncio.gather(*(writers.run(str(n)) for n in range(10)), maltreat())
    assert seconds is not None
    assert seconds < 5
    assert len(writers.acknowledged) > 20
    await writers.check()
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_killed_connections_are_replaced_and_their_units_written_once(
    server: postgresql.Server, storage: SqlStorage
) -> None:
    writers = Writers(storage)
    kill_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'beffroi'"

    async def maltreat() -> None:
        for _ in range(3):
            await asyncio.sleep(0.2)
            await asyncio.to_thread(server.psql, kill_all)
        await asyncio.sleep(0.3)
        writers.must_stop = True

    await asyncio.gather(*(writers.run(str(n)) for n in range(10)), maltreat())
    assert writers.refused == 0
    assert len(writers.acknowledged) > 50
    await writers.check()
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_hanging_server_is_told_within_seconds_and_forgiven_when_it_goes_on(
    server: postgresql.Server, storage: SqlStorage
) -> None:
    await storage.commit(Unit(entries=[NOTE]))
    pids = [int(pid) for pid in server.psql("SELECT pid FROM pg_stat_activity").split()]
    for pid in (server.process.pid, *pids):
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            continue
    began = time.monotonic()
    try:
        waiting = [storage.commit(Unit(entries=[NOTE])) for _ in range(20)]
        results = await asyncio.gather(*waiting, storage.journal(JournalQuery()), return_exceptions=True)
    finally:
        for pid in (server.process.pid, *pids):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
    assert all(isinstance(result, StorageError) for result in results)
    assert time.monotonic() - began < 10
    for _ in range(20):
        try:
            await storage.commit(Unit(entries=[NOTE]))
            break
        except StorageError:
            await asyncio.sleep(0.2)
    else:
        pytest.fail("the storage never found back")
    assert await storage.verify_journal() is None


async def test_a_wrong_url_or_an_absent_server_is_told_in_words(tmp_path: Path) -> None:
    for url, words in (("mysql://x/y", "not known"), ("nonsense", "cannot be read")):
        with pytest.raises(StorageError, match=words):
            create_storage(url, tmp_path, tmp_path, SystemClock(), ballast_bytes=0)
    absent = create_storage("postgresql://beffroi@127.0.0.1:9/x", tmp_path, tmp_path, SystemClock(), ballast_bytes=0)
    with pytest.raises(StorageError, match="cannot be reached"):
        await absent.open()
