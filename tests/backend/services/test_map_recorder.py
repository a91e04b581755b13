"""The recorder beside the feed: it never holds the loop up, forgets in time, and says what it forgot."""

import asyncio
import datetime as dt
import time
from pathlib import Path

from backend.devkit.clock import ManualClock
from backend.domain.map_history import MapChange, Recorded, no_change
from backend.ports import JournalQuery
from backend.services.map_recorder import MapRecorder
from backend.services.recording_retention import RecordingRetention
from backend.storage.memory import MemoryStorage
from backend.storage.recording.files import RecordingFiles
from contract.journal import EntryKind
from tests.backend.services.rig import LAMPS, SmallCity


class SlowFiles(RecordingFiles):
    """A disk that takes its time."""

    def append(self, at_ms: int, change: MapChange) -> None:
        time.sleep(0.3)
        super().append(at_ms, change)


async def test_a_slow_disk_makes_windows_longer_and_holds_nobody_up(city: SmallCity, tmp_path: Path) -> None:
    files = SlowFiles(tmp_path, least_free_bytes=0)
    recorder = MapRecorder(files, city.storage, city.live, city.clock)
    recorder.states_changed(LAMPS)
    writing = asyncio.get_running_loop().create_task(recorder.record())
    turns = 0
    while not writing.done():
        await asyncio.sleep(0)
        recorder.states_changed(LAMPS[:3])
        turns += 1
    assert turns > 50
    await writing
    city.clock.pass_time(1)
    await recorder.close()
    [stretch] = files.stretches()
    [whole] = files.read(stretch.until_ms, stretch.until_ms)
    assert isinstance(whole, Recorded)
    assert whole.change.ids.tolist() == list(LAMPS)


async def test_a_city_that_attaches_is_recorded_in_turns(city: SmallCity, tmp_path: Path) -> None:
    files = RecordingFiles(tmp_path, least_free_bytes=0)
    recorder = MapRecorder(files, city.storage, city.live, city.clock)
    recorder.states_changed(range(1, 350_001))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    busy = asyncio.get_running_loop().create_task(others())
    await recorder.record()
    busy.cancel()
    assert turns > 60
    await recorder.close()


async def test_three_days_are_kept_and_what_is_older_is_forgotten_and_told(tmp_path: Path) -> None:
    clock = ManualClock(dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    storage = MemoryStorage(clock)
    files = RecordingFiles(tmp_path, least_free_bytes=0)
    files.open()
    retention = RecordingRetention(files, storage, clock, kept_hours=72)
    for _ in range(100):
        files.append(round(clock.now().timestamp() * 1000), no_change())
        clock.pass_time(3_600)
        await retention.look()
    first = dt.datetime.fromtimestamp(files.stretches()[0].since_ms / 1000, dt.UTC)
    assert clock.now() - dt.timedelta(hours=74) < first
    entries = await storage.journal(JournalQuery(kinds=(EntryKind.SYSTEM,)))
    assert {entry.payload["event"] for entry in entries} == {"map_past_forgotten"}
    kept = len(files.stretches())
    clock.jump(400 * 3_600)
    await retention.look()
    assert len(files.stretches()) == kept, "a clock that leaps ahead forgets nothing on its word"
    clock.jump(-400 * 3_600)
    await retention.look()
    retention.close()
    files.close()
