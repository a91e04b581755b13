"""What somebody or something did to a backup is found before anything is touched."""

import hashlib
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backend.ports import StorageError
from backend.storage.backup.restoring import check_backup
from backend.storage.backup.sealing import seal, unseal
from backend.storage.lock import RESTORE_MARK, DataBusy
from tests.backend.storage.backup.kept_city import PASSPHRASE, KeptCity

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    city = KeptCity(tmp_path / "one")
    await city.build()
    await city.happen(20)
    await city.back_up(tmp_path / "b.beffroi-backup")
    await city.stop()
    return tmp_path / "b.beffroi-backup"


def _changed(file: Path, change: Change) -> Path:
    with zipfile.ZipFile(file) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    change(entries)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return file


def _manifest(entries: dict[str, bytes], **fields: object) -> None:
    entries["manifest.json"] = json.dumps({**json.loads(entries["manifest.json"]), **fields}).encode()


def _flip(entries: dict[str, bytes]) -> None:
    body = bytearray(entries["tables/assets"])
    body[len(body) // 2] ^= 1
    entries["tables/assets"] = bytes(body)


def _drop(entries: dict[str, bytes]) -> None:
    del entries["tables/users"]


def _length(entries: dict[str, bytes]) -> None:
    entries["tables/assets"] = struct.pack(">I", 0xFFFFFFFF) + entries["tables/assets"][4:]


def _slip(entries: dict[str, bytes]) -> None:
    files = json.loads(entries["manifest.json"])["files"]
    _manifest(entries, files=[{**files[0], "name": "../../outside"}])


def _sql(entries: dict[str, bytes]) -> None:
    tables = json.loads(entries["manifest.json"])["tables"]
    _manifest(entries, tables=[{**tables[0], "name": 'assets"; DROP TABLE users; --'}])


def _forged(entries: dict[str, bytes]) -> None:
    """Somebody who can make digests: he cannot open the seal over them."""
    _manifest(entries, version="9.9.9")


def _login(entries: dict[str, bytes]) -> None:
    """Refresh tokens are in no backup: one that was put in would open a login."""
    tables = json.loads(entries["manifest.json"])["tables"]
    _manifest(entries, tables=[*tables, {**tables[0], "name": "tokens"}])


def _newer(entries: dict[str, bytes]) -> None:
    _manifest(entries, format=2)


@pytest.mark.parametrize(
    "name",
    [
        "secrets/vault.key",
        "beffroi.sqlite",
        "lock",
        ".restoring/x",
        "checkpoint-copy/x",
        "before-restore-x/y",
        "city/x",
    ],
)
async def test_f40_a_backup_without_keys_plants_neither_keys_nor_a_database_of_its_own(
    file: Path, tmp_path: Path, name: str
) -> None:
    """Without the passphrase nothing vouches for the manifest: what it may name is bounded all the same."""

    def plant(entries: dict[str, bytes]) -> None:
        files = json.loads(entries["manifest.json"])["files"]
        planted = {"name": name, "size": 5, "sha256": hashlib.sha256(b"mine!").hexdigest()}
        entries[f"files/{name}"] = b"mine!"
        _manifest(entries, files=[*files, planted])

    _changed(file, plant)
    new = KeptCity(tmp_path / "two")
    with pytest.raises(StorageError, match="no backup of ours"):
        check_backup(file, None, lambda _: None)
    with pytest.raises(StorageError, match="no backup of ours"):
        await new.take_back(file, passphrase=None)
    assert not (new.secrets / "vault.key").exists()


async def test_f40_parts_that_unpack_before_they_can_be_counted_are_not_read(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    with pytest.raises(StorageError, match="not packed as ours"):
        check_backup(file, PASSPHRASE, lambda _: None)
    with pytest.raises(StorageError, match="not packed as ours"):
        await KeptCity(tmp_path / "two").take_back(file)


@pytest.mark.parametrize("change", [{"cost": -1}, {"cost": 0}, {"cost": 3}, {"cost": 2**62}, {"nonce": b""}])
def test_f40_a_seal_that_nobody_makes_is_refused_as_another_passphrase_is(change: dict[str, object]) -> None:
    sealed = msgspec.msgpack.decode(seal({"vault.key": b"k"}, PASSPHRASE, b"manifest"), type=dict[str, object])
    with pytest.raises(StorageError, match="passphrase"):
        unseal(msgspec.msgpack.encode({**sealed, **change}), PASSPHRASE, b"manifest")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_flip, "damaged|not what was written"),
        (_drop, "missing"),
        (_length, "longer than was noted"),
        (_slip, "outside the data directory"),
        (_sql, "cannot be one"),
        (_forged, "backup was changed"),
        (_login, "table tokens"),
        (_newer, "format 2"),
    ],
)
async def test_f40_a_changed_backup_is_refused_in_words_and_leaves_no_trace(
    file: Path, tmp_path: Path, change: Change, told: str
) -> None:
    _changed(file, change)
    new = KeptCity(tmp_path / "two")
    with pytest.raises(StorageError, match=told):
        check_backup(file, PASSPHRASE, lambda _: None)
    with pytest.raises(StorageError, match=told):
        await new.take_back(file)
    assert {path.name for path in new.data.iterdir()} <= {"lock"}
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x00" * 5_000])
def test_what_is_no_backup_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(StorageError, match="not a whole backup"):
        check_backup(tmp_path / "x", None, lambda _: None)


