"""A list of assets as columns of words; a row can be dragged to a tile."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QWidget

from widgets.asset_lines import AssetLine
from widgets.asset_rows import AssetRows, AssetRowTable
from widgets.look import Palette
from widgets.mime import ASSET_MIME
from widgets.model_index import Index
from widgets.plain_text import tip
from widgets.texts import Texts

_COLUMN_KEYS: Final = ("assets.column.name", "assets.column.class", "assets.column.street", "assets.column.state")


class AssetLines(AssetRows[AssetLine]):
    """What is listed."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__([texts(key) for key in _COLUMN_KEYS])
        self._palette = palette

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

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.name, line.class_name, line.place, line.state)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(line.code)
        if role == Qt.ItemDataRole.ForegroundRole:
            is_main = index.column() == 0 or (index.column() == len(_COLUMN_KEYS) - 1 and line.is_abnormal)
            return QColor(self._palette.text if is_main else self._palette.text_muted)
        return None


class AssetTable(AssetRowTable[AssetLine]):
    """Says which asset is selected and which is wanted on the map."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(AssetLines(palette, texts), texts("assets.title"), parent)
        self.setDragEnabled(True)
        # Names of one street begin alike; what tells them apart ("point 7") stands at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
