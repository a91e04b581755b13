"""What devices say, and what they cannot have meant; silence, ages, links."""

import asyncio
import datetime as dt
import tracemalloc
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from backend.devkit.tasks import Tasks
from backend.services.live_state import Change
from backend.storage.memory import MemoryStorage
from contract.devices import LinkState
from contract.journal import EntryKind
from contract.points import Quality, Reading
from contract.stream import Visual
from tests.backend.services.rig import CAMERA, DARK_CABINET, LAMPS, NEIGHBOURS, SmallCity

LAMP = LAMPS[0]


async def test_a_lamp_never_heard_is_unknown_and_never_alarms(city: SmallCity) -> None:
    city.sink.assets_unreachable([LAMP], "no answer")
    await city.settle()
    await city.pass_time(10)
    value = city.live.points_of(LAMP)["level_percent"]
    assert (value.value, value.quality) == (None, Quality.UNKNOWN)
    assert city.live.visual(LAMP) == Visual.UNKNOWN
    assert city.shown() == []


async def test_a_lie_is_failed_stamped_by_us_and_counted(city: SmallCity) -> None:
    ahead = city.clock.now() + dt.timedelta(hours=3)
    city.sink.report(
        [
            Reading(LAMP, "level_percent", float("nan")),
            Reading(LAMPS[1], "level_percent", 1e308),
            Reading(LAMPS[2], "level_percent", 40.0, ahead),
            Reading(LAMPS[3], "no_such_point", 1.0),
        ]
    )
    await city.settle()
    assert city.live.points_of(LAMP)["level_percent"].quality is Quality.FAILED
    assert city.live.visual(LAMP) == Visual.FAULT
    stamped = city.live.points_of(LAMPS[2])["level_percent"]
    assert (stamped.device_time, stamped.received_time) == (None, city.clock.now())
    assert city.live.faults == {"impossible value": 2, "impossible time": 1, "unknown point": 1}


