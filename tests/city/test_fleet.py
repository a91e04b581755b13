"""Vehicles keep to the streets, stop, come home, and say nothing false while they have no signal."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from backend.devkit.clock import ManualClock
from city.drivers import AT_DEPOT
from city.fleet_devices import CityBroker, FleetDevices
from city.plan import City
from city.projection import to_degrees
from city.roads import Roads


@pytest.fixture(scope="module")
def roads(dijon: City) -> Roads:
    return Roads(dijon.geography)


@pytest.fixture(scope="module")
def fleet(dijon: City) -> FleetDevices:
    """All 205 after forty minutes on the road."""
    vehicles = [asset for asset in dijon.assets if asset.class_ == "vehicle"]
    fleet = FleetDevices(vehicles, dijon.geography, dijon.seed, ManualClock())
    for vehicle in fleet.by_code.values():
        for _ in range(600):
            vehicle.driver.advance(4.0)
    return fleet


def test_nearly_every_street_can_be_driven_to(roads: Roads) -> None:
    assert len(roads.drivable) > 0.98 * len(roads.points)


def test_a_way_follows_streets_without_leaping(roads: Roads) -> None:
    start, end = roads.nearest(0.0, 0.0), roads.nearest(1_500.0, -900.0)
    way = roads.way(start, end)
    assert len(way) > 10
    for (x, y, _), (next_x, next_y, kmh) in itertools.pairwise(way):
        assert math.dist((x, y), (next_x, next_y)) < 90
        assert 0 < kmh <= 65
    assert (way[0][0], way[0][1]) == tuple(roads.points[start].tolist())


def test_the_fleet_drives_stands_and_works(fleet: FleetDevices, roads: Roads) -> None:
    assert len(fleet.by_code) == 205
    drivers = [vehicle.driver for vehicle in fleet.by_code.values()]
    assert 20 < sum(driver.is_moving for driver in drivers) < 190
    assert len(Counter(driver.status for driver in drivers)) == 4
    streets = roads.points
    for driver in drivers:
        if driver.status == AT_DEPOT:
            continue
        away = np.sqrt(((streets - np.array([driver.x, driver.y])) ** 2).sum(axis=1)).min()
        assert away < 60, f"{driver.asset.code} is {away:.0f} m from any street"
        assert driver.speed_m_s <= driver.trade.fastest_kmh / 3.6 + 0.01


def test_the_same_seed_drives_the_same_ways(dijon: City) -> None:
    vehicles = [asset for asset in dijon.assets if asset.class_ == "vehicle"][:5]

    def places() -> list[tuple[float, float]]:
        fleet = FleetDevices(vehicles, dijon.geography, dijon.seed, ManualClock())
        for vehicle in fleet.by_code.values():
            for _ in range(300):
                vehicle.driver.advance(4.0)
        return [(one.driver.x, one.driver.y) for one in fleet.by_code.values()]

    assert places() == places()


def test_without_signal_its_places_are_kept_in_order(dijon: City) -> None:
    police = next(asset for asset in dijon.assets if asset.name.startswith("Véhicule de police"))
    clock = ManualClock()
    vehicle = FleetDevices([police], dijon.geography, dijon.seed, clock).by_code[police.code]
    vehicle.lose_signal()
    for _ in range(900):
        clock.pass_time(1)
        vehicle.advance(1.0, clock, is_calm=True)
    assert vehicle.phone.kept > 10
    assert not vehicle.phone.has_signal
    vehicle.regain_signal()
    assert vehicle.phone.has_signal


def test_a_fleet_says_where_it_truly_is(fleet: FleetDevices) -> None:
    code, vehicle = next(iter(fleet.by_code.items()))
    state = fleet.state(code)
    lon, lat = to_degrees(np.array([[vehicle.driver.x, vehicle.driver.y]]))[0].tolist()
    assert (state["lon"], state["lat"]) == (lon, lat)
    with pytest.raises(KeyError):
        fleet.state("VEH-9999")


def test_the_crews_of_the_parks_publish_through_the_citys_broker(dijon: City) -> None:
    vehicles = [asset for asset in dijon.assets if asset.class_ == "vehicle"]
    broker = CityBroker(1883, "city", "secret", "lora")
    fleet = FleetDevices(vehicles, dijon.geography, dijon.seed, ManualClock(), lambda: broker)
    http, mqtt = fleet.connections()
    assert http.url.startswith("http://127.0.0.1:")
    assert (mqtt.url, mqtt.settings["broker_secret"]) == ("mqtt://127.0.0.1:1883", "lora")
    behind = {binding.code: binding.connection_id for binding in fleet.bindings()}
    assert len(behind) == 205
    for asset in vehicles:
        is_of_parks = asset.name.startswith("Fourgonnette espaces verts")
        assert behind[asset.code] == (mqtt.id if is_of_parks else http.id)
