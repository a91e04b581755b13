"""A backup is proven by restoring it: from SQLite, from PostgreSQL, and from one into the other."""

import asyncio
import datetime as dt
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backend.domain.kept_key import RECORD_KIND, KeptKey, revoked
from backend.ports import JournalQuery, KeptRecord, StorageError, Unit
from backend.storage.backup.making import Cancelled, Progress
from backend.storage.backup.restoring import check_backup
from contract.administration import ApiKey
from contract.journal import EntryKind
from contract.rights import Grant, Level
from tests.backend import postgresql
from tests.backend.storage.backup.kept_city import (
    DEVICE_PASSWORD,
    LAMPS,
    PASSPHRASE,
    KeptCity,
    device_password,
)

Opened = Callable[[str, str], KeptCity]


@pytest.fixture
async def city(tmp_path: Path) -> KeptCity:
    built = KeptCity(tmp_path / "one")
    await built.build()
    return built


async def _holds_all(city: KeptCity) -> None:
    assert len(await city.storage.assets()) == LAMPS
    assert (await city.storage.assets())[3].name == "Lanterne n° 4"
    assert (await city.storage.asset_changes(1))[0].after == {"name": "b"}
    assert [command.actor for command in await city.storage.open_commands()] == ["anne"]
    assert await city.storage.records("note") == {"one": b"\x00\x01\xff"}
    assert [user.user.name for user in await city.storage.users()] == ["anne"]
    assert await device_password(city.storage, city.secrets) == DEVICE_PASSWORD
    assert await city.storage.verify_journal() is None
    assert dict(await city.storage.personal_of(1)) == {"ip": "x"}
    day = dt.timedelta(days=1)
    samples = await city.storage.readings(1, "power_w", city.clock.now() - day, city.clock.now() + day, 10)
    assert [sample.value for sample in samples] == [40.0]
    assert (city.data / "documents" / "plan.pdf").read_bytes() == b"%PDF a plan"


@pytest.mark.parametrize(
    ("from_", "into"),
    [
        ("sqlite", "sqlite"),
        pytest.param("postgresql", "postgresql", marks=pytest.mark.postgres),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.postgres),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.postgres),
    ],
)
async def test_what_was_backed_up_is_all_there_again(
    request: pytest.FixtureRequest, tmp_path: Path, from_: str, into: str
) -> None:
    def url(kind: str) -> str | None:
        if kind == "sqlite":
            return None
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        return server.new_database()

    old = KeptCity(tmp_path / "old", url(from_))
    await old.build()
    file = tmp_path / "one.beffroi-backup"
    manifest = await old.back_up(file)
    assert manifest.database == from_
    await old.happen(3)  # since the backup
    await old.stop()
    new = KeptCity(tmp_path / "new", url(into))
    restored = await new.take_back(file)
    await _holds_all(new)
    newest = (await new.storage.journal(JournalQuery(limit=1)))[0]
    assert (newest.kind, newest.payload["event"], newest.seq) == (EntryKind.SYSTEM, "restored", restored.journal_rows)
    assert newest.seq == manifest.journal_rows + 1
    await new.happen(2)  # it goes on where the backup ended
    assert await new.storage.take_token("h") is None  # nobody is still logged in
    await new.stop()


async def test_it_is_made_while_the_backend_writes_and_is_of_one_moment(city: KeptCity, tmp_path: Path) -> None:
    file = tmp_path / "running.beffroi-backup"
    writing = asyncio.get_running_loop().create_task(city.happen(200))
    try:
        while await city.storage.journal_count(JournalQuery()) < 20:
            await asyncio.sleep(0)
        manifest = await city.back_up(file)
    finally:
        await writing
    await city.stop()
    assert 20 <= manifest.journal_rows < 200
    new = KeptCity(tmp_path / "two")
    await new.take_back(file)
    await _holds_all(new)
    await new.stop()


async def test_no_key_and_no_password_of_a_device_can_be_read_in_the_file(city: KeptCity, tmp_path: Path) -> None:
    file = tmp_path / "b.beffroi-backup"
    await city.back_up(file)
    keys = [path.read_bytes() for path in city.secrets.iterdir()]
    await city.stop()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as package:
        contents = [package.read(name) for name in package.namelist()]
    assert keys
    for secret in (*keys, DEVICE_PASSWORD.encode(), b"pictures of people"):
        assert not any(secret in content for content in contents)
    with pytest.raises(StorageError, match="passphrase is not the one"):
        await KeptCity(tmp_path / "two").take_back(file, "not the passphrase at all")
    assert not list((tmp_path / "two" / "data").glob("*.sqlite"))


