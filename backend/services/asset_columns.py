"""All assets in the order of their numbers, with their places as arrays: what a search looks through."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from contract.asset_editing import AssetFilter
from contract.assets import Asset

BoundingBox = tuple[float, float, float, float]
_ASSETS_A_TURN: Final = 5_000


class AssetColumns:
    """Assets by id, with their positions as arrays."""

    def __init__(self, assets: Iterable[Asset] = ()) -> None:
        self.assets = sorted(assets, key=lambda asset: asset.id)
        self._ids = np.fromiter((asset.id for asset in self.assets), np.int64, len(self.assets))
        self._lon = np.fromiter((asset.lon for asset in self.assets), np.float64, len(self.assets))
        self._lat = np.fromiter((asset.lat for asset in self.assets), np.float64, len(self.assets))

    @classmethod
    async def of(cls, assets: Mapping[int, Asset]) -> "AssetColumns":
        """Made in turns; the assets must stay as they are meanwhile."""
        made = cls()
        await asyncio.sleep(0)
        ids = np.sort(np.fromiter(assets, np.int64, len(assets)))
        made._ids, made._lon, made._lat = ids, np.empty(len(ids)), np.empty(len(ids))
        for start in range(0, len(ids), _ASSETS_A_TURN):
            await asyncio.sleep(0)
            piece = [assets[id_] for id_ in ids[start : start + _ASSETS_A_TURN].tolist()]
            made.assets.extend(piece)
            made._lon[start : start + len(piece)] = [asset.lon for asset in piece]
            made._lat[start : start + len(piece)] = [asset.lat for asset in piece]
        return made

    def put(self, assets: Sequence[Asset]) -> bool:
        """Take a few added or changed ones in; False when one belongs between others: make the columns anew."""
        new: dict[int, Asset] = {}
        last = int(self._ids[-1]) if len(self._ids) else 0
        for asset in assets:
            index = int(np.searchsorted(self._ids, asset.id))
            if index < len(self._ids) and self._ids[index] == asset.id:
                self.assets[index], self._lon[index], self._lat[index] = asset, asset.lon, asset.lat
            elif asset.id > last:
                new[asset.id] = asset
            else:
                return False
        if new:
            coming = [new[id_] for id_ in sorted(new)]
            self.assets.extend(coming)
            self._ids = np.append(self._ids, np.array([asset.id for asset in coming], np.int64))
            self._lon = np.append(self._lon, [asset.lon for asset in coming])
            self._lat = np.append(self._lat, [asset.lat for asset in coming])
        return True

    def within(self, bbox: BoundingBox | None) -> Sequence[Asset]:
        """Those in the box, by id; all without one."""
        if bbox is None:
            return self.assets
        return [self.assets[index] for index in self._within(bbox)]

    def _within(self, bbox: BoundingBox) -> Sequence[int]:
        west, south, east, north = bbox
        inside: npt.NDArray[np.bool_] = (
            (self._lon >= west) & (self._lon <= east) & (self._lat >= south) & (self._lat <= north)
        )
        indexes: list[int] = np.flatnonzero(inside).tolist()
        return indexes


def matching(assets: Sequence[Asset], wanted: AssetFilter) -> Sequence[Asset]:
    """Those that meet every condition but the place, in their order."""
    chosen = assets
    if wanted.class_ is not None:
        chosen = [asset for asset in chosen if asset.class_ == wanted.class_]
    if wanted.commune is not None:
        chosen = [asset for asset in chosen if asset.commune == wanted.commune]
    if wanted.status is not None:
        chosen = [asset for asset in chosen if asset.status is wanted.status]
    if wanted.service is not None:
        chosen = [asset for asset in chosen if asset.service == wanted.service]
    if wanted.text:
        words = sorted(set(wanted.text.casefold().split()), key=len, reverse=True)  # the rarest first
        chosen = [asset for asset in chosen if _mentions(asset, words)]
    return chosen


def _mentions(asset: Asset, wanted: Sequence[str]) -> bool:
    number = "" if asset.number is None else str(asset.number)
    text = f"{asset.code} {asset.name} {asset.street} {number}".casefold()
    return all(word in text for word in wanted)
