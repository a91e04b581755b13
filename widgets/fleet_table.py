"""The fleet as a table: rows stay where they are while what they say changes."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QWidget

from widgets.asset_rows import AssetRows, AssetRowTable
from widgets.fleet_lines import VehicleLine, Wheels
from widgets.look import Palette, icon
from widgets.model_index import Index
from widgets.plain_text import tip
from widgets.room_for_words import room_for_columns, room_for_heads
from widgets.texts import Texts

COLUMNS: Final = ("vehicle", "status", "distance", "service", "crew", "activity", "speed", "heard")
_ICONS: Final = {
    Wheels.TURN: "mdi6.play",
    Wheels.STAND: "mdi6.stop",
    Wheels.LOST: "mdi6.signal-off",
    Wheels.NEVER: "mdi6.help",
}
_WIDTHS: Final = {"status": 172, "distance": 74, "service": 128, "crew": 92, "activity": 88, "speed": 70, "heard": 66}
_RIGHT: Final = frozenset({"distance", "speed", "heard"})
_DISTANCE: Final = COLUMNS.index("distance")
_HEARD: Final = COLUMNS.index("heard")


class FleetLines(AssetRows[VehicleLine]):
    """What is listed."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__([texts(f"fleet.column.{name}") for name in COLUMNS])
        self._muted = QColor(palette.text_muted)
        self._icons = {wheels: icon(name, palette) for wheels, name in _ICONS.items()}

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles; figures stand under theirs."""
        is_aligned = role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal
        if is_aligned and COLUMNS[section] in _RIGHT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, a mark for what the wheels do, and grey for who is lost."""
        line, column = self._lines[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return getattr(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(line.tooltip or str(getattr(line, column)))
            case Qt.ItemDataRole.DecorationRole if column == "status":
                return self._icons[line.wheels]
            case Qt.ItemDataRole.ForegroundRole if line.wheels in {Wheels.LOST, Wheels.NEVER}:
                return self._muted
            case Qt.ItemDataRole.TextAlignmentRole if column in _RIGHT:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case _:
                return None


class FleetTable(AssetRowTable[VehicleLine]):
    """Where somebody asked who is nearest, it says how far."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(FleetLines(palette, texts), texts("fleet.title"), parent)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {COLUMNS.index(name): width for name, width in _WIDTHS.items()})
        room_for_heads(header)
        header.setMinimumSectionSize(56)
        self.show_distances(is_shown=False)

    def show_distances(self, *, is_shown: bool) -> None:
        """While somebody asked who is nearest, how far it is stands in the room of when it was heard."""
        self.setColumnHidden(_DISTANCE, not is_shown)
        self.setColumnHidden(_HEARD, is_shown)