async def test_without_the_keys_the_city_comes_back_and_devices_are_told_anew(city: KeptCity, tmp_path: Path) -> None:
    file = tmp_path / "b.beffroi-backup"
    await city.back_up(file, passphrase=None)
    await city.stop()
    new = KeptCity(tmp_path / "two")
    await new.take_back(file, None)
    assert len(await new.storage.assets()) == LAMPS
    assert await new.storage.secrets() == {}
    assert await new.storage.verify_journal() is None
    await new.stop()


async def test_the_state_before_a_restore_is_kept_and_recordings_stay(city: KeptCity, tmp_path: Path) -> None:
    file = tmp_path / "b.beffroi-backup"
    await city.back_up(file)
    await city.happen(5)
    rows = await city.storage.journal_count(JournalQuery())
    await city.stop()
    with pytest.raises(StorageError, match="--replace"):
        await city.take_back(file)
    restored = await city.take_back(file, replaces=True)
    assert (city.data / "footage" / "cam.mp4").exists()
    await city.stop()
    aside = Path(restored.previous)
    before = KeptCity(tmp_path / "before")
    before.data.rmdir()
    aside.rename(before.data)
    before.secrets.mkdir(exist_ok=True)
    for key in city.secrets.iterdir():
        if not (before.secrets / key.name).exists():  # what differed lies beside the rest already
            key.rename(before.secrets / key.name)
    await before.storage.open()
    assert await before.storage.journal_count(JournalQuery()) == rows
    assert await before.storage.verify_journal() is None
    await before.stop()


async def test_cancelled_or_out_of_room_nothing_remains(
    city: KeptCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out" / "b.beffroi-backup"
    file.parent.mkdir()

    def stop_it(progress: Progress) -> None:
        if progress.what == "journal":
            raise Cancelled

    with pytest.raises(Cancelled):
        await city.back_up(file, tell=stop_it)
    assert list(file.parent.iterdir()) == []

    def no_room(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backend.storage.backup.making._sqlite_copy", no_room)
    with pytest.raises(StorageError, match="is full"):
        await city.back_up(file)
    assert list(file.parent.iterdir()) == []
    monkeypatch.undo()
    whole = tmp_path / "whole.beffroi-backup"
    await city.back_up(whole)
    await city.stop()
    new = KeptCity(tmp_path / "two")
    with pytest.raises(Cancelled):
        await new.take_back(whole, tell=stop_it)
    assert sorted(path.name for path in new.data.iterdir()) == ["lock"]


async def test_how_far_it_is_goes_up_to_the_end(city: KeptCity, tmp_path: Path) -> None:
    seen: list[Progress] = []
    await city.back_up(tmp_path / "b", tell=seen.append)
    await city.stop()
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1].done == seen[-1].total > LAMPS
    assert check_backup(tmp_path / "b", PASSPHRASE, lambda _: None).journal_rows == 2


@pytest.mark.parametrize("is_kept", [False, True])
async def test_a_key_revoked_since_the_backup_is_not_good_again(city: KeptCity, tmp_path: Path, is_kept: bool) -> None:
    key = ApiKey(
        id="one",
        name="open data",
        grants=(Grant(level=Level.VIEW),),
        created_at=city.clock.now(),
        created_by="anne",
        expires_at=city.clock.now() + dt.timedelta(days=30),
        requests_a_minute=60,
    )
    record = KeptRecord(RECORD_KIND, key.id, msgspec.json.encode(KeptKey(key, "hash")))
    await city.storage.commit(Unit(records=[record]))
    file = tmp_path / "one.beffroi-backup"
    await city.back_up(file)
    gone = revoked(KeptKey(key, "hash"), by="anne", at=city.clock.now())
    await city.storage.commit(Unit(records=[KeptRecord(RECORD_KIND, key.id, msgspec.json.encode(gone))]))
    await city.stop()
    restored = await city.take_back(file, replaces=True, keeps_api_keys=is_kept)
    kept = msgspec.json.decode((await city.storage.records(RECORD_KIND))["one"], type=KeptKey)
    assert (kept.key.revoked_at is None) == is_kept
    assert restored.revoked_keys == (0 if is_kept else 1)
    newest = (await city.storage.journal(JournalQuery(limit=1)))[0]
    assert newest.payload["revoked_api_keys"] == restored.revoked_keys
    assert await city.storage.verify_journal() is None
    await city.stop()
