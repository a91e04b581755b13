"""Somebody who searches in the demo finds houses, and domes that can look at them."""

import pytest

from backend.domain.ground import way
from backend.domain.looking import range_of
from city.houses import MOST_HOUSES
from city.plan import City, build_city


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(seed=1, scale=0.1)


def test_houses_stand_beside_their_street_in_its_commune(city: City) -> None:
    streets = {asset.street: asset for asset in city.assets if asset.line and asset.commune == city.communes[0].code}
    assert 300 < len(city.houses) <= MOST_HOUSES + 1
    for house in city.houses[::37]:
        line = streets[house.street].line
        assert line is not None
        assert min(way(house.lon, house.lat, *point).distance_m for point in line) < 250
    assert any(house.suffix == "bis" for house in city.houses)


def test_the_same_seed_numbers_the_same_houses(city: City) -> None:
    assert build_city(seed=1, scale=0.1).houses == city.houses


def test_several_streaming_domes_can_look_at_the_centre(city: City) -> None:
    domes = [camera for camera in city.streaming_cameras if camera.extra["ptz"] == "yes"]
    assert len(domes) >= 8
    assert all(dome.azimuth_deg is not None and dome.height_m for dome in domes)
    reached = [
        (dome.code, here.code)
        for here in city.streaming_cameras
        for dome in domes
        if dome is not here and way(dome.lon, dome.lat, here.lon, here.lat).distance_m <= range_of(dome)
    ]
    assert reached, "a look at some camera's square turns another one"
