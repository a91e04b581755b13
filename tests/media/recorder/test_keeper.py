"""The archive from one minute to the next: what is destroyed, what is held back, what is told of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.footage import RecordingMode, RecordingPlan
from contract.media import MediaEvent, Purged, PurgeHeld
from media.recorder.clock_watch import DAY_S
from media.recorder.keeper import Keeper
from media.recorder.purge import segments_of, used_bytes
from tests.media.recorder.machine import NOW, Machine
from tests.video.footage.films import record
from video.footage.archive import FootageArchive
from video.footage.places import camera_folder


@pytest.fixture(autouse=True)
async def threads_end() -> AsyncIterator[None]:
    yield
    await asyncio.get_running_loop().shutdown_default_executor()


class Office:
    """A keeper, its clock, and what it told."""

    def __init__(self, folder: Path, plans: dict[int, RecordingPlan], quota_bytes: int = 0) -> None:
        self.folder = folder
        self.machine = Machine()
        self.told: list[MediaEvent] = []
        self.keeper = Keeper(
            folder,
            self.told.append,
            quota_bytes=quota_bytes,
            read_clock=self.machine.reading,
            plans=lambda: plans,
            spared=frozenset,
        )

    async def look(self) -> list[Purged]:
        self.told.clear()
        await self.keeper.look()
        return [one for one in self.told if isinstance(one, Purged)]

    def kept(self, camera_id: int = 7) -> list[float]:
        return [one.begins_at for one in segments_of(self.folder, camera_id)]


def plan(days: int, quota_bytes: int = 0) -> RecordingPlan:
    return RecordingPlan(mode=RecordingMode.CONTINUOUS, kept_days=days, quota_bytes=quota_bytes)


async def test_recordings_go_when_their_time_is_over_and_the_purge_proves_it(tmp_path: Path) -> None:
    for age in (31, 29, 8, 6):
        record(tmp_path, 7, NOW - age * DAY_S)
        record(tmp_path, 8, NOW - age * DAY_S)
    office = Office(tmp_path, {7: plan(7)})
    done = await office.look()
    assert office.kept(7) == [NOW - 6 * DAY_S]
    assert office.kept(8) == [NOW - 29 * DAY_S, NOW - 8 * DAY_S, NOW - 6 * DAY_S], "unplanned: the law's ceiling"
    assert [(one.camera_id, one.reason, one.files, one.left) for one in done] == [
        (7, "retention", 6, 0),
        (8, "retention", 2, 0),
    ]
    assert done[0].until.timestamp() == NOW - 7 * DAY_S
    assert done[0].bytes > 1000
    assert len(list(camera_folder(tmp_path, 7).glob("20*"))) == 1, "empty days go too"
    assert await office.look() == []


async def test_nothing_is_purged_while_the_clock_lies(tmp_path: Path) -> None:
    record(tmp_path, 7, NOW - 6.99 * DAY_S)
    office = Office(tmp_path, {7: plan(7)})
    await office.look()
    office.machine.wall += 13 * 365 * DAY_S
    assert await office.look() == []
    held = [one.reason for one in office.told if isinstance(one, PurgeHeld)]
    assert len(held) == 1
    assert "ahead" in held[0]
    assert office.kept()
    again = Office(tmp_path, {7: plan(7)})
    again.machine.wall = office.machine.wall
    assert await again.look() == [], "a restart does not make the clock right"
    again.machine.wall = NOW
    await again.look()
    assert PurgeHeld(reason="") in again.told
    assert again.kept()


async def test_two_days_without_a_purge_are_made_up_for(tmp_path: Path) -> None:
    """F59."""
    record(tmp_path, 7, NOW - 6 * DAY_S)
    office = Office(tmp_path, {7: plan(7)})
    assert await office.look() == []
    office.machine.wall += 2 * DAY_S
    office.machine.uptime += 2 * DAY_S
    assert [one.files for one in await office.look()] == [2]


async def test_what_was_recorded_under_a_clock_that_stood_ahead_ages_from_when_it_was_seen(tmp_path: Path) -> None:
    record(tmp_path, 7, NOW + 3000 * DAY_S)
    office = Office(tmp_path, {7: plan(7)})
    assert await office.look() == []
    done: list[Purged] = []
    for _ in range(2):
        office.machine.wall += 4 * DAY_S
        office.machine.uptime += 4 * DAY_S
        done = await office.look()
    assert [one.files for one in done] == [2]


async def test_the_oldest_of_all_makes_room(tmp_path: Path) -> None:
    for hours in (5, 4, 3, 2):
        record(tmp_path, 7, NOW - hours * 3600)
    record(tmp_path, 8, NOW - 9 * 3600)
    one = used_bytes(tmp_path)[8]
    office = Office(tmp_path, {}, quota_bytes=3 * one + 100)
    done = await office.look()
    assert office.kept(8) == []
    assert office.kept(7) == [NOW - 4 * 3600, NOW - 3 * 3600, NOW - 2 * 3600]
    assert {(one.camera_id, one.reason) for one in done} == {(7, "quota"), (8, "quota")}
    gaps = FootageArchive(tmp_path).gaps(7, NOW - DAY_S, NOW)
    assert [(gap.reason, gap.since.timestamp()) for gap in gaps] == [("purged_quota", NOW - 5 * 3600)]


async def test_a_camera_keeps_to_its_own_share(tmp_path: Path) -> None:
    for hours in (5, 4, 3):
        record(tmp_path, 7, NOW - hours * 3600)
        record(tmp_path, 8, NOW - hours * 3600)
    office = Office(tmp_path, {7: plan(30, quota_bytes=used_bytes(tmp_path)[7] - 1)})
    await office.look()
    assert (len(office.kept(7)), len(office.kept(8))) == (2, 3)
