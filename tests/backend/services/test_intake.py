"""What devices said while storage was down is kept once it is back."""

import asyncio
import datetime as dt
from collections.abc import Sequence

import pytest

from backend.ports import JournalQuery, StorageError
from backend.services import intake
from backend.storage.memory import MemoryStorage
from contract.journal import EntryKind
from contract.points import PointValue, Quality, Reading
from tests.backend.services.rig import CAMERA, NEIGHBOURS, SmallCity

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


async def test_that_we_record_a_camera_does_not_say_that_it_answers_and_is_journalled_as_ours() -> None:
    city = SmallCity()
    await city.start()
    assert city.camera.sink is not None
    city.camera.sink.report((Reading(CAMERA, "motion", False),))
    await city.intake.take_all()
    city.camera.sink.assets_unreachable((CAMERA,), "it does not answer")
    await city.intake.take_all()
    await city.pass_time(4)
    (lost,) = city.alarms.of_asset(CAMERA)
    city.intake.report_ours((Reading(CAMERA, "recording", True), Reading(CAMERA, "motion", True)))
    await city.intake.take_all()
    assert city.live.silence(CAMERA) is not None
    assert city.alarms.of_asset(CAMERA) == [lost], "the camera is still lost"
    recording = city.live.point(CAMERA, "recording")
    assert recording is not None
    assert (recording.value, recording.quality) == (True, Quality.GOOD)
    assert city.intake.counts["foreign"] == 1, "whether something moves is for the camera to say"
    (entry,) = await city.storage.journal(JournalQuery(kinds=(EntryKind.POINT,), asset_id=CAMERA))
    assert (entry.actor, entry.payload["point"]) == ("system", "recording")
    await city.stop()


async def test_what_is_reported_is_confirmed_once_it_is_committed() -> None:
    city, disk = await a_city(disk_full=False)
    city.sink.report([Reading(LAMP, "lampFailure", True)])
    async with asyncio.TaskGroup() as tasks:
        confirmed = tasks.create_task(city.sink.kept())
        await asyncio.sleep(0)
        assert not confirmed.done()
        await city.intake.take_all()
    assert confirmed.result()
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.POINT,), asset_id=LAMP))
    assert [entry.payload["point"] for entry in entries] == ["lampFailure"]
    disk.is_full = True
    await city.tells(LAMP, "level_percent", 12.0)
    assert not await city.sink.kept(), "the disk is full"
    await city.stop()


async def test_the_last_word_of_a_silent_device_counts_and_is_no_sign_that_it_answers() -> None:
    city = SmallCity()
    await city.start()
    await city.tells(LAMP, "lampFailure", True)
    city.sink.assets_unreachable([LAMP], "it does not answer")
    await city.settle()
    await city.pass_time(10)
    active = {alarm.kind for alarm in city.alarms.of_asset(LAMP) if alarm.is_active}
    assert active == {"lampFailure", "communicationFailure"}
    said = city.clock.now() - dt.timedelta(seconds=15)
    city.sink.report([Reading(LAMP, "lampFailure", False, said, is_late=True)])
    await city.settle()
    await city.pass_time(10)
    assert {alarm.kind for alarm in city.alarms.of_asset(LAMP) if alarm.is_active} == {"communicationFailure"}
    assert city.live.silence(LAMP) is not None
    shown = city.live.points_of(LAMP)["lampFailure"]
    assert (shown.value, shown.quality) == (False, Quality.STALE)
    entries = await city.storage.journal(JournalQuery(kinds=(EntryKind.POINT,), asset_id=LAMP))
    assert [entry.payload["value"] for entry in entries] == [False, True], "it is known after a kill too"
    await city.stop()
