"""The heads of the register's columns: moved, sized, chosen, and clicked to put the list in order."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QTableView

from widgets.register_rows import RegisterColumn
from widgets.register_table.model import RegisterModel
from widgets.texts import Texts

NARROWEST: Final = 40
WIDEST: Final = 1200
_LEAST_SHARE: Final = 0.62
_MARKS: Final = ("", " \u00b9", " \u00b2", " \u00b3")
Offer = Callable[[], Sequence[tuple[str, str]]]  # name and title of every column there is


class RegisterHeads(QObject):
    """Says what the operator did; `chosen` is how the columns stand now."""

    changed = Signal()
    order_requested = Signal(str, bool)  # a head was clicked: its column; whether the orders before it stay
    column_requested = Signal(str, bool)  # a column is to be shown, or not
    usual_requested = Signal()

    def __init__(self, table: QTableView, model: RegisterModel, texts: Texts) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._texts = texts
        self._is_placing = False
        self.offer: Offer = tuple
        self.zoom = 1.0
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(NARROWEST)
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setStretchLastSection(True)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._open_menu)
        head.sectionMoved.connect(self._moved)
        head.sectionResized.connect(self._resized)
        head.sectionClicked.connect(self._clicked)

    @property
    def chosen(self) -> Sequence[tuple[str, int]]:
        """Names and widths at 100 % text, from left to right."""
        return [(column.name, 0 if column.is_usual else column.width) for column in self._model.columns]

    def show(self, columns: Sequence[RegisterColumn]) -> None:
        """Show these, in this order, this wide."""
        self._is_placing = True
        head = self._table.horizontalHeader()
        self._model.show_columns(columns)
        for place in range(head.count()):
            head.moveSection(head.visualIndex(place), place)
        self._is_placing = False
        self.fit()

    def fit(self) -> None:
        """Columns whose width nobody chose share what room there is."""
        self._is_placing = True
        columns, head = self._model.columns, self._table.horizontalHeader()
        fixed = sum(column.width for column in columns if not column.is_usual) * self.zoom
        usual = sum(column.width for column in columns if column.is_usual) * self.zoom
        share = (self._table.viewport().width() - fixed) / usual if usual else 1.0
        share = min(max(share, _LEAST_SHARE), 1.0)
        for place, column in enumerate(columns):
            width = min(max(column.width, NARROWEST), WIDEST) * (share if column.is_usual else 1.0)
            head.resizeSection(place, int(width * self.zoom))
        self._is_placing = False

    def show_order(self, keys: Sequence[tuple[str, bool]]) -> None:
        """By which columns the list is ordered: name, whether backwards; the first counts most."""
        head = self._table.horizontalHeader()
        names = [column.name for column in self._model.columns]
        self._model.marks = (
            {name: _MARKS[min(place + 1, len(_MARKS) - 1)] for place, (name, _) in enumerate(keys)}
            if len(keys) > 1
            else {}
        )
        head.setSortIndicatorShown(bool(keys) and keys[0][0] in names)
        if keys and keys[0][0] in names:
            order = Qt.SortOrder.DescendingOrder if keys[0][1] else Qt.SortOrder.AscendingOrder
            head.setSortIndicator(names.index(keys[0][0]), order)
        head.viewport().update()

    def menu(self) -> QMenu:
        """Which columns are shown, to be ticked; and the usual ones again."""
        menu = QMenu(self._table)
        shown = {column.name for column in self._model.columns}
        for name, title in self.offer():
            action = QAction(title, menu)
            action.setCheckable(True)
            action.setChecked(name in shown)
            action.setEnabled(name not in shown or len(shown) > 1)
            action.toggled.connect(partial(self.column_requested.emit, name))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self._texts("register.columns.usual")).triggered.connect(
            lambda _checked=False: self.usual_requested.emit()
        )
        return menu

    def _moved(self, *_ignored: int) -> None:
        if self._is_placing:
            return
        head = self._table.horizontalHeader()
        self.show([self._model.columns[head.logicalIndex(place)] for place in range(head.count())])
        self.changed.emit()

    def _resized(self, number: int, _before: int, width: int) -> None:
        is_last = self._table.horizontalHeader().visualIndex(number) == len(self._model.columns) - 1
        if self._is_placing or not width or is_last or number >= len(self._model.columns):
            return
        columns = list(self._model.columns)
        old = columns[number]
        columns[number] = replace(old, width=round(width / self.zoom), is_usual=False)
        self._model.show_columns(columns)
        self.changed.emit()

    def _clicked(self, number: int) -> None:
        modifiers = QApplication.keyboardModifiers()
        stays = bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        self.order_requested.emit(self._model.columns[number].name, stays)

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._table.horizontalHeader().mapToGlobal(at))
