"""A page of a panel that asks the backend: one request at a time, failures told."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.store.context import Context
from widgets.look import icon

P = TypeVar("P")  # the panel's presenter


class AskingPage(QObject, Generic[P]):
    """`said` carries words and whether they warn; `changed`: what the panel is about is other now."""

    said = Signal(str, bool)
    changed = Signal()

    def __init__(self, context: Context, presenter: P) -> None:
        super().__init__()
        self._context = context
        self._presenter = presenter
        self._is_asking = False
        self.widget = QWidget()

    @property
    def is_asking(self) -> bool:
        """Whether the backend is being asked."""
        return self._is_asking

    def ask(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Do it, unless something is being done."""
        if self._is_asking:
            return

        async def asked() -> None:
            try:
                await work()
            except RequestFailed as error:
                self.said.emit(failure_text(error, self._context.texts), True)
            finally:
                self._is_asking = False

        self._is_asking = self._context.tasks.start(asked(), name=name) is not None

    def button(self, key: str, icon_name: str, clicked: Callable[[], None]) -> QPushButton:
        """A button with its words."""
        made = QPushButton(self._context.texts(key))
        made.setIcon(icon(icon_name, self._context.palette))
        made.clicked.connect(lambda _checked=False: clicked())
        return made
