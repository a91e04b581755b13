"""What came first behind a card, by clocks that can be believed; shelving proposed for what chatters."""

import datetime as dt

from backend.services.alarms.records import alarm_number
from contract.alarm_flood import GroupMember
from contract.points import Reading
from tests.backend.services.rig import DARK_CABINET, LAMPS, SmallCity

HOUR = dt.timedelta(hours=1)


async def fails(city: SmallCity, lamp: int, *, seconds_ago: float = 0.0, clock_off: dt.timedelta | None = None) -> None:
    stamp = city.clock.now() - dt.timedelta(seconds=seconds_ago) + (clock_off or dt.timedelta())
    city.sink.report([Reading(lamp, "lampFailure", True, stamp)])
    await city.intake.take_all()


async def clocks_are_known(city: SmallCity, off: dict[int, dt.timedelta]) -> None:
    """Each lamp says something with its time."""
    for lamp in LAMPS:
        stamp = city.clock.now() + off.get(lamp, dt.timedelta())
        city.sink.report([Reading(lamp, "lampFailure", False, stamp)])
    await city.intake.take_all()


def members(city: SmallCity, kind: str = "supplyLoss") -> list[GroupMember]:
    groups = city.alarms.groups
    return [groups.member(place) for place in groups.places(alarm_number(DARK_CABINET, kind))]


async def test_f13_a_device_whose_clock_is_an_hour_off_is_flagged_and_does_not_come_first(city: SmallCity) -> None:
    behind, ahead, right = LAMPS[0], LAMPS[1], LAMPS[2]
    await clocks_are_known(city, {behind: -HOUR, ahead: HOUR})
    await city.tells(DARK_CABINET, "supplyLoss", True)
    city.clock.pass_time(5)
    await fails(city, right, seconds_ago=2)
    await fails(city, behind, clock_off=-HOUR)
    await fails(city, ahead, clock_off=HOUR)
    await city.pass_time(5)
    seen = [(member.rank, member.alarm.asset_id, member.has_unreliable_time) for member in members(city)]
    assert seen == [(1, right, False), (2, behind, True), (3, ahead, True)]
    times = [member.happened_at for member in members(city)]
    assert all(time is not None and abs(time - city.clock.now().timestamp()) < 30 for time in times)


async def test_first_out_is_by_the_devices_time_not_by_arrival_and_survives_a_restart(city: SmallCity) -> None:
    await clocks_are_known(city, {})
    await city.tells(DARK_CABINET, "supplyLoss", True)
    city.clock.pass_time(15)
    for place, lamp in enumerate(LAMPS[:20]):
        await fails(city, lamp, seconds_ago=place * 0.5)  # the later it comes, the earlier it was
    await city.pass_time(5)
    first = [member.alarm.asset_id for member in members(city)[:10]]
    assert first == list(reversed(LAMPS[10:20]))
    assert [member.rank for member in members(city)[:11]] == [*range(1, 11), None]
    await city.restart()
    assert [member.alarm.asset_id for member in members(city)[:10]] == first


async def test_what_had_to_wait_on_the_way_keeps_its_own_time(city: SmallCity) -> None:
    await clocks_are_known(city, {})
    await city.tells(DARK_CABINET, "supplyLoss", True)
    city.clock.pass_time(600)
    await fails(city, LAMPS[0], seconds_ago=500)  # its gateway was cut off
    await city.pass_time(5)
    (member,) = members(city)
    assert not member.has_unreliable_time
    assert member.happened_at is not None
    assert city.clock.now().timestamp() - member.happened_at > 500


async def test_f02_what_flaps_ten_times_a_second_is_one_alarm_with_a_proposal_to_shelve_it(city: SmallCity) -> None:
    for tick in range(300):
        city.clock.pass_time(0.1)
        await city.tells(DARK_CABINET, "cabinetDoorOpen", tick % 2 == 0)
    await city.settle()
    (alarm,) = city.shown()
    assert alarm.is_chattering
    assert alarm.repeat_count > 100
    assert alarm.shelving_proposed_min == 60
    assert not alarm.is_shelved, "an operator decides"
    until = city.clock.now() + dt.timedelta(minutes=alarm.shelving_proposed_min)
    shelved = await city.alarms.shelve(alarm.id, by="leila", reason="it chatters", until=until)
    assert shelved.shelving_proposed_min == 0
    assert len(city.alarms.standing()) == 1


async def test_the_proposal_goes_when_it_is_quiet(city: SmallCity) -> None:
    for tick in range(61):
        city.clock.pass_time(0.1)
        await city.tells(DARK_CABINET, "cabinetDoorOpen", tick % 2 == 0)
    await city.settle()
    await city.pass_time(120)
    told = [alarm for alarm in city.feed.alarms if alarm.kind == "cabinetDoorOpen"]
    assert (told[-1].is_chattering, told[-1].shelving_proposed_min) == (False, 0), "consoles hear that it is over"