async def test_a_silent_device_is_stale_and_alarms_without_hiding_its_process_alarm(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    city.sink.assets_unreachable([DARK_CABINET], "three polls without an answer")
    await city.settle()
    await city.pass_time(4)
    kinds = {alarm.kind: alarm for alarm in city.alarms.of_asset(DARK_CABINET)}
    assert kinds["cabinetDoorOpen"].is_active
    assert kinds["communicationFailure"].is_active
    assert city.live.points_of(DARK_CABINET)["cabinetDoorOpen"].quality is Quality.STALE


async def test_a_lost_link_turns_everything_behind_it_stale_within_a_second(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.sink.link_changed(LinkState.DOWN, "connection reset")
    city.sink.link_changed(LinkState.DOWN, "connection reset")
    await city.intake.take_all()
    assert {city.live.visual(lamp) for lamp in (*LAMPS, *NEIGHBOURS)} == {Visual.STALE}
    links = [entry.payload for entry in await city.journal(EntryKind.LINK) if entry.payload["state"] == "down"]
    assert len(links) == 1, "once per change"


async def test_a_lamp_that_says_nothing_for_its_time_is_stale(city: SmallCity) -> None:
    await city.all_lamps_burn()
    city.clock.jump(7200)
    await city.pass_time(2)
    assert city.live.visual(LAMP) == Visual.NORMAL, "setting the clock ages nothing"
    await city.pass_time(2700)
    assert city.live.visual(LAMP) == Visual.STALE
    await city.tells(LAMP, "level_percent", 30.0)
    assert city.live.visual(LAMP) == Visual.NORMAL


async def test_a_gateway_speaks_only_of_its_own(city: SmallCity) -> None:
    city.sink.report([Reading(CAMERA, "tamper", True)])
    await city.settle()
    assert city.shown() == []
    assert city.intake.counts["foreign"] == 1


async def test_changes_go_to_the_journal_and_numbers_to_the_readings(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    await city.tells(LAMP, "power_w", 42.0)
    points = [(e.asset_id, e.payload["point"], e.payload["value"]) for e in await city.journal(EntryKind.POINT)]
    assert points == [(DARK_CABINET, "cabinetDoorOpen", True)]
    since = city.clock.now() - dt.timedelta(hours=1)
    samples = await city.storage.readings(LAMP, "power_w", since, city.clock.now() + dt.timedelta(hours=1), 10)
    assert [sample.value for sample in samples] == [42.0]


async def test_motion_goes_to_the_readings_and_does_not_drown_the_journal(city: SmallCity) -> None:
    assert city.camera.sink is not None
    for is_moving in (True, False, True):
        city.camera.sink.report([Reading(CAMERA, "motion", is_moving)])
        await city.intake.take_all()
        city.clock.pass_time(1)
    assert await city.journal(EntryKind.POINT) == []
    since = city.clock.now() - dt.timedelta(hours=1)
    samples = await city.storage.readings(CAMERA, "motion", since, city.clock.now() + dt.timedelta(hours=1), 10)
    assert [sample.value for sample in samples] == [True, False, True]


async def test_what_the_journal_would_not_take_is_written_when_it_does(city: SmallCity) -> None:
    storage = city.storage
    assert isinstance(storage, MemoryStorage)
    storage.fail_next = "the disk is full"
    await city.tells(DARK_CABINET, "cabinetDoorOpen", True)
    value = city.live.point(DARK_CABINET, "cabinetDoorOpen")
    assert value is not None
    assert value.value is True, "what is on screen goes on"
    await city.pass_time(2)
    assert len(await city.journal(EntryKind.POINT)) == 1


async def test_what_waits_is_conflated_not_piled_up(city: SmallCity) -> None:
    for level in range(60):
        city.sink.report([Reading(lamp, "level_percent", float(level)) for lamp in LAMPS] * 40)
    await city.intake.take_all()
    assert city.intake.counts["conflated"] > 0
    value = city.live.point(LAMP, "level_percent")
    assert value is not None
    assert value.value == 59.0


async def test_a_whole_citys_lamps_stay_small(city: SmallCity) -> None:
    template = city.register.get(LAMP)
    assert template is not None
    lamps = [replace(template, id=10_000 + i, code=f"S-{i}") for i in range(34_000)]
    await city.register.apply(lamps, "system", note="a city")
    tracemalloc.start()
    for start in range(0, len(lamps), 2000):
        city.live.apply([Reading(lamp.id, "level_percent", 30.0) for lamp in lamps[start : start + 2000]])
        city.feed.points.clear()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 20_000_000


async def test_one_report_that_breaks_something_does_not_deafen_the_backend(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    working = city.live.apply

    def breaks_once(readings: Sequence[Reading]) -> Sequence[Change]:
        monkeypatch.setattr(city.live, "apply", working)
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(city.live, "apply", breaks_once)
    tasks = Tasks("test")
    tasks.start(city.intake.run(), name="intake")
    for level in (10.0, 20.0):
        city.sink.report([Reading(LAMP, "level_percent", level)])
        await asyncio.sleep(0.1)
    await tasks.close()
    value = city.live.point(LAMP, "level_percent")
    assert value is not None
    assert value.value == 20.0
    assert "a bug of ours" in caplog.text


async def test_what_the_backend_says_itself_is_no_sign_of_life_and_does_not_go_stale(city: SmallCity) -> None:
    city.live.apply([Reading(CAMERA, "is_masked", value=True)])
    assert not city.live.is_heard(CAMERA)
    assert city.live.visual(CAMERA) == Visual.UNKNOWN
    city.live.apply([Reading(CAMERA, "model", "Dome 4")])
    city.live.assets_silent([CAMERA], "no answer")
    points = city.live.points_of(CAMERA)
    assert (points["model"].quality, points["is_masked"].quality) == (Quality.STALE, Quality.GOOD)
