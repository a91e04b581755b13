"""Where an override holds: the selected asset, one that is searched, or the whole class."""

from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.ports import AssetLookup
from console.panels.alarm_rules.bad_field import BadField
from contract.assets import Asset
from widgets.look import TIGHT
from widgets.nesting import nest
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_OFFERED = 12


class AssetChoice(QWidget):
    """A search with what it finds below it; empty: the whole class."""

    chosen = Signal()

    def __init__(self, tr: Texts, assets: AssetLookup, selected: Callable[[], int | None]) -> None:
        super().__init__()
        self._tr = tr
        self._assets = assets
        self._selected = selected
        self._found: dict[str, int] = {}
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("alarm_rules.asset_hint"))
        self.line.setAccessibleName(tr("alarm_rules.asset"))
        self.line.setClearButtonEnabled(True)
        self._offer = QStringListModel(self)
        completer = QCompleter(self._offer, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.line.setCompleter(completer)
        self.line.textEdited.connect(self._search)
        self.line.textChanged.connect(lambda _text="": self.chosen.emit())
        self.take = QPushButton(tr("alarm_rules.take_selected"))
        self.take.clicked.connect(lambda _on=False: self._take_selected())
        self.clear = QPushButton(tr("alarm_rules.take_class"))
        self.clear.clicked.connect(lambda _on=False: self.line.clear())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.line)
        buttons = WrappingRow(TIGHT)
        buttons.addWidget(self.take)
        buttons.addWidget(self.clear)
        nest(column, buttons)
        self.setFocusProxy(self.line)

    def show_asset(self, asset_id: int | None) -> None:
        """Stand on this asset; None: on the class."""
        asset = None if asset_id is None else self._assets.get(asset_id)
        if asset is None:
            self.line.setText("" if asset_id is None else f"#{asset_id}")
            return
        words = _words(asset)
        self._found[words] = asset.id
        self.line.setText(words)

    def asset_id(self) -> int | None:
        """Which asset; None: the class. Raises BadField when nothing is called so, or several are."""
        text = self.line.text().strip()
        if not text:
            return None
        if text in self._found:
            return self._found[text]
        if text.startswith("#") and text[1:].isascii() and text[1:].isdigit():
            return int(text[1:])
        found, _total = self._assets.search(text, limit=_OFFERED)
        exact = [asset for asset in found if asset.code.casefold() == text.casefold()]
        if len(exact) == 1:
            return exact[0].id
        raise BadField(self._tr("alarm_rules.no_asset", text=text))

    def _search(self, text: str) -> None:
        found, _total = self._assets.search(text, limit=_OFFERED) if text.strip() else ((), 0)
        self._found |= {_words(asset): asset.id for asset in found}
        self._offer.setStringList([_words(asset) for asset in found])

    def _take_selected(self) -> None:
        if (asset_id := self._selected()) is not None:
            self.show_asset(asset_id)


def _words(asset: Asset) -> str:
    name = asset.name or asset.street
    return f"{asset.code}, {name}" if name and name != asset.code else asset.code
