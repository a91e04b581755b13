"""What every page of the panel is, and how it asks."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QWidget

from console.panels.administration.grant_rows import BadGrant
from console.parts.page_asking import Asking
from console.store.context import Context
from widgets.look import TIGHT, icon
from widgets.notice import Notice
from widgets.wrapping_row import WrappingRow


class Page(QObject):
    """One tab. It asks when it comes into sight, and again by itself where `asks_by_itself`."""

    asks_by_itself = False

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__()
        self._context = context
        self._asking = Asking(context, notice, "administration")
        self._sure_of = ""
        self.widget = QWidget()

    def refresh(self) -> None:
        """Ask the backend."""
        self.start(self._ask(), "ask")

    def ask_again(self, *_: object) -> None:
        """The same, as an answer to any signal."""
        self.refresh()

    def save(self) -> None:
        """Keep what is edited; nothing where there is nothing to edit."""

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        self.widget.setFocus()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do it; what goes wrong is said in words."""

        async def do() -> None:
            try:
                await work
            except BadGrant as error:
                words = self._context.texts("administration.bad.row", row=error.row + 1, why=error.words)
                self.say(words, is_warning=True)

        self._asking.start(do(), name)

    def say(self, words: str, *, is_warning: bool = False) -> None:
        """One line above the pages."""
        self._asking.say(words, is_warning=is_warning)

    def button(self, key: str, symbol: str, act: Callable[[], None]) -> QPushButton:
        """A button of this page."""
        made = QPushButton(icon(f"mdi6.{symbol}", self._context.palette), self._context.texts(key))
        made.clicked.connect(lambda _checked=False: act())
        return made

    def is_sure(self, of: str, words: str) -> bool:
        """What cannot be undone is asked once more, with its consequence in words."""
        if self._sure_of == of:
            self._sure_of = ""
            return True
        self._sure_of = of
        self.say(words, is_warning=True)
        return False

    async def _ask(self) -> None:
        raise NotImplementedError


def row_of(*widgets: QWidget | None) -> QLayout:
    """Side by side, in several rows where one has no room; None: what room is left."""
    if not any(isinstance(widget, QLabel) for widget in widgets):
        wrapping = WrappingRow(TIGHT)
        for widget in widgets:
            wrapping.add_gap() if widget is None else wrapping.addWidget(widget)
        return wrapping
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch(0)
        else:
            row.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
    return row
