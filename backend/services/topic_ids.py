"""The assets of each topic as columns, remembered until the register changes."""

import asyncio
from collections.abc import Collection, Sequence

import numpy as np

from backend.domain.map_history import UInt32s
from backend.domain.rights_place import RightsPlace
from backend.services.register import Register
from contract.assets import Asset


class TopicIds:
    """Watches the feed."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._ids: dict[RightsPlace, UInt32s] = {}

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Assets added, changed or removed; one may have left a topic for another."""
        if assets or removed:
            self._ids.clear()

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """Nothing to do."""

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Nothing to do."""

    async def of(self, places: Collection[RightsPlace]) -> UInt32s:
        """The ids of all assets of these topics, in order."""
        columns: list[UInt32s] = []
        for place in places:
            ids = self._ids.get(place)
            if ids is None:
                assets = self._register.of_place(place)
                ids = self._ids[place] = np.fromiter((asset.id for asset in assets), np.uint32, len(assets))
                await asyncio.sleep(0)
            columns.append(ids)
        return np.sort(np.concatenate(columns)) if columns else np.empty(0, np.uint32)
