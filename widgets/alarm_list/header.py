"""The heads of the columns: moved, sized, shown and hidden by the operator; narrow, they give way by themselves."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from widgets.alarm_list_columns import (
    ALWAYS,
    COLUMNS,
    MARK,
    NARROWEST,
    STATE,
    TIME,
    WHAT,
    WHERE,
    WIDTHS,
    Column,
    ShownColumn,
    checked,
    usual,
)
from widgets.texts import Texts

_NARROW_STATE_WIDTH: Final = 132
_WHERE_SHARE: Final = 0.27


class ColumnHeads(QObject):
    """Keeps what the operator chose; `changed` says that he chose."""

    changed = Signal()
    order_requested = Signal(str)  # a head was clicked: "mark" or "time"

    def __init__(self, table: QTableView, texts: Texts) -> None:
        super().__init__(table)
        self._table = table
        self._texts = texts
        self._chosen: Sequence[ShownColumn] = usual()
        self._is_placing = False
        self._is_narrow = False
        self._is_tiny = False
        self.zoom = 1.0
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(NARROWEST)
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._open_menu)
        head.sectionMoved.connect(self._moved)
        head.sectionResized.connect(self._resized)
        head.sectionClicked.connect(self._clicked)

    @property
    def chosen(self) -> Sequence[ShownColumn]:
        """What the operator wants to see, from left to right."""
        return self._chosen

    def choose(self, columns: Sequence[ShownColumn]) -> None:
        """Show these, in this order, this wide."""
        self._chosen = checked(columns)
        self._place()

    def fit(self, *, is_narrow: bool, is_tiny: bool) -> None:
        """There is more room, or less."""
        self._is_narrow, self._is_tiny = is_narrow, is_tiny
        self._place()

    def menu(self) -> QMenu:
        """Which columns are shown, to be ticked; and the usual ones again."""
        menu = QMenu(self._table)
        shown = {each.column for each in self._chosen}
        for column in COLUMNS:
            if column in ALWAYS:
                continue
            action = QAction(self._texts(f"alarms.column.{column.value}"), menu)
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.toggled.connect(partial(self._tick, column))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self._texts("alarms.columns.usual")).triggered.connect(self._take_usual)
        return menu

    def _tick(self, column: Column, is_wanted: bool) -> None:
        rest = [each for each in self._chosen if each.column is not column]
        self.choose([*rest, ShownColumn(column)] if is_wanted else rest)
        self.changed.emit()

    def _take_usual(self) -> None:
        self.choose(usual())
        self.changed.emit()

    def _place(self) -> None:
        self._is_placing = True
        head = self._table.horizontalHeader()
        shown = [each.column for each in self._chosen]
        order = [*shown, *(column for column in COLUMNS if column not in shown)]
        for place, column in enumerate(order):
            head.moveSection(head.visualIndex(COLUMNS.index(column)), place)
        left_out = self._left_out()
        widths = {each.column: each.width for each in self._chosen}
        for number, column in enumerate(COLUMNS):
            is_shown = column in widths and column not in left_out
            self._table.setColumnHidden(number, not is_shown)
            is_stretched = number == WHAT
            is_fixed = number == MARK
            mode = QHeaderView.ResizeMode.Interactive
            if is_stretched or is_fixed:
                mode = QHeaderView.ResizeMode.Stretch if is_stretched else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(number, mode)
            if is_shown and not is_stretched:
                head.resizeSection(number, self._width_of(number, widths[column]))
        self._is_placing = False

    def _left_out(self) -> frozenset[Column]:
        """Narrow, only the usual ones have room; the rest stands under the alarm."""
        if self._is_tiny:
            return frozenset(COLUMNS) - {Column.MARK, Column.TIME, Column.WHAT}
        if self._is_narrow:
            return frozenset(COLUMNS) - {Column.MARK, Column.TIME, Column.WHAT, Column.STATE}
        return frozenset()

    def _width_of(self, number: int, chosen: int) -> int:
        if number == STATE and self._is_narrow:
            return round(_NARROW_STATE_WIDTH * self.zoom)
        if chosen:
            return round(chosen * self.zoom)
        usual_width = round(WIDTHS[COLUMNS[number]] * self.zoom)
        if number == WHERE and len(self._chosen) <= len(usual()):
            return max(usual_width, round(self._table.viewport().width() * _WHERE_SHARE))
        return usual_width

    def _moved(self, *_ignored: int) -> None:
        if self._is_placing:
            return
        head = self._table.horizontalHeader()
        by_column = {each.column: each for each in self._chosen}
        order = [COLUMNS[head.logicalIndex(place)] for place in range(head.count())]
        self._chosen = checked([by_column[column] for column in order if column in by_column])
        self.changed.emit()

    def _resized(self, number: int, _before: int, width: int) -> None:
        is_by_hand = self._table.horizontalHeader().sectionResizeMode(number) is QHeaderView.ResizeMode.Interactive
        if self._is_placing or not is_by_hand or self._is_narrow or not width:
            return
        column = COLUMNS[number]
        at_full_size = round(width / self.zoom)
        self._chosen = checked(
            [ShownColumn(each.column, at_full_size) if each.column is column else each for each in self._chosen]
        )
        self.changed.emit()

    def _clicked(self, number: int) -> None:
        if number in {MARK, TIME}:
            self.order_requested.emit(COLUMNS[number].value)

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.horizontalHeader().mapToGlobal(at))
