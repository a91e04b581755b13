"""What the pages whose tables are edited share."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.panels.on_call.people_rows import BadRow
from console.parts.page_asking import Asking
from console.store.context import Context
from widgets.edit_table import EditTable
from widgets.look import TIGHT, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label, section_label
from widgets.texts import Texts, pair


def say_bad_row(tr: Texts, asking: Asking, error: BadRow, table: EditTable | None) -> None:
    """Say which row cannot be read, and stand on it."""
    where = tr("on_call.bad.row", row=error.row + 1, table=tr(f"on_call.table.{error.table}"))
    asking.say(f"{where} {tr(error.bad.key, **error.bad.values)}", is_warning=True)
    if table is not None:
        table.setCurrentCell(error.row, 0)
        table.setFocus()


class EditedPage(QObject):
    """A page whose tables are kept together or given up. While something is edited, asking anew overwrites nothing.

    A page lays itself out, then calls `_dress`; `_words` is what is said where nothing is edited.
    """

    asks_by_itself = False

    def __init__(self, context: Context, asking: Asking, what: str) -> None:
        """`what` names the requests."""
        super().__init__()
        self._context = context
        self._asking = asking
        self._what = what
        tr = context.texts
        self.is_edited = False
        self.keep = QPushButton(icon("mdi6.content-save-outline", context.palette), tr("on_call.save"))
        self.keep.setToolTip(QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText))
        self.keep.clicked.connect(lambda _checked=False: self.save())
        self.give_up = QPushButton(icon("mdi6.undo", context.palette), tr("on_call.give_up"))
        self.give_up.clicked.connect(lambda _checked=False: self._give_up())
        self.state = quiet_label()
        self._widget = QWidget()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def refresh(self) -> None:
        """Ask the backend, unless something is being edited."""
        if not self.is_edited:
            self._asking.start(self._ask(), self._what)

    def save(self) -> None:
        """All of it together."""
        raise NotImplementedError

    async def _ask(self) -> None:
        raise NotImplementedError

    def _words(self) -> str:
        return ""

    def _edited(self, _text: str = "") -> None:
        self.is_edited = True
        self._dress()

    def _give_up(self) -> None:
        self.is_edited = False
        self.refresh()

    def _dress(self) -> None:
        self.keep.setEnabled(self.is_edited)
        self.give_up.setEnabled(self.is_edited)
        self.state.setText(self._context.texts("on_call.unsaved") if self.is_edited else self._words())

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.give_up)
        row.addWidget(self.keep)
        return row


def edited_table(context: Context, title: str, table: EditTable, blank: Sequence[str]) -> QVBoxLayout:
    """A table under its heading, with what can be done to its rows."""
    tr = context.texts
    row = QHBoxLayout()
    row.addWidget(section_label(title), 1)
    add = QPushButton(icon("mdi6.plus", context.palette), tr("on_call.add"))
    add.clicked.connect(lambda _checked=False: table.add_row(tuple(blank)))
    remove = QPushButton(icon("mdi6.minus", context.palette), tr("on_call.remove"))
    remove.clicked.connect(lambda _checked=False: table.remove_selected())
    for button in (add, remove):
        button.setAccessibleName(pair(button.text(), title, tr))
        row.addWidget(button)
    column = QVBoxLayout()
    column.setSpacing(TIGHT)
    nest(column, row)
    column.addWidget(table, 1)
    return column
