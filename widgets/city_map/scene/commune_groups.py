"""Which communes share a badge because their centres stand too close at a scale."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from widgets.city_map.values import Float64s, Rows

APART_PX: Final = (78, 46)
"""Names with the plain badge beneath them need this much room, across or down."""
_COMMUNES_AT_MOST: Final = 600
"""Of more communes (a whole country) badges stand for squares of the ground."""


class CommuneGroups:
    """Depends on centres and scale only: badges do not jump when alarms come or when the view is panned."""

    def __init__(self) -> None:
        self.centres: Float64s = np.empty((0, 2))
        self._groups: dict[int, Rows] = {}

    def set_centres(self, centres: list[tuple[float, float]]) -> None:
        """Mercator metres, by commune_index."""
        self.centres = np.array(centres, np.float64).reshape(-1, 2)
        self._groups.clear()

    @property
    def is_usable(self) -> bool:
        """True when communes are known and few enough to be told apart."""
        return 0 < len(self.centres) <= _COMMUNES_AT_MOST

    def at_scale(self, units: float, zoom: float = 1.0) -> Rows:
        """For each commune the one at whose centre its badge stands."""
        step = math.ceil(math.log2(max(units * zoom, 1e-6)) * 8)
        found = self._groups.get(step)
        if found is None:
            found = self._groups[step] = _joined(self.centres, 2.0 ** (step / 8))
        return found


def _joined(centres: Float64s, units: float) -> Rows:
    """The first of those too close to each other keeps its place and takes the others in."""
    group = np.full(len(centres), -1, np.int64)
    across, down = APART_PX[0] * units, APART_PX[1] * units
    for at, (x, y) in enumerate(centres.tolist()):
        if group[at] < 0:
            near = (np.abs(centres[:, 0] - x) < across) & (np.abs(centres[:, 1] - y) < down)
            group[near & (group < 0)] = at
    return group
