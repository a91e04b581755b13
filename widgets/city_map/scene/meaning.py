"""What the map knows beyond positions and states: flags that last, details, the tree of a supply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from widgets.city_map.details import AssetDetail, SupplyTree
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.heat_grid import HeatField
from widgets.city_map.state import PENDING, SUPPRESSED
from widgets.city_map.values import Float64s, Mask, Rows, UInt32s

_NO_IDS: UInt32s = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Mercator metres, from the beginning; `is_gap`: nothing was heard between this place and the one before."""

    x: Float64s
    y: Float64s
    is_gap: Mask


class Meaning:
    """Remembers ids, so that assets that come later are told too."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store
        self._flagged: dict[int, UInt32s] = {SUPPRESSED: _NO_IDS, PENDING: _NO_IDS}
        self.details: dict[int, AssetDetail] = {}
        self.supply: SupplyTree | None = None
        self.heat: HeatField | None = None
        self.way: Way | None = None

    def set_flag(self, flag: int, ids: UInt32s) -> Rows:
        """Exactly these have SUPPRESSED or PENDING from now on; answers the rows that changed."""
        self._flagged[flag] = np.unique(ids.astype(np.uint32))
        return self._store.set_flag(flag, self._flagged[flag])

    def reapply(self) -> None:
        """Assets came or went: those that are here now wear their flags."""
        for flag, ids in self._flagged.items():
            if ids.size:
                self._store.set_flag(flag, ids)

    def has_flag(self, flag: int) -> bool:
        """True when any id at all wears it."""
        return self._flagged[flag].size > 0

    def rows_with(self, flag: int) -> Rows:
        """Rows that wear it and are shown."""
        return np.flatnonzero(((self._store.state & np.uint8(flag)) != 0) & self._store.is_shown)

    def set_details(self, details: Mapping[int, AssetDetail]) -> None:
        """These and no others."""
        self.details = dict(details)

    def update_details(self, changes: Mapping[int, AssetDetail | None]) -> None:
        """Replace what is known of these; None forgets it."""
        for asset_id, detail in changes.items():
            if detail is None:
                self.details.pop(asset_id, None)
            else:
                self.details[asset_id] = detail
