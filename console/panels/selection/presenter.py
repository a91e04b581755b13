"""What a map shows and what was chosen on it, as lists and as groups that can be driven. No Qt."""

from collections import Counter
from collections.abc import Sequence

from console.kit.formats import number_text
from console.kit.ports import AssetLookup, Catalogue, StateLookup
from console.parts.asset_words import AssetWords
from console.store.wording import class_text
from contract.assets import Asset
from widgets.asset_lines import AssetLine
from widgets.texts import Texts

MOST_LINES = 500
MOST_LIVE = 5_000
"""Above this many chosen, order and summary are those of the moment of choosing."""


class SelectionPresenter:
    """Lists are cut at some hundreds of lines; numbers are always exact."""

    def __init__(self, assets: AssetLookup, states: StateLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._states = states
        self._words = AssetWords(states, catalogue, tr)
        self._tr = tr

    def assets(self, asset_ids: Sequence[int]) -> Sequence[Asset]:
        """Those that this console still holds."""
        return [asset for asset in map(self._assets.get, asset_ids) if asset is not None]

    def lines(self, asset_ids: Sequence[int]) -> Sequence[AssetLine]:
        """The first of them as lines."""
        return [self._words.line(asset) for asset in self.assets(asset_ids[:MOST_LINES])]

    def worst_first(self, asset_ids: Sequence[int]) -> Sequence[int]:
        """What stands out at the head of the list."""
        return sorted(asset_ids, key=lambda asset_id: (-self._states.visual_of(asset_id), asset_id))

    def count_text(self, shown: int, total: int) -> str:
        """How many are listed of how many."""
        if shown < total:
            return self._tr("selection.some", shown=self._number(shown), total=self._number(total))
        return self._tr("selection.all", total=self._number(total))

    def summary(self, asset_ids: Sequence[int]) -> str:
        """How many of each class, and how many of each state that is not normal."""
        found = self.assets(asset_ids)
        classes = Counter(asset.class_ for asset in found)
        visuals = Counter(self._states.visual_of(asset.id) for asset in found)
        parts = [
            f"{self._number(n)} × {class_text(self._catalogue, code, self._tr)}" for code, n in classes.most_common()
        ]
        states = [
            f"{self._number(visuals[visual])} {self._tr(f'visual.{visual.name.lower()}')}"
            for visual in sorted(visuals, reverse=True)
        ]
        return "\n".join(line for line in (", ".join(parts), ", ".join(states)) if line)

    def _number(self, number: int) -> str:
        return number_text(number, self._tr.language)
