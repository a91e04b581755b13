"""The maps that are open, each with its own look, and which of them the user worked on last."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from console.store.map_look import MapLook


class MapPlace(NamedTuple):
    """Where a map looks."""

    lon: float
    lat: float
    metres_per_pixel: float


class OpenMap(QObject):
    """One open map as others see it: what it shows, where it looks. The map follows what is set here."""

    look_changed = Signal()
    told = Signal()  # what the map says of itself changed
    place_requested = Signal(object)  # MapPlace
    bookmark_requested = Signal()  # keep the place where it looks now

    def __init__(self, panel_id: str, title: str, place: Callable[[], MapPlace], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panel_id = panel_id
        self.title = title
        self._place = place
        self._look = MapLook()
        self.alarms_hidden = 0

    @property
    def look(self) -> MapLook:
        """What it shows."""
        return self._look

    @property
    def place(self) -> MapPlace:
        """Where it looks now."""
        return self._place()

    def set_look(self, look: MapLook) -> None:
        """Show this; the same again says nothing."""
        if look != self._look:
            self._look = look
            self.look_changed.emit()

    def tell_hidden(self, alarms_hidden: int) -> None:
        """How many alarms its look keeps from sight."""
        if alarms_hidden != self.alarms_hidden:
            self.alarms_hidden = alarms_hidden
            self.told.emit()


class OpenMaps(QObject):
    """In the order in which they were opened."""

    changed = Signal()  # which are open, or which one is active
    look_changed = Signal()  # of the active one

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._maps: list[OpenMap] = []
        self._active: OpenMap | None = None

    @property
    def all(self) -> Sequence[OpenMap]:
        """Every open map."""
        return tuple(self._maps)

    @property
    def active(self) -> OpenMap | None:
        """The one the user worked on last; None when no map is open."""
        return self._active

    def add(self, opened: OpenMap) -> None:
        """A map was opened."""
        self._maps.append(opened)
        opened.look_changed.connect(self._tell_look)
        if self._active is None:
            self._active = opened
        self.changed.emit()

    def remove(self, closed: OpenMap) -> None:
        """A map was closed; the first of the others is worked on then."""
        if closed not in self._maps:
            return
        self._maps.remove(closed)
        closed.look_changed.disconnect(self._tell_look)
        if self._active is closed:
            self._active = self._maps[0] if self._maps else None
        self.changed.emit()

    def activate(self, wanted: OpenMap) -> None:
        """The user works on this one."""
        if wanted in self._maps and wanted is not self._active:
            self._active = wanted
            self.changed.emit()

    def _tell_look(self) -> None:
        if self._active is not None and self.sender() is self._active:
            self.look_changed.emit()
