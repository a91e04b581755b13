"""What devices said while storage was down is kept once it is back."""

import datetime as dt
from collections.abc import Sequence

import pytest

from backend.ports import StorageError
from backend.services import intake
from backend.storage.memory import MemoryStorage
from contract.points import PointValue
from tests.backend.services.rig import NEIGHBOURS, SmallCity

LAMP = NEIGHBOURS[0]


class FullDisk(MemoryStorage):
    """Takes no readings while `is_full`."""

    is_full = False

    async def keep_readings(self, readings: Sequence[tuple[int, str, PointValue]]) -> None:
        if self.is_full:
            raise StorageError("the disk is full")
        await super().keep_readings(readings)


async def a_city(disk_full: bool) -> tuple[SmallCity, FullDisk]:
    city = SmallCity()
    disk = FullDisk(city.clock)
    city.use(disk)
    await city.start()
    disk.is_full = disk_full
    return city, disk


async def kept(city: SmallCity) -> list[object]:
    day = dt.timedelta(days=1)
    now = city.clock.now()
    samples = await city.storage.readings(LAMP, "level_percent", now - day, now + day, 100)
    return [sample.value for sample in samples]


async def test_readings_that_storage_would_not_take_are_kept_when_it_does() -> None:
    city, disk = await a_city(disk_full=True)
    for level in (10.0, 20.0):
        await city.tells(LAMP, "level_percent", level)
        city.clock.pass_time(0.1)
    assert await kept(city) == []
    disk.is_full = False
    await city.pass_time(2)
    assert await kept(city) == [10.0, 20.0]
    await city.tells(LAMP, "level_percent", 30.0)
    assert await kept(city) == [10.0, 20.0, 30.0], "each once"
    await city.stop()


async def test_a_disk_that_stays_full_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_UNKEPT", 3)
    city, disk = await a_city(disk_full=True)
    for level in range(5):
        await city.tells(LAMP, "level_percent", float(level))
        city.clock.pass_time(0.1)
    assert city.intake.counts["readings lost"] == 2
    disk.is_full = False
    await city.pass_time(2)
    assert await kept(city) == [2.0, 3.0, 4.0], "the newest are worth most"
    await city.stop()
