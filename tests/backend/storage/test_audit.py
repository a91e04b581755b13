"""Whoever changes the journal behind our back is found, and the first bad row is named."""

import json
import sqlite3
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalFault, Unit
from backend.storage.opening import create_storage
from backend.storage.sql import SqlStorage
from contract.journal import EntryKind, NewEntry
from tests.backend.postgresql import Server

_COPY = ", at, kind, version, actor, asset_id, payload, personal_hash, hash FROM journal WHERE seq = 20"
_MOVE = "UPDATE journal SET seq = {} WHERE seq = {}"
_SWAP = ";".join(_MOVE.format(new, old) for old, new in ((4, -1), (5, 4), (-1, 5)))
MUTATIONS: dict[str, tuple[str, int]] = {
    "an edited payload": ("UPDATE journal SET payload = '{}' WHERE seq = 7", 7),
    "an edited actor": ("UPDATE journal SET actor = 'paul' WHERE seq = 9", 9),
    "an edited time": ("UPDATE journal SET at = '2025-01-01T00:00:00.000000Z' WHERE seq = 3", 3),
    "a deleted row": ("DELETE FROM journal WHERE seq = 5", 5),
    "the first row deleted": ("DELETE FROM journal WHERE seq = 1", 1),
    "the end cut off": ("DELETE FROM journal WHERE seq > 15", 16),
    "everything deleted": ("DELETE FROM journal", 1),
    "two rows swapped": (_SWAP, 4),
    "an inserted row": ("INSERT INTO journal SELECT 21" + _COPY, 21),
    "a row before the first": ("INSERT INTO journal SELECT 0" + _COPY, 1),
    "edited personal data": ('UPDATE journal_personal SET body = \'{"salt":"","fields":{}}\' WHERE seq = 6', 6),
}


async def filled(folder: Path, url: str | None = None) -> None:
    """A storage with twenty entries, closed."""
    storage = make(folder, url)
    await storage.open()
    for number in range(20):
        personal = {"address": f"192.0.2.{number}"}
        entry = NewEntry(kind=EntryKind.LOGIN, actor="anne", asset_id=number, payload={"n": number}, personal=personal)
        await storage.commit(Unit(entries=[entry]))
    await storage.close()


async def audit(folder: Path, url: str | None = None) -> JournalFault | None:
    """What the audit says."""
    storage = make(folder, url)
    await storage.open()
    fault = await storage.verify_journal()
    await storage.close()
    return fault


def make(folder: Path, url: str | None = None) -> SqlStorage:
    """A storage on a folder."""
    return create_storage(url, folder, folder / "secrets", ManualClock(), ballast_bytes=0)


@pytest.mark.parametrize("case", MUTATIONS)
async def test_a_change_behind_our_back_is_named(tmp_path: Path, case: str) -> None:
    await filled(tmp_path)
    assert await audit(tmp_path) is None
    statements, bad_row = MUTATIONS[case]
    with sqlite3.connect(tmp_path / "beffroi.sqlite") as connection:
        connection.executescript(statements)
    connection.close()
    fault = await audit(tmp_path)
    assert fault is not None
    assert fault.seq == bad_row


@pytest.mark.postgres
@pytest.mark.parametrize("case", ["an edited payload", "a deleted row", "the end cut off", "two rows swapped"])
async def test_the_same_on_postgresql(tmp_path: Path, postgresql_server: Server, case: str) -> None:
    url = postgresql_server.new_database()
    await filled(tmp_path, url)
    assert await audit(tmp_path, url) is None
    statements, bad_row = MUTATIONS[case]
    postgresql_server.psql(statements, database=url.rpartition("/")[2])
    fault = await audit(tmp_path, url)
    assert fault is not None
    assert fault.seq == bad_row


async def test_a_whole_chain_made_anew_does_not_match_what_was_signed(tmp_path: Path) -> None:
    await filled(tmp_path)
    (tmp_path / "beffroi.sqlite").unlink()
    (tmp_path / "other").mkdir()
    checkpoints = (tmp_path / "journal-checkpoints.jsonl").read_bytes()
    (tmp_path / "journal-checkpoints.jsonl").unlink()
    await filled(tmp_path)
    (tmp_path / "journal-checkpoints.jsonl").write_bytes(checkpoints)
    fault = await audit(tmp_path)
    assert fault is not None
    assert "checkpoint" in fault.reason


async def test_a_forged_checkpoint_is_noticed_and_a_half_written_one_is_not_counted(tmp_path: Path) -> None:
    await filled(tmp_path)
    path = tmp_path / "journal-checkpoints.jsonl"
    with path.open("ab") as file:
        file.write(b'{"seq": 3, "ha')
    assert await audit(tmp_path) is None
    line = json.loads(path.read_bytes().splitlines()[0])
    path.write_text(json.dumps({**line, "seq": 19}) + "\n")
    fault = await audit(tmp_path)
    assert fault is not None
    assert "not a checkpoint that we signed" in fault.reason


async def test_keys_are_for_us_alone(tmp_path: Path) -> None:
    await filled(tmp_path)
    assert (tmp_path / "secrets" / "journal.key").stat().st_mode & 0o777 == 0o600


async def test_a_checkpoint_is_signed_every_thousand_rows_and_every_minute(tmp_path: Path) -> None:
    clock = ManualClock()
    storage = create_storage(None, tmp_path, tmp_path / "secrets", clock, ballast_bytes=0)
    await storage.open()
    entry = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={})
    path = tmp_path / "journal-checkpoints.jsonl"

    def signed() -> list[int]:
        return [json.loads(line)["seq"] for line in path.read_bytes().splitlines()] if path.exists() else []

    await storage.commit(Unit(entries=[entry] * 999))
    await storage.commit(Unit(entries=[entry]))
    await storage.commit(Unit(entries=[entry]))
    assert signed() == [1_000]
    clock.pass_time(61)
    await storage.commit(Unit(entries=[entry]))
    await storage.commit(Unit(entries=[entry]))
    assert signed() == [1_000, 1_002]
    await storage.close()
    assert signed() == [1_000, 1_002, 1_003]
