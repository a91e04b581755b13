"""One question at a time beside the wall; an answer that will not do leaves it open."""

from collections.abc import Callable

from widgets.name_form import NameForm, Question

Then = Callable[[str, bool, str], bool]  # name, whether it is shared, text; answers whether that will do


class Asking:
    """The form and whoever waits for its answer."""

    def __init__(self, form: NameForm, left: Callable[[], None]) -> None:
        self._form = form
        self._left = left
        self._then: Then | None = None
        form.given.connect(self._given)
        form.cancelled.connect(self._leave)

    def ask(self, then: Then, question: Question) -> None:
        """Ask in place of what was asked before."""
        self._then = then
        self._form.ask(question)

    def _given(self, name: str, is_shared: bool, text: str) -> None:
        then = self._then
        if then is not None and not then(name, is_shared, text):
            self._form.show()
            return
        self._leave()

    def _leave(self) -> None:
        self._then = None
        self._left()
