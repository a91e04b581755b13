"""The columns of the city, kept once for all maps and changed where the register changed."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from console.store.assets import AssetChanges, AssetStore
from console.store.catalogue import CatalogueStore
from console.store.city_counts import CityCounts, count_city
from console.store.placed import PlacedColumns, UInt32s, class_order, merged, nothing_placed, placed_columns, without
from console.store.states import StateStore
from contract.assets import Asset

_MANY: Final = 0.2  # above this share of the city, drawing it anew is quicker


class CityChange(NamedTuple):
    """What changed since the last tick. `is_whole`: everything may differ, take `all()`."""

    is_whole: bool
    upserted: PlacedColumns
    removed: UInt32s
    assets: tuple[Asset, ...]  # those that are new or changed, lines too; empty when `is_whole`


class CityColumns(QObject):
    """Follows register and catalogue."""

    changed = Signal(object)  # CityChange

    def __init__(
        self, assets: AssetStore, catalogue: CatalogueStore, states: StateStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._assets = assets
        self._catalogue = catalogue
        self._states = states
        self._placed = nothing_placed()
        assets.changes_since_tick.connect(self._take)
        catalogue.changed.connect(self._take_all)

    def all(self) -> PlacedColumns:
        """Everything that stands on a map."""
        return self._placed

    def counts(self) -> CityCounts:
        """Exact counts as of now."""
        states = self._states.all()
        return count_city(
            self._placed,
            class_order(self._catalogue.classes),
            tuple(self._catalogue.communes),
            states.ids,
            states.visuals,
        )

    def _take_all(self) -> None:
        self._placed = self._columns_of(self._assets.all())
        self.changed.emit(CityChange(True, self._placed, np.empty(0, np.uint32), ()))

    def _take(self, changes: AssetChanges) -> None:
        if len(changes.changed) + len(changes.removed) > _MANY * max(len(self._placed.ids), 1):
            self._take_all()
            return
        found = [self._assets.get(asset_id) for asset_id in changes.changed]
        assets = tuple(asset for asset in found if asset is not None)
        upserted = self._columns_of(assets)
        touched = np.fromiter((*changes.changed, *changes.removed), np.uint32)
        gone = np.setdiff1d(touched, upserted.ids)  # a retired one leaves the map as well
        removed = gone[np.isin(gone, self._placed.ids, assume_unique=True)]
        self._placed = merged(without(self._placed, removed), upserted)
        self.changed.emit(CityChange(False, upserted, removed, assets))

    def _columns_of(self, assets: Iterable[Asset]) -> PlacedColumns:
        return placed_columns(assets, self._catalogue.classes, self._catalogue.communes)
