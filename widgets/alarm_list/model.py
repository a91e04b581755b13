"""Rows of the alarm list. While frozen they keep their places: changed ones change, gone ones pale, new ones wait.

The list is ids; a row is put into words only when it is seen, so that 34,000 cost what thirty cost.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QByteArray, QMimeData, QModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from contract.alarms import Priority
from widgets.alarm_list_columns import COLUMNS, MARK, STATE, TIME, WHAT, WHERE, Column
from widgets.alarm_rows import AlarmRow
from widgets.look import Palette, icon
from widgets.mime import PLACE_MIME
from widgets.model_index import NOWHERE, Index
from widgets.plain_text import tip
from widgets.texts import Texts

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
Ids = NDArray[np.int64]
Depths = NDArray[np.uint8]
Line = Callable[[int, int], AlarmRow | None]  # id, depth -> the row; None when nothing is known of it any more
_MOST_KEPT: Final = 2000
_LONGEST_STATE: Final = 16
"""Signs of a state that surely fit beside a narrow line."""

__all__ = ["MARK", "ROW_ROLE", "STATE", "TIME", "WHAT", "WHERE", "AlarmRows"]


class _Rows(Sequence[AlarmRow]):
    """Every row, made when it is asked for."""

    def __init__(self, count: int, row: Callable[[int], AlarmRow]) -> None:
        self._count = count
        self._row = row

    @overload
    def __getitem__(self, at: int) -> AlarmRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[AlarmRow]: ...
    def __getitem__(self, at: int | slice) -> AlarmRow | Sequence[AlarmRow]:
        """One row, or some."""
        if isinstance(at, slice):
            return [self._row(number) for number in range(*at.indices(self._count))]
        if not -self._count <= at < self._count:
            raise IndexError(at)
        return self._row(at % self._count)

    def __len__(self) -> int:
        """How many."""
        return self._count

    def __iter__(self) -> Iterator[AlarmRow]:
        """One after the other."""
        return (self._row(number) for number in range(self._count))


class AlarmRows(QAbstractTableModel):
    """What is listed, in the order it was given."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__()
        self._palette = palette
        self._texts = texts
        self._ids: Ids = np.zeros(0, np.int64)
        self._depths: Depths = np.zeros(0, np.uint8)
        self._new_ids: Ids = self._ids
        self._new_depths: Depths = self._depths
        self._gone: Set[int] = frozenset()
        self._line: Line = lambda _alarm_id, _depth: None
        self._made: dict[int, AlarmRow] = {}
        self._bold = QFont()
        self._bold.setWeight(QFont.Weight.Medium)
        self._closed_icon, self._open_icon = icon("mdi6.chevron-right", palette), icon("mdi6.chevron-down", palette)
        self.waiting_count = 0
        self.is_narrow = False
        self.is_tiny = False

    @property
    def rows(self) -> Sequence[AlarmRow]:
        """What is listed now."""
        return _Rows(len(self._ids), self._row)

    @property
    def ids(self) -> Sequence[int]:
        """The ids of what is listed now, in its order."""
        ids: list[int] = self._ids.tolist()
        return ids

    def row_of(self, alarm_id: int) -> int | None:
        """Where an alarm stands."""
        found = np.flatnonzero(self._ids == alarm_id)
        return int(found[0]) if len(found) else None

    def show(self, ids: Ids, depths: Depths, line: Line, changed: Set[int] | None, *, is_frozen: bool) -> None:
        """Take the new list; `changed`: ids whose words are to be made anew, None for all. Frozen, nothing moves."""
        self._line = line
        self._new_ids, self._new_depths = ids, depths
        if changed is None:
            self._made.clear()
        still = frozenset(ids.tolist()) if is_frozen else frozenset[int]()
        for alarm_id in () if changed is None else changed & self._made.keys():
            if not is_frozen or alarm_id in still:
                del self._made[alarm_id]
        if not is_frozen:
            self.settle()
            return
        listed = frozenset(self._ids.tolist())
        self.waiting_count = len(still - listed)
        self._gone = listed - still
        self._tell_words()

    def settle(self) -> None:
        """Let the rows take their places."""
        self.waiting_count = 0
        gone, self._gone = self._gone, frozenset()
        if np.array_equal(self._new_ids, self._ids) and np.array_equal(self._new_depths, self._depths) and not gone:
            self._tell_words()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(int(self._ids[index.row()]), index.column()) for index in before]
        self._ids, self._depths = self._new_ids, self._new_depths
        wanted = np.array(sorted({alarm_id for alarm_id, _column in kept}), np.int64)
        found = np.flatnonzero(np.isin(self._ids, wanted))
        places = dict(zip(self._ids[found].tolist(), found.tolist(), strict=True))
        after = [
            self.index(places[alarm_id], column) if alarm_id in places else QModelIndex() for alarm_id, column in kept
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def set_narrow(self, is_narrow: bool, *, is_tiny: bool) -> None:
        """Narrow: the place stands under the alarm; tiny: the state as well."""
        self.is_narrow, self.is_tiny = is_narrow, is_tiny
        self._tell_words()

    def words_changed(self) -> None:
        """Ages have grown, a flash has turned: what is seen is asked for anew."""
        self._made.clear()
        self._tell_words()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt's column count."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._texts(f"alarms.column.{COLUMNS[section].value}")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows; colour never stands alone."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self._row(index.row()), index.column())
        if role == ROW_ROLE:
            return self._row(index.row())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == WHAT:
            row = self._row(index.row())
            return None if not row.behind_count else self._open_icon if row.is_open else self._closed_icon
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._row(index.row()).tooltip) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(self._row(index.row()))
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if index.column() == WHAT and self._row(index.row()).wants_acknowledgement else None
        if role == Qt.ItemDataRole.ForegroundRole:
            row = self._row(index.row())
            if row.is_gone or row.is_set_aside:
                return QColor(self._palette.text_disabled if row.is_gone else self._palette.text_muted)
            return QColor(self._palette.text if row.wants_acknowledgement else self._palette.text_muted)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Alarms can be dragged: onto a tile of the wall, for the cameras that see the place."""
        flags = super().flags(index)
        has_place = index.isValid() and index.row() < len(self._ids) and self._ids[index.row()] > 0
        return flags | Qt.ItemFlag.ItemIsDragEnabled if has_place else flags

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [PLACE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The asset of the dragged alarm."""
        mime = QMimeData()
        if indexes:
            asset_id = self._row(min(index.row() for index in indexes)).asset_id
            mime.setData(PLACE_MIME, QByteArray(str(asset_id).encode("ascii")))
        return mime

    def _row(self, number: int) -> AlarmRow:
        alarm_id, depth = int(self._ids[number]), int(self._depths[number])
        row = self._made.get(alarm_id)
        if row is None or row.depth != depth:
            if len(self._made) > _MOST_KEPT:
                self._made.clear()
            row = self._line(alarm_id, depth) or _nothing_known(alarm_id, depth)
            self._made[alarm_id] = row
        if alarm_id in self._gone and not row.is_gone:
            return replace(row, is_gone=True, wants_acknowledgement=False, state=self._texts("alarms.gone"))
        return row

    def _text(self, row: AlarmRow, section: int) -> str:
        if section == WHAT:
            what = f"{'    ' * row.depth}{row.what}{self._behind(row)}"
            if not self.is_narrow:
                return what
            under = f"{row.where} · {row.state}" if self.is_tiny else row.where
            return f"{what}\n{'    ' * row.depth}{under}"
        state = _in_two_lines(row.state) if self.is_narrow else row.state
        own = {MARK: "", TIME: row.time, WHERE: row.where, STATE: state}.get(section)
        return row.cells.get(COLUMNS[section].value, "") if own is None else own

    def _behind(self, row: AlarmRow) -> str:
        if not row.behind_count or row.is_group:
            return ""
        words = (
            f"+{row.behind_count}" if self.is_narrow else f"· {self._texts('alarms.behind', count=row.behind_count)}"
        )
        return f" {words}"

    def _spoken(self, row: AlarmRow) -> str:
        word = self._texts(f"priority.p{int(row.priority)}")
        return f"P{int(row.priority)} {word}, {row.what}{self._behind(row)}, {row.where}, {row.state}, {row.time}"

    def _tell_words(self) -> None:
        if len(self._ids):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(Column) - 1))


def _in_two_lines(words: str) -> str:
    """Broken at the space nearest the middle: narrow rows have two lines, and who acknowledged is not cut off."""
    if len(words) <= _LONGEST_STATE or " " not in words:
        return words
    at = min((place for place, sign in enumerate(words) if sign == " "), key=lambda place: abs(place - len(words) / 2))
    return f"{words[:at]}\n{words[at + 1 :]}"


def _nothing_known(alarm_id: int, depth: int) -> AlarmRow:
    return AlarmRow(alarm_id, 0, Priority.P4, 0, False, False, True, "", "—", "", "", is_gone=True, depth=depth)
