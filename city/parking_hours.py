"""How full a car park is by the hour, and when the next vehicle comes or goes: figures only, no device."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

# Share of bays taken at each hour, local time, by kind of place.
_SHOPS: Final = (5, 4, 4, 4, 4, 6, 10, 22, 40, 58, 74, 84, 80, 76, 82, 86, 88, 84, 70, 48, 30, 20, 14, 8)
_OFFICES: Final = (8, 8, 8, 8, 8, 10, 22, 52, 82, 92, 94, 92, 80, 84, 92, 92, 88, 70, 42, 24, 16, 12, 10, 8)
_HOMES: Final = (92, 94, 94, 94, 94, 92, 84, 66, 48, 42, 40, 42, 46, 44, 42, 44, 50, 62, 74, 82, 86, 88, 90, 92)
KINDS: Final = (_SHOPS, _OFFICES, _HOMES)
_STAY_MEAN_S: Final = 2700.0


def share_taken(kind: int, hour: float) -> float:
    """From 0 to 1, between two full hours in between."""
    curve = KINDS[kind % len(KINDS)]
    before = math.floor(hour) % 24
    rest = hour - math.floor(hour)
    return (curve[before] * (1 - rest) + curve[(before + 1) % 24] * rest) / 100.0


def changes(
    taken: Sequence[bool], wanted_share: float, step_s: float, chances: np.random.Generator
) -> Sequence[tuple[int, bool]]:
    """Which bays are left and which are taken within `step_s`, so that the share goes where it is wanted."""
    count = len(taken)
    full = [index for index, is_taken in enumerate(taken) if is_taken]
    free = [index for index, is_taken in enumerate(taken) if not is_taken]
    leaving = int(chances.binomial(len(full), 1 - math.exp(-step_s / _STAY_MEAN_S))) if full else 0
    missing = wanted_share * count - (len(full) - leaving)
    # Whoever is missing comes within some minutes, never all at once.
    coming = int(chances.poisson(max(0.0, missing) * (1 - math.exp(-step_s / 240.0))))
    leaving += int(chances.poisson(max(0.0, -missing) * (1 - math.exp(-step_s / 240.0))))
    left = chances.permutation(full)[: min(leaving, len(full))].tolist()
    come = chances.permutation(free)[: min(coming, len(free))].tolist()
    return [*((int(index), False) for index in left), *((int(index), True) for index in come)]
