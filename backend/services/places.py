"""Where mobile assets are: the last place that was known, kept when they fall silent."""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from backend.services.point_columns import PointColumns
from contract.assets import AssetClass
from contract.points import Quality

_POINTS: Final = ("lon", "lat", "heading_deg")


class Place(NamedTuple):
    """WGS84 degrees; heading clockwise from north, NaN where it is not known."""

    lon: float
    lat: float
    heading_deg: float


class PlaceColumns(NamedTuple):
    """Parallel columns as the wire has them."""

    ids: npt.NDArray[np.uint32]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    heading_deg: npt.NDArray[np.float32]


class Places:
    """A place is taken when longitude and latitude are both good; what is not good never moves a vehicle."""

    def __init__(self, classes: Iterable[AssetClass]) -> None:
        self._columns: dict[str, tuple[int, ...]] = {}
        for asset_class in classes:
            names = [spec.name for spec in asset_class.points]
            if asset_class.is_mobile and all(name in names for name in _POINTS):
                self._columns[asset_class.code] = tuple(names.index(name) for name in _POINTS)
        self._places: dict[int, Place] = {}

    def of(self, asset_id: int) -> Place | None:
        """Where it was last known to be; None when it never said so."""
        return self._places.get(asset_id)

    def known(self) -> Sequence[int]:
        """Every asset whose place is known."""
        return tuple(self._places)

    def columns(self, asset_ids: Sequence[int]) -> PlaceColumns:
        """The places of those of these assets whose place is known."""
        found = [(asset_id, place) for asset_id in asset_ids if (place := self._places.get(asset_id)) is not None]
        count = len(found)
        return PlaceColumns(
            np.fromiter((asset_id for asset_id, _ in found), np.uint32, count),
            np.fromiter((place.lon for _, place in found), np.float64, count),
            np.fromiter((place.lat for _, place in found), np.float64, count),
            np.fromiter((place.heading_deg for _, place in found), np.float32, count),
        )

    def is_of_place(self, columns: PointColumns, column: int) -> bool:
        """Whether this point says where an asset is."""
        wanted = self._columns.get(columns.class_)
        return wanted is not None and column in wanted

    def take(self, asset_id: int, columns: PointColumns) -> bool:
        """Read an asset's place anew; whether it moved or turned."""
        row = columns.rows[asset_id]
        lon, lat, heading = (_good(columns, row, column) for column in self._columns[columns.class_])
        # A receiver without a fix says 0, 0.
        if math.isnan(lon) or math.isnan(lat) or (lon == 0.0 and lat == 0.0):
            return False
        place, before = Place(lon, lat, heading), self._places.get(asset_id)
        self._places[asset_id] = place
        return before is None or not _is_same(place, before)


def _good(columns: PointColumns, row: int, column: int) -> float:
    number = columns.value(row, column)
    if columns.quality(row, column) is not Quality.GOOD or not isinstance(number, float):
        return math.nan
    return number


def _is_same(place: Place, before: Place) -> bool:
    has_same_heading = place.heading_deg == before.heading_deg or (
        math.isnan(place.heading_deg) and math.isnan(before.heading_deg)
    )
    return (place.lon, place.lat) == (before.lon, before.lat) and has_same_heading
