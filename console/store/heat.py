"""What heat maps are reckoned from: faults by place, energy by street. No Qt."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from console.store.placed import Floats, PlacedColumns, UInt32s
from contract.assets import Asset
from contract.stream import UNACKNOWLEDGED_FLAG, Visual

_KM_A_DEGREE: Final = 111.32
_STEP_KM: Final = 0.05
_MOST_STEPS: Final = 400  # of one street: a line round the earth stays a line


def faults(
    placed: PlacedColumns, passes: npt.NDArray[np.bool_], state_ids: UInt32s, visuals: npt.NDArray[np.uint8]
) -> tuple[Floats, Floats]:
    """Where assets that pass are in fault or in alarm."""
    is_fault = (visuals & ~np.uint8(UNACKNOWLEDGED_FLAG)) >= int(Visual.FAULT)
    rows = np.isin(placed.ids, state_ids[is_fault]) & passes
    return placed.lon[rows], placed.lat[rows]


def energy_along_streets(
    assets: Iterable[Asset], kwh: Mapping[int, float]
) -> tuple[Floats, Floats, npt.NDArray[np.float64]]:
    """Points along each street whose lights told their energy, each with the street's kWh per km.

    Lights belong to the street of their own commune whose name they carry. A street none of whose lights told is left
    out: it is unknown, not saving.
    """
    streets: dict[tuple[str, str], list[Asset]] = {}
    taken: dict[tuple[str, str], float] = {}
    for asset in assets:
        if asset.line is not None and len(asset.line) > 1:
            streets.setdefault((asset.commune, asset.name or asset.street), []).append(asset)
        elif asset.id in kwh and asset.street:
            key = (asset.commune, asset.street)
            taken[key] = taken.get(key, 0.0) + kwh[asset.id]
    points: list[tuple[float, float, float]] = []
    for key, energy in taken.items():
        lines = [street.line for street in streets.get(key, ()) if street.line is not None]
        length = sum(_length_km(line) for line in lines)
        if length > 0:
            points += [(lon, lat, energy / length) for line in lines for lon, lat in _along(line)]
    columns = np.array(points, np.float64).reshape(-1, 3)
    return columns[:, 0].copy(), columns[:, 1].copy(), columns[:, 2].copy()


def _length_km(line: tuple[tuple[float, float], ...]) -> float:
    return sum(_distance_km(one, other) for one, other in itertools.pairwise(line))


def _distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    across = (other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(across, other[1] - one[1]) * _KM_A_DEGREE


def _along(line: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for one, other in itertools.pairwise(line):
        steps = min(max(1, round(_distance_km(one, other) / _STEP_KM)), _MOST_STEPS)
        for step in range(steps):
            share = (step + 0.5) / steps
            found.append((one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share))
    return found
