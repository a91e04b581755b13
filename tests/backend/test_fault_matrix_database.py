"""Fault matrix, PostgreSQL: one backend a database; deadlocks and rivals cost nothing that was acknowledged."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from backend.devkit.clock import SystemClock
from backend.ports import JournalQuery, StorageError, StoredUser, Unit
from backend.storage import database_lock, engine, writer
from backend.storage.ballast import Ballast
from backend.storage.chain import draft
from backend.storage.checkpoints import Checkpoints
from backend.storage.lock import DataBusy
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from contract.journal import EntryKind, NewEntry
from contract.rights import User
from tests.backend import postgresql

pytestmark = pytest.mark.postgres
_CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'beffroi'"
_NEXT_ROW = (
    "INSERT INTO journal SELECT seq + 1, at, kind, version, actor, asset_id, payload, personal_hash, hash "
    "FROM journal ORDER BY seq DESC LIMIT 1"
)
NOTE = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={})


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A server of one's own, to be maltreated."""
    postgresql.require()
    made = postgresql.Server()
    yield made
    made.stop()


@pytest.fixture
def url(server: postgresql.Server) -> str:
    return server.new_database()


@pytest.fixture
async def storage(url: str, tmp_path: Path) -> AsyncIterator[SqlStorage]:
    """An open storage on it."""
    made = on(url, tmp_path, "a")
    await made.open()
    yield made
    await made.close()


def on(url: str, folder: Path, name: str) -> SqlStorage:
    return create_storage(url, folder / name, folder / "keys", SystemClock(), ballast_bytes=0)


async def test_f25_a_second_backend_on_the_database_is_refused_until_the_first_has_gone(
    url: str, storage: SqlStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_lock, "_TRIES", 2)
    with pytest.raises(DataBusy, match="in use by a running backend"):
        await on(url, tmp_path, "b").open()
    await storage.commit(Unit(entries=[NOTE]))
    await storage.close()
    second = on(url, tmp_path, "b")
    await second.open()
    assert await second.journal_count(JournalQuery()) == 1
    await second.close()


async def test_f25_a_backend_whose_database_was_taken_writes_no_more_and_says_so(
    server: postgresql.Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_lock, "LOOK_EVERY_S", 1.0)
    first, second = on(url, tmp_path, "a"), on(url, tmp_path, "b")
    await first.open()
    server.psql(_CUT_ALL, database=url.rpartition("/")[2])
    await second.open()
    async with asyncio.timeout(5):
        while "another backend" not in first.trouble:
            await asyncio.sleep(0.05)
    with pytest.raises(StorageError, match="another backend"):
        await first.commit(Unit(entries=[NOTE]))
    await second.commit(Unit(entries=[NOTE]))
    assert second.trouble == ""
    await second.close()
    with pytest.raises(StorageError, match="another backend"):
        await first.commit(Unit(entries=[NOTE]))
    assert await first.verify_journal() is None
    await first.close()


async def test_f15_a_lock_whose_connection_was_killed_is_taken_again(
    server: postgresql.Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_lock, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(database_lock, "_TRIES", 2)
    first = on(url, tmp_path, "a")
    await first.open()
    server.psql(_CUT_ALL, database=url.rpartition("/")[2])
    await asyncio.sleep(0.6)
    assert first.trouble == ""
    with pytest.raises(DataBusy):
        await on(url, tmp_path, "b").open()
    await first.close()


async def test_f17_a_deadlock_is_tried_again_and_happens_once(
    storage: SqlStorage, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rival holds the journal's next row and wants the account that our unit holds: the server ends our unit."""
    met: list[str] = []
    really = engine.is_conflict

    def is_conflict(error: BaseException) -> bool:
        met.append(str(error))
        return really(error)

    anne = StoredUser(
        user=User(name="anne", person="Anne", display_name="Anne", role="operator", grants=()), password_hash="h"
    )
    await storage.save_user(anne, NOTE)
    monkeypatch.setattr(engine, "is_conflict", is_conflict)
    rivals = engine.postgresql_engine(url)
    async with rivals.connect() as rival:
        trying = await rival.begin()
        await rival.execute(sa.text("SET LOCAL deadlock_timeout = '30s'"))
        await rival.execute(sa.text("SET LOCAL statement_timeout = '10s'"))
        await rival.execute(sa.text(_NEXT_ROW))
        ours = asyncio.get_running_loop().create_task(storage.save_user(anne, NOTE), name="ours")
        await asyncio.sleep(0.3)
        assert not ours.done(), "it waits for the rival's row"
        await rival.execute(sa.text("UPDATE users SET password_hash = 'x' WHERE name = 'anne'"))
        await trying.rollback()
        await ours
    await rivals.dispose()
    assert any("deadlock" in words for words in met), met
    assert await storage.journal_count(JournalQuery()) == 2
    assert await storage.users() == [anne]


async def test_f17_two_writers_never_spoil_the_chain(storage: SqlStorage, url: str, tmp_path: Path) -> None:
    """As in the moment before a backend learns that another took the database."""
    own = engine.postgresql_engine(url)
    clock = SystemClock()
    checkpoints = Checkpoints(tmp_path / "other" / "checkpoints.jsonl", tmp_path / "other" / "journal.key")
    rival = writer.Writer(own, clock, checkpoints, Ballast(tmp_path / "none", 0))
    await rival.start()
    units = [
        work for _ in range(20) for work in (storage.commit(Unit(entries=[NOTE])), rival.submit([draft(NOTE)], []))
    ]
    results = await asyncio.gather(*units, return_exceptions=True)
    refused = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, StorageError) for error in refused)
    assert await storage.journal_count(JournalQuery()) == len(results) - len(refused)
    assert await storage.verify_journal() is None
    await rival.close()
    await own.dispose()


async def test_f17_a_unit_that_breaks_the_writer_is_refused_and_the_next_is_kept(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(writer, "append", broken)
        with pytest.raises(StorageError, match="fault"):
            await storage.commit(Unit(entries=[NOTE]))
    await storage.commit(Unit(entries=[NOTE]))
    assert await storage.verify_journal() is None


@pytest.mark.parametrize(
    "url", ["postgresql://beffroi:c4n4ry@127.0.0.1:9/x", "postgresql://beffroi@127.0.0.1:9/x?password=c4n4ry"]
)
async def test_f62_no_password_of_the_database_is_taken_from_the_command_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(StorageError, match=r"database\.password") as refused:
        on(url, tmp_path, "a")
    assert "c4n4ry" not in str(refused.value)


async def test_f62_the_databases_password_comes_from_a_file_of_ours_and_is_never_told(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "database.password").write_text("c4n4ry\n")
    absent = on("postgresql://beffroi@127.0.0.1:9/x", tmp_path, "a")
    with pytest.raises(StorageError) as refused:
        await absent.open()
    assert "c4n4ry" not in "".join(traceback.format_exception(refused.value))
