"""Filters kept by name on the backend, and what a filter is called. No Qt."""

from collections.abc import Callable, Sequence

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import Catalogue, Client
from console.parts.alarm_lines import duration_text, service_text
from console.store.alarm_filters import AlarmFilter, Assigned, NamedFilter, read, written
from console.store.wording import class_text
from widgets.alarm_filter_values import KeptName
from widgets.texts import Texts

AGES_MINUTES = (15, 60, 240, 1440)


def filter_text(wanted: AlarmFilter, catalogue: Catalogue, tr: Texts) -> str:
    """What a filter asks, in a few words."""
    communes = catalogue.communes
    words: list[str] = []
    if wanted.text.strip():
        words.append(tr("alarms.filters.words", text=wanted.text.strip()))
    words += [f"P{int(priority)}" for priority in wanted.priorities]
    words += [tr(f"alarms.state.{state.name.lower()}") for state in wanted.states]
    words += [class_text(catalogue, code, tr) for code in wanted.classes]
    words += [communes[code].name if code in communes else code for code in wanted.communes]
    words += [service_text(code, tr) for code in wanted.services]
    if wanted.assigned is not Assigned.ANYBODY:
        words.append(tr(f"alarms.filters.held_by.{wanted.assigned.value}"))
    if wanted.is_chattering:
        words.append(tr("alarms.filters.chattering"))
    if wanted.older_than_minutes:
        words.append(tr("alarms.filters.older_than", duration=duration_text(wanted.older_than_minutes)))
    if wanted.since is not None:
        since, until = clock_time(wanted.since)[:5], clock_time(wanted.until)[:5]
        key = "alarms.filters.from" if wanted.until is None else "alarms.filters.between"
        words.append(tr(key, time=since) if wanted.until is None else tr(key, since=since, until=until))
    return ", ".join(words)


class FilterShelf:
    """As the backend last told it; keeping and forgetting ask the backend."""

    def __init__(self, client: Client, tr: Texts, me: Callable[[], str]) -> None:
        self._client = client
        self._tr = tr
        self._me = me
        self.kept: Sequence[NamedFilter] = ()

    @property
    def names(self) -> Sequence[KeptName]:
        """One's own by name, then the team's."""
        return [KeptName(each.name, self._name_text(each), each.owner == self._me()) for each in self.kept]

    async def load(self) -> Answer | None:
        """Read what is kept; what makes no sense is left out. The words where the backend does not answer."""
        try:
            items = (await self._client.alarm_filters()).items
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        self.kept = [named for item in items if (named := read(item)) is not None]
        return None

    async def keep(self, name: str, wanted: AlarmFilter, *, is_shared: bool) -> Answer:
        """Keep it, in place of one's own of that name."""
        try:
            await self._client.keep_alarm_filter(written(name, wanted, is_shared=is_shared))
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return await self.load() or Answer(self._tr("alarms.filters.kept", name=name))

    async def forget(self, name: str) -> Answer:
        """Forget one of one's own."""
        try:
            await self._client.delete_alarm_filter(name)
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return await self.load() or Answer(self._tr("alarms.filters.forgotten", name=name))

    def _name_text(self, named: NamedFilter) -> str:
        if named.owner and named.owner != self._me():
            return self._tr("alarms.filters.of", name=named.name, owner=named.owner)
        return self._tr("alarms.filters.shared", name=named.name) if named.is_shared else named.name
