"""What is wished of maps about vehicles: to stay with one, to draw where one was."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from contract.fleet import TrailPoint


class FleetWishes(QObject):
    """Spoken by the fleet's list, heard by the map that was worked on last."""

    follow_requested = Signal(int)  # asset id; the map stays with it until a hand moves the map
    way_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._way: tuple[TrailPoint, ...] = ()
        self._way_of = 0

    @property
    def way(self) -> Sequence[TrailPoint]:
        """Where a vehicle was, oldest first; empty while nobody asks."""
        return self._way

    @property
    def way_of(self) -> int:
        """Whose way it is; 0: nobody's."""
        return self._way_of

    def follow(self, asset_id: int) -> None:
        """Stay with this one."""
        self.follow_requested.emit(asset_id)

    def show_way(self, asset_id: int, way: Sequence[TrailPoint]) -> None:
        """Draw it; an empty one takes it away."""
        self._way, self._way_of = tuple(way), asset_id if way else 0
        self.way_changed.emit()
