"""The line that says, while a flood lasts, how many alarms the list leaves out; a press shows them."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.store.flood import FloodStore
from widgets.texts import Texts


class FloodLine(QObject):
    """Says `turned` when the other list is wanted: everything, or P1 and P2 only."""

    turned = Signal()

    def __init__(self, flood: FloodStore, tr: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self._flood = flood
        self._tr = tr
        self._shows_all = False
        self.button = QPushButton()
        self.button.setProperty("role", "pill")
        self.button.setToolTip(tr("alarms.flood.hint"))
        self.button.hide()
        self.button.clicked.connect(lambda _checked=False: self.turn())

    @property
    def holds_back(self) -> bool:
        """Whether the list shows P1 and P2 only."""
        return self._flood.is_on and not self._shows_all

    def turn(self) -> None:
        """Everything, or the urgent ones again."""
        self._shows_all = not self._shows_all
        self.turned.emit()

    def flood_changed(self) -> None:
        """A flood that is over leaves nothing behind: the next one begins with the urgent ones."""
        if not self._flood.is_on:
            self._shows_all = False

    def show_held_back(self, held_back: tuple[int, int]) -> None:
        """How many P3 and P4 stand that are not listed."""
        p3, p4 = held_back
        self.button.setVisible(self._flood.is_on and (self._shows_all or p3 + p4 > 0))
        text = self._tr("alarms.flood.all_shown") if self._shows_all else self._tr("alarms.flood.more", p3=p3, p4=p4)
        self.button.setText(text)
