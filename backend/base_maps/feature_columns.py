"""Lines, outlines and labels gathered into columns, within limits, and put into degrees."""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.base_maps.naming import plain_text
from backend.ports import BaseMapTrouble
from contract.base_maps import Bounds, FeatureKind, VectorFeatures

MOST_POINTS: Final = 2_000_000  # 32 MB on the wire; a metropolis' streets have some 200,000
MOST_FEATURES: Final = 500_000
LONGEST_LABEL: Final = 100
_LARGEST_WEIGHT: Final = 1e12

Floats = NDArray[np.float64]
Transform = Callable[[Floats, Floats], tuple[Floats, Floats]]


class FeatureColumns:
    """One layer while it is read. A feature that cannot be placed is left out, and counted in `left_out`."""

    def __init__(self, layer: str, file_name: str) -> None:
        self._layer = plain_text(layer)
        self._file_name = file_name
        self._parts: dict[FeatureKind, list[Floats]] = {kind: [] for kind in FeatureKind}
        self._names: dict[FeatureKind, list[str]] = {kind: [] for kind in FeatureKind}
        self._weights: dict[FeatureKind, list[float]] = {kind: [] for kind in FeatureKind}
        self.point_count = 0
        self.feature_count = 0
        self.left_out = 0

    def add(self, kind: FeatureKind, points: Floats, name: str, weight: float) -> None:
        """One line, ring or point, as n rows of x and y. Raises BaseMapTrouble once there are too many."""
        if kind is FeatureKind.OUTLINE and len(points) >= 3 and not np.array_equal(points[0], points[-1]):
            points = np.concatenate((points, points[:1]))
        if len(points) < {FeatureKind.STREET: 2, FeatureKind.OUTLINE: 4, FeatureKind.LABEL: 1}[kind]:
            self.left_out += 1
            return
        self.point_count += len(points)
        self.feature_count += 1
        self.check_count(self.feature_count, self.point_count)
        self._parts[kind].append(points)
        self._names[kind].append(name)
        self._weights[kind].append(weight)

    def check_count(self, features: int, points: int) -> None:
        """Raise BaseMapTrouble when a file has more than can be drawn."""
        if features > MOST_FEATURES:
            raise BaseMapTrouble("base_map_too_many_features", file=self._file_name, count=MOST_FEATURES)
        if points > MOST_POINTS:
            raise BaseMapTrouble("base_map_too_many_points", file=self._file_name, count=MOST_POINTS)

    def finished(self, transform: Transform | None, attribution: str) -> tuple[VectorFeatures, ...]:
        """The layer as the console takes it, a value for each kind that it has."""
        return tuple(
            made
            for kind in FeatureKind
            if self._parts[kind] and (made := self._made(kind, transform, attribution)) is not None
        )

    def _made(self, kind: FeatureKind, transform: Transform | None, attribution: str) -> VectorFeatures | None:
        parts = self._parts[kind]
        lengths = np.fromiter((len(part) for part in parts), np.int64, len(parts))
        points = np.concatenate(parts)
        x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        lon, lat = (x, y) if transform is None else transform(x, y)
        with np.errstate(invalid="ignore"):
            is_placed = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)  # false for what is not a number
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        is_kept = np.logical_and.reduceat(is_placed, starts[:-1])
        self.left_out += int(np.count_nonzero(~is_kept))
        if not is_kept.any():
            return None
        of_kept = np.repeat(is_kept, lengths)
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths[is_kept])))
        weights = np.asarray(self._weights[kind], np.float64)[is_kept]
        return VectorFeatures(
            name=self._layer,
            kind=kind,
            lon=lon[of_kept].astype("<f8").tobytes(),
            lat=lat[of_kept].astype("<f8").tobytes(),
            offsets=offsets.astype("<i8").tobytes(),
            names=tuple(name for name, kept in zip(self._names[kind], is_kept.tolist(), strict=True) if kept),
            weights=None if np.isnan(weights).all() else weights.astype("<f8").tobytes(),
            attribution=attribution,
        )


def bounds_of(layers: Sequence[VectorFeatures]) -> Bounds | None:
    """The box around everything."""
    if not layers:
        return None
    lon = np.concatenate([np.frombuffer(layer.lon, "<f8") for layer in layers])
    lat = np.concatenate([np.frombuffer(layer.lat, "<f8") for layer in layers])
    return Bounds(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def label_text(value: object) -> str:
    """A name as it may be shown; "" for what names nothing."""
    if isinstance(value, str):
        return plain_text(value, LONGEST_LABEL)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:LONGEST_LABEL] if abs(value) < 10**18 else ""
    return ""


def weight_of(value: object) -> float:
    """A weight as a number; NaN for what is none."""
    if isinstance(value, str):
        value = _number(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    return float(value) if abs(value) < _LARGEST_WEIGHT else math.nan


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