async def test_a_cut_backup_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2_000])
    with pytest.raises(StorageError, match="not a whole backup"):
        check_backup(file, None, lambda _: None)


async def test_a_row_of_the_journal_that_was_changed_with_all_digests_is_found_by_the_chain(file: Path) -> None:
    def rewrite(entries: dict[str, bytes]) -> None:
        body = entries["tables/journal"]
        rows = msgspec.msgpack.decode(body[4:])
        rows[5][4] = "somebody else"
        packed = msgspec.msgpack.encode(rows)
        entries["tables/journal"] = struct.pack(">I", len(packed)) + packed
        tables = json.loads(entries["manifest.json"])["tables"]
        for table in tables:
            if table["name"] == "journal":
                table["sha256"] = hashlib.sha256(entries["tables/journal"]).hexdigest()
                table["size"] = len(entries["tables/journal"])
        _manifest(entries, tables=tables)

    with pytest.raises(StorageError, match="Row 6"):
        check_backup(_changed(file, rewrite), None, lambda _: None)


async def test_nothing_is_restored_under_a_running_backend(file: Path, tmp_path: Path) -> None:
    city = KeptCity(tmp_path / "one")
    await city.storage.open()
    with pytest.raises(DataBusy):
        await city.take_back(file, replaces=True)
    await city.stop()


async def test_a_restore_that_was_cut_off_is_never_run_and_is_made_whole_by_another(file: Path, tmp_path: Path) -> None:
    city = KeptCity(tmp_path / "one")
    (city.data / RESTORE_MARK).write_text("cut")
    with pytest.raises(StorageError, match="was cut off: run `main"):
        await city.storage.open()
    await city.take_back(file, replaces=True)
    assert await city.storage.verify_journal() is None
    assert not (city.data / RESTORE_MARK).exists()
    await city.stop()


async def test_a_journal_that_is_not_whole_is_not_backed_up_as_if_it_were(tmp_path: Path) -> None:
    city = KeptCity(tmp_path / "three")
    await city.build()
    await city.happen(3)
    await city.stop()
    database = sqlite3.connect(city.data / "beffroi.sqlite")
    database.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 3")
    database.commit()
    database.close()
    with pytest.raises(StorageError, match="Row 3"):
        await city.back_up(tmp_path / "c")
    assert not (tmp_path / "c").exists()
