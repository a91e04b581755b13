"""What the operator looks at: selecting anywhere selects everywhere."""

from PySide6.QtCore import QObject, Signal


class SelectionStore(QObject):
    """One selected asset (and perhaps one of its alarms) for all panels of all screens."""

    selection_changed = Signal()
    place_requested = Signal(object)  # asset id: show where it is and what cameras see there
    cameras_requested = Signal(object)  # tuple of camera ids to show, nearest first
    point_requested = Signal(float, float)  # lon, lat: which cameras look there?

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asset_id: int | None = None
        self._alarm_id: int | None = None

    @property
    def asset_id(self) -> int | None:
        """The selected asset."""
        return self._asset_id

    @property
    def alarm_id(self) -> int | None:
        """The alarm by which it was selected."""
        return self._alarm_id

    def select(self, asset_id: int | None, alarm_id: int | None = None) -> None:
        """Select an asset, by one of its alarms where that is known. The same again says nothing."""
        if (asset_id, alarm_id) == (self._asset_id, self._alarm_id):
            return
        if asset_id == self._asset_id and alarm_id is None:
            return
        self._asset_id, self._alarm_id = asset_id, alarm_id
        self.selection_changed.emit()

    def go_to(self, asset_id: int, alarm_id: int | None = None) -> None:
        """Select it, show its place on the map and its nearest cameras."""
        self.select(asset_id, alarm_id)
        self.place_requested.emit(asset_id)

    def show_cameras(self, camera_ids: tuple[int, ...]) -> None:
        """Show these cameras in the tiles."""
        self.cameras_requested.emit(camera_ids)

    def look_at(self, lon: float, lat: float) -> None:
        """Show the cameras that look at a place."""
        self.point_requested.emit(lon, lat)
