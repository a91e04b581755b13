"""Fault matrix, disk: it is told before it is full, once a level, and the end of it too."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, StorageError, Unit
from backend.services.control_server import CLASS
from backend.services.disk_watch import DiskWatch
from backend.storage.memory import MemoryStorage
from contract.journal import EntryKind
from tests.backend.api.serving import serve
from tests.backend.api.two_communes import TwoCommunes
from tests.backend.services.rig import SmallCity


class Usage(NamedTuple):
    """Of a thousand bytes."""

    used: int
    free: int


class Disk:
    """As full as the test says."""

    def __init__(self) -> None:
        self.percent = 10
        self.storage = MemoryStorage(ManualClock())
        self.watch = DiskWatch(self.storage, Path(), lambda _: Usage(self.percent * 10, (100 - self.percent) * 10))

    async def fills(self, percent: int) -> str:
        """What the journal's newest entry says once it was looked at."""
        self.percent = percent
        before = await self.storage.journal_count(JournalQuery())
        await self.watch.look()
        entries = await self.storage.journal(JournalQuery(kinds=(EntryKind.SYSTEM,), limit=1))
        if await self.storage.journal_count(JournalQuery()) == before:
            return ""
        return f"{entries[0].payload['event']} {entries[0].payload['level_percent']}"


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.watch.close()


async def test_f18_each_level_is_told_once_as_it_is_reached_and_as_it_is_left(disk: Disk) -> None:
    told = [(percent, await disk.fills(percent)) for percent in (79, 80, 85, 79, 81, 90, 95, 96, 94, 92, 50)]
    assert told == [
        (79, ""),
        (80, "disk_fills 80"),
        (85, ""),
        (79, ""),  # it hovers
        (81, ""),
        (90, "disk_fills 90"),
        (95, "disk_fills 95"),
        (96, ""),
        (94, ""),
        (92, "disk_eased 90"),
        (50, "disk_eased 0"),
    ]


async def test_f18_the_backend_says_it_is_degraded_and_what_to_do(disk: Disk) -> None:
    city = TwoCommunes()
    await city.start()
    async with serve(city, troubles=lambda: (disk.watch.trouble,)) as served, aiohttp.ClientSession() as http:
        for percent, status in ((10, "ok"), (91, "degraded")):
            await disk.fills(percent)
            async with http.get(f"{served.url}/api/v1/health") as response:
                answer = msgspec.json.decode(await response.read())
            assert response.status == 200
            assert answer["status"] == status
        assert "91 % full" in answer["detail"]
    await city.close()


async def test_f18_what_the_full_disk_would_not_keep_is_told_again(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_: Unit) -> None:
        raise StorageError("full")

    with monkeypatch.context() as patch:
        patch.setattr(disk.storage, "commit", full)
        await disk.watch.look()
        disk.percent = 96
        await disk.watch.look()
    assert disk.watch.trouble
    assert await disk.fills(96) == "disk_fills 95"


async def test_f18_each_level_is_an_alarm_of_the_control_server_with_a_priority(disk: Disk) -> None:
    city = SmallCity()
    await city.start()
    city.server.watch(lambda: (disk.watch,))
    for percent, expected in (
        (50, {}),
        (81, {"data_disk_80": 4}),
        (79, {"data_disk_80": 4}),  # it hovers
        (91, {"data_disk_80": 4, "data_disk_90": 3}),
        (96, {"data_disk_80": 4, "data_disk_90": 3, "data_disk_95": 2}),
        (70, {}),
    ):
        await disk.fills(percent)
        await city.server.look()
        await city.settle()
        active = [alarm for alarm in city.alarms.standing() if alarm.class_ == CLASS and alarm.is_active]
        assert {alarm.kind: alarm.priority for alarm in active} == expected, percent
    await city.stop()


async def test_f18_the_server_is_entered_once_whoever_restarts_and_waits_for_a_city(disk: Disk) -> None:
    city = SmallCity()
    city.server.watch(lambda: (disk.watch,))
    await disk.fills(10)
    await city.server.look()
    await disk.fills(85)
    await city.server.look()  # nothing stands in the register yet
    await city.start()
    assert not [asset for asset in city.register.all() if asset.class_ == CLASS]
    await city.server.look()
    await city.settle()
    await city.restart()
    city.server.watch(lambda: (disk.watch,))
    await city.server.look()
    await city.settle()
    assert [asset.code for asset in city.register.all() if asset.class_ == CLASS] == ["SRV-01"]
    (alarm,) = [alarm for alarm in city.alarms.standing() if alarm.class_ == CLASS]
    assert (alarm.is_active, alarm.occurrence) == (True, 1), "it is told on, not anew"
    await disk.fills(40)  # while the backend was away it was freed
    await city.restart()
    city.server.watch(lambda: (disk.watch,))
    await city.server.look()
    await city.settle()
    assert [alarm.is_active for alarm in city.alarms.standing() if alarm.class_ == CLASS] == [False]
    await city.stop()
