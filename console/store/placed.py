"""Where equipment stands, as columns that all maps share. No Qt."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from contract.assets import Asset, AssetClass, AssetStatus, Commune

UInt32s = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
NO_COMMUNE: Final = 65535
_MOST_CLASSES: Final = 255


class PlacedColumns(NamedTuple):
    """Parallel columns in the order of `ids`, which are sorted and unique."""

    ids: UInt32s
    lon: Floats
    lat: Floats
    class_index: npt.NDArray[np.uint8]
    commune_index: npt.NDArray[np.uint16]


def nothing_placed() -> PlacedColumns:
    """Columns of no equipment."""
    return placed_columns((), {}, {})


def class_order(classes: Mapping[str, AssetClass]) -> tuple[str, ...]:
    """Codes by class_index: the classes that are drawn as points."""
    return tuple(sorted(code for code, item in classes.items() if not item.is_line))[:_MOST_CLASSES]


def is_placed(asset: Asset) -> bool:
    """Whether it is a point on the map: no line, and not taken away for good."""
    return asset.line is None and asset.status is not AssetStatus.RETIRED


def placed_columns(
    assets: Iterable[Asset], classes: Mapping[str, AssetClass], communes: Mapping[str, Commune]
) -> PlacedColumns:
    """Columns of what is a point of a known class; the last of two with the same id."""
    class_index = {code: index for index, code in enumerate(class_order(classes))}
    commune_index = {code: index for index, code in enumerate(communes)}
    by_id = {asset.id: asset for asset in assets if is_placed(asset) and asset.class_ in class_index}
    shown = [by_id[asset_id] for asset_id in sorted(by_id)]
    return PlacedColumns(
        ids=np.array([asset.id for asset in shown], np.uint32),
        lon=np.array([asset.lon for asset in shown], np.float64),
        lat=np.array([asset.lat for asset in shown], np.float64),
        class_index=np.array([class_index[asset.class_] for asset in shown], np.uint8),
        commune_index=np.array([commune_index.get(asset.commune, NO_COMMUNE) for asset in shown], np.uint16),
    )


def merged(held: PlacedColumns, newer: PlacedColumns) -> PlacedColumns:
    """Both; of the same id the newer."""
    old = without(held, newer.ids)
    order = np.argsort(np.concatenate([old.ids, newer.ids]), kind="stable")
    return PlacedColumns(
        ids=np.concatenate([old.ids, newer.ids])[order],
        lon=np.concatenate([old.lon, newer.lon])[order],
        lat=np.concatenate([old.lat, newer.lat])[order],
        class_index=np.concatenate([old.class_index, newer.class_index])[order],
        commune_index=np.concatenate([old.commune_index, newer.commune_index])[order],
    )


def without(held: PlacedColumns, ids: UInt32s) -> PlacedColumns:
    """The columns without these ids."""
    stays = ~np.isin(held.ids, ids)
    if stays.all():
        return held
    return PlacedColumns(
        ids=held.ids[stays],
        lon=held.lon[stays],
        lat=held.lat[stays],
        class_index=held.class_index[stays],
        commune_index=held.commune_index[stays],
    )
