"""The tree on screen: stays open and selected where it was, says what is wanted."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from widgets.look import Palette
from widgets.room_for_words import room_for_columns, room_for_heads
from widgets.supply_tree.lines import SupplyRows
from widgets.supply_tree.model import DOWN, FED, NAME, STATE, SupplyModel
from widgets.texts import Texts

_WIDTHS: Final = {STATE: 130, FED: 74, DOWN: 84}


class SupplyTreeView(QTreeView):
    """Only what is opened is held."""

    asset_selected = Signal(object)  # an asset id
    place_requested = Signal(object)  # an asset id
    feed_requested = Signal(object, object)  # asset ids, the feeder's id
    choose_requested = Signal()  # another feeder for what is selected, by keyboard

    def __init__(self, rows: SupplyRows, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SupplyModel(rows, palette, texts)
        self._is_telling = True
        self.setModel(self.rows)
        self.setAccessibleName(texts("supply.tree"))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setExpandsOnDoubleClick(False)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        room_for_columns(self.header(), _WIDTHS)
        room_for_heads(self.header())
        self.rows.feed_requested.connect(self.feed_requested)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(self._ask_place)

    @property
    def selected_ids(self) -> Sequence[int]:
        """The selected assets, in the order of the tree."""
        chosen = self.selectionModel().selectedRows(NAME)
        return [int(index.internalId()) for index in chosen]

    @property
    def current_id(self) -> int | None:
        """The asset under the cursor."""
        index = self.currentIndex()
        return int(index.internalId()) if index.isValid() else None

    def show_anew(self, *, opens: Iterable[int] = ()) -> None:
        """Ask for the tree again; what was open stays open, and `opens` (feeders first) with it."""
        held, chosen, scroll = self.current_id, self.selected_ids, self.verticalScrollBar().value()
        self._is_telling = False
        try:
            wanted = dict.fromkeys([*self._open_ids(), *opens])
            self.rows.show_anew()
            for asset_id in wanted:
                self._open(asset_id)
            for asset_id in chosen:
                self._choose(asset_id, QItemSelectionModel.SelectionFlag.Select)
            if held is not None:
                self._choose(held, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.verticalScrollBar().setValue(scroll)
        finally:
            self._is_telling = True

    def show_asset(self, asset_id: int, feeders: Sequence[int]) -> None:
        """Open the way to an asset (its feeders from the top) and stand on it."""
        for feeder in feeders:
            self._open(feeder)
        index = self.rows.index_of(asset_id)
        if not index.isValid() or asset_id == self.current_id:
            return
        self._is_telling = False
        self.setCurrentIndex(index)
        self._is_telling = True
        self.scrollTo(index)

    def refresh_states(self) -> None:
        """Words and colours anew, of what is seen."""
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the place; F2 gives another feeder."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_place(self.currentIndex())
        elif event.key() == Qt.Key.Key_F2:
            self.choose_requested.emit()
        else:
            super().keyPressEvent(event)

    def _open(self, asset_id: int) -> None:
        index = self.rows.index_of(asset_id)
        if index.isValid():
            self.rows.open(asset_id)
            self.setExpanded(index, True)

    def _open_ids(self) -> Sequence[int]:
        """What stands open, feeders before what they feed."""
        found: list[int] = []
        waiting = [QModelIndex()]
        while waiting:
            parent = waiting.pop()
            for row in range(self.rows.rowCount(parent)):
                index = self.rows.index(row, NAME, parent)
                if self.isExpanded(index):
                    found.append(int(index.internalId()))
                    waiting.append(index)
        return found

    def _choose(self, asset_id: int, flag: QItemSelectionModel.SelectionFlag) -> None:
        index = self.rows.index_of(asset_id)
        if not index.isValid():
            return
        rows = QItemSelectionModel.SelectionFlag.Rows
        if flag is QItemSelectionModel.SelectionFlag.NoUpdate:
            self.selectionModel().setCurrentIndex(index, flag)
        else:
            self.selectionModel().select(index, flag | rows)

    def _tell(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._is_telling and current.isValid():
            self.asset_selected.emit(int(current.internalId()))

    def _ask_place(self, index: QModelIndex) -> None:
        if index.isValid():
            self.place_requested.emit(int(index.internalId()))
