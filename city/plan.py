"""Builds the whole city by seed and scale: its register, and which devices feed and hold which."""

from dataclasses import dataclass, field
from typing import Final

from city.communes import load_communes
from city.equipment import Equipment
from city.geography import Geography, build_geography
from city.houses import number_houses
from city.lighting import place_lighting
from city.lighting_register import LitCommune, register_lighting
from city.parking import place_bays, place_environment_sensors
from city.projection import to_pairs
from city.register import Register, titled
from city.street_names import name_streets
from contract.assets import Asset, Commune
from contract.city_plan import PlannedAddress

NAME: Final = "Dijon métropole (démonstration)"


@dataclass(frozen=True, slots=True)
class City:
    """Everything that stands in the city, before any device runs."""

    seed: int
    scale: float
    communes: tuple[Commune, ...]
    assets: tuple[Asset, ...]
    lighting: tuple[LitCommune, ...]
    streaming_cameras: tuple[Asset, ...]
    houses: tuple[PlannedAddress, ...]
    geography: Geography = field(compare=False)  # the seed and the scale say it already


def build_city(*, seed: int, scale: float) -> City:
    """The same seed and scale always give the same city."""
    facts = load_communes()
    geography = build_geography(facts, seed=seed, scale=scale)
    names = name_streets(geography.streets, facts, seed)
    lamps, cabinets = place_lighting(geography, seed=seed, scale=scale)
    register = Register()
    equipment = Equipment(register, geography, names, seed=seed, scale=scale)
    switches = equipment.place_network()
    gateways = equipment.place_gateways(switches)
    lighting = register_lighting(register, facts, names, gateways, lamps, cabinets)
    streaming = equipment.place_cameras(switches)
    equipment.place_junctions(switches)
    equipment.place_message_signs(switches)
    equipment.place_bollards(switches)
    equipment.place_car_parks(switches)
    equipment.place_buildings()
    equipment.place_vehicles()
    place_bays(register, seed=seed, scale=scale)
    place_environment_sensors(register, geography, seed=seed, scale=scale)
    _add_streets(register, geography, names)
    houses = number_houses(geography, names, seed=seed)
    return City(
        seed, scale, _communes(geography), tuple(register.assets), lighting, tuple(streaming), houses, geography
    )


def _communes(geography: Geography) -> tuple[Commune, ...]:
    return tuple(
        Commune(
            code=facts.code,
            name=facts.name,
            lon=facts.lon,
            lat=facts.lat,
            population=facts.population,
            valid_to=facts.merged_on,
            merged_into=facts.merged_into or "",
            outline=(to_pairs(outline),),
        )
        for facts, outline in zip(geography.communes, geography.outlines, strict=True)
    )


def _add_streets(register: Register, geography: Geography, names: list[str]) -> None:
    counts = [0] * len(geography.communes)
    for street, name in zip(geography.streets, names, strict=True):
        counts[street.commune] += 1
        commune = geography.communes[street.commune].code
        line = to_pairs(street.points)
        register.add(
            "street", f"VOI-{commune}-{counts[street.commune]:04d}", line[len(line) // 2],
            name=titled(name), street=titled(name), commune=commune, commissioned=None, line=line,
            extra={"rank": street.rank.name.lower()},
        )  # fmt: skip
