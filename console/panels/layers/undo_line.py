"""What was just deleted, and the button that brings it back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from widgets.look import GAP, TIGHT
from widgets.plain_text import PlainLabel


class UndoLine(QWidget):
    """Stands until it is used, or something else is deleted."""

    def __init__(self, undo_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._undo: Callable[[], None] | None = None
        self._words = PlainLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self.button = QPushButton(undo_words)
        self.button.clicked.connect(self.undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.setVisible(False)

    def offer(self, words: str, undo: Callable[[], None]) -> None:
        """Say what was done, and how to take it back."""
        self._undo = undo
        self._words.setText(words)
        self.setVisible(True)

    def undo(self) -> None:
        """Take it back."""
        undo, self._undo = self._undo, None
        self.setVisible(False)
        if undo is not None:
            undo()
