"""A change of the register before it is made: checked against what stands, and told as history and journal."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.turns import in_turns, let_go
from backend.services.inventory import Inventory
from contract.assets import Asset, AssetChange, AssetClass, FeedKind
from contract.journal import EntryKind, NewEntry

ASSETS_A_TURN: Final = 1_000
_CODES_IN_ENTRY: Final = 50
_CODES_IN_LOOP: Final = 6
_FIELDS: Final = tuple(
    (index, field.encode_name) for index, field in enumerate(msgspec.structs.fields(Asset)) if field.name != "version"
)
_FEEDERS: Final = ((FeedKind.POWER, "with power"), (FeedKind.NETWORK, "with network"))


class RegisterRefused(Exception):
    """The register does not take this change; the text says why and what to do."""


class RegisterStale(RegisterRefused):
    """Somebody changed these assets meanwhile."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(asset.code for asset in assets[:_CODES_IN_LOOP])}")
        self.assets = assets


class RegisterChange:
    """The assets that will be others, what stood before, and their history. The inventory must stay as it is."""

    def __init__(self, inventory: Inventory, classes: Mapping[str, AssetClass]) -> None:
        self._inventory = inventory
        self._classes = classes
        self._holders: dict[tuple[str, str], int] = {}
        self._feeders: dict[FeedKind, dict[int, int | None]] = {kind: {} for kind, _ in _FEEDERS}
        self.assets: list[Asset] = []
        self.replaced: list[Asset] = []
        self._left: dict[int, Asset] = {}
        self.history: list[AssetChange] = []

    async def check_versions(self, versions: Mapping[int, int]) -> None:
        """Raises RegisterStale when one is not at the version it was seen at (0: not there)."""
        stale: list[Asset | None] = []
        async for piece in in_turns(versions.items(), ASSETS_A_TURN):
            for id_, seen in piece:
                found = self._inventory.assets.get(id_)
                if (0 if found is None else found.version) != seen:
                    stale.append(found)
        if stale:
            raise RegisterStale([found for found in stale if found is not None])

    async def prepare(self, assets: Sequence[Asset], actor: str, at: dt.datetime, note: str, edit: str) -> None:
        """Check them all, and tell what changes. Raises RegisterRefused."""
        added: dict[str, object] = {"note": note}
        async for piece in in_turns(assets, ASSETS_A_TURN):
            for asset in piece:
                self._check(asset)
                before = self._inventory.assets.get(asset.id)
                old, new = ({}, added) if before is None else _difference(before, asset)
                if before is not None:
                    if not new:
                        continue
                    asset = msgspec.structs.replace(asset, version=before.version + 1)
                    self.replaced.append(before)
                    if (before.commune, before.class_, before.service) != (asset.commune, asset.class_, asset.service):
                        self._left[before.id] = before
                self.assets.append(asset)
                self.history.append(
                    AssetChange(asset_id=asset.id, at=at, actor=actor, before=old, after=new, edit=edit)
                )
        await self._check_feeding(assets)

    def left(self, assets: Sequence[Asset]) -> Sequence[Asset]:
        """Those of them that lay elsewhere for rights, as they were there."""
        return [self._left[asset.id] for asset in assets if asset.id in self._left] if self._left else ()

    async def let_go(self) -> None:
        """Give up what it holds, in turns."""
        await let_go(self._holders, ASSETS_A_TURN)
        await let_go(self.history, ASSETS_A_TURN)
        await let_go(self.replaced, ASSETS_A_TURN)

    def entry(self, actor: str, note: str, told: Mapping[str, object]) -> NewEntry:
        """What the journal says of it."""
        payload: dict[str, object] = {
            "note": note,
            "count": len(self.assets),
            "codes": [f"{asset.class_} {asset.code}" for asset in self.assets[:_CODES_IN_ENTRY]],
        }
        is_one = len(self.assets) == 1
        if is_one:
            payload |= {"before": self.history[0].before, "after": self.history[0].after}
        only = self.assets[0].id if is_one else None
        return NewEntry(kind=EntryKind.ASSET, actor=actor, asset_id=only, payload={**payload, **told})

    def _check(self, asset: Asset) -> None:
        if asset.class_ not in self._classes:
            raise RegisterRefused(f"{asset.code}: there is no asset class {asset.class_!r}")
        if not 0 < asset.id < 1 << 32:
            raise RegisterRefused(f"{asset.code}: an asset's number is between 1 and 4,294,967,295")
        if not (-180 <= asset.lon <= 180 and -90 <= asset.lat <= 90):
            raise RegisterRefused(f"{asset.code}: the position is not in WGS84 degrees")
        key = (asset.class_, asset.code)
        holder = self._holders.setdefault(key, self._inventory.by_code.get(key, asset.id))
        if holder != asset.id:
            raise RegisterRefused(f"{asset.class_} {asset.code} exists already as asset {holder}")
        if asset.supply_parent != self._inventory.power.parent(asset.id):
            self._feeders[FeedKind.POWER][asset.id] = asset.supply_parent
        if asset.network_parent != self._inventory.network.parent(asset.id):
            self._feeders[FeedKind.NETWORK][asset.id] = asset.network_parent

    async def _check_feeding(self, assets: Sequence[Asset]) -> None:
        for kind, word in _FEEDERS:
            loop = await self._inventory.tree(kind).loop_made_by_many(self._feeders[kind])
            if loop:
                raise RegisterRefused(self._loop_said(loop, assets, word))

    def _loop_said(self, loop: Sequence[int], assets: Sequence[Asset], word: str) -> str:
        wanted = set(loop)
        coming = {asset.id: asset for asset in assets if asset.id in wanted}
        codes = [
            found.code if (found := coming.get(id_) or self._inventory.assets.get(id_)) else str(id_) for id_ in loop
        ]
        if len(codes) == 1:
            return f"{codes[0]} cannot feed itself {word}: name what really feeds it, or leave its feeder empty"
        shown = codes if len(codes) <= _CODES_IN_LOOP else [*codes[: _CODES_IN_LOOP - 1], "...", codes[-1]]
        chain = " is fed by ".join([*shown, codes[0]])
        return f"this would feed assets in a circle {word}: {chain}; correct the feeder of one of them"


def _difference(before: Asset, after: Asset) -> tuple[dict[str, object], dict[str, object]]:
    """The fields that differ, as they were and as they are to be."""
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    was, now = msgspec.structs.astuple(before), msgspec.structs.astuple(after)
    if was == now:
        return old, new
    for index, name in _FIELDS:
        if was[index] != now[index]:
            old[name] = msgspec.to_builtins(was[index])
            new[name] = msgspec.to_builtins(now[index])
    return old, new
