"""All assets as they stand at one moment: by number, code and topic, with what feeds what."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence

from backend.services.asset_columns import AssetColumns
from backend.services.feed_tree import FeedTree
from contract.assets import Asset, FeedKind

Topic = tuple[str, str]  # commune, class


class Inventory:
    """Plain lookups. `put` changes it within one turn; a change of many is made on a copy, which then takes over."""

    def __init__(self) -> None:
        self.assets: dict[int, Asset] = {}
        self.by_code: dict[tuple[str, str], int] = {}  # class, code
        self.topics: dict[Topic, dict[int, Asset]] = {}
        self._services: dict[Topic, Counter[str]] = {}  # as assets name them
        self.power = FeedTree()
        self.network = FeedTree()
        self.highest_id = 0
        self._columns: AssetColumns | None = None

    def tree(self, kind: FeedKind) -> FeedTree:
        """What feeds what with power, or with network."""
        return self.power if kind is FeedKind.POWER else self.network

    def columns(self) -> AssetColumns:
        """All assets by number, as a search looks through them."""
        if self._columns is None:
            self._columns = AssetColumns(self.assets.values())
        return self._columns

    async def make_columns(self) -> None:
        """Have the columns ready before they are asked for, made in turns; nothing may be put meanwhile."""
        self._columns = await AssetColumns.of(self.assets)

    async def copied(self) -> "Inventory":
        """Another one that stands alike, made in turns; nothing may be put into this one meanwhile."""
        copy = Inventory()
        copy.assets = self.assets.copy()
        await asyncio.sleep(0)
        copy.by_code = self.by_code.copy()
        for topic, assets in self.topics.items():
            await asyncio.sleep(0)
            copy.topics[topic] = assets.copy()
            copy._services[topic] = self._services[topic].copy()
        copy.power = await self.power.copied()
        copy.network = await self.network.copied()
        copy.highest_id = self.highest_id
        return copy

    def put(self, assets: Sequence[Asset]) -> None:
        """Add assets, or replace those of the same numbers."""
        for asset in assets:
            before = self.assets.get(asset.id)
            key, topic = (asset.class_, asset.code), (asset.commune, asset.class_)
            if before is None:
                self.by_code[key] = asset.id
                self.highest_id = max(self.highest_id, asset.id)
            else:
                if before.code != asset.code or before.class_ != asset.class_:
                    self._give_up(before)
                    self.by_code[key] = asset.id
                self._leave(before, topic)
            self.assets[asset.id] = asset
            of_topic = self.topics.get(topic)
            if of_topic is None:
                of_topic = self.topics[topic] = {}
                self._services[topic] = Counter()
            of_topic[asset.id] = asset
            self._services[topic][asset.service] += 1
            self.power.hang(asset.id, asset.supply_parent)
            self.network.hang(asset.id, asset.network_parent)
        if self._columns is not None and not self._columns.put(assets):
            self._columns = None

    def services(self, topic: Topic) -> Iterable[str]:
        """The services that assets of a topic name; empty for those that name none."""
        return [service for service, count in self._services.get(topic, Counter[str]()).items() if count]

    def of_class(self, class_: str) -> Iterable[Asset]:
        """All assets of one class, commune by commune."""
        for (_, of_class), assets in self.topics.items():
            if of_class == class_:
                yield from assets.values()

    async def let_go(self) -> None:
        """Give its lookups up one by one; whoever goes through one of them still has it."""
        self._columns = None
        await asyncio.sleep(0)
        self.assets = {}
        await asyncio.sleep(0)
        self.by_code = {}
        await asyncio.sleep(0)
        self.topics = {}

    def _leave(self, before: Asset, coming: Topic) -> None:
        topic = (before.commune, before.class_)
        self._services[topic][before.service] -= 1
        if topic != coming:
            self.topics[topic].pop(before.id, None)

    def _give_up(self, before: Asset) -> None:
        """Its old code, unless another one of the same change has it by now."""
        key = before.class_, before.code
        if self.by_code.get(key) == before.id:
            del self.by_code[key]
