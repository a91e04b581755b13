"""What is nearest to a place: on the ground, and where things that move were last heard to be."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.domain.ground import SPHERE_ERROR, sphere_distances_m, way
from backend.services.places import Place
from backend.services.register import MaySee, Register
from contract.assets import Asset
from contract.places import NearbyAsset, NearbyAssets

ReportedPlace = Callable[[int], Place | None]
_SLACK: Final = 1.0 + 2.5 * SPHERE_ERROR


class Nearness:
    """Answers from memory. `reported_place` says where an asset was last heard to be."""

    def __init__(self, register: Register, reported_place: ReportedPlace) -> None:
        self._register = register
        self._reported_place = reported_place
        self._of_class: dict[str, _Standing] = {}
        self._revision = -1

    def nearest(self, lon: float, lat: float, class_: str, *, may_see: MaySee, count: int) -> NearbyAssets:
        """The nearest assets of a class that one may see, nearest first; exact among all of them.

        `may_see` must depend on an asset's commune, class and service only.
        """
        standing = self._standing(class_)
        is_allowed = np.array([may_see(example) for example in standing.examples], np.bool_)
        allowed = is_allowed[standing.groups] if len(standing.assets) else np.zeros(0, np.bool_)
        lons, lats, moved = self._places(class_, standing)
        distances = np.where(allowed, sphere_distances_m(lon, lat, lons, lats), np.inf)
        total = int(np.count_nonzero(allowed))
        wanted = min(count, total)
        if wanted == 0:
            return NearbyAssets(items=(), total=total)
        limit = float(np.partition(distances, wanted - 1)[wanted - 1]) * _SLACK
        near: list[NearbyAsset] = []
        for index in np.flatnonzero(distances <= limit).tolist():
            at_lon, at_lat = float(lons[index]), float(lats[index])
            asset_id = standing.assets[index].id
            near.append(
                NearbyAsset(
                    asset_id=asset_id,
                    lon=at_lon,
                    lat=at_lat,
                    distance_m=round(way(lon, lat, at_lon, at_lat).distance_m, 2),
                    is_live=asset_id in moved,
                )
            )
        near.sort(key=lambda item: (item.distance_m, item.asset_id))
        return NearbyAssets(items=tuple(near[:wanted]), total=total)

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

    def _standing(self, class_: str) -> "_Standing":
        if self._register.revision != self._revision:
            self._revision = self._register.revision
            self._of_class.clear()
        known = self._of_class.get(class_)
        if known is None:
            topics = [commune for commune, of_class in self._register.topics() if of_class == class_]
            known = _Standing([asset for commune in topics for asset in self._register.of_topic(commune, class_)])
            self._of_class[class_] = known
        return known


class _Standing:
    """The assets of a class as columns, each with the group whose rights it shares."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self.assets = assets
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
