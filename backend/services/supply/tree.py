"""The tree of one kind as one may see it: who feeds whom, how each stands, and whose feeder nobody has told."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from backend.services.alarms.desk import AlarmDesk
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.assets import Asset, AssetStatus, FeedKind
from contract.stream import UNACKNOWLEDGED_FLAG, Visual
from contract.supply import MissingOfClass, SupplyNode

MaySee = Callable[[Asset], bool]
_A_TURN: Final = 4000
_NOT_FED: Final = frozenset({AssetStatus.PLANNED, AssetStatus.RETIRED})


class SupplyTree:
    """Reads the register; what one may not see is neither shown nor counted."""

    def __init__(self, register: Register, live: LiveState, desk: AlarmDesk) -> None:
        self._register = register
        self._live = live
        self._desk = desk

    async def children(
        self, kind: FeedKind, parent: int | None, *, may_see: MaySee, start: int, limit: int
    ) -> tuple[Sequence[SupplyNode], int]:
        """Some of what hangs on `parent` directly, by code, and how many there are; the tops of the tree for None."""
        if parent is None:
            ids = [asset.id for asset in self._register.all() if self._is_top(asset, kind, may_see)]
        else:
            ids = list(self._register.fed_children(parent, kind))
        assets = [asset for id_ in ids if (asset := self._register.get(id_)) is not None and may_see(asset)]
        assets.sort(key=lambda asset: (asset.class_, asset.code))
        return await self.nodes(kind, assets[start : start + limit], may_see=may_see), len(assets)

    async def nodes(self, kind: FeedKind, assets: Sequence[Asset], *, may_see: MaySee) -> Sequence[SupplyNode]:
        """How these assets stand in the tree."""
        found: list[SupplyNode] = []
        walked = 0
        for asset in assets:
            fed, down = 0, 0
            for id_ in self._register.fed_descendants(asset.id, kind):
                walked += 1
                if walked % _A_TURN == 0:
                    await asyncio.sleep(0)
                below = self._register.get(id_)
                if below is not None and may_see(below):
                    fed += 1
                    down += self._visual(id_) >= Visual.FAULT
            found.append(self._node(asset, kind, may_see, fed, down))
        return found

    def missing(self, *, may_see: MaySee) -> Sequence[MissingOfClass]:
        """By class and kind, how many should name a feeder and how many do not."""
        counts: dict[tuple[str, FeedKind], list[int]] = {}
        for asset in self._register.all():
            for kind in self.wanted(asset):
                if may_see(asset):
                    count = counts.setdefault((asset.class_, kind), [0, 0])
                    count[0] += 1
                    count[1] += not self.has_feeder(asset.id, kind)
        return [
            MissingOfClass(class_=class_, kind=kind, total=total, missing=missing)
            for (class_, kind), (total, missing) in sorted(counts.items())
        ]

    def without_feeder(self, class_: str | None, kind: FeedKind, *, may_see: MaySee) -> Sequence[Asset]:
        """Assets that should name a feeder of this kind and do not, by class and code."""
        found = [
            asset
            for asset in self._register.all()
            if (class_ is None or asset.class_ == class_)
            and kind in self.wanted(asset)
            and not self.has_feeder(asset.id, kind)
            and may_see(asset)
        ]
        return sorted(found, key=lambda asset: (asset.class_, asset.code))

    def wanted(self, asset: Asset) -> Sequence[FeedKind]:
        """The feeders that an asset should name."""
        class_ = self._register.classes.get(asset.class_)
        return () if class_ is None or asset.status in _NOT_FED else class_.hangs_on

    def has_feeder(self, asset_id: int, kind: FeedKind) -> bool:
        """Whether its feeder is known, and in the register."""
        feeder = self._register.fed_by(asset_id, kind)
        return feeder is not None and self._register.get(feeder) is not None

    def _is_top(self, asset: Asset, kind: FeedKind, may_see: MaySee) -> bool:
        if not self._register.fed_children(asset.id, kind):
            return False
        feeder = self._register.fed_by(asset.id, kind)
        above = None if feeder is None else self._register.get(feeder)
        return above is None or not may_see(above) or self._begins_circle(asset.id, kind)

    def _begins_circle(self, asset_id: int, kind: FeedKind) -> bool:
        """Whether this is the first of a circle that an old register holds: it is shown from there."""
        above, seen = self._register.fed_by(asset_id, kind), {asset_id}
        while above is not None and above not in seen:
            seen.add(above)
            above = self._register.fed_by(above, kind)
        return above == asset_id and asset_id == min(seen)

    def _node(self, asset: Asset, kind: FeedKind, may_see: MaySee, fed: int, down: int) -> SupplyNode:
        feeder = self._register.fed_by(asset.id, kind)
        above = None if feeder is None else self._register.get(feeder)
        direct = (self._register.get(child) for child in self._register.fed_children(asset.id, kind))
        return SupplyNode(
            asset_id=asset.id,
            code=asset.code,
            name=asset.name,
            class_=asset.class_,
            commune=asset.commune,
            feeder=feeder if above is not None and may_see(above) else None,
            version=asset.version,
            child_count=sum(child is not None and may_see(child) for child in direct),
            fed_count=fed,
            down_count=down,
            is_down=self._desk.is_down(asset.id),
            alarm_count=sum(alarm.is_active for alarm in self._desk.of_asset(asset.id)),
            visual=self._visual(asset.id),
        )

    def _visual(self, asset_id: int) -> Visual:
        return Visual(self._live.visual(asset_id) & ~UNACKNOWLEDGED_FLAG)
