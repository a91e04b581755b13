"""House numbers along the streets of the largest commune, odd on the left and even on the right."""

import itertools
import math
from typing import Final

import numpy as np

from city.geography import Geography
from city.projection import to_degrees
from city.register import titled
from city.street_network import Rank, Street
from contract.city_plan import PlannedAddress

MOST_HOUSES: Final = 15_000  # enough to find something anywhere; a first start must not wait for more
_POSTCODE: Final = "21000"
_STEP_M: Final = 32.0
_ASIDE_M: Final = 9.0
_EMPTY_SHARE: Final = 0.12  # gardens, car parks: numbers that nobody has
_BIS_SHARE: Final = 0.04


def number_houses(geography: Geography, names: list[str], *, seed: int) -> tuple[PlannedAddress, ...]:
    """The same seed always numbers the same houses."""
    rng = np.random.default_rng([seed, 30])
    code = geography.communes[0].code
    houses: list[PlannedAddress] = []
    for street, name in zip(geography.streets, names, strict=True):
        if street.commune != 0 or street.rank is Rank.ROAD:
            continue
        if len(houses) >= MOST_HOUSES:
            break
        places = _along(street)
        if not places:
            continue
        degrees: list[list[float]] = to_degrees(np.array(places)).tolist()
        chances: list[float] = rng.random(len(degrees)).tolist()
        for number, ((lon, lat), chance) in enumerate(zip(degrees, chances, strict=True), start=1):
            if chance < _EMPTY_SHARE:
                continue
            houses.append(PlannedAddress(code, _POSTCODE, titled(name), number, "", lon, lat))
            if chance > 1 - _BIS_SHARE:
                houses.append(PlannedAddress(code, _POSTCODE, titled(name), number, "bis", lon, round(lat + 6e-5, 7)))
    return tuple(houses)


def _along(street: Street) -> list[tuple[float, float]]:
    """A place a step, aside to the left, then to the right."""
    places: list[tuple[float, float]] = []
    left_m = _STEP_M / 4
    points: list[list[float]] = street.points.tolist()
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        length = math.hypot(to_x - x, to_y - y)
        while length > 0 and left_m <= length:
            share = left_m / length
            aside = _ASIDE_M if len(places) % 2 == 0 else -_ASIDE_M
            across = (-(to_y - y) / length * aside, (to_x - x) / length * aside)
            places.append((x + (to_x - x) * share + across[0], y + (to_y - y) * share + across[1]))
            left_m += _STEP_M / 2
        left_m -= length
    return places
