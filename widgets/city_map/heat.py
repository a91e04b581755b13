"""What a heat map is made of: weighted places, and what their colours mean. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from widgets.city_map.values import Float64s


class HeatKind(Enum):
    """DENSITY adds the weights of a neighbourhood up, per square kilometre; AVERAGE takes their mean."""

    DENSITY = "density"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class HeatColumns:
    """Weights at places. NaN and negative weights, and places off the earth, are left out.

    Faults per km2: weight 1 each, DENSITY. Energy per km: the figure of each stretch of street, AVERAGE.
    """

    lon: Float64s
    lat: Float64s
    weight: Float64s
    legend: str = ""
    unit: str = ""
    maximum: float | None = None
    """The value drawn strongest, more is drawn alike; None: the highest there is."""
    kind: HeatKind = HeatKind.DENSITY
    decimal_mark: str = "."
