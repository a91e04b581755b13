"""The register as this console may see it, told once a tick."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from console.kit.fold import fold
from console.store.feeding import feeder_of
from contract.assets import Asset, FeedKind
from contract.stream import AssetsBody, Topic

CAMERA = "camera"


class AssetChanges(NamedTuple):
    """Ids that are new or changed, and ids that are gone."""

    changed: frozenset[int]
    removed: frozenset[int]


class AssetStore(QObject):
    """Assets by id. Until the first snapshots are all in, nothing is told: the map is drawn once, whole."""

    changes_since_tick = Signal(object)  # AssetChanges, told before changed_since_tick
    changed_since_tick = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_id: dict[int, Asset] = {}
        self._of_topic: dict[Topic, set[int]] = {}
        self._by_number: dict[int, int] = {}
        self._words: dict[int, str] = {}
        self._fed: dict[FeedKind, dict[int, dict[int, None]]] = {kind: {} for kind in FeedKind}
        self._touched: set[int] = set()
        self._is_dirty = False
        self._is_loading = False
        self.revision = 0
        self.commune_codes: set[str] = set()

    @property
    def count(self) -> int:
        """How many assets are held."""
        return len(self._by_id)

    def get(self, asset_id: int) -> Asset | None:
        """One asset."""
        return self._by_id.get(asset_id)

    def all(self) -> Iterable[Asset]:
        """Every asset, lines too."""
        return self._by_id.values()

    def camera_of_number(self, number: int) -> Asset | None:
        """The camera people call by this number."""
        return self._by_id.get(self._by_number.get(number, 0))

    def supplied_by(self, asset_id: int) -> Sequence[Asset]:
        """What hangs directly on this asset's supply."""
        return [self._by_id[fed] for fed in self.fed(asset_id, FeedKind.POWER)]

    def fed(self, asset_id: int, kind: FeedKind) -> Collection[int]:
        """What hangs directly on this asset, with power or network."""
        return self._fed[kind].get(asset_id, {}).keys()

    def feeders(self, kind: FeedKind) -> Collection[int]:
        """Whatever feeds something; not all of them need be known here."""
        return self._fed[kind].keys()

    def search(self, text: str, class_: str | None = None, limit: int = 500) -> tuple[Sequence[Asset], int]:
        """Assets whose code, name, number, street or serial hold every word of `text`; and how many in all."""
        words = fold(text).split()
        found: list[Asset] = []
        total = 0
        for asset in self._by_id.values():
            if asset.line is not None or (class_ is not None and asset.class_ != class_):
                continue
            if words and not all(word in self._words_of(asset) for word in words):
                continue
            total += 1
            if len(found) < limit:
                found.append(asset)
        return found, total

    def apply(self, topic: Topic, body: AssetsBody, *, is_snapshot: bool) -> None:
        """Take in a topic's snapshot or its changes."""
        held = self._of_topic.setdefault(topic, set())
        removed = set(body.removed)
        if is_snapshot:
            removed |= held - {asset.id for asset in body.assets}
        held -= removed
        for asset_id in removed.difference(*self._of_topic.values()):  # one that passed to another topic is known yet
            self._forget(asset_id)
        for asset in body.assets:
            held.add(asset.id)
            self._unhang(asset.id)
            if self._by_id.get(asset.id) != asset:  # a topic that is sent anew mostly says the same
                self._touched.add(asset.id)
            self._by_id[asset.id] = asset
            self.commune_codes.add(asset.commune)
            for kind in FeedKind:
                if (feeder := feeder_of(asset, kind)) is not None:
                    self._fed[kind].setdefault(feeder, {})[asset.id] = None
            self._words.pop(asset.id, None)
            if asset.number is not None and asset.class_ == CAMERA:
                self._by_number[asset.number] = asset.id
        self._is_dirty = True

    @property
    def topics(self) -> frozenset[Topic]:
        """Those of which something was told."""
        return frozenset(self._of_topic)

    def drop(self, topic: Topic) -> None:
        """Forget a topic that is no longer granted."""
        for asset_id in self._of_topic.pop(topic, set()):
            self._forget(asset_id)
        self._is_dirty = True

    def begin_loading(self) -> None:
        """Snapshots are on their way: tell nothing until `end_loading`."""
        self._is_loading = True

    def end_loading(self) -> None:
        """All snapshots were received."""
        self._is_loading = False

    def flush(self) -> None:
        """Tell that assets changed, once."""
        if self._is_dirty and not self._is_loading:
            self._is_dirty = False
            self.revision += 1
            touched, self._touched = self._touched, set()
            changed = frozenset(touched & self._by_id.keys())
            self.changes_since_tick.emit(AssetChanges(changed, frozenset(touched - changed)))
            self.changed_since_tick.emit()

    def _unhang(self, asset_id: int) -> None:
        known = self._by_id.get(asset_id)
        if known is None:
            return
        for kind in FeedKind:
            if (feeder := feeder_of(known, kind)) is not None and (fed := self._fed[kind].get(feeder)):
                fed.pop(asset_id, None)
                if not fed:
                    del self._fed[kind][feeder]

    def _forget(self, asset_id: int) -> None:
        self._unhang(asset_id)
        self._touched.add(asset_id)
        asset = self._by_id.pop(asset_id, None)
        self._words.pop(asset_id, None)
        if asset is not None and asset.number is not None and self._by_number.get(asset.number) == asset_id:
            del self._by_number[asset.number]

    def _words_of(self, asset: Asset) -> str:
        words = self._words.get(asset.id)
        if words is None:
            number = "" if asset.number is None else str(asset.number)
            words = fold(" ".join((asset.code, asset.name, number, asset.street, asset.serial)))
            self._words[asset.id] = words
        return words
