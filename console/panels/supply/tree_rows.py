"""The tree of one kind from what this console knows: counts once a change, words when they are seen. No Qt."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from console.kit.formats import number_text
from console.kit.ports import Catalogue
from console.store.feeding import feeder_of
from console.store.wording import class_text
from contract.assets import Asset, AssetStatus, FeedKind
from contract.stream import UNACKNOWLEDGED_FLAG, Visual
from widgets.supply_tree.lines import SupplyLine
from widgets.texts import Texts

MOST_FOUND: Final = 300
_DEEPEST: Final = 32
_NOT_FED: Final = frozenset({AssetStatus.PLANNED, AssetStatus.RETIRED})


class FeedStore(Protocol):
    """Assets, and what hangs on them."""

    revision: int

    @property
    def count(self) -> int:
        """How many assets are held."""
        ...

    def get(self, asset_id: int) -> Asset | None:
        """One asset."""
        ...

    def all(self) -> Iterable[Asset]:
        """Every asset."""
        ...

    def search(self, text: str, class_: str | None = None, limit: int = 500) -> tuple[Sequence[Asset], int]:
        """Assets whose words hold those of `text`."""
        ...

    def fed(self, asset_id: int, kind: FeedKind) -> Collection[int]:
        """What hangs directly on an asset."""
        ...

    def feeders(self, kind: FeedKind) -> Collection[int]:
        """Whatever feeds something."""
        ...


class Columns(Protocol):
    """States as columns."""

    @property
    def ids(self) -> npt.NDArray[np.uint32]:
        """Asset ids."""
        ...

    @property
    def visuals(self) -> npt.NDArray[np.uint8]:
        """What is shown of each, with its flags."""
        ...


class FeedStates(Protocol):
    """How assets stand."""

    def visual_of(self, asset_id: int) -> Visual:
        """The worst thing to say of an asset."""
        ...

    def all(self) -> Columns:
        """Every state."""
        ...


class TreeRows:
    """widgets.supply_tree.lines.SupplyRows on the stores."""

    def __init__(self, assets: FeedStore, states: FeedStates, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._states = states
        self._catalogue = catalogue
        self._tr = tr
        self._fed_counts: dict[int, int] = {}
        self._counted: tuple[int, FeedKind] | None = None
        self._down: Counter[int] = Counter()
        self._shown: set[int] | None = None  # what a search leaves; None: all
        self._whole: set[int] = set()  # found by the search: all that hangs on them is shown
        self._surveyed: tuple[int, FeedKind, frozenset[str]] | None = None
        self._missing: Sequence[Asset] = ()
        self._wanting: Counter[str] = Counter()
        self.kind = FeedKind.POWER
        self.found_count = 0

    def search(self, text: str) -> None:
        """Leave only what the words name, the way to it, and what hangs on it; all for an empty text."""
        self._shown, self._whole, self.found_count = None, set(), 0
        if not text.strip():
            return
        found, self.found_count = self._assets.search(text, None, MOST_FOUND)
        self._whole = {asset.id for asset in found}
        self._shown = set(self._whole)
        for asset in found:
            self._shown.update(self.feeders_of(asset.id))

    def found_ways(self) -> Sequence[int]:
        """The feeders to open so that all that was found is seen, from the top."""
        ways: dict[int, None] = {}
        for asset_id in sorted(self._whole):
            ways.update(dict.fromkeys(reversed(self.feeders_of(asset_id))))
        return list(ways)

    def count_states(self) -> None:
        """Count anew what is in fault or alarm below each feeder."""
        columns = self._states.all()
        if not len(columns.ids):
            self._down = Counter()
            return
        worst = columns.visuals & ~np.uint8(UNACKNOWLEDGED_FLAG)
        ill = columns.ids[worst >= Visual.FAULT]
        self._down = Counter(feeder for asset_id in ill.tolist() for feeder in self.feeders_of(asset_id))

    def feeders_of(self, asset_id: int) -> Sequence[int]:
        """What feeds an asset, nearest first; a circle is cut."""
        found: list[int] = []
        asset = self._assets.get(asset_id)
        while asset is not None and len(found) < _DEEPEST:
            feeder = feeder_of(asset, self.kind)
            if feeder is None or feeder == asset_id or feeder in found or self._assets.get(feeder) is None:
                break
            found.append(feeder)
            asset = self._assets.get(feeder)
        return found

    def missing(self, class_: str | None) -> Sequence[Asset]:
        """Assets that should name a feeder of the present kind and do not, by class and code."""
        self._survey()
        return [asset for asset in self._missing if class_ is None or asset.class_ == class_]

    def wanting(self) -> Mapping[str, int]:
        """How many of each class should name a feeder of the present kind."""
        self._survey()
        return self._wanting

    def children(self, asset_id: int | None) -> Sequence[int]:
        """What hangs on an asset, by class and code; the tops for None."""
        ids = self._tops() if asset_id is None else self._assets.fed(asset_id, self.kind)
        shown = self._shown
        if shown is not None and not (asset_id is not None and self._is_below_found(asset_id)):
            ids = [id_ for id_ in ids if id_ in shown]
        known = [asset for id_ in ids if (asset := self._assets.get(id_)) is not None]
        return [asset.id for asset in sorted(known, key=lambda one: (one.class_, one.code))]

    def has_children(self, asset_id: int) -> bool:
        """Whether anything hangs on it."""
        fed = self._assets.fed(asset_id, self.kind)
        if self._shown is None or not fed or self._is_below_found(asset_id):
            return bool(fed)
        return not self._shown.isdisjoint(fed)

    def line(self, asset_id: int) -> SupplyLine | None:
        """Its words, as things stand now."""
        asset = self._assets.get(asset_id)
        if asset is None:
            return None
        visual = self._states.visual_of(asset_id)
        fed, down = self._fed_count(asset_id), self._down[asset_id]
        name = asset.code if not asset.name or asset.name == asset.code else f"{asset.code} · {asset.name}"
        return SupplyLine(
            name=name,
            code=asset.code,
            class_name=class_text(self._catalogue, asset.class_, self._tr),
            state=self._tr(f"visual.{visual.name.lower()}"),
            visual=visual,
            fed=number_text(fed, self._tr.language) if fed else "",
            down=number_text(down, self._tr.language) if down else "",
            is_down=bool(fed) and visual >= Visual.FAULT,
        )

    def _survey(self) -> None:
        """Who should name a feeder, and who does not: once for each change of the register."""
        kind = self.kind
        classes = frozenset(code for code, one in self._catalogue.classes.items() if kind in one.hangs_on)
        if self._surveyed == (self._assets.revision, kind, classes):
            return
        self._surveyed = (self._assets.revision, kind, classes)
        wanting = [one for one in self._assets.all() if one.class_ in classes and one.status not in _NOT_FED]
        self._wanting = Counter(asset.class_ for asset in wanting)
        found = [
            asset for asset in wanting if (feeder := feeder_of(asset, kind)) is None or self._assets.get(feeder) is None
        ]
        self._missing = sorted(found, key=lambda asset: (asset.class_, asset.code))

    def _tops(self) -> Collection[int]:
        """What feeds others and hangs on nothing that is known; one of each circle."""
        tops: list[int] = []
        for feeder in self._assets.feeders(self.kind):
            above = self.feeders_of(feeder)
            asset = self._assets.get(above[-1] if above else feeder)
            closes = asset is not None and feeder_of(asset, self.kind) == feeder
            if not above or (closes and feeder == min(feeder, *above)):
                tops.append(feeder)
        return tops

    def _is_below_found(self, asset_id: int) -> bool:
        return asset_id in self._whole or not self._whole.isdisjoint(self.feeders_of(asset_id))

    def _fed_count(self, asset_id: int) -> int:
        if self._counted != (self._assets.revision, self.kind):
            self._counted = (self._assets.revision, self.kind)
            self._fed_counts = {}
        return self._count_below(asset_id, 0)

    def _count_below(self, asset_id: int, depth: int) -> int:
        known = self._fed_counts.get(asset_id)
        if known is None:
            fed = self._assets.fed(asset_id, self.kind)
            known = len(fed)
            if depth < _DEEPEST:
                known += sum(self._count_below(id_, depth + 1) for id_ in fed if self._assets.fed(id_, self.kind))
            self._fed_counts[asset_id] = known
        return known
