"""Rows of the alarm list. While frozen they keep their places: changed ones change, gone ones pale, new ones wait."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from widgets.alarm_rows import AlarmRow
from widgets.look import Palette
from widgets.mime import PLACE_MIME
from widgets.texts import Texts

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
COLUMN_KEYS: Final = (
    "alarms.column.mark",
    "alarms.column.time",
    "alarms.column.what",
    "alarms.column.where",
    "alarms.column.state",
)
MARK, TIME, WHAT, WHERE, STATE = range(5)
Index = QModelIndex | QPersistentModelIndex


class AlarmRows(QAbstractTableModel):
    """What is listed, in the order it was given."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__()
        self._palette = palette
        self._texts = texts
        self._rows: list[AlarmRow] = []
        self._waiting: Sequence[AlarmRow] = ()
        self._bold = QFont()
        self._bold.setWeight(QFont.Weight.Medium)
        self.waiting_count = 0
        self.is_narrow = False
        self.is_tiny = False

    @property
    def rows(self) -> Sequence[AlarmRow]:
        """What is listed now."""
        return self._rows

    def row_of(self, alarm_id: int) -> int | None:
        """Where an alarm stands."""
        return next((number for number, row in enumerate(self._rows) if row.alarm_id == alarm_id), None)

    def show_rows(self, rows: Sequence[AlarmRow], *, is_frozen: bool) -> None:
        """Take the new list; frozen, no row changes its place."""
        self._waiting = rows
        if not is_frozen:
            self.settle()
            return
        by_id = {row.alarm_id: row for row in rows}
        listed = {row.alarm_id for row in self._rows}
        self.waiting_count = sum(row.alarm_id not in listed for row in rows)
        for number, old in enumerate(self._rows):
            new = by_id.get(old.alarm_id) or replace(
                old, is_gone=True, wants_acknowledgement=False, state=self._texts("alarms.gone")
            )
            if new != old:
                self._rows[number] = new
                self.dataChanged.emit(self.index(number, 0), self.index(number, STATE))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged: onto a tile of the wall, for the cameras that see the place."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [PLACE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The asset of the dragged alarm."""
        mime = QMimeData()
        if indexes:
            mime.setData(PLACE_MIME, QByteArray(str(self._rows[indexes[0].row()].asset_id).encode("ascii")))
        return mime

    def set_narrow(self, is_narrow: bool, *, is_tiny: bool = False) -> None:
        """Narrow: the place stands under the alarm; tiny: the state as well."""
        self.is_narrow, self.is_tiny = is_narrow, is_tiny
        if self._rows:
            self.dataChanged.emit(self.index(0, WHAT), self.index(len(self._rows) - 1, WHAT))

    def settle(self) -> None:
        """Let the rows take their places."""
        self.waiting_count = 0
        new = list(self._waiting)
        if [row.alarm_id for row in new] == [row.alarm_id for row in self._rows]:
            for number, row in enumerate(new):
                if row != self._rows[number]:
                    self._rows[number] = row
                    self.dataChanged.emit(self.index(number, 0), self.index(number, STATE))
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._rows[index.row()].alarm_id for index in before]
        place = {row.alarm_id: number for number, row in enumerate(new)}
        self._rows = new
        after = [
            self.index(place[alarm_id], index.column()) if alarm_id in place else QModelIndex()
            for alarm_id, index in zip(ids, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Qt's row count."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Qt's column count."""
        return 0 if parent.isValid() else len(COLUMN_KEYS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._texts(COLUMN_KEYS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows; colour never stands alone."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            under = f"{row.where} · {row.state}" if self.is_tiny else row.where
            what = f"{row.what}\n{under}" if self.is_narrow else row.what
            return ("", row.time, what, row.where, row.state)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tooltip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            word = self._texts(f"priority.p{int(row.priority)}")
            return f"P{int(row.priority)} {word}, {row.what}, {row.where}, {row.state}, {row.time}"
        if role == Qt.ItemDataRole.FontRole and row.wants_acknowledgement and index.column() == WHAT:
            return self._bold
        if role == Qt.ItemDataRole.ForegroundRole:
            if row.is_gone or row.is_set_aside:
                return QColor(self._palette.text_disabled)
            return QColor(self._palette.text if row.wants_acknowledgement else self._palette.text_muted)
        return None
