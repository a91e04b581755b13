"""The demo city's register: the size, the places and the hierarchy of a real metropolis."""

from collections import Counter

import numpy as np
import pytest

from backend.domain.asset_classes import standard_asset_classes
from city.communes import load_communes
from city.geography import build_geography
from city.outlines import polygon_area
from city.plan import City, build_city
from city.projection import Floats, to_metres
from contract.assets import Asset


def metres(pairs: tuple[tuple[float, float], ...]) -> Floats:
    return np.array([to_metres(lon, lat) for lon, lat in pairs])


def of_class(city: City, class_: str) -> list[Asset]:
    return [asset for asset in city.assets if asset.class_ == class_]


def is_inside(point: tuple[float, float], ring: Floats) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def distance_to(line: Floats, point: Floats) -> float:
    starts, sides = line[:-1], np.diff(line, axis=0)
    lengths = np.maximum((sides**2).sum(axis=1), 1e-9)
    share = np.clip(((point - starts) * sides).sum(axis=1) / lengths, 0.0, 1.0)
    return float(np.hypot(*(point - starts - share[:, None] * sides).T).min())


def test_the_24_communes_stand_where_insee_and_ign_say(dijon: City) -> None:
    facts = {commune.code: commune for commune in dijon.communes}
    assert len(facts) == 24
    assert facts["21231"].name == "Dijon"
    assert facts["21231"].population == 159_941
    assert (facts["21171"].lon, facts["21171"].lat) == (5.13712, 47.29832)


def test_a_population_that_nobody_published_is_unknown(dijon: City) -> None:
    assert next(commune for commune in dijon.communes if commune.code == "21213").population is None


def test_every_outline_holds_its_label_point_and_about_its_real_surface(dijon: City) -> None:
    surfaces = {facts.code: facts.surface_km2 for facts in load_communes()}
    drawn: dict[str, float] = {}
    for commune in dijon.communes:
        ring = metres(commune.outline[0])
        assert is_inside(to_metres(commune.lon, commune.lat), ring), commune.name
        drawn[commune.code] = abs(polygon_area(ring)) / 1e6
    assert sum(drawn.values()) == pytest.approx(sum(surfaces.values()), rel=0.1)
    ratios = [drawn[code] / surface for code, surface in surfaces.items()]
    assert np.median(ratios) == pytest.approx(1.0, abs=0.15)
    assert min(ratios) > 0.6
    assert max(ratios) < 1.5


def test_a_city_of_scale_one_has_the_real_numbers(dijon: City) -> None:
    counts = Counter(asset.class_ for asset in dijon.assets)
    assert counts["streetlight"] == 34_000
    assert counts["lighting_cabinet"] == pytest.approx(700, abs=10)
    expected = {
        "lighting_gateway": 24, "camera": 269, "building": 180, "junction": 113, "vehicle": 205,
        "car_park": 20, "bollard": 26, "message_sign": 40,
    }  # fmt: skip
    assert {class_: counts[class_] for class_ in expected} == expected
    assert len(dijon.streaming_cameras) == 16


def test_every_class_and_service_is_one_the_product_knows(dijon: City) -> None:
    classes = standard_asset_classes()
    assert {(asset.class_, asset.service) for asset in dijon.assets} <= {
        (class_.code, class_.service) for class_ in classes.values()
    }


def test_codes_are_unique_in_their_class_and_ids_count_up(dijon: City) -> None:
    assert len({(asset.class_, asset.code) for asset in dijon.assets}) == len(dijon.assets)
    assert [asset.id for asset in dijon.assets] == list(range(1, len(dijon.assets) + 1))


def test_lamps_stand_as_in_a_real_city(dijon: City) -> None:
    lines = {(street.commune, street.name): metres(street.line or ()) for street in of_class(dijon, "street")}
    lamps = of_class(dijon, "streetlight")
    away = [
        distance_to(lines[lamp.commune, lamp.street], np.array(to_metres(lamp.lon, lamp.lat))) for lamp in lamps[::23]
    ]
    lit = {(lamp.commune, lamp.street) for lamp in lamps}
    lit_km = sum(np.hypot(*np.diff(lines[key], axis=0).T).sum() for key in lit) / 1000.0
    assert 36.0 < len(lamps) / lit_km < 48.0
    assert np.median(away) == pytest.approx(4.3, abs=0.5)
    assert np.percentile(away, 90) == pytest.approx(15.0, abs=2.5)


def test_a_cabinet_feeds_some_fifty_lamps_around_it(dijon: City) -> None:
    groups = [group for lit in dijon.lighting for group in lit.groups]
    sizes = [len(group.lamps) for group in groups]
    assert np.mean(sizes) == pytest.approx(48.5, abs=1.0)
    assert min(sizes) >= 20
    assert max(sizes) <= 80
    reach: list[float] = []
    for group in groups:
        lamps = metres(tuple((lamp.lon, lamp.lat) for lamp in group.lamps))
        place = np.array(to_metres(group.cabinet.lon, group.cabinet.lat))
        reach.append(float(np.hypot(*(lamps - place).T).mean()))
        assert {lamp.supply_parent for lamp in group.lamps} == {group.cabinet.id}
        assert {lamp.commune for lamp in group.lamps} == {group.cabinet.commune}
    assert np.median(reach) < 400.0


def test_everything_that_is_fed_hangs_on_the_core_of_the_network(dijon: City) -> None:
    by_id = {asset.id: asset for asset in dijon.assets}
    for asset in dijon.assets:
        if asset.class_ not in {"streetlight", "lighting_cabinet", "lighting_gateway", "camera", "junction"}:
            continue
        steps = 0
        while asset.supply_parent is not None:
            asset = by_id[asset.supply_parent]
            steps += 1
            assert steps < 6
        assert asset.code == "SW-000"


def test_signals_stand_where_streets_cross(dijon: City) -> None:
    lines = [metres(street.line or ()) for street in of_class(dijon, "street")]
    for junction in of_class(dijon, "junction")[::6]:
        place = np.array(to_metres(junction.lon, junction.lat))
        assert sum(distance_to(line, place) < 3.0 for line in lines) >= 2, junction.name


def test_cameras_are_numbered_from_the_centre_and_know_where_they_look(dijon: City) -> None:
    cameras = of_class(dijon, "camera")
    assert [camera.number for camera in cameras] == list(range(1, 270))
    assert cameras[11].code == "CAM-012"
    for camera in cameras:
        assert camera.azimuth_deg is not None
        assert 0.0 <= camera.azimuth_deg < 360.0
        assert camera.fov_deg
        assert camera.range_m


def test_two_streets_of_a_commune_never_share_a_name(dijon: City) -> None:
    streets = of_class(dijon, "street")
    assert len({(street.commune, street.name) for street in streets}) == len(streets)


def test_the_same_seed_gives_the_same_city_and_another_seed_another(small_city: City) -> None:
    assert build_city(seed=1, scale=0.05) == small_city
    assert build_city(seed=2, scale=0.05).assets != small_city.assets


def test_a_bigger_city_grows_denser_and_still_finds_names_for_its_streets() -> None:
    city = build_city(seed=3, scale=3.0)
    assert sum(asset.class_ == "streetlight" for asset in city.assets) == 102_000
    assert sum(asset.class_ == "camera" for asset in city.assets) == 807


def test_streets_stay_within_the_metropolis() -> None:
    geography = build_geography(load_communes(), seed=5, scale=1.0)
    far = max(float(np.abs(street.points).max()) for street in geography.streets)
    assert far < 16_000.0
