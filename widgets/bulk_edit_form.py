"""The same change for many assets: which fields become what, a look at what that does, and then it is made."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QVBoxLayout

from widgets.asked_form import AskedForm
from widgets.filter_builder.line import LineEditor
from widgets.filter_values import FilterField, FilterLine
from widgets.keyboard_place import KeyboardPlace
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_HIGHEST_LIST: Final = 150


class BulkEditForm(AskedForm):
    """Opened by `ask`; `preview_requested`, then `confirmed`; Escape leaves it."""

    preview_requested = Signal(object, str)  # tuple of FilterLine, reason
    confirmed = Signal()

    def __init__(self, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self._palette, self._tr = palette, tr
        self._fields: dict[str, FilterField] = {}
        self._editors: list[LineEditor] = []
        self._keyboard = KeyboardPlace()
        self.title = PlainLabel()
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("register.edit.reason"))
        self.reason.setAccessibleName(tr("register.edit.reason"))
        self.told = quiet_label()
        self.list = QListWidget()
        self.list.setAccessibleName(tr("register.edit.preview"))
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.another = QPushButton(tr("register.edit.another"))
        self.another.setIcon(icon("mdi6.plus", palette))
        self.preview = QPushButton(tr("register.edit.preview"))
        self.confirm = QPushButton()
        self.leave = QPushButton(tr("form.cancel"))
        self._lay_out()
        self.another.clicked.connect(lambda _checked=False: self._begin_line())
        self.preview.clicked.connect(lambda _checked=False: self._ask_preview())
        self.reason.returnPressed.connect(self._ask_preview)
        self.reason.textChanged.connect(self._changed)
        self.confirm.clicked.connect(lambda _checked=False: self._confirm())
        self.leave.clicked.connect(lambda _checked=False: self.dismiss())

    @property
    def editors(self) -> Sequence[LineEditor]:
        """The fields that are to change."""
        return tuple(self._editors)

    def ask(self, title: str, fields: Sequence[FilterField]) -> None:
        """Begin with one field; the keyboard goes there, and afterwards back."""
        if not self.isVisible():
            self._keyboard.remember()
        self._fields = {field.name: field for field in fields}
        for editor in tuple(self._editors):
            self._drop(editor)
        self.title.setText(title)
        self.reason.clear()
        self._begin_line()
        self._changed()
        self.show()
        self._editors[0].field.setFocus()

    def show_preview(self, text: str, lines: Sequence[str], confirm: str) -> None:
        """What would change, line by line; `confirm` empty: nothing would."""
        self._busy(is_busy=False)
        self._say(text)
        self.list.clear()
        self.list.addItems(list(lines))
        for number in range(self.list.count()):
            self.list.item(number).setToolTip(tip(lines[number]))
        self.list.setVisible(bool(lines))
        line = self.list.sizeHintForRow(0) if lines else 0
        self.list.setFixedHeight(min(line * len(lines) + TIGHT, _HIGHEST_LIST))
        self.confirm.setText(confirm)
        self.confirm.setVisible(bool(confirm))
        if confirm:
            self.confirm.setFocus()

    def say_trouble(self, text: str) -> None:
        """Why it cannot be looked at, or made."""
        self._busy(is_busy=False)
        self._changed()
        self._say(text)

    def show_work(self, text: str) -> None:
        """It is on its way."""
        self._busy(is_busy=True)
        self._say(text)

    def dismiss(self) -> None:
        """Nothing is changed, or it is done."""
        self._busy(is_busy=False)
        self._keyboard.give_back()
        super().dismiss()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.title)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(TIGHT)
        nest(column, self._lines)
        column.addWidget(self.reason)
        column.addWidget(self.told)
        column.addWidget(self.list)
        row = WrappingRow(TIGHT)
        row.addWidget(self.another)
        row.add_gap()
        for button in (self.leave, self.preview, self.confirm):
            row.addWidget(button)
        nest(column, row)

    def _begin_line(self) -> None:
        editor = LineEditor(self._palette, self._tr, self._fields)
        taken = {each.line.field for each in self._editors}
        free = next((name for name in self._fields if name not in taken), "")
        editor.field.setCurrentIndex(max(editor.field.findData(free), 0))
        editor.remove.setVisible(bool(self._editors))
        editor.changed.connect(self._changed)
        editor.removed.connect(lambda: self._drop(editor))
        self._editors.append(editor)
        self._lines.addWidget(editor)
        editor.show()
        self._changed()

    def _drop(self, editor: LineEditor) -> None:
        self._editors.remove(editor)
        self._lines.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        self._changed()

    def _changed(self, *_ignored: object) -> None:
        """What was looked at holds no longer."""
        self.confirm.hide()
        self.list.hide()
        self._say("")
        self.another.setEnabled(len(self._editors) < len(self._fields))

    def _ask_preview(self) -> None:
        lines: tuple[FilterLine, ...] = tuple(editor.line for editor in self._editors)
        self.preview_requested.emit(lines, self.reason.text().strip())

    def _confirm(self) -> None:
        if self.confirm.isEnabled():
            self.confirmed.emit()

    def _say(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _busy(self, *, is_busy: bool) -> None:
        for widget in (*self._editors, self.reason, self.another, self.preview, self.confirm):
            widget.setEnabled(not is_busy)
