"""A list of assets as columns of words; a row can be dragged to a tile."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from widgets.asset_lines import AssetLine
from widgets.look import Palette
from widgets.mime import ASSET_MIME
from widgets.texts import Texts

_COLUMN_KEYS: Final = ("assets.column.name", "assets.column.class", "assets.column.street", "assets.column.state")
_ROW_HEIGHT: Final = 26
Index = QModelIndex | QPersistentModelIndex


class AssetLines(QAbstractTableModel):
    """What is listed."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__()
        self._palette = palette
        self._texts = texts
        self._lines: Sequence[AssetLine] = ()

    @property
    def lines(self) -> Sequence[AssetLine]:
        """What is listed now."""
        return self._lines

    def show_lines(self, lines: Sequence[AssetLine]) -> None:
        """Replace the list; where only words changed the rows stay."""
        if [line.asset_id for line in lines] == [line.asset_id for line in self._lines]:
            changed = [row for row, line in enumerate(lines) if line != self._lines[row]]
            self._lines = tuple(lines)
            for row in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(_COLUMN_KEYS) - 1))
            return
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Qt's row count."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Qt's column count."""
        return 0 if parent.isValid() else len(_COLUMN_KEYS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [ASSET_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The id of the dragged asset."""
        mime = QMimeData()
        if indexes:
            mime.setData(ASSET_MIME, QByteArray(str(self._lines[indexes[0].row()].asset_id).encode("ascii")))
        return mime

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._texts(_COLUMN_KEYS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.name, line.class_name, line.place, line.state)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.code
        if role == Qt.ItemDataRole.ForegroundRole:
            is_main = index.column() == 0 or (index.column() == len(_COLUMN_KEYS) - 1 and line.is_abnormal)
            return QColor(self._palette.text if is_main else self._palette.text_muted)
        return None


class AssetTable(QTableView):
    """Says which asset is selected and which is wanted on the map."""

    asset_selected = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    place_requested = Signal(object)  # an asset id

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = AssetLines(palette, texts)
        self._is_telling = True
        self.setModel(self.lines)
        self.setAccessibleName(texts("assets.title"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # Names of one street begin alike; what tells them apart ("point 7") stands at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.doubleClicked.connect(self._ask_place)

    @property
    def current_id(self) -> int | None:
        """The selected asset."""
        row = self.currentIndex().row()
        return self.lines.lines[row].asset_id if 0 <= row < len(self.lines.lines) else None

    def show_lines(self, lines: Sequence[AssetLine]) -> None:
        """Replace the list; the selection stays with its asset."""
        held = self.current_id
        self._is_telling = False
        self.lines.show_lines(lines)
        self._is_telling = True
        self.select(held)

    def select(self, asset_id: int | None) -> None:
        """Select an asset's row, where it is listed, without telling."""
        self._is_telling = False
        row = next((number for number, line in enumerate(self.lines.lines) if line.asset_id == asset_id), None)
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self.lines.index(row, 0), flags.ClearAndSelect | flags.Rows)
        self._is_telling = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the place."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_place()
        else:
            super().keyPressEvent(event)

    def _ask_place(self) -> None:
        asset_id = self.current_id
        if asset_id is not None:
            self.place_requested.emit(asset_id)

    def _tell(self) -> None:
        asset_id = self.current_id
        if asset_id is not None and self._is_telling:
            self.asset_selected.emit(asset_id)
