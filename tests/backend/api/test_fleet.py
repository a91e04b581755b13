"""Vehicles asked about: who is nearest, what they do, and where they were, which not everybody is told."""

import datetime as dt

import pytest

from backend.devkit.device_token import device_token
from backend.ports import JournalQuery, Unit
from backend_client.errors import Refused
from backend_client.session import Session
from contract.assets import Asset
from contract.devices import Binding, Connection
from contract.fleet import DeviceAccess, Trail, VehicleState, VehicleStates, VehicleStatus
from contract.journal import EntryKind
from contract.points import Quality, Reading
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY

SWEEPER, PATROL, AWAY = 900, 901, 902


@pytest.fixture
async def fleet(served: ServedCity) -> ServedCity:
    """A sweeper and a patrol of Dijon, a truck of Quetigny."""
    vehicles = [
        Asset(id=number, code=f"VEH-{number}", class_="vehicle", lon=5.0, lat=47.3, commune=commune, service="fleet")
        for number, commune in ((SWEEPER, DIJON), (PATROL, DIJON), (AWAY, QUETIGNY))
    ]
    await served.city.register.apply(vehicles, "system", note="a fleet")
    return served


async def seat(served: ServedCity, name: str, level: Level, *communes: str) -> Session:
    scope = Scope(communes=communes) if communes else Scope()
    await served.city.account(name, (Grant(level=level, scope=scope),))
    return await served.login(name)


async def drives(served: ServedCity, vehicle: int, lon: float, speed: float, at: dt.datetime | None = None) -> None:
    await served.city.say(
        Reading(vehicle, "lon", lon, at),
        Reading(vehicle, "lat", 47.32, at),
        Reading(vehicle, "speed_kmh", speed, at),
        Reading(vehicle, "heading_deg", 90.0, at),
    )


async def states(session: Session) -> dict[int, VehicleState]:
    return {one.asset_id: one for one in (await session.get("/fleet", VehicleStates)).items}


async def test_each_vehicle_says_what_it_does(fleet: ServedCity) -> None:
    leila = await seat(fleet, "leila", Level.VIEW)
    await drives(fleet, SWEEPER, 5.04, 12.0)
    await drives(fleet, PATROL, 5.05, 0.0)
    now = await states(leila)
    assert [now[one].status for one in (SWEEPER, PATROL, AWAY)] == [
        VehicleStatus.MOVING,
        VehicleStatus.STOPPED,
        VehicleStatus.UNKNOWN,
    ]
    assert (now[SWEEPER].lon, now[SWEEPER].speed_kmh, now[AWAY].lon) == (5.04, 12.0, None)
    fleet.city.clock.pass_time(130)
    fleet.city.fleet.fleet.look()
    later = await states(leila)
    assert later[SWEEPER].status is VehicleStatus.OFFLINE, "one under way that says nothing for two minutes"
    assert later[PATROL].status is VehicleStatus.STOPPED, "one that stands speaks less often"
    assert later[SWEEPER].since == fleet.city.clock.now()


async def test_the_nearest_are_those_of_whom_it_is_known_where_they_are(fleet: ServedCity) -> None:
    leila = await seat(fleet, "leila", Level.VIEW)
    for vehicle, lon in ((SWEEPER, 5.041), (PATROL, 5.05), (AWAY, 5.06)):
        await drives(fleet, vehicle, lon, 30.0)
    fleet.city.clock.pass_time(100)
    await drives(fleet, PATROL, 5.05, 30.0)
    await drives(fleet, AWAY, 5.06, 30.0)
    fleet.city.clock.pass_time(30)
    place: dict[str, str | int | float | None] = {"lon": 5.04, "lat": 47.32, "count": 3}
    near = (await leila.get("/fleet/nearest", VehicleStates, place)).items
    assert [one.asset_id for one in near] == [PATROL, AWAY], "the sweeper fell silent"
    assert near[0].distance_m == pytest.approx(756, abs=5)
    everybody = (await leila.get("/fleet/nearest", VehicleStates, {**place, "offline": "true"})).items
    assert [one.asset_id for one in everybody] == [SWEEPER, PATROL, AWAY]


async def test_one_sees_the_vehicles_of_ones_commune_only(fleet: ServedCity) -> None:
    paul = await seat(fleet, "paul", Level.VIEW, QUETIGNY)
    await drives(fleet, SWEEPER, 5.04, 12.0)
    await drives(fleet, AWAY, 5.06, 12.0)
    assert set(await states(paul)) == {AWAY}
    near = (await paul.get("/fleet/nearest", VehicleStates, {"lon": 5.04, "lat": 47.32})).items
    assert [one.asset_id for one in near] == [AWAY]


def span(served: ServedCity) -> dict[str, str | int | float | None]:
    now = served.city.clock.now()
    return {"since": (now - dt.timedelta(hours=2)).isoformat(), "until": (now + dt.timedelta(minutes=1)).isoformat()}


