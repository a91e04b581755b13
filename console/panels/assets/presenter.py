"""What the asset list shows for a search. No Qt."""

from collections.abc import Sequence

from console.kit.ports import AssetLookup, Catalogue, StateLookup
from console.parts.asset_words import AssetWords
from widgets.asset_lines import AssetLine
from widgets.texts import Texts

_MOST = 500


class AssetsPresenter:
    """Lines for a text and a class; how many there are in all."""

    def __init__(self, assets: AssetLookup, states: StateLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._words = AssetWords(states, catalogue, tr)
        self._catalogue = catalogue
        self._tr = tr

    def classes(self) -> Sequence[tuple[str, str]]:
        """Codes and names to filter by."""
        pairs = [
            (code, self._tr.label(item.label)) for code, item in self._catalogue.classes.items() if not item.is_line
        ]
        return sorted(pairs, key=lambda pair: pair[1].casefold())

    def lines(self, text: str, class_: str | None) -> tuple[Sequence[AssetLine], int]:
        """What is found, at most some hundreds, and the exact number."""
        found, total = self._assets.search(text, class_, _MOST)
        return [self._words.line(asset) for asset in found if asset.line is None], total

    def count_text(self, shown: int, total: int) -> str:
        """How many are shown of how many."""
        if shown < total:
            return self._tr("assets.some", shown=shown, total=total)
        return self._tr("assets.all", total=total)

    def empty_text(self) -> str:
        """What an empty list says."""
        return self._tr("assets.empty" if self._assets.count else "assets.none_yet")
