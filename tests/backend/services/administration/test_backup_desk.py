"""A backup asked for by a console is made by a child, followed, given up, and is in the journal."""

import asyncio
import sys
from pathlib import Path

import pytest

from backend.ports import JournalQuery
from backend.services.administration.backups import BackupDesk
from backend.services.administration.refusal import AdministrationRefused
from contract.journal import EntryKind
from tests.backend.storage.backup.kept_city import PASSPHRASE, KeptCity

MAIN = Path(__file__).parents[4] / "main.py"
SLOW = """import sys, time
sys.stdout.write('{"what":"journal","done":1,"total":4}\\n')
sys.stdout.flush()
time.sleep(60)
"""


async def _until(desk: BackupDesk, state: str) -> str:
    run = (await desk.all()).run
    for _ in range(600):
        run = (await desk.all()).run
        if run.state == state:
            return run.detail
        await asyncio.sleep(0.05)
    raise AssertionError(run)


async def _events(city: KeptCity) -> list[object]:
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.SYSTEM,)))
    return [entry.payload["event"] for entry in reversed(entries)]


async def test_a_backup_is_made_beside_the_running_backend_and_restored(tmp_path: Path) -> None:
    city = KeptCity(tmp_path / "one")
    await city.build()
    command = (sys.executable, str(MAIN), "backup", "--data", str(city.data))
    desk = BackupDesk(city.storage, city.clock, city.data / "backups", command)
    run = await desk.begin(PASSPHRASE, by="admin")
    assert run.state == "running"
    with pytest.raises(AdministrationRefused, match="already"):
        await desk.begin(PASSPHRASE, by="admin")
    assert "40 assets" in await _until(desk, "done")
    made = (await desk.all()).items[0]
    assert made.name == run.name
    assert (await _events(city))[-1] == "backup_made"
    await desk.close()
    await city.stop()
    new = KeptCity(tmp_path / "two")
    await new.take_back(city.data / "backups" / made.name)
    assert len(await new.storage.assets()) == 40
    await new.stop()


async def test_one_that_is_given_up_is_told_and_its_child_ends(tmp_path: Path) -> None:
    city = KeptCity(tmp_path)
    await city.build()
    desk = BackupDesk(city.storage, city.clock, tmp_path / "backups", (sys.executable, "-c", SLOW))
    await desk.begin(PASSPHRASE, by="admin")
    for _ in range(200):
        if (await desk.all()).run.percent == 25:
            break
        await asyncio.sleep(0.02)
    assert (await desk.cancel()).state == "cancelled"
    assert (await _events(city))[-1] == "backup_cancelled"
    await desk.close()
    await city.stop()


async def test_what_fails_is_told_in_the_words_of_the_command(tmp_path: Path) -> None:
    city = KeptCity(tmp_path)
    await city.build()
    command = (sys.executable, str(MAIN), "backup", "--data", str(tmp_path / "nowhere"))
    desk = BackupDesk(city.storage, city.clock, tmp_path / "backups", command)
    await desk.begin(PASSPHRASE, by="admin")
    assert "There is no city" in await _until(desk, "failed")
    with pytest.raises(AdministrationRefused, match="at least 12"):
        await desk.begin("short", by="admin")
    with pytest.raises(AdministrationRefused, match="no such backup"):
        await desk.remove("../../etc/passwd", by="admin")
    await desk.close()
    await city.stop()
