"""Asks for a name (and more, where wanted) beside the work, never over it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from widgets.keyboard_place import KeyboardPlace
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_LONGEST = 80


@dataclass(frozen=True)
class Question:
    """What is asked; `text` None: a name is all."""

    title: str
    label: str
    name: str = ""
    can_share: bool = False
    is_shared: bool = False
    text: str | None = None
    text_label: str = ""


class NameForm(QFrame):
    """Title, name, optional text of several lines, optional sharing; Return keeps, Escape leaves."""

    given = Signal(str, bool, str)  # name, whether it is shared, text
    cancelled = Signal()

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._keyboard = KeyboardPlace()
        self.title = PlainLabel()
        self.title.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST)
        self.shared = QCheckBox(tr("wall.share_it"))
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(150)
        self.keep = QPushButton(tr("wall.keep_it"))
        self.keep.setDefault(True)
        leave = QPushButton(tr("wall.leave_it"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (self.shared, self.keep, leave):
            row.addWidget(widget)
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.name, 1)
        nest(line, row)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(self.title)
        column.addWidget(self.text)
        nest(column, line)
        self.name.returnPressed.connect(self._give)
        self.keep.clicked.connect(lambda _checked=False: self._give())
        leave.clicked.connect(lambda _checked=False: self._leave())
        self.name.textChanged.connect(self._dress)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._leave)
        self.hide()

    def ask(self, question: Question) -> None:
        """Ask; the keyboard goes where the answer begins, and afterwards back to where it was."""
        if not self.isVisible():
            self._keyboard.remember()
        self.title.setText(question.title)
        self.name.setText(question.name)
        self.name.setPlaceholderText(question.label)
        self.name.setAccessibleName(question.label)
        self.shared.setVisible(question.can_share)
        self.shared.setChecked(question.is_shared)
        self.text.setVisible(question.text is not None)
        self.text.setPlainText(question.text or "")
        self.text.setAccessibleName(question.text_label)
        self.text.setPlaceholderText(question.text_label)
        self._dress()
        self.show()
        (self.text if question.text is not None and question.name else self.name).setFocus()

    def _give(self) -> None:
        name = self.name.text().strip()
        if name:
            self._keyboard.give_back()
            self.hide()
            self.given.emit(name, self.shared.isChecked(), self.text.toPlainText())

    def _leave(self) -> None:
        self._keyboard.give_back()
        self.hide()
        self.cancelled.emit()

    def _dress(self, _text: str = "") -> None:
        self.keep.setEnabled(bool(self.name.text().strip()))
