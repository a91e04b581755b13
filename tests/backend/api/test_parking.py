"""Car parks as operators ask for them: how full, what is not known, who stays too long, and who may change the rule."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest

from backend.devkit.adapter import DeviceCommand, Outcome
from backend.ports import JournalQuery
from backend_client.errors import Refused
from backend_client.session import Session
from contract.assets import Asset
from contract.devices import Connection, UnknownDevice
from contract.journal import EntryKind
from contract.parking import Bay, Bays, CarPark, CarParks, RuleRequest, StayRule, UnknownDevices
from contract.points import PointValue, Quality, Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY

PARK, EMPTY_PARK, FIRST_BAY = 900, 901, 910
BAYS = range(FIRST_BAY, FIRST_BAY + 4)


class Ear:
    """An adapter that only hears strangers."""

    def __init__(self, strangers: Sequence[UnknownDevice]) -> None:
        self._strangers = strangers

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        return self._strangers

    async def run(self) -> None:
        """Nothing to keep."""

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        return ()

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Nobody to ask."""

    async def close(self) -> None:
        """Nothing to free."""


@pytest.fixture
async def parking(served: ServedCity) -> ServedCity:
    """A car park of four bays in Dijon, and one in Quetigny whose bays nobody measures."""
    parks = [
        Asset(id=PARK, code="PARK-01", class_="car_park", name="Darcy", lon=5.0, lat=47.3, commune=DIJON),
        Asset(id=EMPTY_PARK, code="PARK-02", class_="car_park", name="Cap", lon=5.1, lat=47.3, commune=QUETIGNY),
    ]
    parks[1] = msgspec.structs.replace(parks[1], extra={"bays": "310"})
    bays = [
        Asset(id=number, code=f"PL-{number}", class_="parking_bay", lon=5.0, lat=47.3, commune=DIJON, parent=PARK)
        for number in BAYS
    ]
    await served.city.register.apply([*parks, *bays], "system", note="car parks")
    return served


async def seat(served: ServedCity, name: str, level: Level, *communes: str) -> Session:
    scope = Scope(communes=communes) if communes else Scope()
    await served.city.account(name, (Grant(level=level, scope=scope),))
    return await served.login(name)


async def fills(served: ServedCity, *bays: int, is_occupied: bool = True, at: dt.datetime | None = None) -> None:
    await served.city.say(*(Reading(bay, "occupied", is_occupied, at) for bay in bays))
    await served.city.parking.look()
    await served.city.alarms.settle()


async def park(session: Session, asset_id: int = PARK) -> CarPark:
    return next(one for one in (await session.get("/car-parks", CarParks)).items if one.id == asset_id)


async def bay(session: Session, asset_id: int = FIRST_BAY) -> Bay:
    return next(one for one in (await session.get(f"/car-parks/{PARK}/bays", Bays)).items if one.id == asset_id)


async def test_what_no_sensor_tells_is_neither_free_nor_occupied(parking: ServedCity) -> None:
    leila = await seat(parking, "leila", Level.VIEW)
    await fills(parking, FIRST_BAY, FIRST_BAY + 1)
    await fills(parking, FIRST_BAY + 2, is_occupied=False)
    now = await park(leila)
    assert (now.bays, now.free, now.occupied, now.unknown, now.over_stays) == (4, 1, 2, 1, None)
    other = await park(leila, EMPTY_PARK)
    assert (other.places, other.bays, other.free, other.unknown) == (310, 0, 0, 0)
    assert parking.city.live.points_of(PARK)["free_bays"].value == 1
    assert parking.city.live.points_of(PARK)["occupied_percent"].value == pytest.approx(66.7)
    assert parking.city.live.points_of(PARK)["over_stays"].quality is Quality.UNKNOWN


async def test_a_sensor_that_falls_silent_makes_its_bay_unknown_and_back_it_is_the_same_stay(
    parking: ServedCity,
) -> None:
    leila, clock = await seat(parking, "leila", Level.VIEW), parking.city.clock
    await fills(parking, FIRST_BAY)
    began = clock.now()
    clock.pass_time(600)
    parking.city.live.assets_silent([FIRST_BAY], "nothing heard")
    await parking.city.parking.look()
    assert (await park(leila)).unknown == 4
    assert (await bay(leila)).is_occupied is None
    clock.pass_time(600)
    await fills(parking, FIRST_BAY)
    assert (await bay(leila)).since == began


async def test_who_stays_too_long_is_told_and_told_no_more_when_he_leaves(parking: ServedCity) -> None:
    leila, clock = await seat(parking, "leila", Level.MANAGE, DIJON), parking.city.clock
    rule = StayRule(most_minutes=30, tolerance_minutes=5)
    changed = await leila.put_for(f"/car-parks/{PARK}/rule", RuleRequest(rule=rule), CarPark)
    assert (changed.rule, changed.over_stays) == (rule, 0)
    await fills(parking, FIRST_BAY)
    clock.pass_time(34 * 60)
    await fills(parking, FIRST_BAY + 1)
    assert (await park(leila)).over_stays == 0
    clock.pass_time(2 * 60)
    await parking.city.parking.look()
    await parking.city.alarms.settle()
    assert (await park(leila)).over_stays == 1
    assert (await bay(leila)).over_minutes == 6
    standing = [alarm for alarm in parking.city.alarms.standing() if alarm.kind == "over_stay"]
    assert [alarm.asset_id for alarm in standing] == [PARK], "one alarm a car park, however many stay too long"
    assert parking.city.live.points_of(FIRST_BAY)["over_stay"].value is True
    await fills(parking, FIRST_BAY, is_occupied=False)
    assert (await park(leila)).over_stays == 0
    assert not [alarm for alarm in parking.city.alarms.standing() if alarm.kind == "over_stay" and alarm.is_active]


