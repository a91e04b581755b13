"""What lies over another widget and tells of it in words, without taking its mouse."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from widgets.look import PAD


class Cover(QWidget):
    """As large as its parent and above its children while it has words; those who inherit it paint."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        parent.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says now; empty while it is away."""
        return self._text

    def show_text(self, text: str) -> None:
        """Cover the parent with these words; none takes the cover away."""
        if text == self._text:
            return
        was_shown, self._text = bool(self._text), text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text and not was_shown:
            self._cover()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size and stay on top of its children."""
        if self._text and event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.Show}:
            self._cover()
        return super().eventFilter(watched, event)

    def _fitting(self, metrics: QFontMetrics) -> tuple[str, int]:
        """The words cut to the width there is, and the width of their box."""
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, max(0, self.width() - 4 * PAD))
        return text, metrics.horizontalAdvance(text) + 2 * PAD

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
