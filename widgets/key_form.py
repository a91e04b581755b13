"""Asks for a key: the next that is pressed is tried, and what it would mean stands beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QKeySequenceEdit, QLineEdit, QPushButton, QVBoxLayout

from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.room_for_words import hint_in_full
from widgets.texts import Texts


class KeyForm(QFrame):
    """Shown while a key is asked for. Press the key, then Return keeps it; Escape leaves it as it was."""

    tried = Signal(str)
    """A key was pressed, as Qt writes it."""
    kept = Signal(str)
    left = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.setObjectName("notice")
        self.title = PlainLabel()
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(texts("shortcuts.press"))
        self._hint()
        self.verdict = PlainLabel()
        self.verdict.setWordWrap(True)
        self.keep = QPushButton(texts("shortcuts.keep"))
        self.keep.setDefault(True)
        self.again = QPushButton(texts("shortcuts.another"))
        self.leave = QPushButton(texts("shortcuts.leave"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        for button in (self.keep, self.again, self.leave):
            button.setAutoDefault(True)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.title)
        column.addWidget(self.field)
        column.addWidget(self.verdict)
        nest(column, row)
        self.field.keySequenceChanged.connect(self._pressed)
        self.keep.clicked.connect(self._keep)
        self.again.clicked.connect(self._ask_again)
        self.leave.clicked.connect(self._leave)
        escape = QShortcut(QKeySequence("Escape"), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._leave)
        self.hide()

    @property
    def key(self) -> str:
        """What was pressed; empty before."""
        return self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def ask(self, title: str) -> None:
        """Ask for the key of this act."""
        self.title.setText(title)
        self._ask_again()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_verdict(self, words: str, *, can_keep: bool, takes: bool) -> None:
        """What this key would mean; `takes` it from others."""
        self.verdict.setText(words)
        self.keep.setEnabled(can_keep)
        self.keep.setText(self._texts("shortcuts.take" if takes else "shortcuts.keep"))
        (self.keep if can_keep else self.again).setFocus(Qt.FocusReason.OtherFocusReason)

    def _hint(self) -> None:
        """Qt says its own words anew at each change, and in English only."""
        line = self.field.findChild(QLineEdit)
        if isinstance(line, QLineEdit):
            hint_in_full(line, self._texts("shortcuts.press"))

    def _pressed(self, sequence: QKeySequence) -> None:
        self._hint()
        if sequence.count():
            self.tried.emit(self.key)

    def _ask_again(self) -> None:
        self.field.clear()
        self._hint()
        self.keep.setEnabled(False)
        self.keep.setText(self._texts("shortcuts.keep"))
        self.verdict.setText(self._texts("shortcuts.nothing_yet"))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        key = self.key
        if key:
            self.hide()
            self.kept.emit(key)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()
