"""The alarm list as it is seen: a pill for what waits, keys for every act, a selection that stays with its alarm."""

from collections.abc import Sequence, Set
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.alarm_list.header import ColumnHeads
from widgets.alarm_list.model import ROW_ROLE, AlarmRows, Depths, Ids, Line
from widgets.alarm_list.table import AlarmTable, MarkDelegate
from widgets.alarm_list_columns import MARK, WHAT
from widgets.alarm_rows import AlarmRow
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import Palette
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

_LINE_HEIGHT_PX: Final = 18.0  # of the font at 100 % text
_ROW_LINES: Final = 1.67
_TALL_ROW_LINES: Final = 2.56
_NARROW_WIDTH: Final = 740
_TINY_WIDTH: Final = 430
_MANY_MARKED: Final = 500  # what was marked with care is not taken apart by what comes


class AlarmList(QWidget):
    """Fed with rows; says what the operator wants done with one."""

    alarm_selected = Signal(object, object)  # alarm id, asset id
    picked_changed = Signal()  # other lines are marked
    acknowledge_requested = Signal(object, int)  # alarm id (an uint32, Qt's int is too short), occurrence shown
    shelve_requested = Signal(object)  # alarm id
    reset_requested = Signal(object)  # alarm id
    place_requested = Signal(object, object)  # alarm id, asset id
    act_requested = Signal(str)  # O out of service, C comment, T take over, U unacknowledge, D details
    open_requested = Signal(object, bool)  # alarm id, whether what stands behind it is to be seen
    all_requested = Signal()  # everything that is listed is meant

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._clock = clock
        self._flash: Ticking | None = None
        self._is_pointer_inside = False
        self._is_telling = True
        self._size: tuple[bool, bool, int] | None = None
        self.model = AlarmRows(palette, texts)
        self.table = AlarmTable()
        self.table.setModel(self.model)
        self.table.setAccessibleName(texts("alarms.list_name"))
        self.table.setItemDelegateForColumn(MARK, MarkDelegate(palette, self.table))
        self.table.dress()
        self.heads = ColumnHeads(self.table, texts)
        self.pill = QPushButton()
        self.pill.setProperty("role", "pill")
        self.pill.hide()
        self.pill.clicked.connect(self.settle)
        self.empty: QLabel = quiet_label(is_centred=True)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        self.table.pointer_left.connect(self._pointer_left)
        self.table.key_pressed.connect(self._key_pressed)
        self.table.open_pressed.connect(self._open_pressed)
        self.table.handle_clicked.connect(self._handle_clicked)
        self.table.select_all_pressed.connect(self.all_requested)
        self.table.doubleClicked.connect(self._ask_place)
        self.table.selectionModel().currentRowChanged.connect(self._tell_selected)
        self.table.selectionModel().selectionChanged.connect(self._tell_picked)
        self.heads.choose(self.heads.chosen)

    @property
    def current(self) -> AlarmRow | None:
        """The selected line."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, AlarmRow) else None

    @property
    def picked(self) -> Sequence[AlarmRow]:
        """Every marked line, from top to bottom."""
        marked = self.table.selectionModel().selectedRows(WHAT)
        numbers = sorted(index.row() for index in marked)
        rows = self.model.rows
        return [rows[number] for number in numbers if number < len(rows)]

    @property
    def is_frozen(self) -> bool:
        """Whether rows keep their places: the pointer is among them, or many are marked."""
        return bool(self.model.rows) and (self._is_pointer_inside or self.marked_count > _MANY_MARKED)

    @property
    def marked_count(self) -> int:
        """How many lines are marked."""
        selection = self.table.selectionModel().selection()
        return sum(selection.at(part).height() for part in range(selection.count()))

    def show_rows(self, rows: Sequence[AlarmRow], empty_text: str) -> None:
        """Take a new list that is in words already, most urgent first."""
        by_id = {row.alarm_id: row for row in rows}
        ids = np.fromiter(by_id, np.int64, len(by_id))
        depths = np.array([row.depth for row in by_id.values()], np.uint8)
        self.show_ids(ids, depths, lambda alarm_id, _depth: by_id.get(alarm_id), set(by_id), empty_text)

    def show_ids(self, ids: Ids, depths: Depths, line: Line, changed: Set[int] | None, empty_text: str) -> None:
        """Take a new list, most urgent first; a line is put into words when it is seen."""
        self.model.show(ids, depths, line, changed, is_frozen=self.is_frozen)
        self._dress_pill()
        self.empty.setText(empty_text)
        self._show_empty(is_empty=not self.model.rows)

    def select(self, alarm_id: int | None) -> None:
        """Select an alarm's line without telling."""
        row = None if alarm_id is None else self.model.row_of(alarm_id)
        self._is_telling = False
        if row is None:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        elif self.table.currentIndex().row() != row or not self._is_marked(row):
            index = self.model.index(row, WHAT)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._is_telling = True

    def focus_first(self) -> None:
        """The keyboard goes to the list, on its first line; to the words of an empty one, until it has a line."""
        (self.empty if self.table.isHidden() else self.table).setFocus()
        row = max(self.table.currentIndex().row(), 0)
        if self.model.rows and not self._is_marked(row):  # Qt's own focus makes a line current without marking it
            self.table.selectRow(row)

    def settle(self) -> None:
        """What waits takes its place now: somebody asked for it."""
        self.model.settle()
        self._dress_pill()
        self._show_empty(is_empty=not self.model.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, the place stands under the alarm; wide, beside it."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger text wants higher rows."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Flash while seen."""
        super().showEvent(event)
        self._fit()
        if self._flash is None:
            self._flash = self._clock.subscribe_flash(self._on_flash)

    def hideEvent(self, event: QHideEvent) -> None:
        """No flash while hidden."""
        super().hideEvent(event)
        self.stop()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over the list: nothing moves from now on."""
        super().enterEvent(event)
        self._is_pointer_inside = True

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is gone: rows may take their places."""
        super().leaveEvent(event)
        self._is_pointer_inside = False
        self.settle()

    def stop(self) -> None:
        """Stop flashing."""
        if self._flash is not None:
            self._flash.stop()
            self._flash = None

    def _fit(self) -> None:
        height = self.table.fontMetrics().height()
        zoom = max(height / _LINE_HEIGHT_PX, 1.0)
        is_narrow, is_tiny = self.width() < _NARROW_WIDTH * zoom, self.width() < _TINY_WIDTH * zoom
        if (is_narrow, is_tiny, height) == self._size:
            if not is_narrow:
                self.heads.fit(is_narrow=False, is_tiny=False)
            return
        self._size = (is_narrow, is_tiny, height)
        self.model.set_narrow(is_narrow, is_tiny=is_tiny)
        self.table.verticalHeader().setDefaultSectionSize(
            round((_TALL_ROW_LINES if is_narrow else _ROW_LINES) * height)
        )
        self.heads.zoom = zoom
        self.heads.fit(is_narrow=is_narrow, is_tiny=is_tiny)

    def _is_marked(self, row: int) -> bool:
        return self.table.selectionModel().isRowSelected(row, QModelIndex())

    def _show_empty(self, *, is_empty: bool) -> None:
        left = self.table if is_empty else self.empty
        had_focus = self.window().focusWidget() is left
        self.empty.setVisible(is_empty)
        self.table.setVisible(not is_empty)
        if had_focus:
            self.focus_first()

    def _dress_pill(self) -> None:
        count = self.model.waiting_count
        self.pill.setVisible(count > 0)
        self.pill.setText(self._texts("alarms.pill", count=count))

    def _pointer_left(self) -> None:
        if not self.underMouse():
            self._is_pointer_inside = False
            self.settle()

    def _key_pressed(self, key: int) -> None:
        row = self.current
        if row is None:
            return
        if key == Qt.Key.Key_A:
            self.acknowledge_requested.emit(row.alarm_id, row.occurrence)
        elif key == Qt.Key.Key_R:
            self.reset_requested.emit(row.alarm_id)
        elif key == Qt.Key.Key_S:
            self.shelve_requested.emit(row.alarm_id)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask_place()
        else:
            self.act_requested.emit(chr(key))

    def _open_pressed(self, is_wanted: bool) -> None:
        row = self.current
        if row is not None and row.behind_count and row.is_open != is_wanted:
            self.open_requested.emit(row.alarm_id, is_wanted)

    def _handle_clicked(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, AlarmRow):
            self.open_requested.emit(row.alarm_id, not row.is_open)

    def _ask_place(self) -> None:
        row = self.current
        if row is None:
            return
        if row.is_group:
            self.open_requested.emit(row.alarm_id, not row.is_open)
        else:
            self.place_requested.emit(row.alarm_id, row.asset_id)

    def _tell_selected(self) -> None:
        row = self.current
        if row is not None and self._is_telling and not row.is_group:
            self.alarm_selected.emit(row.alarm_id, row.asset_id)

    def _tell_picked(self) -> None:
        self.picked_changed.emit()

    def _on_flash(self, is_on: bool) -> None:
        self.table.flash(is_on=is_on, mark_section=MARK)