async def test_without_its_rule_nobody_stays_too_long_any_more(parking: ServedCity) -> None:
    leila = await seat(parking, "leila", Level.MANAGE, DIJON)
    await leila.put_for(f"/car-parks/{PARK}/rule", RuleRequest(rule=StayRule(most_minutes=1)), CarPark)
    await fills(parking, FIRST_BAY)
    parking.city.clock.pass_time(120)
    await parking.city.parking.look()
    await parking.city.alarms.settle()
    assert [alarm.kind for alarm in parking.city.alarms.standing() if alarm.is_active] == ["over_stay"]
    await leila.put_for(f"/car-parks/{PARK}/rule", RuleRequest(rule=None), CarPark)
    await parking.city.parking.look()
    await parking.city.alarms.settle()
    assert not [alarm for alarm in parking.city.alarms.standing() if alarm.is_active]


async def test_a_rule_of_the_register_holds_until_somebody_decides_otherwise(parking: ServedCity) -> None:
    leila, register = await seat(parking, "leila", Level.MANAGE), parking.city.register
    known = register.get(PARK)
    assert known is not None
    await register.apply([msgspec.structs.replace(known, extra={"most_minutes": "20"})], "system", note="a short stay")
    assert (await park(leila)).rule == StayRule(most_minutes=20)
    await leila.put_for(f"/car-parks/{PARK}/rule", RuleRequest(rule=None), CarPark)
    assert (await park(leila)).rule is None
    await parking.city.parking.load()
    assert (await park(leila)).rule is None, "and after a start"
    entries = await parking.city.storage.journal(JournalQuery(kinds=(EntryKind.ASSET,), asset_id=PARK))
    told = [entry.payload for entry in entries if entry.payload.get("event") == "parking_rule"]
    assert [one["after"] for one in told] == [None]


async def test_after_a_start_old_readings_tell_since_when_a_bay_is_occupied(parking: ServedCity) -> None:
    leila, city = await seat(parking, "leila", Level.VIEW), parking.city
    began = city.clock.now() - dt.timedelta(minutes=50)
    for minutes, is_occupied in ((90, True), (70, False), (50, True), (20, True)):
        at = city.clock.now() - dt.timedelta(minutes=minutes)
        value = PointValue(is_occupied, Quality.GOOD, at, at)
        await city.storage.keep_readings([(FIRST_BAY, "occupied", value)])
    await fills(parking, FIRST_BAY)
    await city.parking.look()
    assert (await bay(leila)).since == began


async def test_only_who_manages_a_car_park_changes_its_rule(parking: ServedCity) -> None:
    watcher, neighbour = await seat(parking, "vera", Level.OPERATE), await seat(parking, "nico", Level.MANAGE, QUETIGNY)
    request = RuleRequest(rule=StayRule(most_minutes=30))
    for session in (watcher, neighbour):
        with pytest.raises(Refused):
            await session.put_for(f"/car-parks/{PARK}/rule", request, CarPark)
    assert [one.code for one in (await neighbour.get("/car-parks", CarParks)).items] == ["PARK-02"]
    with pytest.raises(Refused):
        await neighbour.get(f"/car-parks/{PARK}/bays", Bays)
    assert (await park(watcher)).may_change_rule is False


async def test_a_rule_that_cannot_be_is_refused_in_words(parking: ServedCity) -> None:
    leila = await seat(parking, "leila", Level.MANAGE)
    with pytest.raises(Refused) as refused:
        await leila.put_for(f"/car-parks/{PARK}/rule", RuleRequest(rule=StayRule(most_minutes=0)), CarPark)
    assert refused.value.problem.status == 422
    with pytest.raises(Refused) as refused:
        await leila.put_for(f"/car-parks/{FIRST_BAY}/rule", RuleRequest(rule=None), CarPark)
    assert refused.value.problem.status == 422


async def test_devices_that_nobody_bound_are_listed_for_who_manages_the_whole_city(parking: ServedCity) -> None:
    now = parking.city.clock.now()
    stranger = UnknownDevice(connection_id="lora", address="70b3d57ed00000ff", first_heard=now, last_heard=now)
    parking.city.devices.take({}, [Connection(id="lora", integration="chirpstack_mqtt", url="own:")], {})
    parking.city.devices.set_adapter("lora", Ear([stranger]))
    leila = await seat(parking, "leila", Level.MANAGE)
    assert (await leila.get("/devices/unknown", UnknownDevices)).items == (stranger,)
    neighbour = await seat(parking, "nico", Level.MANAGE, DIJON)
    with pytest.raises(Refused):
        await neighbour.get("/devices/unknown", UnknownDevices)


async def test_a_battery_that_runs_out_is_told_before_the_sensor_falls_silent(parking: ServedCity) -> None:
    city = parking.city
    await city.say(Reading(FIRST_BAY, "battery_percent", 9.0), Reading(FIRST_BAY + 1, "battery_percent", 40.0))
    city.clock.pass_time(61)
    await city.alarms.settle()
    assert [(a.asset_id, a.kind) for a in city.alarms.standing() if a.is_active] == [(FIRST_BAY, "battery_low")]
    leila = await seat(parking, "leila", Level.VIEW)
    assert (await bay(leila)).battery_percent == 9.0
