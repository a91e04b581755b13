"""Ways of looking at the register kept by name on the backend. No Qt."""

from collections.abc import Callable, Sequence

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.ports import Client
from console.store.register_filters import NamedView, RegisterView, read, written
from widgets.alarm_filter_values import KeptName
from widgets.texts import Texts


class ViewShelf:
    """As the backend last told it; keeping and forgetting ask the backend."""

    def __init__(self, client: Client, tr: Texts, me: Callable[[], str]) -> None:
        self._client = client
        self._tr = tr
        self._me = me
        self.kept: Sequence[NamedView] = ()

    @property
    def names(self) -> Sequence[KeptName]:
        """One's own by name, then the team's."""
        return [KeptName(each.name, self._name_text(each), each.owner == self._me()) for each in self.kept]

    async def load(self) -> Answer | None:
        """Read what is kept; what makes no sense is left out. The words where the backend does not answer."""
        try:
            items = (await self._client.register_views()).items
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        self.kept = [named for item in items if (named := read(item)) is not None]
        return None

    async def keep(self, name: str, view: RegisterView, *, is_shared: bool) -> Answer:
        """Keep it, in place of one's own of that name."""
        try:
            await self._client.keep_register_view(written(name, view, is_shared=is_shared))
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return await self.load() or Answer(self._tr("register.views.kept", name=name))

    async def forget(self, name: str) -> Answer:
        """Forget one of one's own."""
        try:
            await self._client.delete_register_view(name)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return await self.load() or Answer(self._tr("register.views.forgotten", name=name))

    def _name_text(self, named: NamedView) -> str:
        if named.owner and named.owner != self._me():
            return self._tr("register.views.of", name=named.name, owner=named.owner)
        return self._tr("register.views.shared", name=named.name) if named.is_shared else named.name
