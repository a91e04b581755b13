"""Readings outlive a disk that takes none for a while."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.storage import readings
from contract.points import PointValue, Quality

NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


async def test_what_the_disk_would_not_take_is_written_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "FLUSH_AFTER_S", 0.01)
    clock = ManualClock(NOON)
    files = readings.ReadingFiles(tmp_path, clock)
    files.open()
    obstacle = tmp_path / "2026-03-01.sqlite"
    obstacle.mkdir()  # nothing can be written there, not even by root
    files.keep([(1, "level_percent", PointValue(30.0, Quality.GOOD, None, NOON))])
    await asyncio.sleep(0.1)
    obstacle.rmdir()
    files.keep([(1, "level_percent", PointValue(40.0, Quality.GOOD, None, NOON + dt.timedelta(seconds=1)))])
    await asyncio.sleep(0.1)
    day = dt.timedelta(days=1)
    found = await files.read(1, "level_percent", NOON - day, NOON + day, 10)
    assert [sample.value for sample in found] == [30.0, 40.0]
    await files.close()
