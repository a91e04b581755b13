"""Where the keyboard was before a form took it: it goes back there, not to whatever stands next."""

from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class KeyboardPlace:
    """`remember` before the form takes the keyboard, `give_back` before it hides."""

    def __init__(self) -> None:
        self._before: QWidget | None = None

    def remember(self) -> None:
        """Who has the keyboard now."""
        self._before = QApplication.focusWidget()

    def give_back(self) -> None:
        """To whom it belonged, where it is still there and seen."""
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
