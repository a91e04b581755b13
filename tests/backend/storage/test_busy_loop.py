"""A backend that is busy for a while never takes its own slowness for that of its embedded database."""

import asyncio
import time
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Unit
from backend.storage import engine
from backend.storage.opening import create_storage
from contract.journal import EntryKind, NewEntry

BUSY_S = 0.05


async def test_what_is_asked_while_the_loop_is_held_up_is_done(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "STATEMENT_TIMEOUT_S", BUSY_S / 10)
    storage = create_storage(None, tmp_path / "kept", tmp_path / "secrets", clock, ballast_bytes=0)
    await storage.open()
    note = NewEntry(kind=EntryKind.NOTE, actor="anne", payload={})

    async def somebody_holds_the_loop() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            time.sleep(BUSY_S)

    for _ in range(5):
        await asyncio.gather(storage.commit(Unit(entries=[note])), somebody_holds_the_loop())
    assert len(await storage.journal(JournalQuery())) == 5
    await storage.close()
