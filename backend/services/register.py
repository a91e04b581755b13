"""The asset register in memory: every asset, its place in the supply tree, its history."""

import bisect
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from backend.devkit.clock import Clock
from backend.domain.looking import sees
from backend.ports import Feed, Storage, Unit
from contract.api import NearbyCamera
from contract.assets import Asset, AssetChange, AssetClass, Commune
from contract.journal import EntryKind, NewEntry

MaySee = Callable[[Asset], bool]
BoundingBox = tuple[float, float, float, float]
_DEEPEST_SUPPLY = 32
_CODES_IN_ENTRY = 50


class RegisterRefused(Exception):
    """The register does not take this change; the text says why and what to do."""


class Register:
    """All assets. Reads are synchronous from memory; `apply` is the only way to change one."""

    def __init__(self, storage: Storage, feed: Feed, clock: Clock, classes: Mapping[str, AssetClass]) -> None:
        self.classes = classes
        self.revision = 0  # counts the changes of assets
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._communes: dict[str, Commune] = {}
        self._assets: dict[int, Asset] = {}
        self._by_code: dict[tuple[str, str], int] = {}
        self._topics: dict[tuple[str, str], dict[int, Asset]] = defaultdict(dict)
        self._children: dict[int, list[int]] = defaultdict(list)
        self._columns: _Columns | None = None

    async def load(self) -> None:
        """Read everything from storage; replaces what is in memory."""
        self._communes = {commune.code: commune for commune in await self._storage.communes()}
        self._assets.clear()
        self._by_code.clear()
        self._topics.clear()
        self._children.clear()
        self._take(await self._storage.assets())

    def __len__(self) -> int:
        return len(self._assets)

    def communes(self) -> Sequence[Commune]:
        """All communes."""
        return tuple(self._communes.values())

    def get(self, asset_id: int) -> Asset | None:
        """An asset by its number."""
        return self._assets.get(asset_id)

    def find(self, class_: str, code: str) -> Asset | None:
        """An asset by the city's own code."""
        asset_id = self._by_code.get((class_, code))
        return None if asset_id is None else self._assets[asset_id]

    def all(self) -> Iterable[Asset]:
        """Every asset."""
        return self._assets.values()

    def next_id(self) -> int:
        """A number no asset has had."""
        return max(self._assets, default=0) + 1

    def of_topic(self, commune: str, class_: str) -> Sequence[Asset]:
        """Assets of one class in one commune."""
        return tuple(self._topics.get((commune, class_), {}).values())

    def topics(self) -> Iterable[tuple[str, str]]:
        """(commune, class) pairs that hold assets."""
        return [topic for topic, assets in self._topics.items() if assets]

    def supply_children(self, asset_id: int) -> Sequence[int]:
        """What this asset feeds directly."""
        return tuple(self._children.get(asset_id, ()))

    def supply_ancestors(self, asset_id: int) -> Sequence[int]:
        """What feeds this asset, nearest first; a loop in the register is cut."""
        ancestors: list[int] = []
        asset = self._assets.get(asset_id)
        while asset is not None and asset.supply_parent is not None and len(ancestors) < _DEEPEST_SUPPLY:
            if asset.supply_parent in ancestors or asset.supply_parent == asset_id:
                break
            ancestors.append(asset.supply_parent)
            asset = self._assets.get(asset.supply_parent)
        return ancestors

    def supply_descendants(self, asset_id: int) -> Iterator[int]:
        """Everything that hangs on this asset, near before far; a loop in the register is cut."""
        waiting, seen = deque([asset_id]), {asset_id}
        while waiting:
            for child in self._children.get(waiting.popleft(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
                    yield child

    def search(
        self,
        *,
        may_see: MaySee,
        class_: str | None = None,
        commune: str | None = None,
        bbox: BoundingBox | None = None,
        text: str | None = None,
        after: int | None = None,
        limit: int = 100,
    ) -> tuple[Sequence[Asset], int | None, int]:
        """A page by id, the cursor of the next page, and how many there are in all.

        `may_see` must depend on an asset's commune, class and service only: it is asked once for each such triple.
        """
        found = self._matching(class_, commune, bbox, text)
        verdicts: dict[tuple[str, str, str], bool] = {}
        visible: list[Asset] = []
        for asset in found:
            key = (asset.commune, asset.class_, asset.service)
            allowed = verdicts.get(key)
            if allowed is None:
                allowed = verdicts[key] = may_see(asset)
            if allowed:
                visible.append(asset)
        start = 0 if after is None else bisect.bisect_right(visible, after, key=lambda asset: asset.id)
        page = visible[start : start + limit]
        following = page[-1].id if page and start + limit < len(visible) else None
        return page, following, len(visible)

    def nearest_cameras(
        self,
        lon: float,
        lat: float,
        *,
        may_see: MaySee,
        streams: Callable[[int], bool],
        count: int,
        is_ptz: Callable[[Asset], bool] = lambda _: False,
    ) -> Sequence[NearbyCamera]:
        """Cameras near a place: those that stream and see it first, then those that see it, then by distance.

        One that turns (`is_ptz`) sees all round.
        """
        found: list[NearbyCamera] = []
        for (_, class_), assets in self._topics.items():
            if class_ != "camera":
                continue
            for camera in assets.values():
                if may_see(camera):
                    distance, sees_it = sees(camera, lon, lat, is_ptz=is_ptz(camera))
                    found.append(
                        NearbyCamera(asset=camera, distance_m=distance, sees_it=sees_it, streams=streams(camera.id))
                    )
        found.sort(key=lambda near: (not (near.streams and near.sees_it), not near.sees_it, near.distance_m))
        return found[:count]

    async def history(self, asset_id: int) -> Sequence[AssetChange]:
        """What changed on an asset, newest first."""
        return await self._storage.asset_changes(asset_id)

    async def apply(self, assets: Sequence[Asset], actor: str, *, note: str, communes: Sequence[Commune] = ()) -> None:
        """Add or replace assets, all or none; history and journal with them. Raises RegisterRefused."""
        self._check(assets)
        now = self._clock.now()
        changed: list[Asset] = []
        changes: list[AssetChange] = []
        for asset in assets:
            before = self._assets.get(asset.id)
            if before is None:
                changed.append(asset)
                changes.append(AssetChange(asset_id=asset.id, at=now, actor=actor, before={}, after={"note": note}))
                continue
            fields = _difference(before, asset)
            if fields is None:
                continue
            changed.append(msgspec.structs.replace(asset, version=before.version + 1))
            changes.append(AssetChange(asset_id=asset.id, at=now, actor=actor, before=fields[0], after=fields[1]))
        if not changed and not communes:
            return
        entry = _entry(changed, changes, actor, note)
        await self._storage.commit(
            Unit(entries=[entry], replaced_assets=changed, asset_changes=changes, communes=list(communes))
        )
        self._communes.update({commune.code: commune for commune in communes})
        self._take(changed)
        self._feed.assets_changed(changed)

    def _check(self, assets: Sequence[Asset]) -> None:
        seen: dict[tuple[str, str], int] = {}
        for asset in assets:
            if asset.class_ not in self.classes:
                raise RegisterRefused(f"{asset.code}: there is no asset class {asset.class_!r}")
            if not 0 < asset.id < 1 << 32:
                raise RegisterRefused(f"{asset.code}: an asset's number is between 1 and 4,294,967,295")
            if not (-180 <= asset.lon <= 180 and -90 <= asset.lat <= 90):
                raise RegisterRefused(f"{asset.code}: the position is not in WGS84 degrees")
            key = (asset.class_, asset.code)
            holder = seen.setdefault(key, self._by_code.get(key, asset.id))
            if holder != asset.id:
                raise RegisterRefused(f"{asset.class_} {asset.code} exists already as asset {holder}")

    def _take(self, assets: Sequence[Asset]) -> None:
        for asset in assets:
            before = self._assets.get(asset.id)
            if before is not None:
                self._by_code.pop((before.class_, before.code), None)
                self._topics[before.commune, before.class_].pop(asset.id, None)
                if before.supply_parent is not None:
                    self._children[before.supply_parent].remove(asset.id)
            self._assets[asset.id] = asset
            self._by_code[asset.class_, asset.code] = asset.id
            self._topics[asset.commune, asset.class_][asset.id] = asset
            if asset.supply_parent is not None:
                self._children[asset.supply_parent].append(asset.id)
        self._columns = None
        self.revision += 1

    def _matching(
        self, class_: str | None, commune: str | None, bbox: BoundingBox | None, text: str | None
    ) -> Sequence[Asset]:
        if self._columns is None:
            self._columns = _Columns(sorted(self._assets.values(), key=lambda asset: asset.id))
        columns = self._columns
        chosen: Iterable[Asset] = columns.assets
        if bbox is not None:
            chosen = [columns.assets[index] for index in columns.within(bbox)]
        if class_ is not None:
            chosen = [asset for asset in chosen if asset.class_ == class_]
        if commune is not None:
            chosen = [asset for asset in chosen if asset.commune == commune]
        if text:
            wanted = sorted(set(text.casefold().split()), key=len, reverse=True)  # the rarest first
            chosen = [asset for asset in chosen if _mentions(asset, wanted)]
        return list(chosen)


class _Columns:
    """Assets by id, with their positions as arrays."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self.assets = assets
        self._lon = np.fromiter((asset.lon for asset in assets), np.float64, len(assets))
        self._lat = np.fromiter((asset.lat for asset in assets), np.float64, len(assets))

    def within(self, bbox: BoundingBox) -> Sequence[int]:
        west, south, east, north = bbox
        inside: npt.NDArray[np.bool_] = (
            (self._lon >= west) & (self._lon <= east) & (self._lat >= south) & (self._lat <= north)
        )
        indexes: list[int] = np.flatnonzero(inside).tolist()
        return indexes


def _mentions(asset: Asset, wanted: Sequence[str]) -> bool:
    number = "" if asset.number is None else str(asset.number)
    text = f"{asset.code} {asset.name} {asset.street} {number}".casefold()
    return all(word in text for word in wanted)


def _difference(before: Asset, after: Asset) -> tuple[dict[str, object], dict[str, object]] | None:
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    for field in msgspec.structs.fields(Asset):
        if field.name == "version":
            continue
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now:
            old[field.encode_name] = msgspec.to_builtins(was)
            new[field.encode_name] = msgspec.to_builtins(now)
    return (old, new) if new else None


def _entry(changed: Sequence[Asset], changes: Sequence[AssetChange], actor: str, note: str) -> NewEntry:
    payload: dict[str, object] = {
        "note": note,
        "count": len(changed),
        "codes": [f"{asset.class_} {asset.code}" for asset in changed[:_CODES_IN_ENTRY]],
    }
    if len(changed) == 1:
        payload |= {"before": changes[0].before, "after": changes[0].after}
    only = changed[0].id if len(changed) == 1 else None
    return NewEntry(kind=EntryKind.ASSET, actor=actor, asset_id=only, payload=payload)
