"""What every page of the camera settings is."""

from collections.abc import Awaitable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.store.context import Context
from contract.assets import Asset
from widgets.notice import Notice, Tone


class Page(Protocol):
    """One tab. `show_camera` is called when it comes into sight, and when another camera is selected while it is."""

    @property
    def widget(self) -> QWidget:
        """The page."""
        ...

    def show_camera(self, camera: Asset | None) -> None:
        """This camera, or none."""
        ...

    def close(self) -> None:
        """Hear nothing more, leave streams."""
        ...


class Asking:
    """Starts requests of a page and says what went wrong."""

    def __init__(self, context: Context, notice: Notice) -> None:
        self._context = context
        self._notice = notice

    def start(self, work: Awaitable[None], name: str) -> None:
        """Do it; a failure is said in words."""

        async def do() -> None:
            try:
                await work
            except RequestFailed as error:
                self.say(failure_text(error, self._context.texts), is_warning=True)

        self._context.tasks.start(do(), name=name)

    def say(self, words: str, is_warning: bool = False) -> None:
        """One line beside the work."""
        self._notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)
