"""What stands where a panel could not be opened: says so in words; everything else goes on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.kit.translations import Translations
from widgets.plain_text import PlainLabel


class BrokenPanel:
    """In the place of a panel whose factory failed."""

    def __init__(self, texts: Translations, title: str, error: Exception) -> None:
        self._label = PlainLabel(texts("panel.broken", name=title, reason=f"{type(error).__name__}: {error}"))
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMargin(24)
        self._label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def widget(self) -> QWidget:
        """The words."""
        return self._label

    @property
    def text(self) -> str:
        """What they say."""
        return self._label.text()

    def focus_first(self) -> None:
        """So that a reader of the screen says them."""
        self._label.setFocus()

    def close(self) -> None:
        """Nothing is held."""
