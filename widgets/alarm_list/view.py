"""The alarm list as it is seen: marks that flash until acknowledged, a pill for what waits, keys for every act."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from widgets.alarm_list.model import MARK, ROW_ROLE, STATE, TIME, WHAT, WHERE, AlarmRows
from widgets.alarm_rows import AlarmRow
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import Palette
from widgets.priority_mark import paint_priority
from widgets.texts import Texts

_MARK_SIDE = 20
_ROW_HEIGHT = 30
_STATE_WIDTH = 190
_NARROW_STATE_WIDTH = 132
_TIME_WIDTH = 96
_NARROW_WIDTH = 620
_TINY_WIDTH = 430
_TALL_ROW_HEIGHT = 46


class _MarkDelegate(QStyledItemDelegate):
    """Paints the priority into the first column."""

    def __init__(self, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._palette = palette
        self.is_flash_on = True

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt's paint of one cell."""
        super().paint(painter, option, index)
        row = index.data(ROW_ROLE)
        box = _box_of(option)
        if isinstance(row, AlarmRow):
            side = min(_MARK_SIDE, box.height() - 4)
            square = QRectF(box.center().x() - side / 2, box.center().y() - side / 2 + 0.5, side, side)
            paint_priority(
                painter,
                square,
                row.priority,
                self._palette,
                is_filled=row.wants_acknowledgement and self.is_flash_on,
                is_set_aside=row.is_set_aside or row.is_gone,
            )


class _Table(QTableView):
    """A table that tells when the pointer leaves it and which act a key asks for."""

    pointer_left = Signal()
    key_pressed = Signal(int)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's leave."""
        super().leaveEvent(event)
        self.pointer_left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Acts first, then Qt's own keys; letters never search."""
        key = event.key()
        if key in {Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_S, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.key_pressed.emit(int(key))
            event.accept()
        elif event.text() and event.text().isalnum() and not event.modifiers():
            event.ignore()
        else:
            super().keyPressEvent(event)


class AlarmList(QWidget):
    """Fed with rows; says what the operator wants done with one."""

    alarm_selected = Signal(object, object)  # alarm id, asset id
    acknowledge_requested = Signal(object, int)  # alarm id (an uint32, Qt's int is too short), occurrence shown
    shelve_requested = Signal(object)  # alarm id
    reset_requested = Signal(object)  # alarm id
    place_requested = Signal(object, object)  # alarm id, asset id

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._clock = clock
        self._flash: Ticking | None = None
        self._is_pointer_inside = False
        self._is_telling = True
        self.model = AlarmRows(palette, texts)
        self.table = _Table()
        self.table.setModel(self.model)
        self.table.setAccessibleName(texts("alarms.list_name"))
        self._delegate = _MarkDelegate(palette, self.table)
        self.pill = QPushButton()
        self.pill.setProperty("role", "pill")
        self.pill.hide()
        self.pill.clicked.connect(self._settle)
        self.empty = QLabel()
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._dress_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        self.table.pointer_left.connect(self._pointer_left)
        self.table.key_pressed.connect(self._key_pressed)
        self.table.doubleClicked.connect(self._ask_place)
        self.table.selectionModel().currentRowChanged.connect(self._tell_selected)

    @property
    def current(self) -> AlarmRow | None:
        """The selected line."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, AlarmRow) else None

    def show_rows(self, rows: Sequence[AlarmRow], empty_text: str) -> None:
        """Take a new list, most urgent first."""
        self.model.show_rows(rows, is_frozen=self._is_frozen())
        self._dress_pill()
        is_empty = not self.model.rows
        self.empty.setText(empty_text)
        self._show_empty(is_empty=is_empty)

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

    def _is_marked(self, row: int) -> bool:
        return self.table.selectionModel().isRowSelected(row, QModelIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, the place stands under the alarm; wide, beside it."""
        super().resizeEvent(event)
        is_narrow, is_tiny = self.width() < _NARROW_WIDTH, self.width() < _TINY_WIDTH
        if (is_narrow, is_tiny) != (self.model.is_narrow, self.model.is_tiny):
            self.model.set_narrow(is_narrow, is_tiny=is_tiny)
            self.table.setColumnHidden(WHERE, is_narrow)
            self.table.setColumnHidden(STATE, is_tiny)
            self.table.verticalHeader().setDefaultSectionSize(_TALL_ROW_HEIGHT if is_narrow else _ROW_HEIGHT)
            self.table.horizontalHeader().resizeSection(STATE, _NARROW_STATE_WIDTH if is_narrow else _STATE_WIDTH)
            self.table.setWordWrap(is_narrow and not is_tiny)

    def showEvent(self, event: QShowEvent) -> None:
        """Flash while seen."""
        super().showEvent(event)
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
        self._settle()

    def stop(self) -> None:
        """Stop flashing."""
        if self._flash is not None:
            self._flash.stop()
            self._flash = None

    def _dress_table(self) -> None:
        table = self.table
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setItemDelegateForColumn(MARK, self._delegate)
        table.setShowGrid(False)
        table.setDragEnabled(True)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(30)
        header.setSectionResizeMode(MARK, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(MARK, 34)
        header.setSectionResizeMode(TIME, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(TIME, _TIME_WIDTH)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(WHERE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(STATE, _STATE_WIDTH)

    def _is_frozen(self) -> bool:
        return self._is_pointer_inside and bool(self.model.rows)

    def _settle(self) -> None:
        self.model.settle()
        self._dress_pill()
        self._show_empty(is_empty=not self.model.rows)

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
            self._settle()

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
        else:
            self._ask_place()

    def _ask_place(self) -> None:
        row = self.current
        if row is not None:
            self.place_requested.emit(row.alarm_id, row.asset_id)

    def _tell_selected(self) -> None:
        row = self.current
        if row is not None and self._is_telling:
            self.alarm_selected.emit(row.alarm_id, row.asset_id)

    def _on_flash(self, is_on: bool) -> None:
        self._delegate.is_flash_on = is_on
        width = self.table.columnWidth(MARK)
        self.table.viewport().update(QRect(0, 0, width, self.table.viewport().height()))


def _box_of(option: QStyleOptionViewItem) -> QRect:
    box: object = getattr(option, "rect", None)  # missing from PySide6's stubs
    return box if isinstance(box, QRect) else QRect()