async def test_where_it_was_is_told_by_the_devices_own_time_and_journaled(fleet: ServedCity) -> None:
    nora = await seat(fleet, "nora", Level.OPERATE)
    began = fleet.city.clock.now()
    fleet.city.clock.pass_time(600)
    for minute in range(5):  # what a phone kept while it had no signal comes at once
        await drives(fleet, SWEEPER, 5.04 + minute / 1000, 20.0, began + dt.timedelta(minutes=minute))
    trail = await nora.get(f"/fleet/{SWEEPER}/trail", Trail, span(fleet))
    assert [point.at for point in trail.points] == [began + dt.timedelta(minutes=n) for n in range(5)]
    assert [point.lon for point in trail.points] == [5.04, 5.041, 5.042, 5.043, 5.044]
    assert (trail.points[0].speed_kmh, trail.points[0].heading_deg, trail.kept_days) == (20.0, 90.0, 30)
    entries = await fleet.city.storage.journal(JournalQuery(kinds=(EntryKind.WHEREABOUTS,)))
    assert [(entry.actor, entry.asset_id) for entry in entries] == [("nora", SWEEPER)]
    readings = await fleet.city.storage.readings(SWEEPER, "lon", began, fleet.city.clock.now(), 10)
    assert list(readings) == [], "it is not kept for a year with the readings of equipment"
    few = await nora.get(f"/fleet/{SWEEPER}/trail", Trail, {**span(fleet), "limit": 2})
    assert (len(few.points), few.total) == (2, 5)


async def test_who_may_only_look_is_not_told_where_it_was(fleet: ServedCity) -> None:
    await drives(fleet, SWEEPER, 5.04, 20.0)
    for name, level, commune in (("leila", Level.VIEW, DIJON), ("paul", Level.OPERATE, QUETIGNY)):
        session = await seat(fleet, name, level, commune)
        with pytest.raises(Refused) as refused:
            await session.get(f"/fleet/{SWEEPER}/trail", Trail, span(fleet))
        assert refused.value.problem.status in {403, 404}
    assert list(await fleet.city.storage.journal(JournalQuery(kinds=(EntryKind.WHEREABOUTS,)))) == []


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-01-01T00:00:00", "until": "2026-01-01T01:00:00"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T01:00:00Z"},
        {"since": "2025-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z"},
        {"since": "2026-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z", "limit": 0},
        {"since": "x", "until": "2026-01-01T01:00:00Z"},
    ],
)
async def test_a_span_that_cannot_be_is_refused(fleet: ServedCity, query: dict[str, str | int | float | None]) -> None:
    nora = await seat(fleet, "nora", Level.OPERATE)
    with pytest.raises(Refused) as refused:
        await nora.get(f"/fleet/{SWEEPER}/trail", Trail, query)
    assert refused.value.problem.status == 400


async def test_what_cannot_be_believed_is_no_place_it_was_at(fleet: ServedCity) -> None:
    nora = await seat(fleet, "nora", Level.OPERATE)
    await drives(fleet, SWEEPER, 5.04, 20.0)
    await fleet.city.say(Reading(SWEEPER, "lon", None, None, Quality.FAILED), Reading(SWEEPER, "lat", 99.0))
    trail = await nora.get(f"/fleet/{SWEEPER}/trail", Trail, span(fleet))
    assert [(point.lon, point.lat) for point in trail.points] == [(5.04, 47.32)]


async def test_days_that_are_over_are_forgotten(fleet: ServedCity) -> None:
    positions = fleet.city.fleet.positions
    await drives(fleet, SWEEPER, 5.04, 20.0)
    began = fleet.city.clock.now()
    assert len(await positions.trail(SWEEPER, began - dt.timedelta(hours=1), began + dt.timedelta(hours=1))) == 1
    assert positions.forget_readings_before((began + dt.timedelta(days=1)).date()) == 1
    assert len(await positions.trail(SWEEPER, began - dt.timedelta(hours=1), began + dt.timedelta(hours=1))) == 0
    fleet.city.clock.pass_time(3_600)
    await drives(fleet, SWEEPER, 5.05, 20.0, fleet.city.clock.now() - dt.timedelta(days=31))
    then = fleet.city.clock.now() - dt.timedelta(days=32)
    assert len(await positions.trail(SWEEPER, then, then + dt.timedelta(days=2))) == 0, "too old to be kept at all"


async def test_a_token_is_shown_to_who_configures_only(fleet: ServedCity) -> None:
    assert device_token("x" * 16, "a") != device_token("x" * 16, "b")
    nora = await seat(fleet, "nora", Level.OPERATE)
    with pytest.raises(Refused) as refused:
        await nora.get(f"/fleet/{SWEEPER}/access", Trail)
    assert refused.value.problem.status == 403
    root = await seat(fleet, "root", Level.CONFIGURE)
    with pytest.raises(Refused) as refused:
        await root.get(f"/fleet/{SWEEPER}/access", Trail)
    assert refused.value.problem.status == 409, "no connection is set up for it"


async def test_no_token_is_made_of_the_password_of_what_is_no_vehicle(fleet: ServedCity) -> None:
    """From its digest a camera's password could be guessed at leisure."""
    city = fleet.city
    camera = city.camera()
    dome = Connection(id="dome", integration="onvif_camera", url="https://10.0.0.4", secret_name="dome")
    await city.storage.commit(Unit(connections=[dome], bindings={"dome": [Binding(asset_id=camera.id, address="1")]}))
    root = await seat(fleet, "root", Level.CONFIGURE, DIJON)
    with pytest.raises(Refused, match="no vehicle"):
        await root.get(f"/fleet/{camera.id}/access", DeviceAccess)
