"""The asset register in memory: every asset, its place in the supply tree, its history."""

import asyncio
import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from backend.devkit.clock import Clock
from backend.devkit.turns import in_turns
from backend.domain.looking import sees
from backend.domain.rights_place import RightsPlace, service_of, service_of_class
from backend.ports import Feed, KeptRecord, Storage, Unit
from backend.services.asset_columns import BoundingBox, matching
from backend.services.inventory import Inventory
from backend.services.register_change import ASSETS_A_TURN, RegisterChange, RegisterRefused, RegisterStale
from contract.api import NearbyCamera
from contract.asset_editing import AssetFilter
from contract.assets import Asset, AssetChange, AssetClass, Commune, FeedKind, Label

__all__ = ["BoundingBox", "MaySee", "Register", "RegisterRefused", "RegisterStale"]

MaySee = Callable[[Asset], bool]
_TOLD_A_TURN: Final = 500
_SOUGHT_A_TURN: Final = 5_000


class Register:
    """All assets. Reads are synchronous from memory; `apply` is the only way to change one.

    A reader sees a change as a whole or not at all: what is read without an `await` between belongs together, be it one
    asset or the way through `all` or `supply_descendants`. A change is on disk before readers see it (a large one some
    tenths of a second before), and those who watch the feed hear of it after that, piece by piece.
    """

    def __init__(self, storage: Storage, feed: Feed, clock: Clock, classes: Mapping[str, AssetClass]) -> None:
        self.classes = classes
        self.revision = 0  # counts the changes of assets
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._communes: dict[str, Commune] = {}
        self._inventory = Inventory()
        self._changing = asyncio.Lock()  # what was checked must still hold when it is committed and taken

    async def load(self) -> None:
        """Read everything from storage; replaces what is in memory."""
        self._communes = {commune.code: commune for commune in await self._storage.communes()}
        inventory = Inventory()
        inventory.put(await self._storage.assets())
        self._inventory = inventory
        # The package that brought a class may have been taken away; its assets are still the city's.
        left = {asset.class_ for asset in inventory.assets.values()} - set(self.classes)
        self.classes = {**self.classes, **{code: _unknown_class(code) for code in left}}
        self.revision += 1

    def __len__(self) -> int:
        return len(self._inventory.assets)

    def communes(self) -> Sequence[Commune]:
        """All communes."""
        return tuple(self._communes.values())

    def get(self, asset_id: int) -> Asset | None:
        """An asset by its number."""
        return self._inventory.assets.get(asset_id)

    def find(self, class_: str, code: str) -> Asset | None:
        """An asset by the city's own code."""
        asset_id = self._inventory.by_code.get((class_, code))
        return None if asset_id is None else self._inventory.assets[asset_id]

    def all(self) -> Iterable[Asset]:
        """Every asset."""
        return self._inventory.assets.values()

    def next_id(self) -> int:
        """A number no asset has had."""
        return self._inventory.highest_id + 1

    def of_topic(self, commune: str, class_: str) -> Sequence[Asset]:
        """Assets of one class in one commune."""
        return tuple(self._inventory.topics.get((commune, class_), {}).values())

    def topics(self) -> Iterable[tuple[str, str]]:
        """(commune, class) pairs that hold assets."""
        return [topic for topic, assets in self._inventory.topics.items() if assets]

    def places(self) -> Sequence[RightsPlace]:
        """Where assets lie for rights."""
        found = (
            RightsPlace(commune, class_, service)
            for commune, class_ in self.topics()
            for service in self._services(commune, class_)
        )
        return list(found)

    def of_place(self, place: RightsPlace) -> Sequence[Asset]:
        """The assets that lie there."""
        assets = self.of_topic(place.commune, place.class_)
        if self._services(place.commune, place.class_) == {place.service}:
            return assets
        return tuple(asset for asset in assets if service_of(asset, self.classes) == place.service)

    def feeders(self, asset_id: int) -> Sequence[int]:
        """What feeds this asset directly: power, then network; one that gives both stands once."""
        power, network = self._inventory.power.parent(asset_id), self._inventory.network.parent(asset_id)
        return tuple(dict.fromkeys(feeder for feeder in (power, network) if feeder is not None))

    def supply_children(self, asset_id: int) -> Sequence[int]:
        """What this asset feeds directly with power."""
        return self._inventory.power.children(asset_id)

    def supply_ancestors(self, asset_id: int) -> Sequence[int]:
        """What feeds this asset with power, nearest first; a loop in the register is cut."""
        return self._inventory.power.ancestors(asset_id)

    def supply_descendants(self, asset_id: int) -> Iterator[int]:
        """Everything that hangs on this asset's power, near before far; a loop in the register is cut."""
        return self._inventory.power.descendants(asset_id)

    def network_children(self, asset_id: int) -> Sequence[int]:
        """What talks through this asset directly."""
        return self._inventory.network.children(asset_id)

    def network_ancestors(self, asset_id: int) -> Sequence[int]:
        """What this asset talks through, nearest first; a loop in the register is cut."""
        return self._inventory.network.ancestors(asset_id)

    def network_descendants(self, asset_id: int) -> Iterator[int]:
        """Everything that talks through this asset, near before far; a loop in the register is cut."""
        return self._inventory.network.descendants(asset_id)

    def fed_by(self, asset_id: int, kind: FeedKind) -> int | None:
        """What feeds this asset directly with power or network; None when that is not known."""
        return self._inventory.tree(kind).parent(asset_id)

    def fed_children(self, asset_id: int, kind: FeedKind) -> Sequence[int]:
        """What this asset feeds directly with power or network."""
        return self._inventory.tree(kind).children(asset_id)

    def fed_descendants(self, asset_id: int, kind: FeedKind) -> Iterator[int]:
        """Everything that hangs on this asset, near before far; a loop in the register is cut."""
        return self._inventory.tree(kind).descendants(asset_id)

    def circle(self, feeders: Mapping[int, int | None], kind: FeedKind) -> Sequence[int]:
        """The first circle that these new feeders (asset -> feeder) would close, each fed by the next; else empty."""
        return self._inventory.tree(kind).loop_made_by(feeders)

    def chosen(self, wanted: AssetFilter, *, may_see: MaySee) -> Sequence[Asset]:
        """All that meet the filter, by id, as they stand now.

        `may_see` must depend on an asset's commune, class and service only: it is asked once for each such triple.
        """
        return _Sight(may_see).of(matching(self._inventory.columns().within(wanted.bbox), wanted))

    async def search(
        self, wanted: AssetFilter, *, may_see: MaySee, after: int | None = None, limit: int = 100
    ) -> tuple[Sequence[Asset], int | None, int]:
        """A page of them, the cursor of the next page, and how many there are in all.

        Others have their turn meanwhile: each asset is told as it stands when it is looked at.
        """
        sight = _Sight(may_see)
        visible: list[Asset] = []
        async for piece in in_turns(self._inventory.columns().within(wanted.bbox), _SOUGHT_A_TURN):
            visible.extend(sight.of(matching(piece, wanted)))
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
        for camera in self._inventory.of_class("camera"):
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

    async def apply(
        self,
        assets: Sequence[Asset],
        actor: str,
        *,
        note: str,
        communes: Sequence[Commune] = (),
        versions: Mapping[int, int] | None = None,
        records: Sequence[KeptRecord] = (),
        told: Mapping[str, object] | None = None,
    ) -> None:
        """Add or replace assets, all or none; history and journal with them. Raises RegisterRefused.

        With `versions`, only assets that still stand at the version given there (0: not there yet), else RegisterStale.
        `records` are kept in the same transaction; `told` is added to the journal's entry, its `edit` to the history.
        One change is made after the other, in turns: others are answered meanwhile, from the register as it was before.
        The sequences must stay as they are until it is done. Who is cancelled while he waits does not take it back.
        """
        # What is on disk must come into memory too: the change outlives whoever asked for it.
        await asyncio.shield(self._apply(assets, actor, note, communes, versions or {}, records, told or {}))

    async def _apply(
        self,
        assets: Sequence[Asset],
        actor: str,
        note: str,
        communes: Sequence[Commune],
        versions: Mapping[int, int],
        records: Sequence[KeptRecord],
        told: Mapping[str, object],
    ) -> None:
        async with self._changing:
            change = RegisterChange(self._inventory, self.classes)
            await change.check_versions(versions)
            await change.prepare(assets, actor, self._clock.now(), note, str(told.get("edit", "")))
            if not change.assets and not communes:
                return
            await self._storage.commit(
                Unit(
                    entries=[change.entry(actor, note, told)],
                    replaced_assets=change.assets,
                    asset_changes=change.history,
                    communes=list(communes),
                    records=list(records),
                )
            )
            await self._take(change.assets, communes)
            async for piece in in_turns(change.assets, _TOLD_A_TURN):
                self._feed.assets_changed(piece, change.left(piece))
            await change.let_go()

    def _services(self, commune: str, class_: str) -> set[str]:
        of_class = service_of_class(class_, self.classes)
        return {service or of_class for service in self._inventory.services((commune, class_))}

    async def _take(self, assets: Sequence[Asset], communes: Sequence[Commune]) -> None:
        """Few within this turn; many into a copy, which takes over at once."""
        if len(assets) <= ASSETS_A_TURN:
            self._inventory.put(assets)
            self._count(communes)
            return
        coming = await self._inventory.copied()
        async for piece in in_turns(assets, ASSETS_A_TURN):
            coming.put(piece)
        await coming.make_columns()
        before, self._inventory = self._inventory, coming
        self._count(communes)
        await before.let_go()

    def _count(self, communes: Sequence[Commune]) -> None:
        self._communes.update({commune.code: commune for commune in communes})
        self.revision += 1


def _unknown_class(code: str) -> AssetClass:
    """A class of which only the code is known: its assets are shown, and tell nothing."""
    return AssetClass(code=code, label=Label(fr=code, en=code), icon="mdi6.help-circle-outline", service="")


class _Sight:
    """What somebody may see, asked once for each commune, class and service."""

    def __init__(self, may_see: MaySee) -> None:
        self._may_see = may_see
        self._verdicts: dict[tuple[str, str, str], bool] = {}

    def of(self, assets: Iterable[Asset]) -> list[Asset]:
        """Those of them that he may see."""
        visible: list[Asset] = []
        for asset in assets:
            key = (asset.commune, asset.class_, asset.service)
            allowed = self._verdicts.get(key)
            if allowed is None:
                allowed = self._verdicts[key] = self._may_see(asset)
            if allowed:
                visible.append(asset)
        return visible
