"""The history tab of the alarm panel: what happened to alarms, newest first, older pages when they are asked for."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.alarms.exporting import Table
from console.panels.alarms.history import AlarmHistory, HistoryLine
from console.panels.alarms.presenter import AlarmsPresenter
from console.store.alarm_filters import AlarmFilter
from console.store.context import Context
from widgets.model_index import NOWHERE, Index
from widgets.plain_text import tip
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

COLUMNS: Final = ("time", "priority", "event", "what", "where", "who", "note")
_PRIORITY, _WHAT, _WHERE, _WHO, _NOTE = 1, 3, 4, 5, 6
_WIDTHS: Final = {0: 96, 1: 44, 2: 140, 4: 170, 5: 100, 6: 140}
_NARROW_WIDTHS: Final = {0: 84, 2: 104}
_NARROW_WIDTH: Final = 740
_ROW_LINES, _TALL_ROW_LINES = 1.6, 2.56
_LINE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
_LINE_HEIGHT_PX: Final = 18.0


class _Lines(QAbstractTableModel):
    """Happenings in words."""

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self._tr = tr
        self.lines: list[HistoryLine] = []
        self.is_narrow = False

    def take(self, lines: Sequence[HistoryLine], *, is_continued: bool) -> None:
        if not is_continued:
            self.beginResetModel()
            self.lines = list(lines)
            self.endResetModel()
        elif lines:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self.lines.extend(lines)
            self.endInsertRows()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Qt's column count."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._tr(f"alarms.history.{COLUMNS[section]}")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell in words."""
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == _LINE_ROLE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            words = self._text(line, index.column())
            return tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    def _text(self, line: HistoryLine, column: int) -> str:
        if self.is_narrow and column == _WHAT:
            under = " · ".join(part for part in (line.where, line.who, line.note) if part)
            return f"{cells_of(line)[_PRIORITY]} {line.what}\n{under}".lstrip()
        return cells_of(line)[column]


class HistoryView(QWidget):
    """Asks when it is shown, when the filter changes, and for older pages."""

    told = Signal(object)  # Answer
    selected = Signal(object, object)  # alarm id, asset id
    place_requested = Signal(object, object)  # asset id, alarm id

    def __init__(self, context: Context, presenter: AlarmsPresenter) -> None:
        super().__init__()
        self._context = context
        self._presenter = presenter
        tr = context.texts
        self._history = AlarmHistory(context.client, context.stores.catalogue, tr)
        self._filter = AlarmFilter()
        self._next: str | None = None
        self._asked = 0
        self._model = _Lines(tr)
        self.table = QTableView()
        self.table.setModel(self._model)
        self.more = QPushButton(tr("journal.more"))
        self.more.hide()
        self.empty = quiet_label(tr("alarms.empty.history"), is_centred=True)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._dress_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)
        self.table.selectionModel().currentRowChanged.connect(self._tell_selected)
        self.table.activated.connect(self._ask_place)
        self.more.clicked.connect(lambda _checked=False: self._start(self._next))
        self.hide()

    @property
    def lines(self) -> Sequence[HistoryLine]:
        """What is shown."""
        return self._model.lines

    @property
    def current(self) -> HistoryLine | None:
        """The chosen line."""
        line = self.table.currentIndex().data(_LINE_ROLE)
        return line if isinstance(line, HistoryLine) else None

    def ask(self, wanted: AlarmFilter) -> None:
        """The newest page of what the filter lets through."""
        self._filter = wanted
        self._start(None)

    def forget(self) -> None:
        """No lines, and none that are on their way."""
        self._asked += 1
        self._next = None
        self._model.take((), is_continued=False)
        self.more.hide()

    def focus_first(self) -> None:
        """The keyboard goes to the first line."""
        (self.table if self._model.lines else self.empty).setFocus()
        if self._model.lines and not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    def as_table(self) -> Table:
        """Every line that was fetched, for a file."""
        lines, tr = self._model.lines, self._context.texts
        heads = [tr(f"alarms.history.{name}") for name in COLUMNS]
        widths = [float(_WIDTHS.get(column, 220)) for column in range(len(COLUMNS))]
        return Table(heads, len(lines), lambda number: cells_of(lines[number]), widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, place and author stand under what happened."""
        super().resizeEvent(event)
        height = self.fontMetrics().height()
        zoom = max(height / _LINE_HEIGHT_PX, 1.0)
        is_narrow = self.width() < _NARROW_WIDTH * zoom
        self._model.is_narrow = is_narrow
        for column in (_PRIORITY, _WHERE, _WHO, _NOTE):
            self.table.setColumnHidden(column, is_narrow)
        for column, width in (_NARROW_WIDTHS if is_narrow else _WIDTHS).items():
            self.table.horizontalHeader().resizeSection(column, round(width * zoom))
        self.table.verticalHeader().setDefaultSectionSize(
            round(height * (_TALL_ROW_LINES if is_narrow else _ROW_LINES))
        )

    def _dress_table(self) -> None:
        table = self.table
        table.setAccessibleName(self._context.texts("alarms.sight.history"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(_WHAT, QHeaderView.ResizeMode.Stretch)

    def _start(self, cursor: str | None) -> None:
        self._asked += 1
        self._context.tasks.start(self._load(cursor, self._asked), name="alarm history")

    async def _load(self, cursor: str | None, asked: int) -> None:
        now = self._context.stores.link.server_now()
        try:
            part = await self._history.page(self._filter, now, cursor)
        except RequestFailed as error:
            if asked == self._asked:
                self.told.emit(Answer(failure_text(error, self._context.texts), is_warning=True))
            return
        if asked != self._asked:  # another filter was asked for meanwhile
            return
        self._next = part.next
        self._model.take(part.lines, is_continued=cursor is not None)
        self.more.setVisible(part.next is not None)
        self.empty.setVisible(not self._model.lines)
        self.table.setVisible(bool(self._model.lines))

    def _tell_selected(self) -> None:
        line = self.current
        if line is not None:
            self.selected.emit(line.alarm_id, line.asset_id)

    def _ask_place(self) -> None:
        line = self.current
        if line is not None:
            self.place_requested.emit(line.asset_id, line.alarm_id)


def cells_of(line: HistoryLine) -> Sequence[str]:
    """A happening, a cell a column."""
    priority = "" if line.priority is None else f"P{int(line.priority)}"
    return (line.time, priority, line.event, line.what, line.where, line.who, line.note)
