"""Fault matrix: what a newer version wrote is not half understood by an older one; what is installed was locked."""

import contextlib
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import StorageError
from backend.storage.opening import DATABASE_FILE, create_storage
from tests.backend.storage.backup.kept_city import KeptCity

ROOT = Path(__file__).parents[2]


async def test_f66_a_backup_of_a_newer_version_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    city = KeptCity(tmp_path / "one")
    await city.build()
    await city.back_up(tmp_path / "b.beffroi-backup")
    await city.stop()
    newer = tmp_path / "newer.beffroi-backup"
    with zipfile.ZipFile(tmp_path / "b.beffroi-backup") as made, zipfile.ZipFile(newer, "w") as changed:
        for name in made.namelist():
            content = made.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "schema": "9999", "version": "99.0.0"}).encode()
            changed.writestr(name, content, zipfile.ZIP_DEFLATED)
    other = KeptCity(tmp_path / "two")
    with pytest.raises(StorageError, match=r"newer version \(99\.0\.0\): install that one first"):
        await other.take_back(newer, passphrase=None)
    assert not (other.data / DATABASE_FILE).exists()


async def test_f66_a_database_of_a_newer_version_is_not_opened_and_stays_as_it_is(tmp_path: Path) -> None:
    storage = create_storage(None, tmp_path, tmp_path / "secrets", ManualClock(), ballast_bytes=0)
    await storage.open()
    await storage.close()
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    older = create_storage(None, tmp_path, tmp_path / "secrets", ManualClock(), ballast_bytes=0)
    with pytest.raises(StorageError, match="newer version"):
        await older.open()
    await older.close()
    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_f66_every_dependency_is_locked_by_version_and_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    parts = re.split(r"\n(?=\S)", "\n" + lock.replace("\\\n", " "))
    locked = [part for part in parts if part.strip() and not part.startswith("#")]
    assert len(locked) > 50
    assert [part for part in locked if not re.match(r"[\w.\[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", part)] == []
    assert "--require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text("utf-8")
