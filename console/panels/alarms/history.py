"""The history of alarms as the journal has it, a page at a time, in words. No Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.fold import fold
from console.kit.formats import day_and_time
from console.kit.ports import Catalogue, Client
from console.store.alarm_filters import AlarmFilter
from console.store.alarm_notes import note_text, refusal_text
from console.store.journal_words import actor_text
from console.store.wording import rule_of
from contract.alarm_work import AlarmHappening
from contract.alarms import Priority
from widgets.texts import Texts

LASTS: Final = dt.timedelta(hours=24)  # without a period: so far back
_MOST_PAGES: Final = 8  # looked through for one page on the screen, where a filter lets little through
_ENOUGH: Final = 40


@dataclass(frozen=True)
class HistoryLine:
    """One happening in words."""

    seq: int
    alarm_id: int
    asset_id: int
    at: dt.datetime
    priority: Priority | None
    time: str
    what: str
    event: str
    where: str
    who: str
    note: str


@dataclass(frozen=True)
class HistoryPart:
    """Some lines, newest first, and the cursor of what is older."""

    lines: Sequence[HistoryLine]
    next: str | None


class AlarmHistory:
    """Asks for what one may see; what the backend does not filter is filtered here."""

    def __init__(self, client: Client, catalogue: Catalogue, tr: Texts) -> None:
        self._client = client
        self._catalogue = catalogue
        self._tr = tr

    async def page(self, wanted: AlarmFilter, now: dt.datetime, cursor: str | None) -> HistoryPart:
        """The next lines that the filter lets through. Raises RequestFailed."""
        lines: list[HistoryLine] = []
        for _page in range(_MOST_PAGES):
            page = await self._client.alarm_history(
                since=wanted.since or now - LASTS,
                until=wanted.until,
                class_=wanted.classes[0] if len(wanted.classes) == 1 else None,
                commune=wanted.communes[0] if len(wanted.communes) == 1 else None,
                priority=wanted.priorities[0] if len(wanted.priorities) == 1 else None,
                cursor=cursor,
            )
            made = [(item, self.line(item, now)) for item in page.items]
            lines.extend(line for item, line in made if _passes(item, line, wanted))
            cursor = page.next
            if cursor is None or len(lines) >= _ENOUGH:
                break
        return HistoryPart(lines, cursor)

    async def of_alarm(self, alarm_id: int, now: dt.datetime, limit: int = 12) -> Sequence[HistoryLine]:
        """The last happenings of one alarm. Raises RequestFailed."""
        page = await self._client.alarm_history(alarm_id=alarm_id, limit=limit)
        return [self.line(item, now) for item in page.items]

    def line(self, item: AlarmHappening, now: dt.datetime) -> HistoryLine:
        """One happening in words."""
        tr = self._tr
        rule = rule_of(self._catalogue, item.class_, item.kind)
        event = tr(f"alarms.event.{item.event}") if tr.has(f"alarms.event.{item.event}") else item.event
        if item.refused:
            event = tr("alarms.event_refused", event=event, why=refusal_text(item.refused, tr))
        return HistoryLine(
            seq=item.seq,
            alarm_id=item.alarm_id,
            asset_id=item.asset_id,
            at=item.at,
            priority=item.priority,
            time=day_and_time(item.at, now),
            what=item.kind if rule is None else tr.label(rule.label),
            event=event,
            where=item.asset_name or item.asset_code,
            who=actor_text(item.actor, tr),
            note=note_text(item.note, self._catalogue, tr),
        )


def _passes(item: AlarmHappening, line: HistoryLine, wanted: AlarmFilter) -> bool:
    if wanted.priorities and item.priority not in wanted.priorities:
        return False
    if wanted.states and item.shown not in {state.value for state in wanted.states}:
        return False
    if wanted.classes and item.class_ not in wanted.classes:
        return False
    if wanted.communes and item.commune not in wanted.communes:
        return False
    text = fold(f"{line.what} {line.where} {item.asset_code} {line.who} {line.event} {line.note}")
    return all(word in text for word in fold(wanted.text).split())
