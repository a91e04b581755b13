"""Lines of the register's table: numbers in an array, words for what is seen."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QByteArray, QMimeData, QModelIndex, Qt
from PySide6.QtGui import QColor

from widgets.look import Palette
from widgets.mime import ASSET_MIME, FEED_MIME, MOST_ASSETS
from widgets.model_index import NOWHERE, Index
from widgets.plain_text import tip
from widgets.register_rows import RegisterColumn, RegisterRow

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
Lines = NDArray[np.int64]
Words = Callable[[int], RegisterRow | None]  # a line -> what it says; None when nothing is known of it any more
_SIGN_ROOM: Final = "\u2003"
_MOST_KEPT: Final = 2000
# Plain integers: a table asks thousands of times a paint, and Qt's flags are costly to make and to compare.
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_COLOUR: Final = int(Qt.ItemDataRole.ForegroundRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_HINT: Final = int(Qt.ItemDataRole.ToolTipRole)
_FLAGS: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
_KNOWN: Final = frozenset({_DISPLAY, _COLOUR, _ALIGNMENT, _HINT, ROW_ROLE})


class RegisterModel(QAbstractTableModel):
    """What is listed, in the columns that are shown."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._plain, self._muted = QColor(palette.text), QColor(palette.text_muted)
        self._pale = QColor(palette.text_disabled)
        self._lines: Lines = np.zeros(0, np.int64)
        self._columns: Sequence[RegisterColumn] = ()
        self._words: Words = lambda _line: None
        self._made: dict[int, RegisterRow] = {}
        self.marks: dict[str, str] = {}  # what stands behind the title of a column: its place among several orders

    @property
    def lines(self) -> Lines:
        """What is listed now."""
        return self._lines

    @property
    def columns(self) -> Sequence[RegisterColumn]:
        """The columns from left to right."""
        return self._columns

    def show_lines(self, lines: Lines, words: Words) -> bool:
        """List these; whether they are others than before."""
        self._made.clear()
        self._words = words
        if np.array_equal(lines, self._lines):
            return False
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()
        return True

    def show_columns(self, columns: Sequence[RegisterColumn]) -> None:
        """Show these columns."""
        self._made.clear()
        if len(columns) == len(self._columns):
            self._columns = tuple(columns)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
            return
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def forget_words(self) -> None:
        """What is seen is to be put into words anew."""
        self._made.clear()

    def row(self, number: int) -> RegisterRow:
        """A line in words."""
        made = self._made.get(number)
        if made is None:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            inside = 0 <= number < len(self._lines)
            made = (self._words(int(self._lines[number])) if inside else None) or RegisterRow()
            self._made[number] = made
        return made

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt's column count."""
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged."""
        del index
        return _FLAGS

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return [ASSET_MIME, FEED_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The id of the first dragged asset, and of all."""
        mime = QMimeData()
        numbers = dict.fromkeys(index.row() for index in indexes)
        ids = [row.asset_id for number in list(numbers)[:MOST_ASSETS] if (row := self.row(number)).asset_id]
        if ids:
            mime.setData(ASSET_MIME, QByteArray(str(ids[0]).encode("ascii")))
            mime.setData(FEED_MIME, QByteArray(",".join(map(str, ids)).encode("ascii")))
        return mime

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == _DISPLAY:
            # A right-aligned title leaves room for the sign of the order.
            return f"{column.title}{self.marks.get(column.name, '')}{_SIGN_ROOM if column.is_number else ''}"
        if role == _HINT:
            return column.title
        return _RIGHT if role == _ALIGNMENT and column.is_number else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if role not in _KNOWN:
            return None
        place = index.column()
        if role == _ALIGNMENT:
            return _RIGHT if self._columns[place].is_number else None
        row = self.row(index.row())
        if role == _DISPLAY:
            if row.is_group:
                return f"{row.cells[0]} ({row.count})" if place == 0 and row.cells else ""
            return row.cells[place] if place < len(row.cells) else ""
        if role == _COLOUR:
            return self._colour(row, place)
        return tip(row.hint) if role == _HINT else row

    def _colour(self, row: RegisterRow, place: int) -> QColor:
        if row.is_pale:
            return self._pale
        is_main = place == 0 or (row.is_abnormal and self._columns[place].marks_state)
        return self._plain if is_main else self._muted
