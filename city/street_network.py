"""What a street network is made of: streets with a rank, and the crossings of the big ones."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from city.projection import Floats


class Rank(enum.IntEnum):
    """How important a street is; decides its name, its width and its light."""

    BOULEVARD = 0
    AVENUE = 1
    COLLECTOR = 2
    SQUARE = 3
    STREET = 4
    LANE = 5
    ROAD = 6  # between two towns, mostly dark


@dataclass(frozen=True, slots=True)
class Street:
    """A line on the plane, in one commune. `towards` names the neighbour it leads to."""

    commune: int
    rank: Rank
    points: Floats
    towards: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where streets of some weight meet. `turn` is the direction of one of them, in radians from east."""

    point: tuple[float, float]
    commune: int
    streets: tuple[int, int]
    weight: float
    turn: float
    is_square: bool = False


@dataclass(slots=True)
class StreetNetwork:
    """Streets by number, and the crossings between them."""

    streets: list[Street] = field(default_factory=list[Street])
    crossings: list[Crossing] = field(default_factory=list[Crossing])

    def add(self, street: Street) -> int:
        """The street's number."""
        self.streets.append(street)
        return len(self.streets) - 1


def lengths_m(streets: Sequence[Street]) -> Floats:
    """Length of each street."""
    return np.array([np.hypot(*np.diff(street.points, axis=0).T).sum() for street in streets])
