"""What pointer tools are called and what comes out of them. Values only; positions are degrees, lengths metres."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from widgets.city_map.values import UInt32s

LonLat = tuple[float, float]


class MapTool(Enum):
    """The tools a user may take up."""

    MEASURE_DISTANCE = "measure_distance"
    MEASURE_AREA = "measure_area"
    SELECT_RECTANGLE = "select_rectangle"
    SELECT_LASSO = "select_lasso"
    SELECT_RADIUS = "select_radius"
    PLACE = "place"  # not taken up by hand: somebody asks where something stands


class AreaKind(Enum):
    """How an area was drawn."""

    RECTANGLE = "rectangle"
    LASSO = "lasso"
    RADIUS = "radius"


class AreaMode(Enum):
    """What becomes of those that were chosen before."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class MapArea:
    """A piece of ground. `ring` is its edge, open (the first point is not repeated); a circle has centre and radius."""

    kind: AreaKind
    ring: tuple[LonLat, ...]
    area_m2: float
    centre: LonLat | None = None
    radius_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AreaSelection:
    """What stood in an area, and what is chosen now that it was added, taken away or put in place of the former.

    Both hold ascending asset ids, of assets that are shown only.
    """

    area: MapArea
    mode: AreaMode
    found: UInt32s
    chosen: UInt32s


@dataclass(frozen=True, slots=True)
class Measurement:
    """A finished measurement. Distances have a segment for each pair of points; areas have their edge in it too."""

    tool: MapTool
    points: tuple[LonLat, ...]
    segments_m: tuple[float, ...]
    area_m2: float | None = None

    @property
    def length_m(self) -> float:
        """All segments; of an area the whole way around."""
        return float(np.sum(self.segments_m))


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """Where a user says that something stands."""

    lon: float
    lat: float


class MarkKind(Enum):
    """What a mark stands for."""

    RESULT = "result"
    BOOKMARK = "bookmark"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class MapMark:
    """A place that somebody wants to see. Results and nearest are numbered in the order given, from 1."""

    id: str
    lon: float
    lat: float
    label: str = ""
    kind: MarkKind = MarkKind.RESULT
