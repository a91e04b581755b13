"""Places the lamps along the streets and the cabinets that feed them, with the statistics of a real French city."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from city.geography import Geography
from city.projection import Floats
from city.street_network import Rank, lengths_m

LAMPS: Final = 34_000
LAMPS_A_CABINET: Final = 48.5
Ints = NDArray[np.int64]

# By rank: lamps against a plain street, metres from the centre line, height, LED power.
_DENSITY: Final = {
    Rank.BOULEVARD: 1.5,
    Rank.AVENUE: 1.4,
    Rank.COLLECTOR: 1.15,
    Rank.SQUARE: 1.6,
    Rank.STREET: 1.0,
    Rank.LANE: 0.85,
    Rank.ROAD: 0.0,
}
_OFFSET_M: Final = {
    Rank.BOULEVARD: 9.5,
    Rank.AVENUE: 7.0,
    Rank.COLLECTOR: 5.0,
    Rank.SQUARE: 9.0,
    Rank.STREET: 3.25,
    Rank.LANE: 2.8,
    Rank.ROAD: 5.0,
}
_HEIGHT_M: Final = {
    Rank.BOULEVARD: 10.0,
    Rank.AVENUE: 9.0,
    Rank.COLLECTOR: 8.0,
    Rank.SQUARE: 5.0,
    Rank.STREET: 7.0,
    Rank.LANE: 5.0,
    Rank.ROAD: 8.0,
}
_POWER_W: Final = {
    Rank.BOULEVARD: 110.0,
    Rank.AVENUE: 90.0,
    Rank.COLLECTOR: 70.0,
    Rank.SQUARE: 45.0,
    Rank.STREET: 50.0,
    Rank.LANE: 35.0,
    Rank.ROAD: 60.0,
}
# Lamps of squares, footpaths and parks that stand well off the street they are counted with.
_SET_BACK_SHARE: Final = 0.137
_SODIUM_UNTIL: Final = 2011
# Two lamps that follow one another further apart than this are not on one cable.
_LEAP_M: Final = 200.0


@dataclass(frozen=True, slots=True)
class Lamps:
    """Columns, one row a lamp, ordered by commune and along the streets. `cabinet` is a row of Cabinets."""

    points: Floats
    commune: Ints
    street: Ints
    place_in_street: Ints
    cabinet: Ints
    height_m: Floats
    power_w: Floats
    is_led: NDArray[np.bool_]
    commissioned: Ints  # days as datetime.date.toordinal counts them


@dataclass(frozen=True, slots=True)
class Cabinets:
    """Columns, one row a cabinet."""

    points: Floats
    commune: Ints
    street: Ints
    number: Ints  # within its commune, from 1
    commissioned: Ints


def place_lighting(geography: Geography, *, seed: int, scale: float) -> tuple[Lamps, Cabinets]:
    """Lamps every 25 m or so on alternate sides; a cabinet for each 48 or so that follow one another."""
    rng = np.random.default_rng([seed, 5])
    streets = sorted(range(len(geography.streets)), key=lambda number: geography.streets[number].commune)
    ranks = [geography.streets[number].rank for number in streets]
    lengths = lengths_m([geography.streets[number] for number in streets])
    lit = lengths * np.array([_DENSITY[rank] for rank in ranks])
    wanted = max(24, round(LAMPS * scale))
    upto = np.concatenate(([0.0], np.cumsum(lit))) * (wanted / lit.sum())
    edges = np.floor(upto + 1e-6).astype(np.int64)
    counts = np.diff(edges)
    row = np.repeat(np.arange(len(streets)), counts)
    place = np.arange(len(row)) - np.repeat(edges[:-1], counts)
    step = lengths[row] / counts[row]
    along = (place + 0.5 + rng.uniform(-0.14, 0.14, len(row))) * step
    on_line, aside = _walk(geography, streets, lengths, row, along)
    offset = _offsets(ranks, row, rng)
    side = np.where((place + rng.integers(0, 2, len(streets))[row]) % 2 == 0, 1.0, -1.0)
    points = on_line + aside * (offset * side)[:, None]
    commune = np.array([geography.streets[number].commune for number in streets], dtype=np.int64)[row]
    cabinet, cabinet_commune, feeding = _group(points, commune, len(geography.communes), rng)
    street = np.array(streets, dtype=np.int64)[row]
    lit_since = _street_years(len(streets), rng)[row]
    replaced = rng.random(len(row)) < 0.18
    years = np.where(replaced, np.maximum(lit_since, rng.integers(2008, 2025, len(row))), lit_since)
    is_led = years > _SODIUM_UNTIL
    power: Floats = np.array([_POWER_W[rank] for rank in ranks])[row] * np.where(is_led, 1.0, 2.0)
    lamps = Lamps(
        points, commune, street, place + 1, cabinet,
        np.array([_HEIGHT_M[rank] for rank in ranks])[row], power, is_led, _days(years, rng),
    )  # fmt: skip
    first = np.searchsorted(cabinet_commune, cabinet_commune)
    cabinets = Cabinets(
        points[feeding] + aside[feeding] * (1.8 * side[feeding])[:, None] + 0.7,
        cabinet_commune, street[feeding], np.arange(len(feeding)) - first + 1,
        _days(np.minimum(lit_since[feeding], 2022), rng),
    )  # fmt: skip
    return lamps, cabinets


def _walk(geography: Geography, streets: list[int], lengths: Floats, row: Ints, along: Floats) -> tuple[Floats, Floats]:
    """Points at a distance along their street's line, and the unit vector to its left there."""
    points = np.concatenate([geography.streets[number].points for number in streets])
    sizes = np.array([len(geography.streets[number].points) for number in streets])
    sides = np.diff(points, axis=0)
    joins = np.cumsum(sizes)[:-1] - 1
    sides[joins] = 0.0
    walked = np.concatenate(([0.0], np.cumsum(np.hypot(sides[:, 0], sides[:, 1]))))
    starts = np.concatenate(([0.0], np.cumsum(lengths)))[:-1]
    target = starts[row] + along
    segment = np.clip(np.searchsorted(walked, target, side="right") - 1, 0, len(sides) - 1)
    length = np.maximum(walked[segment + 1] - walked[segment], 1e-9)
    share = np.clip((target - walked[segment]) / length, 0.0, 1.0)
    heading = sides[segment] / length[:, None]
    return points[segment] + share[:, None] * sides[segment], np.column_stack((-heading[:, 1], heading[:, 0]))


