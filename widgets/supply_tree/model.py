"""Rows of the tree, fetched when their feeder is opened; a line is put into words when it is painted."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QByteArray, QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from contract.alarms import Priority
from contract.stream import Visual
from widgets.look import Palette, icon
from widgets.mime import ASSET_MIME, FEED_MIME, assets_of
from widgets.model_index import NOWHERE, Index
from widgets.plain_text import tip
from widgets.supply_tree.lines import SupplyLine, SupplyRows
from widgets.texts import Texts

NAME, STATE, FED, DOWN = range(4)
_COLUMN_KEYS: Final = ("supply.column.name", "supply.column.state", "supply.column.fed", "supply.column.down")
_PRIORITIES: Final = {
    Visual.ALARM_P1: Priority.P1,
    Visual.ALARM_P2: Priority.P2,
    Visual.ALARM_P3: Priority.P3,
    Visual.ALARM_P4: Priority.P4,
}
_SHAPES: Final = {
    Visual.NORMAL: "mdi6.circle-outline",
    Visual.UNKNOWN: "mdi6.help-circle-outline",
    Visual.STALE: "mdi6.timer-sand",
    Visual.FAULT: "mdi6.close-circle-outline",
    Visual.ALARM_P1: "mdi6.octagon",
    Visual.ALARM_P2: "mdi6.triangle",
    Visual.ALARM_P3: "mdi6.rhombus",
    Visual.ALARM_P4: "mdi6.circle",
}


class SupplyModel(QAbstractItemModel):
    """Indexes carry asset ids: an asset hangs on one feeder, so it stands once."""

    feed_requested = Signal(object, object)  # asset ids, the feeder's id

    def __init__(self, rows: SupplyRows, palette: Palette, texts: Texts) -> None:
        super().__init__()
        self._rows = rows
        self._palette = palette
        self._texts = texts
        self._children: dict[int, Sequence[int]] = {}  # of what was opened; 0 is above the tops
        self._places: dict[int, tuple[int, int]] = {}  # asset -> (feeder or 0, row)
        self._icons = {visual: icon(name, palette, self.color_of(visual)) for visual, name in _SHAPES.items()}

    def show_anew(self) -> None:
        """What hangs where is another."""
        self.beginResetModel()
        self._children.clear()
        self._places.clear()
        self._hold(0, self._rows.children(None))
        self.endResetModel()

    def index_of(self, asset_id: int) -> QModelIndex:
        """Where an asset stands; invalid while its feeder was not opened."""
        place = self._places.get(asset_id)
        return QModelIndex() if place is None else self.createIndex(place[1], 0, asset_id)

    def open(self, asset_id: int) -> None:
        """Fetch what hangs on an asset."""
        self.fetchMore(self.index_of(asset_id))

    def color_of(self, visual: Visual) -> str:
        """The colour of a state."""
        priority = _PRIORITIES.get(visual)
        if priority is not None:
            return self._palette.of_priority(priority)
        named = {Visual.FAULT: self._palette.fault, Visual.NORMAL: self._palette.good}
        return named.get(visual, self._palette.stale)

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """Qt's index."""
        children = self._children.get(_id(parent), ())
        if not (0 <= row < len(children) and 0 <= column < len(_COLUMN_KEYS)):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, child: Index = NOWHERE) -> QModelIndex:  # type: ignore[override]  # QObject.parent() has the same name
        """Qt's parent."""
        place = self._places.get(_id(child))
        return QModelIndex() if place is None or place[0] == 0 else self.index_of(place[0])

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.column() > 0 else len(self._children.get(_id(parent), ()))

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt's column count."""
        del parent
        return len(_COLUMN_KEYS)

    def hasChildren(self, parent: Index = NOWHERE) -> bool:
        """Whether there is something to open."""
        return not parent.isValid() or (parent.column() == 0 and self._rows.has_children(_id(parent)))

    def canFetchMore(self, parent: Index) -> bool:
        """Whether its children were not asked for yet."""
        return parent.isValid() and _id(parent) not in self._children and self._rows.has_children(_id(parent))

    def fetchMore(self, parent: Index) -> None:
        """Ask for its children."""
        asset_id = _id(parent)
        if not parent.isValid() or asset_id in self._children:
            return
        fed = [child for child in self._rows.children(asset_id) if child not in self._places]
        if not fed:
            self._children[asset_id] = ()
            return
        self.beginInsertRows(self.index_of(asset_id), 0, len(fed) - 1)
        self._hold(asset_id, fed)
        self.endInsertRows()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows are dragged onto one another."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """An asset is moved to another feeder."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [FEED_MIME, ASSET_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The ids of the dragged assets; the first alone for those who take one."""
        return feed_mime(dict.fromkeys(_id(index) for index in indexes))

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Onto an asset, and not onto itself."""
        del action, row, column
        dragged = dragged_assets(data)
        return parent.isValid() and bool(dragged) and _id(parent) not in dragged

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """A wish: nothing moves here before the backend says so."""
        if self.canDropMimeData(data, action, row, column, parent):
            self.feed_requested.emit(tuple(dragged_assets(data)), _id(parent))
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._texts(_COLUMN_KEYS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        line = self._rows.line(_id(index)) if index.isValid() else None
        if line is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.name, line.state, line.fed, line.down)[column]
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return self._icons[line.visual]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{line.code} · {line.class_name}")
        if role == Qt.ItemDataRole.TextAlignmentRole and column in {FED, DOWN}:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._color(line, column))
        if role == Qt.ItemDataRole.FontRole and line.is_down and column == NAME:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def _color(self, line: SupplyLine, column: int) -> str:
        is_main = column in {NAME, DOWN} or (column == STATE and line.visual > Visual.STALE)
        return self._palette.text if is_main else self._palette.text_muted

    def _hold(self, feeder: int, fed: Iterable[int]) -> None:
        children = tuple(fed)
        self._children[feeder] = children
        self._places.update((child, (feeder, row)) for row, child in enumerate(children))


def feed_mime(asset_ids: Iterable[int]) -> QMimeData:
    """A drag of assets to another feeder; the first of them may be dropped wherever one asset is."""
    mime = QMimeData()
    ids = list(asset_ids)
    if ids:
        mime.setData(FEED_MIME, QByteArray(",".join(map(str, ids)).encode("ascii")))
        mime.setData(ASSET_MIME, QByteArray(str(ids[0]).encode("ascii")))
    return mime


def dragged_assets(mime: QMimeData) -> Sequence[int]:
    """The assets of a drag; none where it carries something else."""
    for kind in (FEED_MIME, ASSET_MIME):
        if mime.hasFormat(kind):
            return assets_of(bytes(mime.data(kind).data()))
    return ()


def _id(index: Index) -> int:
    return int(index.internalId()) if index.isValid() else 0
