"""What was acknowledged is there after kill -9, a killed migration, a full disk and a damaged file."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, StorageError, Unit
from backend.storage import ballast
from backend.storage.ballast import Ballast
from backend.storage.checkpoints import Checkpoints
from backend.storage.engine import DriverConnection, sqlite_engine
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from bench.journal_kill import kill_loop
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from tests.backend.postgresql import Server

NOTE = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={"text": "x" * 200})
TABLES = 16

_CRASHING_MIGRATION = """
import asyncio, os, signal, sys
from pathlib import Path
from alembic import op
from backend.storage.engine import migrate, sqlite_engine
left = int(sys.argv[2])
for name in ("create_table", "create_index"):
    def step(*arguments, _real=getattr(op, name), **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return _real(*arguments, **named)
    setattr(op, name, step)
asyncio.run(migrate(sqlite_engine(Path(sys.argv[1]))))
"""


@asynccontextmanager
async def opened(folder: Path, url: str | None = None, ballast_bytes: int = 0) -> AsyncGenerator[SqlStorage]:
    """An open storage on a folder."""
    storage = create_storage(url, folder, folder / "secrets", ManualClock(), ballast_bytes=ballast_bytes)
    async with kept_open(storage):
        yield storage


@asynccontextmanager
async def kept_open(storage: SqlStorage) -> AsyncGenerator[SqlStorage]:
    """That storage, open for so long."""
    await storage.open()
    try:
        yield storage
    finally:
        await storage.close()


def test_no_acknowledged_row_is_lost_by_kill_9(tmp_path: Path) -> None:
    result = kill_loop(4, tmp_path)
    assert result.acknowledged > 50
    assert (result.lost, result.fault) == (0, "")


@pytest.mark.postgres
def test_no_acknowledged_row_is_lost_by_kill_9_on_postgresql(tmp_path: Path, postgresql_server: Server) -> None:
    result = kill_loop(2, tmp_path, database_url=postgresql_server.new_database())
    assert result.acknowledged > 20
    assert (result.lost, result.fault) == (0, "")


@pytest.mark.parametrize("steps", [0, 1, 9, 22])
async def test_a_migration_killed_midway_leaves_the_old_schema(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "beffroi.sqlite"
    ended = subprocess.run([sys.executable, "-c", _CRASHING_MIGRATION, str(path), str(steps)], check=False)
    assert ended.returncode == -9
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()
    assert found == []
    async with opened(tmp_path) as storage:
        await storage.commit(Unit(entries=[NOTE]))
        assert await storage.verify_journal() is None


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_an_upgrade_killed_midway_leaves_the_old_schema_and_all_it_holds(tmp_path: Path, steps: int) -> None:
    lamp = Asset(id=1, code="L1", class_="streetlight", lon=5, lat=47)
    async with opened(tmp_path) as storage:
        await storage.commit(Unit(entries=[NOTE], replaced_assets=[lamp]))
    path = tmp_path / "beffroi.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE house_numbers; DROP TABLE address_streets; DROP TABLE kept_records;"
            "UPDATE alembic_version SET version_num = '0001'"
        )
    ended = subprocess.run([sys.executable, "-c", _CRASHING_MIGRATION, str(path), str(steps)], check=False)
    assert ended.returncode == -9
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found.isdisjoint({"house_numbers", "address_streets", "kept_records"})
    assert version == [("0001",)]
    async with opened(tmp_path) as storage:
        assert list(await storage.assets()) == [lamp]
        assert await storage.journal_count(JournalQuery()) == 1
        assert await storage.verify_journal() is None


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as storage:
        await storage.commit(Unit(entries=[NOTE]))
    async with opened(tmp_path) as storage:
        assert await storage.journal_count(JournalQuery()) == 1
        await storage.commit(Unit(entries=[NOTE]))
        assert await storage.verify_journal() is None


async def test_a_full_database_refuses_in_words_keeps_nothing_half_and_recovers(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "beffroi.sqlite")
    checkpoints = Checkpoints(tmp_path / "checkpoints.jsonl", tmp_path / "journal.key")
    most_pages = 1_000_000

    @event.listens_for(engine.sync_engine, "checkout")
    def bound(connection: DriverConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={most_pages}")
        cursor.close()

    async with kept_open(
        SqlStorage(engine, ManualClock(), tmp_path, checkpoints, Ballast(tmp_path / "reserve", 0))
    ) as storage:
        await storage.commit(Unit(entries=[NOTE]))
        most_pages = 60
        lamps = [
            Asset(id=n, code=f"L{n}", class_="streetlight", lon=5, lat=47, name="x" * 200) for n in range(1, 2_000)
        ]
        with pytest.raises(StorageError, match="disk is full"):
            await storage.commit(Unit(entries=[NOTE], replaced_assets=lamps))
        assert not await storage.assets()
        most_pages = 1_000_000
        await storage.commit(Unit(entries=[NOTE]))
        assert await storage.journal_count(JournalQuery()) == 2
        assert await storage.verify_journal() is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def test_the_journal_is_still_written_when_the_disk_is_full(small_disk: Path) -> None:
    async with opened(small_disk, ballast_bytes=1_000_000) as storage:
        reserve = small_disk / "reserve"
        assert reserve.stat().st_size == 1_000_000
        with (small_disk / "somebody-elses-file").open("wb") as file:
            try:
                while True:
                    os.write(file.fileno(), b"x" * 4096)
            except OSError:
                pass
        for _ in range(20):
            await storage.commit(Unit(entries=[NOTE]))
        assert not reserve.exists()
        assert await storage.journal_count(JournalQuery()) == 20
        with pytest.raises(StorageError, match="disk is full"):
            await storage.commit(Unit(entries=[NOTE] * 10_000))
        count = await storage.journal_count(JournalQuery())
        assert await storage.verify_journal() is None
        (small_disk / "somebody-elses-file").unlink()
        await storage.commit(Unit(entries=[NOTE]))
        assert await storage.journal_count(JournalQuery()) == count + 1


async def test_a_reserve_that_does_not_fit_is_no_error(small_disk: Path) -> None:
    ballast.Ballast(small_disk / "reserve", 5_000_000).take_on()
    assert not (small_disk / "reserve").exists()


async def test_a_damaged_file_is_never_run_on_silently(tmp_path: Path) -> None:
    async with opened(tmp_path) as storage:
        await storage.commit(Unit(entries=[NOTE] * 500))
    path = tmp_path / "beffroi.sqlite"
    content = bytearray(path.read_bytes())
    content[40_000:60_000] = os.urandom(20_000)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        async with opened(tmp_path):
            pass


async def test_a_directory_is_open_once(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(StorageError, match="running backend"):
            async with opened(tmp_path):
                pass
    async with opened(tmp_path):
        pass


async def test_a_caller_that_gives_up_harms_nobody(tmp_path: Path) -> None:
    async with opened(tmp_path) as storage:
        tries = [asyncio.ensure_future(storage.commit(Unit(entries=[NOTE]))) for _ in range(50)]  # noqa: TID251 - each is awaited or cancelled here
        await asyncio.sleep(0)
        for waiting in tries[::2]:
            waiting.cancel()
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert all(not isinstance(result, BaseException) for result in results[1::2])
        assert await storage.verify_journal() is None
    with pytest.raises(StorageError, match="closed"):
        await storage.commit(Unit(entries=[NOTE]))
