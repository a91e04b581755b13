"""The lie of the land, by seed: outlines of the communes, their streets and the roads between them."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from city.blocks import straight
from city.commune_streets import CommuneStreets, TownShape
from city.communes import CommuneFacts, inhabitants_served
from city.outlines import cells, polygon_area, reach_from
from city.projection import Floats, to_metres
from city.relief import Relief
from city.street_network import Crossing, Rank, Street, StreetNetwork

STREETS_KM: Final = 850.0
_DENSITY_KM_PER_KM2: Final = 12.0
_BUILT_SHARE_AT_MOST: Final = 0.9
# How much street the block cutter draws for a block side, against the ideal grid's 2 / side.
_GRID_YIELD: Final = 0.93
_RAYS: Final = 144


@dataclass(frozen=True, slots=True)
class Geography:
    """Everything on the plane, in metres, already bent."""

    communes: tuple[CommuneFacts, ...]
    centres: Floats
    outlines: tuple[Floats, ...]
    streets: tuple[Street, ...]
    crossings: tuple[Crossing, ...]


def build_geography(communes: tuple[CommuneFacts, ...], *, seed: int, scale: float) -> Geography:
    """The same seed and scale always give the same land. More than scale 1 grows denser, not wider."""
    rng = np.random.default_rng([seed, 2])
    centres = np.array([to_metres(commune.lon, commune.lat) for commune in communes])
    surfaces = np.array([commune.surface_km2 * 1e6 for commune in communes])
    polygons = cells(centres, surfaces)
    wanted_km = _streets_km(communes, scale)
    shapes = [_town_shape(index, centres, polygons, float(wanted_km[index]), rng) for index in range(len(communes))]
    links = _links(centres)
    network = StreetNetwork()
    for index, shape in enumerate(shapes):
        built_km2 = _built_km2(shape)
        block_side_m = _GRID_YIELD * 2000.0 * built_km2 / float(wanted_km[index])
        layer = CommuneStreets(network, index, shape, block_side_m, np.random.default_rng([seed, 3, index]))
        layer.lay(_neighbours(index, links, centres, communes))
    for one, other in links:
        _lay_road(network, shapes[one], shapes[other], one, other, communes)
    relief = Relief(seed)
    return Geography(
        communes,
        centres,
        tuple(relief.bend(_with_points_every(polygon, 90.0)) for polygon in polygons),
        _bend_streets(network.streets, relief),
        _bend_crossings(network.crossings, relief),
    )


def _streets_km(communes: tuple[CommuneFacts, ...], scale: float) -> Floats:
    """Kilometres of street by commune: villages have more a head than the city."""
    inhabitants = np.array(inhabitants_served(communes))
    share = inhabitants**0.84
    total = STREETS_KM * (scale if scale <= 1.0 else scale**0.7)
    kilometres: Floats = np.maximum(share / share.sum() * total, 0.5)
    return kilometres


def _town_shape(
    index: int, centres: Floats, polygons: list[Floats], wanted_km: float, rng: np.random.Generator
) -> TownShape:
    centre = centres[index]
    turns = np.linspace(0.0, 2.0 * math.pi, _RAYS, endpoint=False)
    border = reach_from(centre, polygons[index], turns) - 15.0
    lumps = np.ones(_RAYS)
    for waves in (2, 3, 5, 8):
        lumps += 0.34 / math.sqrt(waves) * rng.normal() * np.cos(waves * turns + rng.uniform(0.0, 6.3))
    lumps = np.clip(lumps, 0.62, 1.5)
    built_m2 = min(wanted_km / _DENSITY_KM_PER_KM2 * 1e6, _BUILT_SHARE_AT_MOST * abs(polygon_area(polygons[index])))
    low, high = 30.0, 20_000.0
    for _ in range(40):
        middle = (low + high) / 2.0
        reach = np.minimum(border, lumps * middle)
        if np.sum(reach**2) * math.pi / _RAYS < built_m2:
            low = middle
        else:
            high = middle
    return TownShape((float(centre[0]), float(centre[1])), turns, np.minimum(border, lumps * high))


def _built_km2(shape: TownShape) -> float:
    turns = np.linspace(0.0, 2.0 * math.pi, _RAYS, endpoint=False)
    return float(np.mean([shape.reach_m(turn) ** 2 for turn in turns.tolist()])) * math.pi / 1e6


def _links(centres: Floats) -> list[tuple[int, int]]:
    """Pairs of communes joined by a road: no third centre lies between them (Gabriel graph)."""
    away = ((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    pairs: list[tuple[int, int]] = []
    for one in range(len(centres)):
        for other in range(one + 1, len(centres)):
            sums = away[one] + away[other]
            sums[[one, other]] = np.inf
            if sums.min() >= away[one, other]:
                pairs.append((one, other))
    return pairs


def _neighbours(
    index: int, links: list[tuple[int, int]], centres: Floats, communes: tuple[CommuneFacts, ...]
) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for one, other in links:
        if index in (one, other):
            far = other if index == one else one
            aside = centres[far] - centres[index]
            found.append((math.atan2(float(aside[1]), float(aside[0])), communes[far].name))
    return found


def _lay_road(
    network: StreetNetwork,
    one: TownShape,
    other: TownShape,
    first: int,
    second: int,
    communes: tuple[CommuneFacts, ...],
) -> None:
    """The road between two towns, half to each commune."""
    turn = math.atan2(other.centre[1] - one.centre[1], other.centre[0] - one.centre[0])
    start, end = one.at(1.0, turn), other.at(1.0, turn + math.pi)
    middle = ((start[0] + end[0]) / 2.0, (start[1] + end[1]) / 2.0)
    network.add(Street(first, Rank.ROAD, straight(start, middle, 40.0), communes[second].name))
    network.add(Street(second, Rank.ROAD, straight(end, middle, 40.0), communes[first].name))


def _bend_streets(streets: list[Street], relief: Relief) -> tuple[Street, ...]:
    everything = relief.bend(np.concatenate([street.points for street in streets]))
    bounds = np.cumsum([len(street.points) for street in streets])[:-1]
    bent = np.split(everything, bounds)
    return tuple(
        Street(street.commune, street.rank, points, street.towards)
        for street, points in zip(streets, bent, strict=True)
    )


def _bend_crossings(crossings: list[Crossing], relief: Relief) -> tuple[Crossing, ...]:
    bent: list[list[float]] = relief.bend(np.array([crossing.point for crossing in crossings])).tolist()
    return tuple(
        Crossing((x, y), crossing.commune, crossing.streets, crossing.weight, crossing.turn, crossing.is_square)
        for crossing, (x, y) in zip(crossings, bent, strict=True)
    )


def _with_points_every(polygon: Floats, step_m: float) -> Floats:
    """A closed ring with points close enough to be bent."""
    sides = [
        straight((float(a[0]), float(a[1])), (float(b[0]), float(b[1])), step_m)[:-1]
        for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True)
    ]
    ring = np.concatenate(sides)
    return np.concatenate((ring, ring[:1]))
