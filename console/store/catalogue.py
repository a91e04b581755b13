"""Asset classes and communes, asked for once after login."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from contract.assets import AssetClass, Commune


class CatalogueStore(QObject):
    """What kinds of equipment there are, and which communes."""

    changed = Signal()
    outdated = Signal()  # the backend has others by now

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes: dict[str, AssetClass] = {}
        self._communes: dict[str, Commune] = {}

    @property
    def classes(self) -> Mapping[str, AssetClass]:
        """Classes by code."""
        return self._classes

    @property
    def communes(self) -> Mapping[str, Commune]:
        """Communes by code."""
        return self._communes

    def take(self, classes: Iterable[AssetClass], communes: Iterable[Commune]) -> None:
        """Replace both."""
        self._classes = {item.code: item for item in classes}
        self._communes = {item.code: item for item in communes}
        self.changed.emit()
