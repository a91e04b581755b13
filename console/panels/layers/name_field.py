"""A name typed in place: Return takes it, Escape leaves things as they are. Nothing is covered."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.store.bookmarks import LONGEST_NAME


class NameField(QLineEdit):
    """Hidden until it asks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._take: Callable[[str], None] | None = None
        self._back_to: QWidget | None = None
        self.setMaxLength(LONGEST_NAME)
        self.setVisible(False)
        self.returnPressed.connect(self._done)

    def ask(self, words: str, name: str, take: Callable[[str], None], back_to: QWidget) -> None:
        """Ask for a name; `take` hears it once, if it is not empty; the keyboard goes back afterwards."""
        self._take, self._back_to = take, back_to
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setText(name)
        self.setVisible(True)
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives it up."""
        if event.key() == Qt.Key.Key_Escape:
            self._end()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who goes elsewhere gives it up."""
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self._take = None
            self.setVisible(False)

    def _done(self) -> None:
        name, take = self.text().strip(), self._take
        self._end()
        if name and take is not None:
            take(name)

    def _end(self) -> None:
        self._take = None
        back_to, self._back_to = self._back_to, None
        self.setVisible(False)
        if back_to is not None:
            back_to.setFocus()
