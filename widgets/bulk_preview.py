"""Before many are changed at once: exactly these, without what has changed since; afterwards what became of each."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.asked_form import AskedForm
from widgets.bulk_values import BulkAnswer, BulkQuestion
from widgets.keyboard_place import KeyboardPlace
from widgets.look import GAP, TIGHT
from widgets.model_index import NOWHERE, Index
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_LINES: Final = 7
_FEWEST_LINES: Final = 2  # in a low dock the list of alarms keeps its own room


class _Lines(QAbstractListModel):
    """Words are made when a line is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._words: Callable[[int], str] = lambda _number: ""

    def take(self, count: int, words: Callable[[int], str]) -> None:
        self.beginResetModel()
        self._count, self._words = count, words
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Qt's row count."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A line in words."""
        if index.isValid() and role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            words = self._words(index.row())
            return tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None


class BulkPreview(AskedForm):
    """Shown by `ask`; says `confirmed(BulkAnswer)` once, or `cancelled`."""

    confirmed = Signal(object)

    def __init__(self, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._keyboard = KeyboardPlace()
        self._question = BulkQuestion("", "")
        self._is_asking = False
        self._lines = _Lines()
        self.title = PlainLabel()
        self.title.setWordWrap(True)
        self.list = QListView()
        self.list.setModel(self._lines)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAccessibleName(tr("alarms.bulk.list"))
        self.left_out = quiet_label()
        self.reason = QLineEdit()
        self.duration, self.person = QComboBox(), QComboBox()
        self.duration.setAccessibleName(tr("form.duration"))
        self.person.setAccessibleName(tr("alarms.column.assigned"))
        self.whole_list = QCheckBox()
        self.progress = QProgressBar()
        self.progress.setFixedHeight(6)
        self.progress.setTextVisible(False)
        self.told = quiet_label()
        self.confirm = QPushButton()
        self.confirm.setDefault(True)
        self.leave = QPushButton(tr("form.cancel"))
        self._lay_out()
        self.confirm.clicked.connect(lambda _checked=False: self._give())
        self.leave.clicked.connect(lambda _checked=False: self.dismiss())
        self.reason.textChanged.connect(self._dress)
        self.reason.returnPressed.connect(self._give)
        self.whole_list.toggled.connect(self._dress)

    @property
    def is_asking(self) -> bool:
        """Whether it waits for an answer."""
        return self._is_asking

    def ask(self, question: BulkQuestion) -> None:
        """Show the question; `show_lines` follows."""
        if not self.isVisible():
            self._keyboard.remember()
        self._question, self._is_asking = question, True
        self.title.setText(question.title)
        self.confirm.setText(question.confirm)
        self.reason.clear()
        self.reason.setVisible(bool(question.reason_label))
        self.reason.setPlaceholderText(question.reason_label)
        self.reason.setAccessibleName(question.reason_label)
        for box, items in ((self.duration, question.durations), (self.person, question.people)):
            box.clear()
            for text, value in items:
                box.addItem(text, value)
            box.setVisible(bool(items))
        self.whole_list.setVisible(bool(question.whole_list))
        self.whole_list.setText(question.whole_list)
        self.whole_list.setChecked(False)
        self.confirm.setVisible(True)
        self.leave.setText(self._tr("form.cancel"))
        self.progress.hide()
        self.told.hide()
        self._dress()
        self.show()
        self._first_asked(question).setFocus()

    def show_lines(self, title: str, confirm: str, count: int, words: Callable[[int], str], left_out: str) -> None:
        """Exactly these would be changed; how many are left out."""
        self.title.setText(title)
        self.confirm.setText(confirm)
        self._lines.take(count, words)
        self.left_out.setText(left_out)
        self.left_out.setVisible(bool(left_out))
        self._size_list(count)
        self._dress()

    def show_progress(self, done: int, total: int) -> None:
        """So many are changed."""
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        self.progress.show()
        self.told.setText(self._tr("alarms.bulk.working", done=done, total=total))
        self.told.show()

    def show_outcome(self, text: str, refused: Sequence[str]) -> None:
        """What became of it; nothing more to say closes it."""
        self.progress.hide()
        self.told.hide()
        if not refused:
            self._end()
            return
        lines = list(refused)
        self.title.setText(text)
        self._lines.take(len(lines), lines.__getitem__)
        self._size_list(len(lines))
        for widget in (self.left_out, self.reason, self.duration, self.person, self.whole_list, self.confirm):
            widget.hide()
        self.leave.setText(self._tr("alarms.bulk.close"))
        self.leave.setFocus()

    def dismiss(self) -> None:
        """Nothing is changed, or what was told has been read."""
        self._end()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return on the button confirms; Escape takes it back."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.confirm.hasFocus():
            self._give()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        for widget in (self.title, self.list, self.left_out, self.reason, self.whole_list, self.progress, self.told):
            column.addWidget(widget, 1 if widget is self.list else 0)
        row = WrappingRow(TIGHT)
        row.addWidget(self.duration)
        row.addWidget(self.person)
        row.add_gap()
        row.addWidget(self.leave)
        row.addWidget(self.confirm)
        nest(column, row)

    def _first_asked(self, question: BulkQuestion) -> QWidget:
        if question.needs_reason:
            return self.reason
        if question.people:
            return self.person
        return self.whole_list if question.whole_list else self.confirm

    def _size_list(self, count: int) -> None:
        line = self.fontMetrics().height() + TIGHT
        lines = max(min(count, _LINES), 1)
        self.list.setMinimumHeight(line * min(lines, _FEWEST_LINES) + GAP)
        self.list.setMaximumHeight(line * lines + GAP)

    def _dress(self) -> None:
        question = self._question
        has_reason = bool(self.reason.text().strip()) or not question.needs_reason
        is_sure = self.whole_list.isChecked() or not question.whole_list
        self.confirm.setEnabled(self._is_asking and has_reason and is_sure and self._lines.rowCount() > 0)

    def _give(self) -> None:
        if not self.confirm.isEnabled():
            return
        self._is_asking = False
        self.confirm.setEnabled(False)
        minutes, user = self.duration.currentData(), self.person.currentData()
        self.confirmed.emit(
            BulkAnswer(
                self.reason.text().strip(),
                minutes if isinstance(minutes, int) else 0,
                user if isinstance(user, str) else "",
            )
        )

    def _end(self) -> None:
        self._is_asking = False
        self._keyboard.give_back()
        self.hide()
