"""What a map shows and what was chosen on it, for lists beside the map."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class MapListing:
    """Assets of a map in the order of the list; `total` counts those that the list leaves out too."""

    asset_ids: tuple[int, ...] = ()
    total: int = 0
    map_title: str = ""
    bounds: tuple[float, float, float, float] | None = None  # west, south, east, north of what the map shows


class MapContents(QObject):
    """The last map that was moved speaks; maps compute what is in view only while somebody reads it."""

    view_changed = Signal()
    chosen_changed = Signal()
    reading_changed = Signal()
    report_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = 0
        self._in_view = MapListing()
        self._chosen = MapListing()

    @property
    def is_read(self) -> bool:
        """True while a list shows what is in view."""
        return self._readers > 0

    @property
    def in_view(self) -> MapListing:
        """What the map shows: the worst first, then the nearest to its middle."""
        return self._in_view

    @property
    def chosen(self) -> MapListing:
        """What was chosen by rectangle, lasso or radius."""
        return self._chosen

    def begin_reading(self) -> None:
        """A list wants to know what is in view."""
        self._readers += 1
        if self._readers == 1:
            self.reading_changed.emit()

    def end_reading(self) -> None:
        """A list no longer wants to know."""
        self._readers = max(0, self._readers - 1)
        if self._readers == 0:
            self.reading_changed.emit()

    def show_view(self, listing: MapListing) -> None:
        """A map tells what it shows."""
        if listing != self._in_view:
            self._in_view = listing
            self.view_changed.emit()

    def choose(self, asset_ids: Sequence[int], map_title: str = "") -> None:
        """These are chosen from now on; none: nothing is."""
        listing = MapListing(tuple(asset_ids), len(asset_ids), map_title)
        if listing != self._chosen:
            self._chosen = listing
            self.chosen_changed.emit()

    def ask_report(self) -> None:
        """The map that was worked on is to make a report of what is chosen."""
        self.report_requested.emit()
