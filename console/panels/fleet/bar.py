"""What is asked of the fleet: search, filter, nearest to what; and what is done with one vehicle."""

from typing import Final

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from console.kit.translations import Translations
from contract.fleet import VehicleStatus
from widgets.look import GAP, Palette, icon
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.wrapping_row import WrappingRow

EVERYBODY, SELECTION, MAP = "everybody", "selection", "map"
NEAR: Final = (EVERYBODY, SELECTION, MAP)
_SEARCH_PX: Final = 230
MINUTES: Final = (15, 60, 240, 1_440)
_STATUSES: Final = (VehicleStatus.MOVING, VehicleStatus.STOPPED, VehicleStatus.OFFLINE, VehicleStatus.UNKNOWN)


class FleetBar:
    """Above the list: what is listed."""

    def __init__(self, tr: Translations) -> None:
        self.search = QLineEdit()
        hint_in_full(self.search, tr("fleet.search"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(_SEARCH_PX)
        self.status = QComboBox()
        self.status.setAccessibleName(tr("fleet.column.status"))
        self.status.addItem(tr("fleet.any_status"), None)
        for status in _STATUSES:
            self.status.addItem(tr(f"fleet.status.{status}"), status)
        self.near = QComboBox()
        self.near.setAccessibleName(tr("fleet.near_what"))
        for near in NEAR:
            self.near.addItem(tr(f"fleet.near.{near}"), near)
        self.counts = quiet_label()
        self.widget = QWidget()
        row = WrappingRow(GAP, self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.search, self.status, self.near):
            row.addWidget(part)


class VehicleBar:
    """Below the list: what is done with the selected vehicle."""

    def __init__(self, tr: Translations, palette: Palette) -> None:
        self.follow = QPushButton(tr("fleet.follow"))
        self.follow.setIcon(icon("mdi6.crosshairs-gps", palette))
        self.go = QPushButton(tr("fleet.go"))
        self.go.setIcon(icon("mdi6.map-marker", palette))
        self.minutes = QComboBox()
        self.minutes.setAccessibleName(tr("fleet.way_span"))
        for minutes in MINUTES:
            self.minutes.addItem(tr(f"fleet.span.{minutes}"), minutes)
        self.minutes.setCurrentIndex(1)
        self.show_way = QPushButton(tr("fleet.show_way"))
        self.show_way.setIcon(icon("mdi6.map-marker-path", palette))
        self.show_way.setToolTip(tr("fleet.way_is_journaled"))
        self.hide_way = QPushButton(tr("fleet.hide_way"))
        self.access = QPushButton(tr("fleet.access.ask"))
        self.access.setIcon(icon("mdi6.cellphone-key", palette))
        self.access.setToolTip(tr("fleet.access.is_journaled"))
        self.details: QLabel = quiet_label()
        self.widget = QWidget()
        row = WrappingRow(GAP, self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.follow, self.go, self.minutes, self.show_way, self.hide_way, self.access):
            row.addWidget(part)

    def dress(self, *, has_vehicle: bool, has_way: bool) -> None:
        """What can be done now."""
        for part in (self.follow, self.go, self.show_way, self.access):
            part.setEnabled(has_vehicle)
        self.hide_way.setVisible(has_way)
