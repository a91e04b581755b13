"""Assets as rows of a table: rows stay where they are while what they say changes; the selection stays too."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from widgets.model_index import NOWHERE, Index
from widgets.reading_table import made_for_reading


class AssetRow(Protocol):
    """What a row is about."""

    @property
    def asset_id(self) -> int:
        """Which asset."""
        ...


L = TypeVar("L", bound=AssetRow)


class AssetRows(QAbstractTableModel, Generic[L]):
    """What is listed, in columns under these titles."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._lines: tuple[L, ...] = ()

    @property
    def lines(self) -> Sequence[L]:
        """What is listed now."""
        return self._lines

    def show_lines(self, lines: Sequence[L]) -> None:
        """Replace the list; where only words changed the rows stay."""
        if [line.asset_id for line in lines] != [line.asset_id for line in self._lines]:
            self.beginResetModel()
            self._lines = tuple(lines)
            self.endResetModel()
            return
        before, self._lines = self._lines, tuple(lines)
        for row, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._titles) - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt's column count."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None


class AssetRowTable(QTableView, Generic[L]):
    """Selecting by mouse or keys says so; Return or a double click wants to go there."""

    asset_selected = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    place_requested = Signal(object)  # an asset id

    def __init__(self, rows: AssetRows[L], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._is_telling = True
        self.setModel(rows)
        made_for_reading(self, name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.doubleClicked.connect(self._ask_place)

    @property
    def lines(self) -> Sequence[L]:
        """What is listed now."""
        return self._rows.lines

    @property
    def selected_id(self) -> int | None:
        """The asset of the current row."""
        row = self.currentIndex().row()
        return self.lines[row].asset_id if 0 <= row < len(self.lines) else None

    def show_lines(self, lines: Sequence[L]) -> None:
        """Replace what is listed; the selected asset stays selected where it is still listed."""
        held = self.selected_id
        self._is_telling = False
        self._rows.show_lines(lines)
        self._is_telling = True
        if held is not None and self.selected_id != held:
            # Where the list stands is the reader's: an asset that moved within it is not followed.
            follows = self.hasAutoScroll()
            self.setAutoScroll(False)
            self.select(held)
            self.setAutoScroll(follows)

    def select(self, asset_id: int | None) -> None:
        """Make it the current row without saying so; None or one that is not listed: no row."""
        self._is_telling = False
        row = next((number for number, line in enumerate(self.lines) if line.asset_id == asset_id), None)
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._rows.index(row, 0), flags.ClearAndSelect | flags.Rows)
        self._is_telling = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the place."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_place()
        else:
            super().keyPressEvent(event)

    def _ask_place(self) -> None:
        if (asset_id := self.selected_id) is not None:
            self.place_requested.emit(asset_id)

    def _tell(self) -> None:
        asset_id = self.selected_id
        if asset_id is not None and self._is_telling:
            self.asset_selected.emit(asset_id)
