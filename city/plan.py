"""Builds the whole city by seed and scale: its register, and which devices feed and hold which."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from city.communes import CommuneFacts, load_communes
from city.equipment import Equipment
from city.geography import Geography, build_geography
from city.lighting import Cabinets, Lamps, place_lighting
from city.projection import Floats, to_degrees
from city.register import Register, titled
from city.street_names import name_streets
from contract.assets import Asset, Commune

NAME: Final = "Dijon métropole (démonstration)"
_LIGHT_SOURCES: Final = {True: "LED", False: "sodium"}


@dataclass(frozen=True, slots=True)
class LitGroup:
    """A cabinet and the lamps it feeds."""

    cabinet: Asset
    lamps: tuple[Asset, ...]


@dataclass(frozen=True, slots=True)
class LitCommune:
    """A lighting gateway and the cabinets behind it."""

    commune: CommuneFacts
    gateway: Asset
    groups: tuple[LitGroup, ...]


@dataclass(frozen=True, slots=True)
class City:
    """Everything that stands in the city, before any device runs."""

    seed: int
    scale: float
    communes: tuple[Commune, ...]
    assets: tuple[Asset, ...]
    lighting: tuple[LitCommune, ...]
    streaming_cameras: tuple[Asset, ...]


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
    lighting = _add_lighting(register, geography, names, gateways, lamps, cabinets)
    streaming = equipment.place_cameras(switches)
    equipment.place_junctions(switches)
    equipment.place_message_signs(switches)
    equipment.place_bollards(switches)
    equipment.place_car_parks(switches)
    equipment.place_buildings()
    equipment.place_vehicles()
    _add_streets(register, geography, names)
    return City(seed, scale, _communes(geography), tuple(register.assets), lighting, tuple(streaming))


def _communes(geography: Geography) -> tuple[Commune, ...]:
    return tuple(
        Commune(
            code=facts.code,
            name=facts.name,
            lon=facts.lon,
            lat=facts.lat,
            population=facts.population,
            outline=(_pairs(outline),),
        )
        for facts, outline in zip(geography.communes, geography.outlines, strict=True)
    )


def _add_streets(register: Register, geography: Geography, names: list[str]) -> None:
    counts = [0] * len(geography.communes)
    for street, name in zip(geography.streets, names, strict=True):
        counts[street.commune] += 1
        commune = geography.communes[street.commune].code
        line = _pairs(street.points)
        register.add(
            "street", f"VOI-{commune}-{counts[street.commune]:04d}", line[len(line) // 2],
            name=titled(name), street=titled(name), commune=commune, commissioned=None, line=line,
            extra={"rank": street.rank.name.lower()},
        )  # fmt: skip


def _add_lighting(
    register: Register,
    geography: Geography,
    names: list[str],
    gateways: list[Asset],
    lamps: Lamps,
    cabinets: Cabinets,
) -> tuple[LitCommune, ...]:
    titles = [titled(name) for name in names]
    codes = [commune.code for commune in geography.communes]
    boxes = [
        register.add(
            "lighting_cabinet",
            f"ARM-{codes[commune]}-{number:03d}",
            place,
            name=f"Armoire {number}, {names[street]}",
            number=number,
            street=titles[street],
            commune=codes[commune],
            feeder=gateways[commune],
            commissioned=dt.date.fromordinal(day),
            height_m=1.4,
            serial=f"ARM{100_000 + 7 * (31 * number + 997 * commune)}",
        )
        for place, commune, street, number, day in zip(
            _pairs(cabinets.points),
            cabinets.commune.tolist(),
            cabinets.street.tolist(),
            cabinets.number.tolist(),
            cabinets.commissioned.tolist(),
            strict=True,
        )
    ]
    fed: list[list[Asset]] = [[] for _ in boxes]
    shared = {
        (power, is_led): {"rated_power_w": f"{power:.0f}", "light_source": _LIGHT_SOURCES[is_led]}
        for power, is_led in set(zip(lamps.power_w.tolist(), lamps.is_led.tolist(), strict=True))
    }
    first = np.searchsorted(lamps.commune, np.arange(len(codes)))
    numbers = (np.arange(len(lamps.points)) - first[lamps.commune] + 1).tolist()
    for place, commune, street, place_in_street, cabinet, height, power, is_led, day, number in zip(
        _pairs(lamps.points), lamps.commune.tolist(), lamps.street.tolist(), lamps.place_in_street.tolist(),
        lamps.cabinet.tolist(), lamps.height_m.tolist(), lamps.power_w.tolist(), lamps.is_led.tolist(),
        lamps.commissioned.tolist(), numbers, strict=True,
    ):  # fmt: skip
        lamp = register.add(
            "streetlight", f"PL-{codes[commune]}-{number:06d}", place,
            name=f"{titles[street]}, point {place_in_street}", street=titles[street], commune=codes[commune],
            feeder=boxes[cabinet], commissioned=dt.date.fromordinal(day), height_m=height,
            serial=f"OLC{(len(register.assets) * 7919 + 104_729) % 16**8:08X}", extra=shared[power, is_led],
        )  # fmt: skip
        fed[cabinet].append(lamp)
    behind: list[list[LitGroup]] = [[] for _ in codes]
    for box, group, commune in zip(boxes, fed, cabinets.commune.tolist(), strict=True):
        behind[commune].append(LitGroup(box, tuple(group)))
    return tuple(
        LitCommune(commune, gateway, tuple(groups))
        for commune, gateway, groups in zip(geography.communes, gateways, behind, strict=True)
    )


def _pairs(points: Floats) -> tuple[tuple[float, float], ...]:
    degrees: list[list[float]] = to_degrees(points).tolist()
    return tuple((lon, lat) for lon, lat in degrees)
