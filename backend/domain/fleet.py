"""What a vehicle does, by what it last said. Where a crew was is personal data: its points are kept apart."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from contract.assets import AssetClass
from contract.fleet import VehicleStatus

T = TypeVar("T")
WHEREABOUTS: Final = frozenset({"lon", "lat", "heading_deg", "speed_kmh"})
"""Points of mobile assets that say where somebody was: kept for days, not with the readings of equipment."""
MOVING_KMH: Final = 3.0
SILENT_MOVING_S: Final = 120.0  # a vehicle under way reports every few seconds
SILENT_PARKED_S: Final = 600.0


def is_whereabouts(asset_class: AssetClass, point: str) -> bool:
    """Whether this point of a class says where somebody is."""
    return asset_class.is_mobile and point in WHEREABOUTS


def whereabouts(classes: Iterable[AssetClass]) -> frozenset[tuple[str, str]]:
    """(class, point) of all of them."""
    return frozenset((one.code, spec.name) for one in classes for spec in one.points if is_whereabouts(one, spec.name))


def vehicle_status(*, age_s: float | None, speed_kmh: float | None) -> VehicleStatus:
    """`age_s`: since it last said where it is, None when it never did; `speed_kmh`: as it said then."""
    if age_s is None:
        return VehicleStatus.UNKNOWN
    is_moving = speed_kmh is not None and speed_kmh >= MOVING_KMH
    if age_s > (SILENT_MOVING_S if is_moving else SILENT_PARKED_S):
        return VehicleStatus.OFFLINE
    return VehicleStatus.MOVING if is_moving else VehicleStatus.STOPPED


def thinned(way: Sequence[T], most: int) -> Sequence[T]:
    """At most `most` places of a way, evenly spread, with its beginning and its end."""
    if len(way) <= most:
        return way
    if most < 2:
        return way[-1:]
    step = (len(way) - 1) / (most - 1)
    return [way[round(index * step)] for index in range(most)]