def _offsets(ranks: list[Rank], row: Ints, rng: np.random.Generator) -> Floats:
    """Metres from the centre line: much the same along a street, now and then set well back."""
    by_street = np.array([_OFFSET_M[rank] for rank in ranks]) * rng.lognormal(0.0, 0.35, len(ranks))
    offset = by_street[row] * rng.uniform(0.92, 1.08, len(row))
    set_back = rng.random(len(row)) < _SET_BACK_SHARE
    return np.clip(np.where(set_back, rng.uniform(11.0, 27.0, len(row)), offset), 1.2, 30.0)


def _group(points: Floats, commune: Ints, communes: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Each lamp's cabinet, each cabinet's commune, and the lamp beside which each cabinet stands."""
    cabinet = np.zeros(len(commune), dtype=np.int64)
    owners: list[Ints] = []
    beside: list[Ints] = []
    first = 0
    leaps = np.concatenate(([0.0], np.hypot(*np.diff(points, axis=0).T)))
    for index in range(communes):
        begin, end = np.searchsorted(commune, [index, index + 1]).tolist()
        if begin == end:
            continue
        groups = max(1, round((end - begin) / LAMPS_A_CABINET))
        size = (end - begin) / groups
        cuts = [begin + round(size * place) for place in range(1, groups)]
        bounds = np.array([begin, *(_cut_near(cut, leaps, size, rng) for cut in cuts), end], dtype=np.int64)
        cabinet[begin:end] = first + np.repeat(np.arange(groups), np.diff(bounds))
        owners.append(np.full(groups, index, dtype=np.int64))
        beside.append((bounds[:-1] + bounds[1:]) // 2)
        first += groups
    return cabinet, np.concatenate(owners), np.concatenate(beside)


def _cut_near(cut: int, leaps: Floats, size: float, rng: np.random.Generator) -> int:
    """Where one cabinet's lamps end: at the widest leap to another street nearby, else somewhere about there."""
    slack = int(size * 0.28)
    widest = cut - slack + int(np.argmax(leaps[cut - slack : cut + slack + 1]))
    return widest if leaps[widest] > _LEAP_M else cut + int(rng.integers(-slack // 2, slack // 2 + 1))


def _street_years(streets: int, rng: np.random.Generator) -> Ints:
    """The year each street's lighting was last rebuilt: waves of works, not an even spread."""
    waves = rng.choice([1988, 1996, 2003, 2009, 2014, 2018, 2021], streets, p=[0.05, 0.09, 0.13, 0.17, 0.22, 0.2, 0.14])
    years = waves + np.round(rng.normal(0.0, 2.2, streets)).astype(np.int64)
    return np.asarray(np.clip(years, 1982, 2024), dtype=np.int64)


def _days(years: Ints, rng: np.random.Generator) -> Ints:
    before = years - 1
    days = 365 * before + before // 4 - before // 100 + before // 400 + rng.integers(1, 366, len(years))
    return np.asarray(days, dtype=np.int64)
