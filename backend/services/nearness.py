"""What is nearest to a place: on the ground, and where things that move were last heard to be."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.devkit.threads import Threads
from backend.domain.ground import SPHERE_ERROR, distances_m, sphere_distances_m
from backend.services.places import Place
from backend.services.register import MaySee, Register
from contract.assets import Asset
from contract.places import NearbyAsset, NearbyAssets

ReportedPlace = Callable[[int], Place | None]
_SLACK: Final = 1.0 + 2.5 * SPHERE_ERROR


class Nearness:
    """Answers from memory, one question after the other in a thread. `reported_place`: where an asset last was."""

    def __init__(self, register: Register, reported_place: ReportedPlace) -> None:
        self._register = register
        self._reported_place = reported_place
        self._threads = Threads("nearness")
        self._turn = asyncio.Lock()
        self._of_class: dict[str, _Standing] = {}
        self._revision = -1

    async def nearest(self, lon: float, lat: float, class_: str, *, may_see: MaySee, count: int) -> NearbyAssets:
        """The nearest assets of a class that one may see, nearest first; exact among all of them.

        `may_see` must depend on an asset's commune, class and service only.
        """
        async with self._turn:
            standing = await self._standing(class_)
            is_allowed = np.array([may_see(example) for example in standing.examples], np.bool_)
            lons, lats, moved = self._places(class_, standing)
            return await self._threads.run(lambda: _nearest(standing, is_allowed, lons, lats, moved, (lon, lat), count))

    def close(self) -> None:
        """End its thread; may be called twice."""
        self._threads.close()

    def _places(
        self, class_: str, standing: "_Standing"
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], set[int]]:
        if not self._register.classes[class_].is_mobile:
            return standing.lons, standing.lats, set()
        lons, lats = standing.lons.copy(), standing.lats.copy()
        moved: set[int] = set()
        for index, asset in enumerate(standing.assets):
            place = self._reported_place(asset.id)
            if place is not None:
                lons[index], lats[index] = place.lon, place.lat
                moved.add(asset.id)
        return lons, lats, moved

    async def _standing(self, class_: str) -> "_Standing":
        revision = self._register.revision
        if revision != self._revision:
            self._revision = revision
            self._of_class.clear()
        known = self._of_class.get(class_)
        if known is None:
            topics = [commune for commune, of_class in self._register.topics() if of_class == class_]
            assets = [asset for commune in topics for asset in self._register.of_topic(commune, class_)]
            known = self._of_class[class_] = await self._threads.run(lambda: _Standing(assets))
        return known


class _Standing:
    """The assets of a class as columns, each with the group whose rights it shares."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self.assets = assets
        self.ids = np.fromiter((asset.id for asset in assets), np.uint32, len(assets))
        self.lons = np.fromiter((asset.lon for asset in assets), np.float64, len(assets))
        self.lats = np.fromiter((asset.lat for asset in assets), np.float64, len(assets))
        groups: dict[tuple[str, str], int] = {}
        self.examples: list[Asset] = []
        indexes: list[int] = []
        for asset in assets:
            key = (asset.commune, asset.service)
            if key not in groups:
                groups[key] = len(groups)
                self.examples.append(asset)
            indexes.append(groups[key])
        self.groups = np.array(indexes, np.intp)


def _nearest(
    standing: _Standing,
    is_allowed: npt.NDArray[np.bool_],
    lons: npt.NDArray[np.float64],
    lats: npt.NDArray[np.float64],
    moved: set[int],
    place: tuple[float, float],
    count: int,
) -> NearbyAssets:
    allowed = is_allowed[standing.groups] if len(standing.assets) else np.zeros(0, np.bool_)
    total = int(np.count_nonzero(allowed))
    wanted = min(count, total)
    if wanted == 0:
        return NearbyAssets(items=(), total=total)
    on_sphere = np.where(allowed, sphere_distances_m(*place, lons, lats), np.inf)
    limit = float(np.partition(on_sphere, wanted - 1)[wanted - 1]) * _SLACK
    # Seen from the other end of the earth, every asset of a city may be the nearest.
    likely = np.flatnonzero(on_sphere <= limit)
    exact = np.round(distances_m(*place, lons[likely], lats[likely]), 2)
    order = np.lexsort((standing.ids[likely], exact))[:wanted]
    items: list[NearbyAsset] = []
    for at in order:
        index = int(likely[at])
        asset_id = standing.assets[index].id
        items.append(
            NearbyAsset(
                asset_id=asset_id,
                lon=float(lons[index]),
                lat=float(lats[index]),
                distance_m=float(exact[at]),
                is_live=asset_id in moved,
            )
        )
    return NearbyAssets(items=tuple(items), total=total)
