"""How the pages of a panel ask the backend, and how they say what came of it."""

from collections.abc import Awaitable
from typing import Final

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.store.context import Context
from widgets.notice import Notice, Tone

_DENIED: Final = 403


class Asking:
    """Starts requests of a page and says what went wrong. `name` stands before the panel's words."""

    def __init__(self, context: Context, notice: Notice, name: str) -> None:
        self._context = context
        self._notice = notice
        self._name = name

    def start(self, work: Awaitable[None], name: str) -> None:
        """Do it; a failure is said in words."""

        async def do() -> None:
            tr = self._context.texts
            try:
                await work
            except RequestRefused as error:
                words = tr(f"{self._name}.forbidden") if error.status == _DENIED else failure_text(error, tr)
                self.say(words, is_warning=True)
            except RequestFailed as error:
                self.say(failure_text(error, tr), is_warning=True)

        self._context.tasks.start(do(), name=f"{self._name}: {name}")

    def say(self, words: str, *, is_warning: bool = False) -> None:
        """One line above the pages."""
        self._notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)
