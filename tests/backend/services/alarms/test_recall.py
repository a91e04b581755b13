"""Devices tell only what changes: what was journalled and not judged when the backend was killed is judged after."""

import pytest

from contract.alarms import Alarm
from tests.backend.services.rig import NEIGHBOURS, SmallCity

LAMP = NEIGHBOURS[0]


@pytest.fixture
async def city() -> SmallCity:
    city = SmallCity()
    await city.start()
    await city.all_lamps_burn()
    return city


def _unheard(changes: object) -> None:
    del changes


def failures(city: SmallCity) -> list[Alarm]:
    return [alarm for alarm in city.alarms.of_asset(LAMP) if alarm.kind == "lampFailure"]


async def test_a_fault_that_waited_for_its_delay_is_an_alarm_after_the_restart(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    assert failures(city) == []
    await city.restart(away_s=1)
    await city.pass_time(20)
    assert [alarm.is_active for alarm in failures(city)] == [True]
    await city.stop()


async def test_an_end_that_was_told_before_the_kill_is_an_end_after_it(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(20)
    assert [alarm.is_active for alarm in failures(city)] == [True]
    # Told and journalled; killed before anybody judged it.
    with monkeypatch.context() as killed:
        killed.setattr(city.alarms, "points_changed", _unheard)
        await city.tells(LAMP, "lampFailure", False)
    await city.restart(away_s=1)
    await city.pass_time(20)
    assert not any(alarm.is_active for alarm in failures(city))
    await city.stop()


async def test_what_chattered_is_left_to_its_device(city: SmallCity) -> None:
    for _ in range(15):
        await city.tells(LAMP, "lampFailure", True)
        await city.tells(LAMP, "lampFailure", False)
    await city.restart(away_s=1)
    await city.pass_time(20)
    assert failures(city) == [], "its last changes were counted, not written: nobody knows how it ended"
    await city.stop()


async def test_an_alarm_that_stands_goes_on_standing(city: SmallCity) -> None:
    await city.tells(LAMP, "lampFailure", True)
    await city.pass_time(20)
    (before,) = failures(city)
    await city.restart(away_s=1)
    await city.pass_time(20)
    (after,) = failures(city)
    assert (after.is_active, after.occurrence) == (True, before.occurrence)
    await city.stop()


async def test_an_end_told_while_its_beginning_still_waited_is_an_end_after_the_restart(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city.tells(LAMP, "lampFailure", True)
    assert failures(city) == []
    with monkeypatch.context() as killed:
        killed.setattr(city.alarms, "points_changed", _unheard)
        await city.tells(LAMP, "lampFailure", False)
        await city.pass_time(20)  # the beginning is announced now, later than its end was told
    assert [alarm.is_active for alarm in failures(city)] == [True]
    await city.restart(away_s=1)
    await city.pass_time(20)
    assert not any(alarm.is_active for alarm in failures(city))
    await city.stop()
